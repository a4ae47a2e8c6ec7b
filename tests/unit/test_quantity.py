"""Quantities: the wire's form, order and arithmetic by dimension, exchange with pint."""

import copy
import doctest
import importlib
import json
import math
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionworks.quantity
from ionworks.quantity import (
    DimensionError,
    Quantity,
    QuantityError,
    UnitError,
    as_quantity,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.one_of(finite, st.integers(-(10**12), 10**12))
moderate = st.floats(min_value=1e-6, max_value=1e6)


# --- construction ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "held"),
    [(5, 5), (5.5, 5.5), (Decimal("0.1"), 0.1), (Fraction(1, 4), 0.25)],
)
def test_numbers_become_plain_numbers(value, held):
    quantity = Quantity(value, "V")
    assert quantity.value == held
    assert type(quantity.value) is type(held)


def test_numpy_scalars_become_plain_numbers():
    numpy = pytest.importorskip("numpy")
    for scalar, kind in ((numpy.float64(2.5), float), (numpy.int64(3), int)):
        quantity = Quantity(scalar, "V")
        assert type(quantity.value) is kind
        assert json.loads(json.dumps(quantity.to_dict()))["value"] == scalar
    assert numpy.float64(2) * Quantity(2.5, "V") == Quantity(5.0, "V")
    with pytest.raises(QuantityError, match=r"value: .*bool"):
        Quantity(numpy.bool_(True), "V")
    with pytest.raises(QuantityError, match=r"value: .*ndarray"):
        Quantity(numpy.array([1.0]), "V")


@pytest.mark.parametrize("value", [True, None, "5", [5], 1j])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(QuantityError, match=r"^value: expected a number, got "):
        Quantity(value, "V")


BEYOND = [
    *(10**400, -(10**400), 10**5000, Decimal("1e400"), Decimal("1e-400"), Decimal("sNaN")),
    *(Fraction(10**400), Fraction(1, 10**400)),
]


@pytest.mark.parametrize("value", BEYOND, ids=lambda value: type(value).__name__)
def test_x44_a_number_that_no_float_holds_is_refused(value):
    with pytest.raises(QuantityError, match=r"^value: the number is too large or too small"):
        Quantity(value, "V")
    with pytest.raises(QuantityError, match=r"^value: "):
        Quantity.from_dict({"value": value, "unit": "V"})


@pytest.mark.parametrize(
    ("value", "unit", "target"),
    [(10**308, "V", "mV"), (-1e308, "kA", "mA"), (1e300, "V**2", "uV**2"), (1.5e308, "degC", "mK")],
)
def test_x44_a_conversion_that_no_float_holds_is_refused(value, unit, target):
    with pytest.raises(QuantityError, match=r"^value: too large for a float in "):
        Quantity(value, unit).to(target)


@pytest.mark.parametrize("text", ["1e400 V", "-1e400 V", "1e-400 V", f"{'1' * 5000} V"])
def test_x44_text_of_a_number_that_no_float_holds_is_refused(text):
    with pytest.raises(QuantityError, match=r"cannot read .* too large or too small"):
        Quantity.parse(text)


def test_x44_text_of_a_number_is_read_without_loss():
    assert Quantity.parse("9007199254740993 V").value == 2**53 + 1
    assert Quantity.from_dict({"value": "9007199254740993", "unit": "V"}).value == 2**53 + 1
    assert type(Quantity.parse("5 V").value) is type(Quantity.parse("1e300 V").value) is float
    assert Quantity.parse("0e-999 V").value == 0


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.fractions())
def test_x44_a_number_is_held_as_the_nearest_float_or_refused(value):
    try:
        held = Quantity(value, "V").value
    except QuantityError:
        assert value == 0 or not 1e-300 < abs(value) < 1e300
    else:
        assert held == value if isinstance(value, int) else held == float(value)
        assert (held == 0) == (value == 0)
        assert math.isfinite(held)


@pytest.mark.parametrize("unit", [None, 5, b"V"])
def test_a_unit_is_a_text(unit):
    with pytest.raises(QuantityError, match=r"^unit: expected a text"):
        Quantity(1.0, unit)


