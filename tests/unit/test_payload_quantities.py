"""Quantities in what is sent: dimension, sign, order and unit of ratings; quantities among text."""

from __future__ import annotations

import copy
import datetime
import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pint
import pytest
from contract_json import schemas
from hypothesis import given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_batches import create_cell_batch, update_cell_batch
from ionworks_openapi.api.cell_instances import create_cell_instance, update_cell_instance
from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_upload,
    create_properties_measurement,
    initiate_measurement_upload,
    update_cell_measurement,
)
from ionworks_openapi.api.cell_specifications import (
    create_cell_specification,
    update_cell_specification,
)
from ionworks_openapi.api.materials import create_material, update_material
from ionworks_openapi.models import Ratings
from ionworks_openapi.types import Operation

from ionworks import Quantity
from ionworks._request.payload import validate_body
from ionworks.errors import PayloadError
from ionworks.quantity import QuantityError
from ionworks.quantity.text import quantity_in
from ionworks.sandbox.contract.operations import load_contract

Json = dict[str, Any]

# Rating: a unit of its dimension for pint, good quantities, the name of its dimension.
RATINGS: dict[str, tuple[str, list[str], str]] = {
    "capacity": ("A*h", ["5 A*h", "5 A.h", "5 Ah", "5000 mAh", "18 kcoulomb"], "a charge"),
    "voltage_min": ("V", ["2.5 V", "2500 mV", "0 V", "-0.5 V"], "a voltage"),
    "voltage_max": ("V", ["4.2 V", "4200 mV", "0.004 kV"], "a voltage"),
    "nominal_voltage": ("V", ["3.6 V", "0 V"], "a voltage"),
    "energy": ("W*h", ["18 W*h", "18 Wh", "64.8 kJ", "0.018 kWh"], "an energy"),
    "energy_density_gravimetric": ("W*h/kg", ["260 W.h.kg-1", "0.9 MJ/kg"], "an energy per mass"),
    "energy_density_volumetric": ("W*h/L", ["700 Wh/L", "2.5 kJ/cm**3"], "an energy per volume"),
    "max_discharge_rate": ("1/h", ["2 C", "2 1/h", "2C"], "a rate"),
    "max_charge_rate": ("1/h", ["0.5 C", "0 C"], "a rate"),
}
UNITS = ["A*h", "V", "A", "W*h", "W", "W*h/kg", "W*h/L", "C", "mAh/g", "degC", "%", "s", "ohm", "g"]
NEVER_NEGATIVE = sorted(RATINGS.keys() - {"voltage_min"})
NEVER_ZERO = sorted(RATINGS.keys() - {"voltage_min", "nominal_voltage", "max_charge_rate"})
CREATE, UPDATE = create_cell_specification, update_cell_specification


def rated(operation: Operation[..., Any] = CREATE, /, **ratings: Any) -> Any:
    """Return the ratings as they are sent."""
    name = {"name": "LG M50"} if operation is CREATE else {}
    return validate_body(operation, {**name, "ratings": ratings})["ratings"]


def refused(operation: Operation[..., Any], body: Any) -> PayloadError:
    with pytest.raises(PayloadError) as caught:
        validate_body(operation, body)
    return caught.value


def not_rated(operation: Operation[..., Any] = CREATE, /, **ratings: Any) -> PayloadError:
    return refused(operation, {"name": "LG M50", "ratings": ratings})


# --------------------------------------------------------------------------------- A3: ratings


def test_a3_the_contract_says_of_each_rating_what_it_is():
    rules = {name: each["x-quantity"] for name, each in schemas()["Ratings"]["properties"].items()}
    assert {name: rule["dimension"] for name, rule in rules.items()} == {
        name: unit for name, (unit, _, _) in RATINGS.items()
    }
    for name, rule in rules.items():
        assert rated(**{name: rule["example"]}) == {name: rule["example"]}


@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
@pytest.mark.parametrize("name", RATINGS)
def test_a3_a_good_rating_is_sent_as_it_is_spelled(name, operation):
    for text in RATINGS[name][1]:
        quantity = Quantity.parse(text)
        for given_ in (text, quantity, quantity.to_dict()):
            assert rated(operation, **{name: given_}) == {name: quantity.to_dict()}
    assert rated(operation, **{name: None}) == {name: None}


