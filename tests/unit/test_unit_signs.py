"""The signs of typesetting in units: spaces, dots, slashes, dashes, Greek and squared letters."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks import quantities
from ionworks.quantity import Quantity, QuantityError, pint_spelling
from ionworks.quantity.text import quantity_in
from ionworks.quantity.units import is_readable, typeset

SPACES = [chr(code) for code in range(0x3001) if unicodedata.category(chr(code)) == "Zs"]
DOTS = ["*", ".", "·", "⋅", "∙", "•", "‧", "\N{ASTERISK OPERATOR}", "\N{MULTIPLICATION SIGN}"]
SLASHES = ["/", "\N{DIVISION SLASH}", "\N{FRACTION SLASH}", "\N{DIVISION SIGN}", "\uff0f"]
MINUSES = ["-", "⁻", "\N{MINUS SIGN}", "\N{EN DASH}", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}"]
FORMS = {
    "A*h": [f"A{sign}h" for sign in SPACES + DOTS],
    "mA*h/g": [
        *(f"mA h{slash}g" for slash in SLASHES),
        *(f"mA{space}h{space}g{minus}1" for space in SPACES for minus in MINUSES),
        *(f"mAh{dot}g{minus}1" for dot in DOTS for minus in MINUSES),
        *("mA h g-1", "mAh g⁻¹", "㎃ h g⁻¹", "mAh/\N{ZERO WIDTH SPACE}g", "\ufeffmAh/g"),
    ],
    "uA": ["\N{MICRO SIGN}A", "\N{GREEK SMALL LETTER MU}A", "㎂", "uA"],
    "mohm": ["m\N{OHM SIGN}", "m\N{GREEK CAPITAL LETTER OMEGA}", "mOhm", "mohm"],
    "kohm": ["㏀", "kΩ"],
    "ohm*cm**2": ["Ω·cm²", "Ω cm2", "ohm.cm^2", "Ohm ㎠", "Ω⋅cm**2"],
    "cm**2": ["cm²", "cm2", "cm^2", "cm**2", "㎠"],
    "percent/min": ["%/min", "% / min", "%·min⁻¹", "% min-1", "\N{FULLWIDTH PERCENT SIGN}/min"],
    "angstrom": ["Å", "\N{ANGSTROM SIGN}", "A\N{COMBINING RING ABOVE}"],
    "K": ["K", "\N{KELVIN SIGN}"],
    "siemens": ["℧"],
}
SPELLED = [(unit, form) for unit, forms in FORMS.items() for form in forms]


@pytest.mark.parametrize(("unit", "form"), SPELLED)
def test_b_each_form_of_a_unit_is_read_and_kept(unit, form):
    assert pint_spelling(form) == unit
    quantity = Quantity(2.5, form)
    assert quantity.unit == form
    assert quantity.to(unit).value == 2.5
    assert Quantity(f"2.5 {form.strip()}") == Quantity(2.5, form.strip())
    assert quantities({f"x [{form}]": [2.5]})["x"].to(unit).values.to_list() == [2.5]
    assert pint_spelling(typeset(form)) == pint_spelling(form)


SIGNS = st.sampled_from(
    [
        *("degC", "°C", "deg", "C", "rad", "rpm", "Hz", "K", "min", "A", "h", "µ", "Ω", "%", "dB"),
        *(
            "dBm",
            "Np",
            "pH",
            "octave",
            "M",
            "count",
            "cpm",
            "-1",
            "²",
            "**0.5",
            "^",
            "*",
            "/",
            ".",
            "·",
        ),
        *(" ", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "(", ")", "º", "⁰", "Δ", "½", "é", "#"),
    ]
)
units = st.lists(SIGNS, min_size=1, max_size=5).map("".join)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@settings(max_examples=300, deadline=None)
@given(units, units)
def test_b_nothing_but_our_own_errors_leaves_a_call(unit, other):
    one, two = Quantity(2.5, unit), Quantity(2, other)
    for call in (
        lambda: one.to(other),
        lambda: (one * two).to(unit),
        lambda: (one / two).to("K"),
        lambda: (one**2).to("Hz"),
        lambda: one + two,
        lambda: one - two,
        lambda: one < two,
        lambda: one.isclose(two),
        lambda: Quantity.from_pint(one.to_pint()),
        lambda: quantities({f"x [{unit}]": [1.0]})["x"].to(other) if "]" not in unit else None,
        lambda: Quantity(f"2 {unit}"),
        lambda: quantity_in(f"2 {unit}"),
        lambda: typeset(unit),
    ):
        try:
            call()
        except QuantityError:
            pass
        except KeyError as error:  # the header of white space alone names no unit
            assert error.args == ("x",)  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(units)
def test_b_what_is_read_once_is_read_alike_again(unit):
    if is_readable(unit):
        plain = pint_spelling(unit)
        assert pint_spelling(plain) == plain
