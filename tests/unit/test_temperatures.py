"""Temperatures: scales in all their spellings, and differences in products (cases B1 and B2)."""

import itertools
import math

import pint
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks import compare_quantities, quantities
from ionworks.quantity import DimensionError, Quantity, QuantityError, UnitError, pint_spelling
from ionworks.quantity.text import quantity_in
from ionworks.quantity.units import typeset
from ionworks.sandbox.contract.quantities import _unit

REGISTRY = pint.get_application_registry()

DEGREES = ["°", "º", "˚", "ᵒ", "∘", "deg", "Deg", "DEG", "degs", "degree", "Degree", "degrees"]
GAPS = ["", " ", "  ", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}"]
SCALES = {
    "degC": ["C", "Celsius", "celsius", "CELSIUS", "centigrade"],
    "degF": ["F", "Fahrenheit", "fahrenheit", "FAHRENHEIT"],
    "K": ["K", "Kelvin", "kelvin"],
}
ALONE = {
    "degC": ["℃", "oC", "o C", "⁰C", "Celsius", "CELSIUS", "centigrade", "degree_C", "degrees-C"],
    "degF": ["℉", "oF", "o F", "⁰F", "Fahrenheit", "FAHRENHEIT", "degree_F", "deg-F"],
    "K": ["Kelvin", "KELVIN", "kelvin", "\N{KELVIN SIGN}", "degree_Kelvin"],
}
SPELLED = [
    *(
        (scale, degree + gap + letter)
        for scale, letters in SCALES.items()
        for degree, gap, letter in itertools.product(DEGREES, GAPS, letters)
        if gap or degree not in ("degs", "DEG") or len(letter) == 1
    ),
    *((scale, spelling) for scale, spellings in ALONE.items() for spelling in spellings),
]
IN_KELVIN = {"degC": 298.15, "degF": 298.15, "K": 298.15}
NUMBER = {"degC": 25, "degF": 77, "K": 298.15}
spelled = st.sampled_from(SPELLED)


def test_b1_every_spelling_of_a_scale_is_a_temperature_and_kept():
    for scale, spelling in SPELLED:
        room = Quantity(NUMBER[scale], spelling)
        assert room.unit == spelling
        assert room.to("K") == Quantity(298.15, "K"), spelling
        assert Quantity(298.15, "K").to(spelling) == Quantity(NUMBER[scale], spelling)
        assert Quantity.parse(f"{NUMBER[scale]} {spelling}") == room
        assert pint_spelling(typeset(spelling)) == scale


@pytest.mark.parametrize("scale", ["degC", "degF"])
def test_b1_a_small_letter_after_a_degree_is_a_scale(scale):
    for degree, gap in itertools.product(["°", "º", "deg", "degree"], GAPS):
        assert pint_spelling(degree + gap + scale[-1].lower()) == scale


@settings(deadline=None)
@given(spelled, st.sampled_from(["", " "]))
def test_b1_a_column_is_read_by_its_header(scale_and_spelling, pad):
    scale, spelling = scale_and_spelling
    frame = pl.DataFrame({f"T [{pad}{spelling}{pad}]": [float(NUMBER[scale])] * 2})
    column = quantities(frame)["T"]
    assert column.unit == spelling.strip()
    assert column.to("K").values.to_list() == pytest.approx([298.15] * 2)
    assert column.to("K").to(spelling).header == f"T [{spelling}]"


@settings(deadline=None)
@given(spelled)
def test_b1_among_properties_the_spelling_is_kept(scale_and_spelling):
    scale, spelling = scale_and_spelling
    found = quantity_in(f"{NUMBER[scale]} {spelling}")
    assert found == Quantity(NUMBER[scale], spelling)


@settings(deadline=None)
@given(spelled, st.sampled_from(["W/(m*{})", "mV/{}", "{}/min", "J/(kg {})", "{}-1", "1/{}"]))
def test_b1_b2_in_a_product_every_spelling_is_a_difference(scale_and_spelling, product):
    scale, spelling = scale_and_spelling
    delta = {"degC": "delta_degC", "degF": "delta_degF", "K": "kelvin"}[scale]
    other = product.format("K")
    ours = Quantity(3.5, product.format(spelling)).to(other).value
    theirs = REGISTRY.Quantity(3.5, pint_spelling(product.format(delta))).to(pint_spelling(other))
    assert math.isclose(ours, theirs.magnitude, rel_tol=1e-12)