def other_units(name: str) -> list[str]:
    own = pint.Unit(RATINGS[name][0]).dimensionality
    return [unit for unit in UNITS if pint.Unit(unit.replace("C", "1/h", unit == "C")
            .replace("mAh", "mA*h").replace("%", "percent")).dimensionality != own]  # fmt: skip


@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
@pytest.mark.parametrize("name", RATINGS)
def test_a3_a_rating_of_another_dimension_is_refused(name, operation):
    others = other_units(name)
    assert len(others) >= 12
    for unit in others:
        for given_ in (f"5 {unit}", Quantity(5, unit), {"value": 5, "unit": unit}):
            error = not_rated(operation, **{name: given_})
            assert (error.field, error.value) == (f"ratings.{name}", f"5 {unit}")
            assert "has the dimension of a" in str(error) or "has the wrong dimension" in str(error)
            assert f'Give {RATINGS[name][2]}, such as "' in str(error)


def test_a3_an_error_says_what_was_given_and_what_is_expected():
    assert str(not_rated(capacity="5 V")) == (
        "ratings.capacity = '5 V': has the dimension of a voltage. Give a charge, such as "
        '"5 A*h".'
    )
    assert str(not_rated(capacity="-5 A*h")) == (
        "ratings.capacity = '-5 A*h': must be above 0. Give a charge, such as \"5 A*h\"."
    )
    assert str(not_rated(voltage_min="4.2 V", voltage_max="2500 mV")) == (
        "ratings.voltage_min = '4.2 V': must be below voltage_max, which is 2500 mV. "
        "Correct one of the two."
    )
    assert "write coulomb for a charge" in str(not_rated(capacity="18000 C"))
    assert "did you mean 'Ah'?" in str(not_rated(capacity="5 ah"))


@pytest.mark.parametrize("name", NEVER_NEGATIVE)
def test_a3_a_negative_rating_is_refused(name):
    for number in (-5, -0.001):
        error = not_rated(**{name: Quantity(number, RATINGS[name][0])})
        assert error.field == f"ratings.{name}"
        assert "0. Give a" in str(error)


@pytest.mark.parametrize("name", NEVER_ZERO)
def test_a3_a_rating_of_zero_is_refused_where_it_is_impossible(name):
    error = not_rated(**{name: f"0 {RATINGS[name][0]}"})
    assert error.field == f"ratings.{name}"
    assert "must be above 0" in str(error)


@pytest.mark.parametrize("name", RATINGS)
def test_a3_a_rating_that_is_no_quantity_is_refused(name):
    unit = RATINGS[name][0]
    for number in (5, 2.5, np.float64(5), np.int64(5), Decimal("2.5")):
        error = not_rated(**{name: number})
        assert error.field == f"ratings.{name}"
        assert "needs a unit" in str(error)
    assert schemas()["Ratings"]["properties"][name]["x-quantity"]["example"]["unit"] in str(error)
    for text in ("five", "5", "", "5 ", "A*h", f"5,5 {unit}", f"1e400 {unit}", f"1e-400 {unit}"):
        assert not_rated(**{name: text}).field == f"ratings.{name}"
    for value in (True, [5, unit], {}, {"value": 5}, {"unit": unit}, {"value": "5", "unit": unit}):
        assert not_rated(**{name: value}).field.startswith(f"ratings.{name}")
    for number in (True, None, "5", [5], math.nan, math.inf, 10**400):
        error = not_rated(**{name: {"value": number, "unit": unit}})
        assert error.field == f"ratings.{name}.value"


@pytest.mark.parametrize("name", RATINGS)
def test_a3_an_unknown_unit_of_a_rating_is_refused(name):
    for unit in ("mAhh", "Vv", "apples", "gram-ish"):
        for given_ in (Quantity(5, unit), {"value": 5, "unit": unit}):
            error = not_rated(**{name: given_})
            assert (error.field, error.value) == (f"ratings.{name}.unit", unit)
        assert not_rated(**{name: f"5 {unit}"}).field in (f"ratings.{name}.unit", f"ratings.{name}")


