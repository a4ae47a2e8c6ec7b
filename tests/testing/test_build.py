"""Builders make records that the contract allows, the same each time, without any server."""

import re
from pathlib import Path

import pytest

from ionworks import Quantity, models
from ionworks.errors import PayloadError
from ionworks.testing import build
from ionworks.testing._cassettes.check import read_contract


@pytest.mark.parametrize("name", build.kinds())
def test_every_kind_of_record_is_built_and_read_back(name):
    make, kind = getattr(build, name), build.kinds()[name]
    record = make()
    assert type(record) is kind
    assert make() == record
    assert kind.from_dict(record.to_dict()) == record


def test_every_record_with_an_id_has_a_builder_and_the_known_ones_are_declared():
    sent = ("Create", "Update", "Request", "Input")
    with_id = {
        name
        for name, schema in read_contract()["components"]["schemas"].items()
        if "id" in schema.get("required", ()) and not name.endswith(sent)
    }
    assert with_id <= {kind.__name__ for kind in build.kinds().values()}
    source = Path(build.__file__).read_text(encoding="utf-8")
    declared = re.findall(r"^    (\w+): Callable\[\.\.\., models\.(\w+)\]", source, re.MULTILINE)
    assert len(declared) > 10
    assert all(build.kinds()[name].__name__ == kind for name, kind in declared)


def test_given_values_are_kept_as_records_quantities_dates_or_json():
    cell = build.cell_instance(
        name="M50-007",
        created_at=build.project().created_at,
        measured_properties={"cell": {"mass": Quantity(68.4, "g")}},
    )
    assert cell.name == "M50-007"
    assert cell.created_at == build.project().created_at
    assert cell.measured_properties["cell"]["mass"] == Quantity(68.4, "g")
    assert (
        build.record(models.CellInstance, name="M50-007").id
        == build.cell_instance(name="M50-007").id
    )


def test_another_name_is_another_record():
    cells = [build.cell_instance(name=f"M50-{number}") for number in range(3)]
    assert len({cell.id for cell in cells}) == 3
    assert build.page(cells)["items"] == [cell.to_dict() for cell in cells]


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("cell_instance", {"nmae": "x"}, "nmae = 'x': unknown key; did you mean 'name'?"),
        ("cell_instance", {"zzzz": 1}, "zzzz = 1: unknown key; known keys: batch, batch_id"),
        ("cell_instance", {"name": 3}, "name = 3: expected text"),
        ("cell_instance", {"created_at": "yesterday"}, "is not a valid date or time"),
        ("cell_instance", {"measured_properties": 3}, "= 3: expected a dictionary"),
        ("cell_instance", {"measured_properties": {"cell": {"mass": 68}}}, "a number needs a unit"),
        ("cell_instance", {"measured_properties": {"cell": {"mass": "68 gg"}}}, "not a known unit"),
        ("cell_specification", {"ratings": {"capacity": Quantity(5, "V")}}, "Give a charge"),
        ("cell_specification", {"ratings": {"capacity": "-5 A*h"}}, "must be above 0"),
        ("cell_specification", {"ratings": {"capcity": "5 A*h"}}, "did you mean 'capacity'?"),
        ("cell_measurement", {"measurement_type": "timeseries"}, 'not one of "time_series"'),
        ("job", {"status": "done"}, "status = 'done': it is not one of"),
    ],
)
def test_what_a_request_could_not_have_is_refused(kind, fields, says):
    with pytest.raises(PayloadError) as error:
        getattr(build, kind)(**fields)
    assert says in str(error.value)


def test_what_is_no_record_is_refused():
    with pytest.raises(PayloadError, match=r"kind = .*the class of a record"):
        build.record(dict)
    with pytest.raises(PayloadError, match=r"records\[1\] = 'x': expected a record"):
        build.page([build.project(), "x"])


def test_a_kind_that_is_none_is_reported_with_the_nearest():
    with pytest.raises(AttributeError, match="did you mean cell_instance"):
        build.cell_instances  # noqa: B018
