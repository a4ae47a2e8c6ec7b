"""Quantities go to the service and come back as they were written, in any spelling, anywhere."""

import pint
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from traffic import traffic, unique

from ionworks import Quantity, compare_quantities
from ionworks.errors import PayloadError

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
    registry = pint.UnitRegistry()
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


def test_an_unknown_unit_is_told_before_anything_is_sent(client):
    with traffic() as sent, pytest.raises(PayloadError) as caught:
        client.cell_spec.create({"name": unique("spec"), "ratings": {"capacity": "5 mAhh"}})
    assert sent == []
    assert caught.value.field == "ratings.capacity.unit"
    assert "did you mean 'mAh'?" in str(caught.value)