@pytest.mark.parametrize(
    ("ratings", "field"),
    [
        ({"voltage_min": "4.2 V", "voltage_max": "2.5 V"}, "voltage_min"),
        ({"voltage_min": "2500 mV", "voltage_max": "2.4 V"}, "voltage_min"),
        ({"voltage_min": "4.2 V", "voltage_max": "4.2 V"}, "voltage_min"),
        ({"voltage_min": "4200 mV", "voltage_max": "4.2 V"}, "voltage_min"),
        ({"voltage_min": "2.5 V", "nominal_voltage": "2.4 V"}, "nominal_voltage"),
        ({"nominal_voltage": "4300 mV", "voltage_max": "4.2 V"}, "nominal_voltage"),
        ({"nominal_voltage": "5 V", "voltage_min": "2.5 V", "voltage_max": "4 V"}, "nominal_"),
    ],
)
@pytest.mark.parametrize("operation", [CREATE, UPDATE], ids=["create", "update"])
def test_a3_limits_in_the_wrong_order_are_refused(ratings, field, operation):
    assert not_rated(operation, **ratings).field.startswith(f"ratings.{field}")
    backwards = dict(reversed(ratings.items()))
    assert not_rated(operation, **backwards).field.startswith(f"ratings.{field}")


@pytest.mark.parametrize(
    "ratings",
    [
        {"voltage_min": "2500 mV", "voltage_max": "4.2 V"},
        {"voltage_min": "-0.5 V", "voltage_max": "0.5 V", "nominal_voltage": "0 V"},
        {"nominal_voltage": "3300 mV", "voltage_max": "3.3 V"},
        {"voltage_min": "5 V", "voltage_max": None},
        {"voltage_min": None, "voltage_max": "1 V"},
    ],
)
def test_a3_limits_in_their_order_are_sent(ratings):
    assert rated(**ratings).keys() == ratings.keys()


volts = st.tuples(
    st.integers(-6000, 6000), st.sampled_from([("V", 1), ("mV", 1000), ("kV", 0.001)])
)


@settings(max_examples=80)
@given(volts, volts)
def test_a3_the_order_of_limits_is_exact_across_units(low, high):
    (low_mv, (low_unit, low_scale)), (high_mv, (high_unit, high_scale)) = low, high
    ratings = {
        "voltage_min": Quantity(float(Fraction(low_mv, 1000) * Fraction(str(low_scale))), low_unit),
        "voltage_max": Quantity(
            float(Fraction(high_mv, 1000) * Fraction(str(high_scale))), high_unit
        ),
    }
    if low_mv < high_mv and high_mv > 0:
        assert rated(**ratings) == {name: each.to_dict() for name, each in ratings.items()}
    else:
        assert not_rated(**ratings).field in ("ratings.voltage_min", "ratings.voltage_max")


@settings(max_examples=100)
@given(
    st.sampled_from(sorted(RATINGS)),
    st.floats(-1e6, 1e6) | st.integers(-5, 5),
    st.sampled_from(["A*h", "mA*h", "V", "mV", "W*h", "kJ", "J/g", "kPa", "1/h", "Hz", "kg", "m"]),
)
def test_a3_what_pint_takes_for_the_dimension_is_taken(name, value, unit):
    fits = pint.Unit(unit).dimensionality == pint.Unit(RATINGS[name][0]).dimensionality
    signed = name not in NEVER_NEGATIVE
    in_range = signed or value > 0 or (value == 0 and name not in NEVER_ZERO)
    if fits and in_range:
        assert rated(**{name: Quantity(value, unit)}) == {name: {"value": value, "unit": unit}}
    else:
        assert not_rated(**{name: Quantity(value, unit)}).field == f"ratings.{name}"


def test_a3_ratings_as_a_record_are_checked_alike():
    assert refused(CREATE, {"name": "x", "ratings": Ratings(capacity="5 V")}).field == (
        "ratings.capacity"
    )
    with_record = {"name": "x", "ratings": Ratings(capacity=Quantity(5, "A.h"))}
    assert validate_body(CREATE, with_record)["ratings"] == {
        "capacity": {"value": 5, "unit": "A.h"}
    }