def test_a_quantity_cannot_be_changed():
    quantity = Quantity(5.0, "A*h")
    with pytest.raises(AttributeError, match="cannot be changed"):
        quantity.value = 6.0
    with pytest.raises(AttributeError, match="cannot be changed"):
        del quantity.unit
    with pytest.raises(AttributeError):
        quantity.values_typo = 1
    with pytest.raises(TypeError):
        quantity["value"] = 6.0
    assert quantity == Quantity(5.0, "A*h")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2.5 V", 2.5, "V"),
        ("5 A*h", 5, "A*h"),
        ("-3e-3 mA.h.g-1", -0.003, "mA.h.g-1"),
        ("50 %", 50, "%"),
        ("50%", 50, "%"),
        ("\N{MINUS SIGN}3 V", -3, "V"),
        ("  +.5\tohm*cm**2 ", 0.5, "ohm*cm**2"),
        ("3C", 3, "C"),
        ("5 1/h", 5, "1/h"),
        ("5 eV", 5, "eV"),
        ("1e3C", 1000.0, "C"),
    ],
)
def test_parse(text, value, unit):
    quantity = Quantity.parse(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize("text", ["5 Ah", "5Ah", " 5 Ah ", "-3e-3 mA.h.g-1", "50 %", "25 deg C"])
def test_b4_a_text_alone_is_read_as_parse_reads_it(text):
    assert Quantity(text) == Quantity(value=text) == Quantity.parse(text)
    assert pickle.loads(pickle.dumps(Quantity(text))) == Quantity(text)


NOT_A_CALL = [
    (("5", "Ah"), "write Quantity(5.0, 'Ah')"),
    ((" 5.5 ", "Ah"), "write Quantity(5.5, 'Ah')"),
    (("Ah", 5), "write Quantity(5.0, 'Ah')"),
    (("Ah", 5.5), "write Quantity(5.5, 'Ah')"),
    (("Ah", "5"), "write Quantity(5.0, 'Ah')"),
    (("5 Ah", "Ah"), "the text has a unit already: write Quantity('5 Ah')"),
    (("5 Ah", 1), "the text has a unit already: write Quantity('5 Ah')"),
    (("5,5", "V"), 'write Quantity(5, "A*h") or Quantity("5 A*h")'),
    (("much", "V"), 'write Quantity(5, "A*h") or Quantity("5 A*h")'),
    (("much", None), "write a number and a unit, such as '2.5 V'"),
    (("5",), "write a number and a unit, such as '2.5 V'"),
    (("Ah",), "write a number and a unit, such as '2.5 V'"),
    (("",), "write a number and a unit, such as '2.5 V'"),
    (("25 deg.C",), "did you mean 'degC'?"),
    (("1e400 V",), "its number is too large or too small for a float"),
    ((5,), "unit: expected a text such as 'A*h', got NoneType None; a plain number is 'dimension"),
    ((5, 5), "unit: expected a text such as 'A*h', got int 5"),
    ((Quantity(5, "Ah"),), "it is a quantity already: convert it with .to()"),
    ((Quantity(5, "Ah"), "mAh"), "it is a quantity already: convert it with .to()"),
    (({"value": 5, "unit": "V"},), "Quantity.from_dict reads value and unit"),
    (
        (pint.get_application_registry().Quantity(5, "V"),),
        "Quantity.from_pint reads a quantity of pint",
    ),
    ((True, "V"), "value: expected a number, got bool True"),
    ((b"5 V",), "value: expected a number, got bytes"),
    (((5, "V"),), "value: expected a number, got tuple"),
    ((None,), "value: expected a number, got NoneType None"),
]


@pytest.mark.parametrize(("arguments", "advice"), NOT_A_CALL)
def test_b4_a_wrong_call_says_what_to_write(arguments, advice):
    with pytest.raises(QuantityError) as caught:
        Quantity(*arguments)
    assert advice in str(caught.value)


values = st.none() | st.booleans() | st.text(max_size=8) | numbers | st.binary(max_size=3)


@given(values | st.sampled_from(["5 Ah", "5", "Ah"]), values | st.just("Ah"))
def test_b4_any_call_is_a_quantity_or_our_own_error(value, unit):
    for call in (lambda: Quantity(value), lambda: Quantity(value, unit)):
        with suppress(QuantityError):
            assert isinstance(call(), Quantity)


@pytest.mark.parametrize(
    "calculate",
    [
        lambda: Quantity(5, "V") / 0,
        lambda: 1 / Quantity(0.0, "V"),
        lambda: Quantity(0, "V") ** -1,
        lambda: Quantity(2.0, "V") ** 5000,
        lambda: Quantity(2.0, "V") ** math.nan,
        lambda: Quantity(-2.0, "V") ** 0.5,
        lambda: Quantity(10**300, "V") * Quantity(10**300, "V"),
        lambda: Quantity(5, "V").isclose(Quantity(5, "V"), rel_tol=-1),
        lambda: Quantity.from_pint(5),
    ],
)
def test_b_what_cannot_be_calculated_is_our_own_error(calculate):
    with pytest.raises(QuantityError):
        calculate()


def test_b_nan_and_infinity_are_not_rounded():
    assert math.isnan(round(Quantity(math.nan, "V")).value)
    assert round(Quantity(math.inf, "V")) == Quantity(math.inf, "V")


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "V", "2,5 V", "2-3 V", "2.5 to 4.2 V", "2.5 4.2 V", "1.2.3 V", "nan V"),
        *("1e999 V", "3 * V", "2 1V", "2.5 V;", None, 5.0, b"5 V"),
    ],
)
def test_parse_names_the_text_and_the_form(text):
    with pytest.raises(ValueError, match="cannot read a quantity from ") as caught:
        Quantity.parse(text)
    assert repr(text) in str(caught.value)


