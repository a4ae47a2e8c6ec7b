"""Records as tables: a row for each, quantities under `name [unit]`; or a row a quantity."""

import datetime
import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from contract_json import json_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ionworks.errors import PayloadError
from ionworks.models import CellInstance, CellMeasurement, CellSpecification, InvalidRecord
from ionworks.records.flatten import flatten, quantities_by_path
from ionworks.records.pages import RecordList
from ionworks.records.table import quantity_table

MOMENT = "2026-01-02T03:04:05+02:00"
HEAD = {"created_at": MOMENT, "updated_at": MOMENT}
roomy = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def spec(name="LG M50", **given_):
    data = {"id": name, "name": name, "organization_id": "o", "ratings": {}, **HEAD, **given_}
    return CellSpecification.from_dict(data)


def q(value, unit):
    return {"value": value, "unit": unit}


def cell(name="M50-007", **measured):
    return CellInstance.from_dict(
        {
            "id": name,
            "name": name,
            "cell_specification_id": "s",
            **HEAD,
            "measured_properties": measured,
        }
    )


def test_quantities_stand_under_their_name_and_unit():
    specs = RecordList(
        [
            spec("a", ratings={"capacity": q(5, "A*h"), "voltage_max": q(4.2, "V")}),
            spec("b", ratings={"capacity": q(4800, "mAh")}),
            spec("c", ratings={"capacity": q(3.0, "A*h")}, form_factor="21700"),
        ]
    )
    table = specs.to_frame()
    assert table["capacity [A*h]"].to_list() == [5.0, 4.8, 3.0]
    assert table["voltage_max [V]"].to_list() == [4.2, None, None]
    assert table["form_factor"].to_list() == [None, None, "21700"]
    assert table["created_at"][0] == datetime.datetime(2026, 1, 2, 1, 4, 5, tzinfo=datetime.UTC)
    assert specs.to_frame(units={"capacity": "mA*h"})["capacity [mA*h]"][0] == 5000.0


def test_the_column_is_in_the_unit_that_most_records_give_whatever_their_order():
    three = [
        spec(n, ratings={"capacity": q(5, u)})
        for n, u in zip("abc", ("mAh", "Ah", "Ah"), strict=True)
    ]
    for order in (three, three[::-1]):
        assert "capacity [Ah]" in RecordList(order).to_frame().columns


def test_names_do_not_depend_on_what_a_list_holds():
    both = spec(ratings={"capacity": q(5, "A*h")}, properties={"capacity": q(4.8, "A*h")})
    alone = spec("b", properties={"capacity": q(4.8, "A*h")})
    assert {"capacity [A*h]", "properties.capacity [A*h]"} <= set(
        RecordList([both]).to_frame().columns
    )
    assert "properties.capacity [A*h]" in RecordList([alone]).to_frame().columns


def test_components_and_nested_fields_have_dotted_names():
    cathode = {
        "id": "k",
        "component_type": "cathode",
        "material_id": "m",
        "organization_id": "o",
        **HEAD,
        "properties": {"loading": q(7.06, "mg/cm**2"), "coated": True, "passes": 2},
    }
    row = RecordList([spec(cathode=cathode)]).to_frame().row(0, named=True)
    assert row["cathode.loading [mg/cm**2]"] == 7.06
    assert (row["cathode.coated"], row["cathode.passes"]) == (True, 2)


def test_a_name_that_the_record_has_itself_keeps_its_holder():
    measurement = CellMeasurement.from_dict(
        {
            "id": "m",
            "name": "mass",
            "cell_instance_id": "c",
            **HEAD,
            "properties": {"name": q(1, "g"), "mass": q(2, "g")},
        }
    )
    assert RecordList([measurement]).to_frame().select(
        "name", "properties.name [g]", "mass [g]"
    ).rows() == [("mass", 1.0, 2.0)]


def test_what_cannot_be_one_column_is_several():
    cells = [
        cell("a", cell={"x": q(1, "V")}),
        cell("b", cell={"x": q(2, "A")}),
        cell("c", cell={"x": 3}),
    ]
    table = RecordList(cells).to_frame()
    assert table.select("name", "cell.x [V]", "cell.x [A]", "cell.x").rows() == [
        ("a", 1.0, None, None),
        ("b", None, 2.0, None),
        ("c", None, None, 3),
    ]