def test_a3_a_unit_of_the_users_own_counts():
    registry = pint.UnitRegistry()
    registry.define("module = 5 * ampere * hour")
    before = pint.get_application_registry().get()
    pint.set_application_registry(registry)
    try:
        assert rated(capacity="2 module") == {"capacity": {"value": 2, "unit": "module"}}
        assert not_rated(energy="2 module").field == "ratings.energy"
    finally:
        pint.set_application_registry(before)


# -------------------------------------------------------- A4, A5: objects that hold quantities

PLACES: dict[str, tuple[Operation[..., Any], Json, str]] = {
    "cell": (create_cell_instance, {"name": "x"}, "measured_properties"),
    "cell, changed": (update_cell_instance, {}, "measured_properties"),
    "specification": (CREATE, {"name": "x"}, "properties"),
    "specification, changed": (UPDATE, {}, "properties"),
    "component": (CREATE, {"name": "x"}, "cathode.properties"),
    "component, changed": (UPDATE, {}, "separator.properties"),
    "material of a component": (
        CREATE,
        {"name": "x", "anode": {"material": {"name": "graphite"}}},
        "anode.material.definition",
    ),
    "material": (create_material, {"name": "x"}, "definition"),
    "material, changed": (update_material, {}, "definition"),
    "batch": (create_cell_batch, {"name": "x"}, "properties"),
    "batch, changed": (update_cell_batch, {}, "properties"),
    "measurement": (
        create_properties_measurement,
        {"name": "x", "measurement_type": "properties"},
        "properties",
    ),
    "measurement, changed": (update_cell_measurement, {}, "properties"),
    "upload": (
        initiate_measurement_upload,
        {"measurement": {"name": "x"}},
        "measurement.properties",
    ),
    "upload, confirmed": (
        confirm_measurement_upload,
        {"cell_instance_id": "c", "measurement": {"name": "x"}},
        "measurement.properties",
    ),
}
HOLDERS = {
    "MeasuredProperties": "required",
    "MeasurementProperties": "required",
    "DesignProperties": "required",
    "MaterialDefinition": "optional",
    "BatchProperties": "optional",
}
# Where a value may stand in one of these objects, as a function of it, and its path there.
NESTINGS: list[tuple[Any, str]] = [
    (lambda value: {"mass": value}, "mass"),
    (lambda value: {"cell": {"mass": value}}, "cell.mass"),
    (lambda value: {"cell": {"inner": {"mass": value}}}, "cell.inner.mass"),
    (lambda value: {"layers": [{"mass": value}]}, "layers[0].mass"),
    (lambda value: {"layers": ({"a": "b"}, {"c": [{"mass": value}]})}, "layers[1].c[0].mass"),
]
OPTIONAL = [place for place in PLACES if place.startswith(("batch", "material"))]
REQUIRED = [place for place in PLACES if place not in OPTIONAL]
each_place = pytest.mark.parametrize("place", PLACES)
each_nesting = pytest.mark.parametrize(("nest", "inner"), NESTINGS, ids=[n[1] for n in NESTINGS])


def placed(place: str, value: Any) -> tuple[Operation[..., Any], Json, str]:
    """Return an operation, a body with the value at a place, and the path there."""
    operation, body, path = PLACES[place]
    body = copy.deepcopy(body)
    *above, last = path.split(".")
    holder = body
    for name in above:
        holder = holder.setdefault(name, {})
    holder[last] = value
    return operation, body, path


def sent(place: str, value: Any) -> Any:
    operation, body, path = placed(place, value)
    found = validate_body(operation, body)
    for name in path.split("."):
        found = found[name]
    return found


def not_sent(place: str, value: Any) -> tuple[PayloadError, str]:
    operation, body, path = placed(place, value)
    return refused(operation, body), path


def test_a4_the_contract_says_which_objects_hold_quantities():
    marked = {name: each.get("x-holds-quantities") for name, each in schemas().items()}
    assert {name: held for name, held in marked.items() if held} == HOLDERS