@given(numbers, st.sampled_from(["V", "A*h", "mg.cm-2", "1/h", "%", "J/(mol*K)", "µm"]))
def test_text_reads_back_as_the_same_quantity(value, unit):
    assert Quantity.parse(str(Quantity(value, unit))) == Quantity(value, unit)


# --- the wire ----------------------------------------------------------------------------------


@given(
    numbers,
    st.text(max_size=12),
    st.dictionaries(st.sampled_from(["standard_deviation", "co_type"]), numbers, max_size=2),
)
def test_the_wire_form_comes_back_as_it_went(value, unit, extras):
    wire = {"value": value, "unit": unit, **extras}
    quantity = Quantity.from_dict(json.loads(json.dumps(wire)))
    assert quantity.to_dict() == wire
    assert type(quantity.value) is type(value)
    assert quantity == wire
    assert dict(quantity) == wire


def test_to_dict_is_the_wire_form_and_nothing_more():
    assert Quantity(5.0, "A.h").to_dict() == {"value": 5.0, "unit": "A.h"}


@pytest.mark.parametrize(("text", "value"), [("5.5", 5.5), (" -3 ", -3), ("1e-3", 0.001)])
def test_a_number_sent_as_text_is_read(text, value):
    assert Quantity.from_dict({"value": text, "unit": "V"}).value == value


