"""Quantities go to the service and come back as they were written, in any spelling, anywhere."""

import warnings

import pint
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from traffic import traffic, unique

from ionworks import DifferenceWarning, Quantity, compare_quantities
from ionworks.errors import PayloadError, ValidationFailed

SPELLINGS = [
    *("A*h", "A.h", "Ah", "mAh", "mAh/g", "mA.h.g-1", "mg/cm**2", "mg.cm-2", "mg/cm2", "mg·cm⁻²"),
    *("g/cm3", "Ω", "mohm", "mOhm", "degC", "°C", "%", "percent", "um", "µm", "dimensionless"),
    *("C", "1/h", "", "W.h.kg-1", "S/cm", "mol.L-1"),
]
amounts = st.integers(-(2**50), 2**50) | st.floats(allow_nan=False, allow_infinity=False)
quantities = st.builds(Quantity, amounts, st.sampled_from(SPELLINGS))
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
nested = st.recursive(
    quantities, lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3), max_leaves=6
).filter(lambda drawn: not isinstance(drawn, Quantity))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(measured=st.dictionaries(st.sampled_from(["cell", "cathode", "anode"]), nested, min_size=1))
def test_any_quantities_come_back_as_they_were_written(client, measured):
    spec = client.cell_spec.create({"name": unique("spec")})
    made = client.cell_instance.create(spec.id, {"name": "a", "measured_properties": measured})
    cell = client.cell_instance.get(made.id)
    assert cell.quantities["measured_properties"] == measured
    assert compare_quantities(cell, {"measured_properties": measured}).same
    assert cell.to_table()["unit"].to_list() == [each.unit for each in leaves(measured)]


def leaves(nested):
    for value in nested.values():
        yield from [value] if isinstance(value, Quantity) else leaves(value)


def test_quantities_of_pint_and_texts_are_taken_where_they_may_stand(client):
    registry = pint.get_application_registry()
    spec = client.cell_spec.create(
        {
            "name": unique("spec"),
            "ratings": {
                "capacity": registry.Quantity(5.0, "ampere * hour"),
                "voltage_min": "2.5 V",
                "max_charge_rate": "0.5 C",
            },
            "cathode": {
                "material": {"name": unique("NMC")},
                "properties": {"layers": [{"loading": registry.Quantity(7.06, "mg/cm**2")}]},
            },
        }
    )
    assert spec.ratings.capacity == Quantity(5.0, "A*h")
    assert spec.ratings.voltage_min == Quantity(2.5, "V")
    assert spec.ratings.max_charge_rate == Quantity(0.5, "C")
    assert spec.quantities["cathode"]["properties"]["layers"] == [
        {"loading": Quantity(7.06, "mg/cm**2")}
    ]


def test_an_unknown_unit_is_reported_before_anything_is_sent(client):
    with traffic() as sent, pytest.raises(PayloadError) as caught:
        client.cell_spec.create({"name": unique("spec"), "ratings": {"capacity": "5 mAhh"}})
    assert sent == []
    assert caught.value.field == "ratings.capacity.unit"
    assert "did you mean 'mAh'?" in str(caught.value)


@pytest.fixture
def spec(client):
    return client.cell_spec.create({"name": unique("spec")})


@pytest.fixture
def cell(client, spec):
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


RATINGS = [
    {"capacity": "5 V"},
    {"capacity": "-5 A*h"},
    {"capacity": 5},
    {"voltage_min": "4.2 V", "voltage_max": "2500 mV"},
    {"max_charge_rate": "5 A"},
]
HELD = [{"mass": 45}, {"mass": "68 gg"}, {"mass": {"value": 45, "unit": "gram-ish"}}]


@pytest.mark.parametrize("ratings", RATINGS, ids=str)
def test_a3_wrong_ratings_are_refused_before_anything_is_sent(client, spec, ratings):
    body = {"name": unique("spec"), "ratings": ratings}
    calls = [
        lambda: client.cell_spec.create(body),
        lambda: client.cell_spec.create_or_get(body),
        lambda: client.cell_spec.update(spec.id, {"ratings": ratings}),
    ]
    for call in calls:
        with traffic() as sent, pytest.raises(PayloadError, match=r"^ratings\."):
            call()
        assert sent == []


@pytest.mark.parametrize("held", HELD, ids=str)
def test_a4_a5_wrong_properties_are_refused_before_anything_is_sent(client, spec, cell, held):
    upload = {"measurement": {"name": "x", "properties": held}, "time_series": {}}
    batches, cells, measured = client.cell_batch, client.cell_instance, client.cell_measurement
    calls = [
        lambda: cells.create(spec.id, {"name": "x", "measured_properties": {"cell": held}}),
        lambda: cells.create_or_get(spec.id, {"name": "x", "measured_properties": held}),
        lambda: cells.update(cell.id, {"measured_properties": {"cell": held}}),
        lambda: measured.create_properties(cell.id, "x", held),
        lambda: measured.create(cell.id, upload),
        lambda: measured.create_or_get(cell.id, upload),
        lambda: measured.update("the-id", {"properties": held}),
        lambda: client.cell_spec.update(spec.id, {"cathode": {"properties": held}}),
    ]
    if held != {"mass": 45}:  # a batch and a material may hold bare numbers
        calls += [
            lambda: batches.create_or_get(spec.id, {"name": "x", "properties": held}),
            lambda: client.material.update("the-id", {"definition": held}),
        ]
    for call in calls:
        with traffic() as sent, pytest.raises(PayloadError, match=r"mass"):
            call()
        assert sent == []


def test_a5_text_becomes_a_quantity_and_comes_back_as_one(client, cell):
    given = {
        "mass": "68 g",
        "maker": "LG Chem",
        "kind": "18650",
        "layers": [{"loading": "7 mg/cm2"}],
    }
    made = client.cell_measurement.create_properties(cell.id, "RPT", given)
    found = client.cell_measurement.get(made.id)
    assert found.quantities["properties"] == {
        "mass": Quantity(68.0, "g"),
        "layers": [{"loading": Quantity(7.0, "mg/cm2")}],
    }
    assert (found.properties["maker"], found.properties["kind"]) == ("LG Chem", "18650")
    changed = client.cell_measurement.update(made.id, {"properties": found.properties})
    assert changed.properties == found.properties


def test_a5_create_or_get_compares_the_quantity_that_a_text_is(client, spec):
    body = {"name": "a", "measured_properties": {"cell": {"mass": "68 g"}}}
    client.cell_instance.create(spec.id, body)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.cell_instance.create_or_get(spec.id, body)
        same = {"cell": {"mass": "0.068 kg"}}
        client.cell_instance.create_or_get(spec.id, {"name": "a", "measured_properties": same})
    other = {"cell": {"mass": "69 g"}}
    with pytest.warns(DifferenceWarning, match=r"measured_properties\.cell\.mass"):
        client.cell_instance.create_or_get(spec.id, {"name": "a", "measured_properties": other})


def test_a3_a_change_that_does_not_fit_the_stored_ratings_is_refused_by_the_service(client):
    ratings = {"voltage_min": "2.5 V", "voltage_max": "4.2 V"}
    spec = client.cell_spec.create({"name": unique("spec"), "ratings": ratings})
    with pytest.raises(ValidationFailed, match="voltage_min"):
        client.cell_spec.update(spec.id, {"ratings": {"voltage_min": "4300 mV"}})
    assert client.cell_spec.get(spec.id).ratings == spec.ratings