BARE = [45, 45.5, 0, -1, np.float64(45), np.int64(45), np.array(45.0), Decimal("45.5")]


@pytest.mark.parametrize("place", REQUIRED)
@each_nesting
def test_a4_a_bare_number_is_refused_wherever_quantities_are_required(place, nest, inner):
    for number in BARE:
        error, path = not_sent(place, nest(number))
        assert error.field == f"{path}.{inner}"
        assert "a number needs a unit" in str(error)
        assert "'dimensionless')" in str(error)


@pytest.mark.parametrize("place", OPTIONAL)
@each_nesting
def test_a4_a_bare_number_is_sent_where_quantities_are_optional(place, nest, inner):
    for number in BARE:
        assert sent(place, nest(number)) == sent(place, nest(float(number)))


@each_place
@each_nesting
def test_a4_an_unknown_unit_is_refused_wherever_quantities_are_held(place, nest, inner):
    for unit in ("gram-ish", "gg", "apples", 5, None):
        error, path = not_sent(place, nest({"value": 45, "unit": unit}))
        assert error.field == f"{path}.{inner}.unit"
    error, path = not_sent(place, nest(Quantity(45, "gg")))
    assert (error.field, error.value) == (f"{path}.{inner}.unit", "gg")
    assert "did you mean 'g'?" in str(error)


@each_place
@each_nesting
def test_a4_a_quantity_has_a_number(place, nest, inner):
    for value in (True, None, "45", [45], {"x": "y"}, math.nan, math.inf):
        error, path = not_sent(place, nest({"value": value, "unit": "g"}))
        assert error.field == f"{path}.{inner}.value"
    for half in ({"value": 45}, {"value": 45, "units": "g"}):
        if place in OPTIONAL:
            assert sent(place, nest(half)) == sent(place, nest(copy.copy(half)))
            continue
        error, path = not_sent(place, nest(half))
        assert error.field == f"{path}.{inner}.value"


@each_place
@pytest.mark.parametrize("unit", ["degree Celsius", "deg C", "ºC", "℃", "oC", "° F", "W/(m °C)"])
def test_b1_a_temperature_is_sent_as_it_is_spelled(place, unit):
    wire = {"value": 25, "unit": unit}
    for given_as in (wire, Quantity(25, unit), f"25 {unit}"):
        assert sent(place, {"cell": {"limit": given_as}}) == {"cell": {"limit": wire}}


@each_place
@pytest.mark.parametrize("unit", ["deg.C", "degree*C", "rad C", "C deg", "deg*F", "m°C", "ºCC"])
def test_b1_a_mistaken_temperature_is_not_sent(place, unit):
    error, path = not_sent(place, {"cell": {"limit": {"value": 25, "unit": unit}}})
    assert error.field == f"{path}.cell.limit.unit"
    assert f"did you mean 'deg{'F' if 'F' in unit else 'C'}'" in str(error)


@each_place
@each_nesting
def test_a5_text_that_is_a_quantity_becomes_one(place, nest, inner):
    assert sent(place, nest("68 g")) == sent(place, nest({"value": 68.0, "unit": "g"}))
    assert sent(place, nest(np.str_("68 g"))) == sent(place, nest(Quantity(68.0, "g")))
    text = sent(place, nest("LG Chem"))
    assert "LG Chem" in str(text)
    error, path = not_sent(place, nest("68 gg"))
    assert (error.field, error.value) == (f"{path}.{inner}", "68 gg")
    assert "'gg' is not a known unit; did you mean 'g'?" in str(error)


@each_place
def test_a4_what_is_no_bare_number_is_sent_as_it_is(place):
    held = {
        "mass": {"value": 45, "unit": "g", "standard_deviation": 0.5},
        "count": {"value": 3, "unit": ""},
        "passed": True,
        "none": None,
        "maker": "LG Chem",
        "fractions": [0.8, 0.1, 0.1],
        "table": [[1, 2], [3, 4]],
        "made": "2024-01-01",
    }
    assert sent(place, held) == held