def test_nan_and_infinity_are_held_when_the_wire_has_them():
    assert math.isnan(Quantity.from_dict({"value": "NaN", "unit": "V"}).value)
    assert math.isinf(Quantity.from_dict({"value": math.inf, "unit": "V"}).to("mV").value)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"unit": "V"}, "value"),
        ({"value": 1.0}, "unit"),
        ({"value": None, "unit": "V"}, "value"),
        ({"value": True, "unit": "V"}, "value"),
        ({"value": "high", "unit": "V"}, "value"),
        ({"value": 1.0, "unit": None}, "unit"),
    ],
)
def test_a_bad_wire_form_names_its_field(data, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        Quantity.from_dict(data)


@pytest.mark.parametrize("data", [[5.0, "V"], "5 V", None])
def test_from_dict_wants_an_object(data):
    with pytest.raises(QuantityError, match="expected an object with value and unit"):
        Quantity.from_dict(data)


def test_it_reads_like_the_wires_dict():
    quantity = Quantity.from_dict({"value": 5.0, "unit": "A*h", "co_type": "Rated"})
    assert (quantity["value"], quantity["unit"], quantity["co_type"]) == (5.0, "A*h", "Rated")
    assert list(quantity) == list(quantity.keys()) == ["value", "unit", "co_type"]
    assert list(quantity.values()) == [5.0, "A*h", "Rated"]
    assert quantity.get("value") == 5.0
    assert quantity.get("error", 0.1) == 0.1
    assert "unit" in quantity
    assert "magnitude" not in quantity
    assert {**quantity} == quantity.to_dict()
    assert isinstance(quantity, Mapping)
    with pytest.raises(KeyError):
        quantity["magnitude"]


def test_changing_what_to_dict_gave_changes_nothing():
    quantity = Quantity.from_dict({"value": 5.0, "unit": "V", "co_type": "Rated"})
    quantity.to_dict()["co_type"] = "Measured"
    assert quantity["co_type"] == "Rated"


# --- equality, hash, copies --------------------------------------------------------------------


def test_equality_is_about_what_is_written():
    assert Quantity(5.0, "A*h") == Quantity(5, "A*h")
    assert Quantity(5.0, "A*h") == {"value": 5.0, "unit": "A*h"}
    wire = {"value": 5.0, "unit": "A*h"}
    assert wire == Quantity(5.0, "A*h")
    assert Quantity(5.0, "A*h") != Quantity(5.0, "A.h")
    assert Quantity(5.0, "A*h") != Quantity(5000.0, "mA*h")
    assert Quantity(5.0, "A*h") != 5.0
    assert Quantity(5.0, "A*h") != {"value": 5.0}


def test_equal_quantities_are_one_key():
    assert {Quantity(5, "V"): "int"}[Quantity(5.0, "V")] == "int"
    assert len({Quantity(5, "V"), Quantity(5.0, "V"), Quantity(5, "mV")}) == 2


@pytest.mark.parametrize("extras", [{}, {"standard_deviation": 0.1, "conditions": {"C": [1]}}])
def test_copies_and_pickles_are_equal(extras):
    quantity = Quantity.from_dict({"value": 25.0, "unit": "°C", **extras})
    protocols = range(2, pickle.HIGHEST_PROTOCOL + 1)
    copies = [pickle.loads(pickle.dumps(quantity, protocol)) for protocol in protocols]
    for twin in [copy.copy(quantity), copy.deepcopy(quantity), *copies]:
        assert twin == quantity
        assert type(twin) is Quantity
        assert twin.to_dict() == quantity.to_dict()


# --- conversion ---------------------------------------------------------------------------------


def test_conversion_leaves_the_other_keys_behind():
    quantity = Quantity.from_dict({"value": 5.0, "unit": "A*h", "standard_deviation": 0.1})
    assert quantity.to("mA*h").to_dict() == {"value": 5000.0, "unit": "mA*h"}
    assert quantity.to("A*h").to_dict() == quantity.to_dict()


# --- order and closeness -----------------------------------------------------------------------


def test_order_goes_by_dimension():
    small, large = Quantity(4900, "mAh"), Quantity(5.0, "A*h")
    assert small < large
    assert large > small
    assert Quantity(5000, "mA.h") <= large
    assert Quantity(5000, "mA.h") >= large
    assert not Quantity(5000, "mA.h") < large
    assert sorted([large, small]) == [small, large]
    assert Quantity(20, "degC") < Quantity(300, "K")
    assert Quantity(50, "%") < 0.6
    with pytest.raises(DimensionError, match=r"'V' to 'A\*h'"):
        _ = large < Quantity(1.0, "V")
    with pytest.raises(DimensionError, match="give it a unit"):
        _ = large > 3
    with pytest.raises(TypeError):
        _ = large < "6 A*h"


@settings(deadline=None)
@given(finite, finite, st.sampled_from(["ohm", "mohm", "kohm"]), st.sampled_from(["ohm", "mΩ"]))
def test_order_is_the_same_from_both_sides(a, b, unit_a, unit_b):
    left, right = Quantity(a, unit_a), Quantity(b, unit_b)
    assert (left < right) == (right > left)
    assert (left <= right) == (right >= left)
    assert (left < right) != (left >= right)


@settings(deadline=None)
@given(
    moderate,
    st.floats(-3e-9, 3e-9),
    st.sampled_from([("A*h", "mA.h"), ("ohm", "mΩ"), ("mg/cm**2", "g/m**2"), ("degC", "K")]),
)
def test_closeness_is_the_same_from_both_sides(value, nudge, units):
    left = Quantity(value, units[0])
    right = Quantity(left.to(units[1]).value * (1 + nudge), units[1])
    assert left.isclose(right) == right.isclose(left)
    if abs(nudge) < 9e-10:
        assert left.isclose(right)


def test_isclose():
    capacity = Quantity(5.0, "A*h")
    assert capacity.isclose(Quantity(5000, "mAh"))
    assert capacity.isclose({"value": 5.0, "unit": "A.h"})
    assert capacity.isclose(pint.get_application_registry().Quantity(5.0, "A*h"))
    assert not capacity.isclose(Quantity(5.01, "A*h"))
    assert capacity.isclose(Quantity(5010, "mAh"), rel_tol=0.01)
    assert capacity.isclose(Quantity(5010, "mAh"), abs_tol=0.02)
    assert not capacity.isclose(Quantity(5.0, "V"))
    assert Quantity(25, "degC").isclose(Quantity(298.15, "K"))
    assert Quantity(math.inf, "V").isclose(Quantity(math.inf, "mV"))
    assert not Quantity(math.nan, "V").isclose(Quantity(math.nan, "V"))
    assert Quantity(1.0, "furlongs_of_ours").isclose(Quantity(1.0, "furlongs_of_ours"))
    with pytest.raises(ValueError, match="negative"):
        capacity.isclose(capacity, rel_tol=-1.0)
    with pytest.raises(QuantityError, match="expected a Quantity"):
        capacity.isclose(5.0)


# --- arithmetic --------------------------------------------------------------------------------


def test_arithmetic_by_dimension():
    capacity = Quantity(5.0, "A*h")
    assert capacity + Quantity(200, "mAh") == Quantity(5.2, "A*h")
    assert capacity - Quantity(1.0, "A.h") == Quantity(4.0, "A*h")
    assert capacity + pint.get_application_registry().Quantity(1.0, "mA*h") == Quantity(
        5.001, "A*h"
    )
    assert sum([capacity, capacity], Quantity(0, "A*h")) == Quantity(10.0, "A*h")
    assert 2 * capacity == capacity * 2 == Quantity(10.0, "A*h")
    assert Quantity(5, "Ah") / 2 == Quantity(2.5, "Ah")
    assert 1 / Quantity(4.0, "V") == Quantity(0.25, "1/V")
    assert capacity * Quantity(3.6, "V") == Quantity(18.0, "A*h*V")
    assert (capacity * Quantity(3.6, "V")).to("W*h") == Quantity(18.0, "W*h")
    assert Quantity(2, "V") * Quantity(3, "V") == Quantity(6, "V**2")
    assert Quantity(4.2, "V") / Quantity(2.1, "A") == Quantity(2.0, "V/A")
    assert float(Quantity(500, "mAh") / capacity) == 0.1
    assert float(Quantity(50, "%")) == 0.5
    assert Quantity(50, "%") + 0.1 == Quantity(60.0, "%")
    assert -capacity == Quantity(-5.0, "A*h")
    assert +capacity == abs(-capacity) == capacity


def test_arithmetic_refuses_what_has_no_meaning():
    capacity = Quantity(5.0, "A*h")
    for mistake in (lambda: capacity + 1, lambda: 1 - capacity, lambda: float(capacity)):
        with pytest.raises(DimensionError, match="a plain number is dimensionless"):
            mistake()
    with pytest.raises(DimensionError, match=r"'V' to 'A\*h'"):
        _ = capacity + Quantity(1.0, "V")
    with pytest.raises(TypeError):
        _ = capacity + "1 A*h"
    with pytest.raises(TypeError):
        _ = capacity * None
    with pytest.raises(TypeError):
        _ = capacity * True
    with pytest.raises(ZeroDivisionError):
        _ = capacity / 0


def test_a_plain_zero_is_zero_of_any_dimension():
    capacity = Quantity(5.0, "A*h")
    assert sum([capacity, capacity]) == Quantity(10.0, "A*h")
    assert capacity > 0
    assert sorted([capacity, 0, -capacity]) == [-capacity, 0, capacity]
    assert -capacity < 0.0
    assert capacity - 0 == capacity
    with pytest.raises(DimensionError):  # 0 degC is no nothing
        _ = Quantity(25.0, "degC") > 0


def test_powers_and_rounding():
    assert Quantity(2, "cm") ** 2 == Quantity(4, "cm**2")
    assert Quantity(4.0, "cm2") ** 0.5 == Quantity(2.0, "cm")
    assert Quantity(2.0, "s") ** -1 == Quantity(0.5, "1/s")
    assert Quantity(3.0, "V") ** 0 == Quantity(1.0, "dimensionless")
    assert round(Quantity(4.94123, "A*h"), 2) == Quantity(4.94, "A*h")
    with pytest.raises(QuantityError, match="cannot raise to a power"):
        _ = Quantity(25.0, "degC") ** 2
    with pytest.raises(TypeError):
        _ = Quantity(2.0, "V") ** Quantity(2.0, "V")


def test_with_numpy_it_is_one_object():
    numpy = pytest.importorskip("numpy")
    capacity = Quantity(5.0, "A*h")
    pair = numpy.array([capacity, Quantity(200, "mAh")])
    assert pair.dtype == object
    assert pair.sum() == Quantity(5.2, "A*h")
    assert list(numpy.array([0.5, 2.0]) * capacity) == [
        Quantity(2.5, "A*h"),
        Quantity(10.0, "A*h"),
    ]
    assert list(capacity / numpy.array([1, 2])) == [capacity, Quantity(2.5, "A*h")]
    assert (pair > Quantity(1, "A*h")).tolist() == [True, False]
    assert (Quantity(1, "A*h") < pair).tolist() == [True, False]
    assert numpy.float64(2) * capacity == Quantity(10.0, "A*h")
    assert numpy.asarray(Quantity(50, "%"), dtype=float) == 0.5
    with pytest.raises(DimensionError):
        numpy.asarray(capacity, dtype=float)


def test_json_takes_it_with_one_word():
    record = {"capacity": Quantity(5.0, "A*h"), "all": [Quantity(1, "V")]}
    text = json.dumps(record, default=dict)
    assert json.loads(text) == record


def test_temperatures():
    room = Quantity(25.0, "degC")
    assert room - Quantity(20.0, "°C") == Quantity(5.0, "delta_degC")
    assert Quantity(77.0, "degF") - room == Quantity(0.0, "delta_degF")
    assert (room - Quantity(20.0, "degC")) + Quantity(20.0, "degC") == room
    assert room + Quantity(5.0, "delta_degC") == Quantity(30.0, "degC")
    assert Quantity(5.0, "delta_degC") + room == Quantity(30.0, "degC")
    assert room - Quantity(9.0, "delta_degF") == Quantity(20.0, "degC")
    assert -room == Quantity(-25.0, "degC")
    ambiguous = (
        lambda: room + room,
        lambda: room + Quantity(5.0, "K"),
        lambda: Quantity(5.0, "K") - room,
        lambda: 2 * room,
        lambda: room / 2,
        lambda: 1 / room,
        lambda: room * Quantity(1.0, "A"),
    )
    for mistake in ambiguous:
        with pytest.raises(QuantityError, match="ambiguous; give a temperature difference in"):
            mistake()


# --- pint --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "spelling"),
    [
        ("mA*h/g", "mA*h/g"),
        ("A*h", "A*h"),
        ("W*h/L", "W*h/L"),
        ("ohm*cm**2", "ohm*cm**2"),
        ("coulomb", "coulomb"),
        ("coulomb/mol", "coulomb/mol"),
        ("degC", "degC"),
        ("delta_degC", "delta_degC"),
        ("um", "um"),
        ("mohm", "mohm"),
        ("percent", "percent"),
        ("1/hour", "1/h"),
        ("", "dimensionless"),
        ("mg/cm**2", "mg/cm**2"),
    ],
)
def test_pint_units_are_written_in_short_ascii(unit, spelling):
    theirs = pint.UnitRegistry().Quantity(2.5, unit)
    quantity = Quantity.from_pint(theirs)
    assert quantity == Quantity(2.5, spelling)
    back = quantity.to_pint()
    assert back.magnitude == 2.5
    assert str(back.to_root_units()) == str(theirs.to_root_units())