ANGLES = ["deg", "degree", "degrees", "°", "rad", "radian", "mrad", "grad", "arcmin", "turn", "rev"]


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("letter", ["C", "F"])
def test_b1_any_other_product_of_an_angle_with_c_or_f_is_refused(angle, letter):
    units = [
        *(f"{angle}{sign}{letter}" for sign in ("*", ".", "·", " * ", ". ", "/", "**2*")),
        *(f"{letter}{sign}{angle}" for sign in (" ", "*", ".", "/")),
        *(f"{angle}*({letter})", f"({angle})({letter})", f"mV*{letter}/{angle}"),
    ]
    if angle not in ("deg", "degree", "degrees", "°"):
        units.append(f"{angle} {letter}")
    for unit in units:
        with pytest.raises(UnitError, match=f"combines an angle and {letter}; did you mean 'deg"):
            Quantity(25, unit).to("K")
        with pytest.raises(QuantityError, match=f"did you mean 'deg{letter}'"):
            Quantity.parse(f"25 {unit}")
        with pytest.raises(QuantityError, match=f"did you mean 'deg{letter}'"):
            quantity_in(f"25 {unit}")


@pytest.mark.parametrize("unit", ["degree*Celsius", "deg.degC", "rad °C", "rad*degF", "deg deg C"])
def test_b1_an_angle_times_a_temperature_is_refused(unit):
    with pytest.raises(UnitError, match="cannot be read"):
        Quantity(25, unit).to("K")


def test_b1_what_looks_alike_is_left_alone():
    assert Quantity(2, "C").to("1/h") == Quantity(2.0, "1/h")
    assert Quantity(2, "C*A*h").to("A") == Quantity(2.0, "A")
    assert Quantity(180, "°").to("rad").value == math.pi
    assert Quantity(1, "rad/K").to("mrad/°C") == Quantity(1000.0, "mrad/°C")
    assert Quantity(1, "F/m").to("uF/mm") == Quantity(1000.0, "uF/mm")
    product = Quantity(30, "deg") * Quantity(2, "F")  # calculated, so it is meant
    assert product.to("deg*farad").value == 60


MISTYPED = [
    *("ºCC", "°Cc", "^oC", "oCC", "degg C", "dgeC", "deg Cc", "m°C", "mdegC", "OC", "oc"),
    *("Celzius", "Celsus", "degrees Celzius", "° Celsuss", "degree Celssius", "centgrade", "C°"),
    *("°C.", "DEG. C", "degre C", "deg:C"),
]


@pytest.mark.parametrize("unit", MISTYPED)
def test_b1_what_is_offered_for_a_mistyped_scale_is_degc(unit):
    with pytest.raises(UnitError) as caught:
        Quantity(25, unit).to("K")
    assert str(caught.value).endswith("did you mean 'degC'?")


@given(st.text("°ºoCcdegF*. ^", max_size=7))
@settings(max_examples=100, deadline=None)
def test_b1_a_c_rate_is_never_offered(unit):
    try:
        Quantity(25, unit).to("K")
    except QuantityError as error:
        assert "did you mean 'C'" not in str(error)  # noqa: PT017  (it may also work)


def test_b1_the_sandbox_reads_the_scales_by_itself():
    for spelling in ("degree Celsius", "deg C", "° C", "ºC", "°C", "degC", "degrees celsius"):
        assert str(_unit(spelling)) == "degree_Celsius"
    for spelling in ("degree Fahrenheit", "deg F", "°F"):
        assert str(_unit(spelling)) == "degree_Fahrenheit"
    for spelling in ("deg.C", "rad C", "C deg"):
        assert _unit(spelling) is None


# --- B2: differences ---------------------------------------------------------------------------


def test_b2_a_rate_times_a_time_is_a_difference():
    rise = Quantity(2, "degC/min") * Quantity(30, "min")
    assert rise == Quantity(60, "delta_degC")
    assert rise.to("K") == Quantity(60.0, "K")
    assert Quantity(20, "degC") + rise == Quantity(80, "degC")
    assert rise + Quantity(20, "degC") == Quantity(80, "degC")
    assert Quantity(20, "degC") - rise == Quantity(-40, "degC")
    assert (Quantity(36, "degF/h") * Quantity(30, "min")).to("K").value == 10.0


rates = st.sampled_from(["degC/min", "°C/min", "deg C min-1", "degF/h", "K/s", "mK/s", "ºC/s"])
times = st.sampled_from(["s", "min", "h"])
number = st.floats(0.01, 100)