@each_place
@pytest.mark.parametrize("value", ["5 g", 5, Quantity(5, "g"), [Quantity(5, "g")], True])
def test_a4_the_object_itself_is_no_quantity(place, value):
    error, path = not_sent(place, value)
    assert error.field.startswith(path)


@pytest.mark.parametrize("key", ["protocol", "test_setup"])
def test_a4_other_objects_hold_bare_numbers_and_text(key):
    held = {"ambient_temperature_degc": 25.0, "channel_number": 3, "note": "68 g", "x": "68 gg"}
    body = {"name": "x", "properties": {}, key: held}
    assert validate_body(create_properties_measurement, body)[key] == held


def test_a5_dates_among_properties_stay_text():
    day = datetime.date(2024, 1, 1)
    assert sent("cell", {"cell": {"made": day}}) == {"cell": {"made": "2024-01-01"}}


plain_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
held_values = st.recursive(
    st.none()
    | st.booleans()
    | plain_words
    | st.sampled_from(["68 g", "5Ah", "50 %", "18650", "NMC 811"])
    | st.builds(Quantity, st.floats(-1e9, 1e9), st.sampled_from(UNITS)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
)


@settings(max_examples=80)
@given(st.dictionaries(st.text("abc", min_size=1), held_values, max_size=3))
def test_a5_what_was_read_once_is_read_alike_again(held):
    try:
        first = sent("cell", held)
    except PayloadError:
        return
    assert sent("cell", first) == first


# ------------------------------------------------------------------------- A5: text, or not

QUANTITIES = {
    **{"68 g": (68, "g"), "68g": (68, "g"), " 68 g ": (68, "g"), "-5 degC": (-5, "degC")},
    **{"\N{MINUS SIGN}5 V": (-5, "V"), "+5 V": (5, "V"), ".5 V": (0.5, "V"), "5. V": (5, "V")},
    **{"5e-3 A": (0.005, "A"), "50%": (50, "%"), "50 %": (50, "%"), "25°C": (25, "°C")},
    **{"5 Ah": (5, "Ah"), "5Ah": (5, "Ah"), "7 mg/cm2": (7, "mg/cm2"), "7 mg.cm-2": (7, "mg.cm-2")},
    **{"0.5C": (0.5, "C"), "0.2 1/h": (0.2, "1/h"), "10 cycles": (10, "cycles")},
    **{"96 wt%": (96, "wt%"), "96 wt.%": (96, "wt.%"), "2 mol%": (2, "mol%"), "5 pcs": (5, "pcs")},
    **{"5 A h": (5, "A h"), "3 days": (3, "days"), "300rpm": (300, "rpm"), "5uA": (5, "uA")},
    **{"12 A": (12, "A"), "5 V": (5, "V"), "2.5V": (2.5, "V"), "-5V": (-5, "V"), "24h": (24, "h")},
    **{"12 months": (12, "months"), "3 weeks": (3, "weeks"), "5 mins": (5, "mins")},
    **{"5mV": (5, "mV"), "2kWh": (2, "kWh"), "5MPa": (5, "MPa"), "10 mbar": (10, "mbar")},
    **{"3 psi": (3, "psi"), "50 ppm": (50, "ppm"), "3 cP": (3, "cP"), "760 torr": (760, "torr")},
    **{"25 degree Celsius": (25, "degree Celsius"), "25 ºC": (25, "ºC"), "77 °F": (77, "°F")},
    **{"5 mA h g\N{MINUS SIGN}1": (5, "mA h g\N{MINUS SIGN}1"), "2 %/min": (2, "%/min")},
    **{"1.2 M": (1.2, "M"), "5 dimensionless": (5, "dimensionless"), "2 µL": (2, "µL")},
}
MISTYPED = {
    **dict.fromkeys(["68 gg", "68gg", "68 g.", "68 g?"], "'g'"),
    **{"5 Ahh": "'Ah'", "5 AH": "'Ah'", "5 mhA": "'mAh'", "5 mAhh": "'mAh'", "5 mah": "'mAh'"},
    **{"4.2 Vv": "'V'", "5 v": "'V'", "2.5v": "'V'", "12 mohmm": "'mohm'", "5 KG": "'kg'"},
    **{"68 Grams": "'grams'", "68 gramm": "'gram", "68 grms": "'grams'", "5 Volts": "'volts'"},
    **{"7 mgg/cm2": "'mg/cm2'", "7 mg/cmm2": "'mg/cm2'", "50 percnt": "'percent'"},
    **{"5 kv": "'kV'", "3 Hours": "'hours'", "5 hz": "'Hz'", "5 kpa": "'kPa'"},
    **dict.fromkeys(["25 deg.C", "25 degree*C", "25 rad C", "25 C deg"], "'degC'"),
    **{"25 degree Celzius": "'celsius'", "25 Celzius": "'celsius'"},
    **dict.fromkeys(["68,5 g", "1,000 mAh", "1 000 mAh", "1.000,5 V", "1'000 V"], "separator"),
    **dict.fromkeys(["1e400 V", "1e-400 V"], "too large or too small"),
}
TEXT = [
    *("", " ", "LG Chem", "NMC 811", "NMC811", "LP30", "C/20", "about 68 g", "~5 V", "<5 V"),
    *("18650", "1e5", "5.5", "-3", "20240101", "0815-3", "1.2.3", "1:1:1 EC:DMC:EMC"),
    *("2024-01-01", "2024-01-01T10:00:00Z", "12:30", "12 May", "1/2", "24/7", "3:7 w/w"),
    *("21700 cell", "3 samples", "2032 coin cell", "5 layers", "2 cells", "9 of 10", "3 x 5 mm"),
    *("1st", "2nd", "3rd", "5th", "5th batch", "2nd life", "4S", "4s1p", "4S1P", "316L", "7F"),
    *("1 M LiPF6 in EC:DMC", "811 NMC", "523 NCM", "80 NCA", "80 SOH", "1 Li", "2 Cu", "8 Ni"),
    *("4.2 V vs. Li/Li+", "2.5-4.2 V", "2.5 to 4.2 V", "68 ± 2 g", "1 C at 25 degC", "5 V DC"),
    *("30 min rest", "90% RH", "45 gram-ish", "68 g (dry)", "5V-tolerant", "3 h 20 min"),
    *("3D", "12B", "4P", "10k", "2x", "0x1F", "1e", "5 1", "9f8e7d", "3 bolts", "4 holes"),
    *("12A", "5V", "3C", "2K", "300K", "25C", "9W", "4J", "10s", "4s", "5m", "12v", "2d", "1l"),
    *("007 V", "0815 V", "05 g", "-07 A", "2Mg", "3MS", "2GA", "1Ms", "6Gs", "2GV"),
    *("2 ramps", "8 bit", "16 bits", "4 bytes", "2 pm", "9 am", "2 cats", "3 pins", "4 links"),
    *("3 points", "2 hands", "5 cups", "2 rods", "7 grades", "5 c", "3 e", "4 P", "5 N", "3 T"),
    *("6 R", "2 tons", "3 gas", "2 mats", "1 chain", "5 barns", "3 drams", "2 slugs", "1 cd"),
    *("12 months warranty", "8 bit ADC", "5 A fuse", "3 C rate", "12 A B", "2 h rest"),
    *("123e4567-e89b-12d3-a456-426614174000", "5,6", "3, 4", "5 g in 10 mL", "1_", "5 _", "5\n"),
]


@pytest.mark.parametrize("text", QUANTITIES)
def test_a5_text_of_a_number_and_a_known_unit_is_a_quantity(text):
    found = quantity_in(text)
    assert found is not None
    assert (found.value, found.unit) == QUANTITIES[text]


@pytest.mark.parametrize("text", MISTYPED)
def test_a5_a_mistyped_quantity_is_refused(text):
    with pytest.raises(QuantityError) as caught:
        quantity_in(text)
    assert MISTYPED[text] in str(caught.value)
    error, path = not_sent("cell", {"cell": {"mass": text}})
    assert (error.field, error.value) == (f"{path}.cell.mass", text)
    assert str(error).endswith("If this is not a quantity, start the text with a word.")


@pytest.mark.parametrize("text", TEXT)
def test_a5_other_text_stays_text(text):
    assert quantity_in(text) is None
    assert sent("cell", {"cell": {"note": text}}) == {"cell": {"note": text}}


@settings(max_examples=100)
@given(plain_words)
def test_a5_text_that_starts_with_no_number_stays_text(text):
    start = text.strip()[:2].lstrip("+-.\N{MINUS SIGN}")
    if not start[:1].isdecimal():
        assert quantity_in(text) is None


@settings(max_examples=100)
@given(st.text("0123456789.,+-eE gVAhmC%/*:'_°µx", max_size=12) | plain_words)
def test_a5_any_text_is_a_quantity_or_text_or_refused(text):
    try:
        found = quantity_in(text)
    except QuantityError:
        return
    assert found is None or found == Quantity.parse(text)


numerals = (
    st.integers(-(10**6), 10**6).map(str)
    | st.floats(-1e6, 1e6).map(repr)
    | st.from_regex(r"[+-]?[0-9]{0,3}\.[0-9]{1,3}", fullmatch=True)
)
gaps = st.sampled_from([" ", "", "  ", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}"])
usual = ["g", "V", "A", "mAh", "Ah", "%", "mg/cm2", "mA.h.g-1", "degC", "deg C", "mohm", "h", "C"]


def has_zeros(numeral: str) -> bool:
    return re.match(r"[+-]?0\d", numeral) is not None


@given(numerals, gaps, st.sampled_from(usual))
def test_a5_a_number_and_a_usual_unit_are_read_with_or_without_space(number, gap, unit):
    found = quantity_in(f"{number}{gap}{unit}")
    if has_zeros(number) or (not gap and number.isdigit() and unit in ("V", "A", "C")):
        assert found is None  # a label, such as 12A
    else:
        assert found == Quantity(float(number), unit)


@given(st.from_regex(r"[0-9]{1,6}[A-Za-z]", fullmatch=True))
def test_a5_a_whole_number_and_a_letter_are_a_label(text):
    found = quantity_in(text)
    if text[-1] in "gh" and not has_zeros(text):
        assert found == Quantity(int(text[:-1]), text[-1])
    else:
        assert found is None


@settings(max_examples=100)
@given(numerals, gaps, st.text("AVhgCKmsk%°µΩ/·.* -12", max_size=6) | st.sampled_from(usual))
def test_a5_a_round_trip_keeps_text_or_number_and_unit(number, gap, rest):
    text = f"{number}{gap}{rest}"
    try:
        first = sent("cell", {"cell": {"x": text}})["cell"]["x"]
    except PayloadError:
        return
    if isinstance(first, str):
        assert first == text
    else:
        assert text.strip().endswith(first["unit"])
        assert float(text.strip().removesuffix(first["unit"])) == first["value"]
        assert quantity_in(str(Quantity.from_dict(first))) == Quantity.from_dict(first)


# ------------------------------------------------------------------------- client and sandbox

SPELLED = [
    *("A*h", "A.h", "Ah", "mAh", "coulomb", "V", "mV", "µV", "C", "1/h", "h-1", "Hz", "W*h", "Wh"),
    *("W.h.kg-1", "Wh/l", "(W*h)/kg", "kJ", "J/g", "%", "", "degC", "A h", "A·h", "V.V.V-1", "rpm"),
    *("C*A*h*h", "Ω*A", "S-1*A", "kJ*cm⁻³", "T*m**2/s", "per hour", "eV", "Wh / kg"),
]
some = st.fixed_dictionaries(
    {"value": st.floats(-1e3, 1e3) | st.integers(-5, 5), "unit": st.sampled_from(SPELLED)}
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RATINGS)), some | st.none(), max_size=3))
def test_a3_the_sandbox_takes_what_the_client_sends(ratings):
    try:
        body = validate_body(CREATE, {"name": "x", "ratings": ratings})
    except PayloadError:
        return
    found = load_contract()
    (operation,) = (each for each in found.operations if each.operation_id == CREATE.name)
    assert found.check_body(operation, body) == (body, [])
