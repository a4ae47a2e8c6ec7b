"""Units, as a quantity's user meets them: their spellings, what is wrong with one, conversion."""

import doctest
import math
import subprocess
import sys
from fractions import Fraction

import pint
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ionworks.quantity.units
from ionworks.quantity import DimensionError, Quantity, QuantityError, UnitError, pint_spelling
from ionworks.quantity.units import check_known, linear, typeset

finite = st.floats(allow_nan=False, allow_infinity=False)


# --- spellings ---------------------------------------------------------------------------------

SPELLINGS = {
    "A*h": ["A*h", "A.h", "Ah", "A h", "A·h", "h*A"],
    "mA*h/g": ["mA*h/g", "mA.h.g-1", "mAh/g", "mA*h*g**-1", "mA h g^-1", "mA·h·g⁻¹", "mA*h per g"],
    "mg/cm**2": ["mg/cm**2", "mg.cm-2", "mg/cm2", "mg/cm^2", "mg·cm⁻²", "mg/cm²", "mg*cm**(-2)"],
    "g/cm**3": ["g/cm**3", "g/cm3", "g.cm-3"],
    "ohm": ["ohm", "Ohm", "ohms", "Ohms", "Ω", "\N{OHM SIGN}"],
    "mohm": ["mohm", "mOhm", "mΩ", "m\N{OHM SIGN}"],
    "kohm": ["kohm", "kOhm", "kΩ"],
    "degC": ["degC", "°C", "℃", "celsius", "degree_Celsius"],
    "percent": ["percent", "%", "wt%"],
    "um": ["um", "\N{MICRO SIGN}m", "\N{GREEK SMALL LETTER MU}m", "micrometer"],
    "uL": ["uL", "µL", "ul"],
    "dimensionless": ["dimensionless", "", "  ", "1", "V/V", "count", "cycle", "cycles"],
    "1/h": ["1/h", "h-1", "h**-1", "C", "1/hour"],
    "W*h": ["W.h", "Wh", "W*h"],
    "mW*h": ["mW.h", "mWh"],
    "W*h/kg": ["Wh/kg", "W.h.kg-1"],
    "S/cm": ["S/cm", "S.cm-1"],
    "mol/L": ["mol.L-1", "mol/l", "mol/L", "M"],
    "ohm*cm**2": ["ohm*cm**2", "Ω·cm²", "Ohm.cm2", "cm**2*ohm"],
    "J/mol/K": ["J/(mol*K)", "J.mol-1.K-1", "J/mol/K", "J/(mol.K)", "J/(mol*(K))"],
    "mV/K": ["mV/K", "mV/degC", "mV/°C", "mV.K-1"],
    "delta_degC": ["delta_degC", "Δ°C", "K"],
    "V/Hz**0.5": ["V/Hz**0.5", "V/Hz**(1/2)", "V/Hz**( 1/2 )"],
    "A**2*h**2": ["(A*h)**2", "(A.h)²", "Ah**2"],
    "angstrom": ["angstrom", "Å", "Angstrom", "angstroms"],
}


@pytest.mark.parametrize(
    ("unit", "spelling"),
    [(unit, spelling) for unit, spellings in SPELLINGS.items() for spelling in spellings],
)
def test_spellings_of_one_unit_convert_one_to_one(unit, spelling):
    quantity = Quantity(12.5, spelling).to(unit)
    assert quantity.value == 12.5
    assert quantity.unit == unit
    assert Quantity(12.5, unit).to(spelling).unit == spelling


@pytest.mark.parametrize("spelling", [s for spellings in SPELLINGS.values() for s in spellings])
def test_pint_reads_what_it_is_given(spelling):
    assert isinstance(Quantity(1.5, spelling).to_pint().magnitude, float)


def test_c_is_a_c_rate_and_never_a_charge():
    assert Quantity(2.0, "C").to("1/h") == Quantity(2.0, "1/h")
    assert Quantity(2.0, "C") * Quantity(5.0, "A*h") == Quantity(10.0, "A")
    assert Quantity(10.0, "A") / Quantity(5.0, "Ah") == Quantity(2.0, "1/h")
    assert Quantity(3600.0, "coulomb").to("A*h").value == 1.0
    with pytest.raises(DimensionError, match=r"'C' to 'A\*h'.*C-rate.*write coulomb"):
        Quantity(3600.0, "C").to("A*h")


