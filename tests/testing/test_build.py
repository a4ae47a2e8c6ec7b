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
    ("fields", "says"),
    [
        ({"nmae": "x"}, "nmae = 'x': is not a field of CellInstance; did you mean name?"),
        ({"zzzz": 1}, "is not a field of CellInstance; the fields are name, id"),
        ({"name": 3}, "name = 3: expected text"),
        ({"created_at": "yesterday"}, "date-time"),
        ({"measured_properties": 3}, "measured_properties = 3: expected a dictionary"),
    ],
)
def test_what_the_contract_does_not_allow_is_refused(fields, says):
    with pytest.raises(PayloadError) as error:
        build.cell_instance(**fields)
    assert says in str(error.value)


def test_a_kind_that_is_none_is_told_with_the_nearest():
    with pytest.raises(AttributeError, match="did you mean cell_instance"):
        build.cell_instances  # noqa: B018