def test_to_pint_stands_on_the_application_registry():
    registry = pint.get_application_registry()
    assert Quantity(5.0, "A.h").to_pint() + 1 * registry.ampere_hour == 6 * registry.ampere_hour
    assert Quantity(3.0, "C").to_pint() == registry.Quantity(3.0, "1/hour")


def test_the_users_own_units_are_known_and_their_registry_is_left_alone():
    before = pint.get_application_registry().get()
    registry = pint.UnitRegistry()
    registry.define("cellful = 3 * ampere * hour")
    pint.set_application_registry(registry)
    try:
        assert Quantity(2.0, "cellful").to("A*h").isclose(Quantity(6.0, "A*h"))
        assert Quantity(2.0, "cellful") > Quantity(5.0, "A*h")
        assert Quantity.parse("1 mOhm").to_pint().units == registry.milliohm
        assert registry.parse_units("C") == registry.coulomb
        assert "mOhm" not in registry
    finally:
        pint.set_application_registry(before)
    with pytest.raises(UnitError, match="'cellful' is not a known unit"):
        Quantity(2.0, "cellful").to("A*h")


def test_an_array_is_no_quantity():
    numpy = pytest.importorskip("numpy")
    with pytest.raises(QuantityError, match=r"^value: "):
        Quantity.from_pint(pint.UnitRegistry().Quantity(numpy.array([1.0, 2.0]), "V"))