names = st.sampled_from(["A", "mA", "h", "V", "g", "mg", "cm", "um", "ohm", "mol", "L", "s", "K"])
powers = st.integers(-4, 4).filter(bool)


@given(st.dictionaries(names, powers, min_size=1, max_size=4))
def test_dialects_mean_the_same(terms):
    def join(mark, power_mark):
        return mark.join(
            f"{n}{power_mark if p != 1 else ''}{p if p != 1 else ''}" for n, p in terms
        )

    terms = list(terms.items())
    superscripts = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    raised = "·".join(f"{n}{str(p).translate(superscripts)}" for n, p in terms)
    spellings = {join("*", "**"), join(".", ""), join(" ", "^"), raised}
    assert len({pint_spelling(spelling) for spelling in spellings}) == 1
    registry = pint.get_application_registry()
    assert registry.parse_units(pint_spelling(raised)) == registry.parse_units(join("*", "**"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12) | st.text("Ahm*/.()-^12 µ²%C", max_size=12))
def test_any_text_as_a_unit_fails_as_a_quantity_error_or_works(unit):
    try:
        converted = Quantity(1.0, unit).to("V")
    except QuantityError as error:
        assert repr(unit) in str(error)  # noqa: PT017  (both outcomes are fine)
    else:
        assert converted.unit == "V"


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "A**",
            "*A",
            "per",
            "A*( )",
            "A//h",
            "(A",
            "A)",
            "()",
            "A**h",
            "2 A",
            "A 1",
            "A-h",
            "V;",
            ".",
            "m**999",
        ),
        *("m**1/0", "(" * 199 + "m", "A" * 300, "((((m**30)**30)**30)**30)"),
    ],
)
def test_what_has_not_the_form_of_a_unit_says_so(unit):
    with pytest.raises(UnitError, match="cannot be read; expected names joined by"):
        pint_spelling(unit)
    with pytest.raises(UnitError, match="cannot be read"):
        Quantity(1.0, unit).to("V")


@pytest.mark.parametrize(
    ("unit", "nearest"),
    [("mAhh", "mAh"), ("v", "V"), ("Volt*hr*", None), ("OHM", "ohm"), ("mgg/cm**2", "mg/cm**2")],
)
def test_an_unknown_unit_is_named_with_the_nearest(unit, nearest):
    with pytest.raises(UnitError) as caught:
        Quantity(1.0, unit).to("A")
    assert repr(unit) in str(caught.value)
    if nearest:
        assert f"did you mean {nearest!r}?" in str(caught.value)


@pytest.mark.parametrize(
    "junk", ["-", "1/0", "m**h", "import", "nan", "None", "SOC", "A.__class__"]
)
def test_junk_never_leaks_another_error(junk):
    with pytest.raises(UnitError):
        Quantity(1.0, junk).to("A")
    with pytest.raises(UnitError):
        Quantity(1.0, junk).to_pint()


# --- conversion --------------------------------------------------------------------------------

PREFIXES = {"n": -9, "u": -6, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9}
BASES = ["A", "V", "W", "ohm", "Ω", "g", "m", "s", "F", "S", "Ah", "A*h", "W.h", "Pa"]


@settings(deadline=None)
@given(finite, st.sampled_from(BASES), *2 * [st.sampled_from(list(PREFIXES))])
def test_prefixes_scale_without_rounding_error(value, base, source, target):
    exact = Fraction(repr(value)) * Fraction(10) ** (PREFIXES[source] - PREFIXES[target])
    assume(abs(exact) < Fraction(sys.float_info.max))
    assert Quantity(value, source + base).to(target + base).value == float(exact)