def theirs(value, unit):
    return REGISTRY.Quantity(value, pint_spelling(unit))


@settings(deadline=None)
@given(number, rates, number, times)
def test_b2_products_and_quotients_agree_with_pint(rate, rate_unit, time, time_unit):
    ours, other = Quantity(rate, rate_unit), Quantity(time, time_unit)
    expected = theirs(rate, rate_unit) * theirs(time, time_unit)
    assert math.isclose((ours * other).to("K").value, expected.to("kelvin").m, rel_tol=1e-9)
    assert math.isclose((other * ours).to("K").value, expected.to("kelvin").m, rel_tol=1e-9)
    assert math.isclose(
        (ours / (1 / other)).to("delta_degF").value, expected.to("delta_degF").m, rel_tol=1e-9
    )
    assert math.isclose(
        ((ours * other) ** 2).to("K**2").value, (expected**2).to("kelvin**2").m, rel_tol=1e-9
    )
    ratio = ours * other / Quantity(1, "delta_degC")
    assert math.isclose(float(ratio), expected.to("delta_degC").m, rel_tol=1e-9)


@settings(deadline=None)
@given(number, rates, number, rates)
def test_b2_rates_compare_and_add_as_with_pint(a, unit_a, b, unit_b):
    ours, other = Quantity(a, unit_a), Quantity(b, unit_b)
    mine, yours = theirs(a, unit_a).to("kelvin/s"), theirs(b, unit_b).to("kelvin/s")
    if not math.isclose(mine.m, yours.m):
        assert (ours < other) == (mine < yours)
    assert math.isclose((ours + other).to("K/s").value, (mine + yours).m, rel_tol=1e-9)
    column = quantities({f"rate [{unit_a}]": [a]})["rate"]
    assert math.isclose(column.to(unit_b).values[0], ours.to(unit_b).value, rel_tol=1e-12)
    assert compare_quantities({"q": ours.to_dict()}, {"q": ours.to(unit_b).to_dict()}).same


@pytest.mark.parametrize(
    ("unit", "other", "value"),
    [
        ("W/(m*degC)", "W/(m*K)", 1.0),
        ("W/(m·°C)", "W/m/K", 1.0),
        ("degC/min", "K/s", 1 / 60),
        ("degF/min", "K/min", 5 / 9),
        ("mV/deg C", "V/K", 0.001),
        ("1/°C", "1/K", 1.0),
        ("degC*min/min", "K", 1.0),
        ("delta degC", "K", 1.0),
        ("Δ°C", "K", 1.0),
        ("Δ °C", "K", 1.0),
        ("delta_celsius", "delta_degF", 1.8),
        ("ΔK", "delta_degC", 1.0),
    ],
)
def test_b2_a_unit_of_a_difference_has_no_offset(unit, other, value):
    assert Quantity(1, unit).to(other).value == value
    assert Quantity(0, unit).to(other).value == 0
    assert quantities({f"x [{unit}]": [0.0, 1.0]})["x"].to(other).values.to_list() == [0, value]


def test_b2_sums_follow_pint():
    room, other = Quantity(25, "degC"), Quantity(68, "degF")
    assert (room - Quantity(20, "degC")) == Quantity(5, "delta_degC")
    assert (room - other).isclose(Quantity(5, "K"))
    assert (room - other) + other.to("degC") == room
    for mistake in (
        lambda: room + other,
        lambda: room + Quantity(298, "K"),
        lambda: Quantity(5, "delta_degC") - room,
        lambda: room * Quantity(2, "min"),
        lambda: room**2,
    ):
        with pytest.raises(QuantityError, match="ambiguous"):
            mistake()
    with pytest.raises(DimensionError, match="a temperature is not a temperature difference"):
        _ = room > Quantity(5, "delta_degC")


def test_b2_a_tolerance_is_a_difference():
    def differ(first, second, within):
        found = compare_quantities(
            {"T": first.to_dict()}, {"T": second.to_dict()}, within={"T": within}
        )
        return not found.same

    for within in ("0.5 degC", "0.5 K", "0.5 delta_degC", "0.9 °F"):
        for second in (Quantity(25.4, "degC"), Quantity(298.55, "K")):
            assert not differ(Quantity(25, "degC"), second, within)
            assert not differ(second, Quantity(25, "deg C"), within)
        for second in (Quantity(35, "degC"), Quantity(308.15, "K")):
            assert differ(Quantity(25, "degC"), second, within)
            assert differ(second, Quantity(25, "deg C"), within)