def test_values_of_several_kinds_are_text_and_lists_of_texts_lists():
    cells = [
        cell("a", cell={"x": 1, "y": [1, {"b": 2}], "z": 2**70}),
        cell("b", cell={"x": "one", "y": None}),
    ]
    table = RecordList(cells).to_frame()
    assert table["cell.x"].to_list() == ["1", "one"]
    assert json.loads(table["cell.y"][0]) == [1, {"b": 2}]
    assert table["cell.z"].to_list() == [str(2**70), None]


def test_a_free_key_may_be_called_like_a_column():
    table = RecordList([cell("a", cell={"x": q(1, "V"), "x [V]": 5})]).to_frame()
    assert table.select("cell.x [V]", "cell.x [V] (2)").rows() == [(1.0, 5)]


def test_a_record_that_does_not_fit_keeps_its_row():
    bad = InvalidRecord("broken", "name", "required, but absent", {"id": "broken"})
    table = RecordList([spec("a"), bad]).to_frame()
    assert table.select("id", "invalid").rows() == [
        ("a", None),
        ("broken", "name: required, but absent"),
    ]


def test_units_that_no_column_can_have_are_reported():
    specs = RecordList([spec("a", ratings={"capacity": q(5, "A*h")})])
    for units, text in (
        ({"capcity": "A*h"}, "no quantity of this name"),
        ({"capacity": "Ahh"}, "not a known unit; did you mean 'Ah'"),
        ({"capacity": "V"}, r"the quantities are in A\*h"),
    ):
        with pytest.raises(PayloadError, match=text) as caught:
            specs.to_frame(units=units)
        assert caught.value.field == f"units.{next(iter(units))}"


def test_secrets_do_not_get_into_a_table():
    table = RecordList([cell("a", cell={"api_key": "iwk-secret-1234"})]).to_frame()
    assert "iwk-secret-1234" not in str(table.rows())


def test_a_part_of_a_list_is_a_table_as_well():
    specs = RecordList([spec("a"), spec("b"), spec("c")], total=7, backend="pandas")
    part = specs[1:]
    assert part.to_frame()["name"].tolist() == ["b", "c"]
    assert (part.total, part[0].name, specs[-1].name) == (7, "b", "c")
    chosen = RecordList([each for each in specs if each.name != "b"])
    assert chosen.to_frame()["name"].to_list() == ["a", "c"]


def test_lists_of_other_things_and_empty_ones():
    assert RecordList().to_frame().shape == (0, 0)
    assert RecordList(["a", "b"]).to_frame()["value"].to_list() == ["a", "b"]


def test_the_kind_of_table_is_that_of_the_list_or_of_the_call():
    specs = RecordList([spec()], backend="pandas")
    assert isinstance(specs.to_frame(), pd.DataFrame)
    assert isinstance(specs.to_frame(as_="arrow"), pa.Table)
    assert isinstance(spec().to_table(as_="pandas"), pd.DataFrame)


@pytest.mark.parametrize("model", [CellSpecification, CellInstance, CellMeasurement])
@roomy
@given(data=st.data())
def test_any_records_make_one_table(model, data):
    drawn = data.draw(st.lists(json_for(model.__name__), min_size=1, max_size=3))
    records = [model.from_dict(each) for each in drawn]
    table = RecordList(records).to_frame()
    assert table.height == len(records)
    assert table["id"].to_list() == [record.id for record in records]
    for record in records:
        assert quantity_table(record).height == len(quantities_by_path(record))
        assert len(flatten(record)) >= len(
            [value for value in record.to_dict().values() if isinstance(value, str)]
        )


def test_quantities_of_a_record_as_a_table():
    table = cell(
        cell={"capacity": q(4.9, "A*h"), "runs": [{"mass": q(1, "g")}, 5]}, note="x"
    ).to_table()
    assert table.rows() == [
        ("measured_properties.cell.capacity", 4.9, "A*h"),
        ("measured_properties.cell.runs[0].mass", 1.0, "g"),
    ]
    assert dict(table.schema) == {"path": pl.String, "value": pl.Float64, "unit": pl.String}
    assert spec().to_table().shape == (0, 3)
    part = cell(cell={"capacity": q(4.9, "A*h")}).measured_properties.to_table()
    assert part["path"].to_list() == ["cell.capacity"]
    assert quantity_table(q(1, "V")).rows() == [("", 1.0, "V")]