@settings(deadline=None)
@given(
    finite.filter(lambda value: abs(value) < 1e290),
    st.sampled_from(
        [
            ("mg/cm**2", "g/m**2", Fraction(10)),
            ("mg.cm-2", "kg/m2", Fraction(1, 100)),
            ("g/cm3", "kg/m**3", Fraction(1000)),
            ("mol.L-1", "mol/m3", Fraction(1000)),
            ("uL", "mm**3", Fraction(1)),
            ("mA.h.g-1", "A*h/kg", Fraction(1)),
            ("%", "dimensionless", Fraction(1, 100)),
            ("A*h", "coulomb", Fraction(3600)),
            ("h", "s", Fraction(3600)),
            ("C", "1/s", Fraction(1, 3600)),
            ("W*h", "J", Fraction(3600)),
            ("inch", "mm", Fraction(254, 10)),
        ]
    ),
)
def test_compounds_scale_without_rounding_error(value, conversion):
    source, target, factor = conversion
    assert Quantity(value, source).to(target).value == float(Fraction(repr(value)) * factor)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (2, "mA", "A", 0.002),
        (33.24, "mohm", "ohm", 0.03324),
        (5, "A*h", "mA*h", 5000.0),
        (25, "degC", "K", 298.15),
        (25.1, "°C", "K", 298.25),
        (298.15, "K", "degC", 25.0),
        (77, "degF", "degC", 25.0),
        (-40, "degF", "°C", -40.0),
        (5, "delta_degC", "K", 5.0),
        (1.0, "mV/degC", "V/K", 0.001),
        (5, "M", "mol/m3", 5000.0),
    ],
)
def test_conversion(value, source, target, expected):
    converted = Quantity(value, source).to(target)
    assert converted.value == expected
    assert converted.unit == target
    assert type(converted.value) is float


def test_a_dimension_mismatch_names_both():
    with pytest.raises(DimensionError, match=r"'A\*h' to 'V': 'A\*h' is \[current\] \* \[time\]"):
        Quantity(5.0, "A*h").to("V")
    with pytest.raises(DimensionError, match="a temperature is not a temperature difference"):
        Quantity(5.0, "degC").to("delta_degC")
    with pytest.raises(DimensionError, match=r"did you mean 'mA\*h'"):
        Quantity(5.0, "ma*h").to("A*h")


def test_nan_survives_conversion():
    assert math.isnan(Quantity(math.nan, "mA").to("A").value)


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(ionworks.quantity.units)
    assert results.attempted > 0
    assert results.failed == 0


# --- for people, and for whole columns -----------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("A.h", "A·h"),
        ("mA.h.g-1", "mA·h/g"),
        ("mg.cm-2", "mg/cm²"),
        ("cm**-3", "1/cm³"),
        ("mohm", "mΩ"),
        ("um", "µm"),
        ("degC", "°C"),
        ("delta_degC", "Δ°C"),
        ("percent", "%"),
        ("dimensionless", ""),
        ("C", "C"),
        ("1/h", "1/h"),
        ("V/Hz**0.5", "V/Hz^(1/2)"),
        ("no such; unit", "no such; unit"),
        ("apples", "apples"),
    ],
)
def test_a_unit_is_written_for_people(unit, shown):
    assert typeset(unit) == shown


@pytest.mark.parametrize("unit", [s for spellings in SPELLINGS.values() for s in spellings])
def test_what_is_written_for_people_can_be_read_again(unit):
    if pint_spelling(unit) not in ("dimensionless", "1/h"):  # C stays a C-rate
        assert pint_spelling(typeset(unit)) == pint_spelling(unit)


def test_usual_units_are_known_without_pint():
    code = (
        "import sys; from ionworks.quantity.units import check_known\n"
        "for unit in ('A.h', 'mA.h.g-1', 'mg/cm2', '°C', '%', 'C', 'mOhm', 'S.cm-1'):"
        " check_known(unit)\n"
        "print('pint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_a_unit_of_the_users_own_is_known():
    before = pint.get_application_registry().get()
    registry = pint.UnitRegistry()
    registry.define("cellful = 3 * ampere * hour")
    pint.set_application_registry(registry)
    try:
        check_known("cellful/kg")
    finally:
        pint.set_application_registry(before)
    with pytest.raises(UnitError, match="'cellful/kg' is not a known unit"):
        check_known("cellful/kg")


@given(st.floats(-1e6, 1e6), st.sampled_from([("V", "mV"), ("degC", "degF"), ("A*h", "coulomb")]))
def test_a_line_converts_as_a_quantity_does(value, units):
    slope, offset = linear(*units)
    wanted = Quantity(value, units[0]).to(units[1]).value
    assert math.isclose(slope * value + offset, wanted, rel_tol=1e-12, abs_tol=1e-9)