def test_as_quantity():
    capacity = Quantity(5.0, "A*h")
    assert as_quantity(capacity) is capacity
    assert as_quantity({"value": 5.0, "unit": "A*h"}) == capacity
    assert as_quantity(pint.get_application_registry().Quantity(5.0, "A*h")) == capacity
    for stranger in ("5 A*h", (5.0, "A*h"), 5.0, None):
        with pytest.raises(QuantityError, match="expected a Quantity"):
            as_quantity(stranger)
    with pytest.raises(QuantityError, match=r"^unit: missing"):
        as_quantity({"value": 5.0})


# --- texts and import --------------------------------------------------------------------------


def test_texts():
    capacity = Quantity(5.0, "A*h")
    assert str(capacity) == f"{capacity}" == "5 A*h"
    assert str(Quantity(4.941234567890123, "A*h")) == "4.941234567890123 A*h"
    assert f"{capacity:.2f}" == "5.00 A*h"
    assert f"{Quantity(0.5, ''):.1f}" == "0.5"
    assert repr(capacity) == "Quantity(5.0, 'A*h')"
    assert capacity._repr_html_() == "<span>5 A·h</span>"
    assert Quantity(7, "mg.cm-2")._repr_html_() == "<span>7 mg/cm²</span>"
    assert Quantity(0.5, "C")._repr_html_() == "<span>0.5 C</span>"
    assert "<script>" not in Quantity(1, "<script>")._repr_html_()


def test_the_examples_in_the_docstrings_hold():
    names = [each.name for each in pkgutil.iter_modules(ionworks.quantity.__path__)]
    modules = [importlib.import_module(f"ionworks.quantity.{name}") for name in names]
    results = [doctest.testmod(module) for module in modules]
    assert sum(each.attempted for each in results) > 20
    assert sum(each.failed for each in results) == 0


def test_import_is_light_and_plain_use_does_not_load_pint():
    code = (
        "import sys; before = {*sys.modules}; from ionworks.quantity import Quantity as Q\n"
        "print(sorted({'pint', 'decimal', 'fractions'} & ({*sys.modules} - before)))\n"
        "Q.from_dict({'value': 5.0, 'unit': 'A*h'}).isclose(Q.parse('5 Ah')); Q(1, 'V') * 2\n"
        "print(sorted({'pint', 'numpy', 'httpx', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "[]"]
