"""Cell instances through the client: create_or_get under every circumstance, update, delete."""

import datetime
import warnings
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest
from traffic import measurement, traffic, unique

from ionworks import DifferenceWarning, Quantity
from ionworks.cell_instance import CellInstanceClient
from ionworks.errors import Conflict, NotFound, PayloadError

pytestmark = pytest.mark.replayed

ODD_NAMES = [
    "a/b",
    "100 %",
    "M50_007",
    "Zelle 7 \u00e4\u00df \u03bc \u96fb\u6c60 \U0001f50b",
    'say "cell"',
    "it's, in.(a,b)",
    "eq.5",
    "ilike.%x%",
    "a\\b\\%",
    "two  spaces",
    "?limit=1&offset=9#x",
    "+1",
    "../projects",
    "x" * 255,
]


@pytest.fixture
def spec(client):
    return client.cell_spec.create({"name": unique("spec")})


def silently(call, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call(*args, **kwargs)


def test_an_instance_comes_back_as_it_was_made(client, spec):
    made = client.cell_instance.create(
        spec.id,
        {
            "name": "M50-007",
            "batch": "B-12",
            "date_manufactured": datetime.date(2025, 3, 1),
            "measured_properties": {
                "cell": {"initial_capacity": Quantity(4.94, "A*h"), "thickness": "0.52 mm"},
                "anode": {"loadings": (Quantity(14.5, "mg.cm-2"), np.float64(14.25), Decimal(3))},
            },
            "notes": "dent \u00e0 gauche",
        },
    )
    found = client.cell_instance.get(made.id)
    assert found == made
    assert (found.name, found.batch, found.notes) == ("M50-007", "B-12", "dent \u00e0 gauche")
    assert found.cell_specification_id == spec.id
    assert found.date_manufactured == datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)
    assert found.measured_properties["cell"] == {
        "initial_capacity": {"value": 4.94, "unit": "A*h"},
        "thickness": {"value": 0.52, "unit": "mm"},
    }
    assert found.measured_properties["anode"]["loadings"] == [
        {"value": 14.5, "unit": "mg.cm-2"},
        14.25,
        3,
    ]
    capacity = found.quantities["measured_properties"]["cell"]["initial_capacity"]
    assert capacity.to("mA*h").isclose(Quantity(4940.0, "mA*h"))


def test_the_documented_class_works_by_itself(client, spec):
    cells = CellInstanceClient(client)
    cell = cells.create(spec.id, {"name": "1"})
    assert cells.get(cell.id) == cell
    assert cells.list(spec.id) == [cell]
    assert isinstance(cells.list(spec.id), list)
    assert cells.update(cell.id, {"notes": "seen"}).notes == "seen"
    assert cells.create_or_get(spec.id, {"name": "1"}).id == cell.id
    assert cells.detail(cell.id, True, True, False).measurements == []
    assert cells.delete(cell.id) is None
    assert cells.list(spec.id) == []


def test_the_specification_knows_its_instances_and_the_instance_its_measurements(client, spec):
    cell = client.cell_instance.create(spec.id, {"name": "1"})
    test = client.cell_measurement.create(cell.id, measurement("RPT"))
    assert client.cell_spec.get(spec.id).instance_ids == [cell.id]
    assert client.cell_instance.get(cell.id).measurement_ids == [test.id]


def test_create_or_get_creates_then_finds_without_a_word(client, spec):
    data = {
        "name": "M50-007",
        "batch": "B-12",
        "date_manufactured": datetime.date(2025, 3, 1),
        "measured_properties": {
            "cell": {"initial_capacity": Quantity(4.94, "A*h"), "picture": ("a.png", "b.png")}
        },
    }
    made = silently(client.cell_instance.create_or_get, spec.id, data)
    assert silently(client.cell_instance.create_or_get, spec.id, data).id == made.id
    assert client.cell_instance.list(spec.id) == [made]


@pytest.mark.parametrize(
    "same",
    [
        {"date_manufactured": "2025-03-01"},
        {"date_manufactured": "2025-03-01T01:00:00+01:00"},
        {"date_manufactured": datetime.datetime(2025, 3, 1)},
        {"date_manufactured": datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)},
        {"measured_properties": {"cell": {"voltage": Quantity(2500.0, "mV")}}},
        {"measured_properties": {"cell": {"voltage": {"value": 0.0025, "unit": "kV"}}}},
        {"measured_properties": {"cell": {"voltage": {"value": 2.5, "unit": "volt"}}}},
        {"measured_properties": {"cell": {"layers": (1, 2, 3)}}},
        {"measured_properties": {"cell": {"layers": np.array([1, 2, 3])}}},
        {"measured_properties": {"cell": {}}},
        {"measured_properties": {}},
        {"notes": None},
        {"batch": "B-12"},
    ],
    ids=str,
)
def test_the_same_in_other_words_is_no_difference(client, spec, same):
    made = client.cell_instance.create(
        spec.id,
        {
            "name": "1",
            "batch": "B-12",
            "date_manufactured": "2025-03-01",
            "measured_properties": {
                "cell": {"voltage": Quantity(2.5, "V"), "layers": [1, 2, 3], "more": True}
            },
        },
    )
    found = silently(client.cell_instance.create_or_get, spec.id, {"name": "1", **same})
    assert found == made


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"batch": "B-13"}, "batch: requested 'B-13', found 'B-12'"),
        ({"batch": None}, "batch: requested None, found 'B-12'"),
        ({"notes": "new"}, "notes: requested 'new', found None"),
        ({"date_manufactured": datetime.date(2025, 3, 2)}, "date_manufactured"),
        ({"measured_properties": {"cell": {"voltage": Quantity(2.6, "V")}}}, r"cell\.voltage"),
        ({"measured_properties": {"cell": {"voltage": Quantity(2.5, "A")}}}, r"cell\.voltage"),
        ({"measured_properties": {"cell": {"layers": [1, 2]}}}, r"cell\.layers"),
        ({"measured_properties": {"anode": {"x": "1 mm"}}}, r"measured_properties\.anode"),
    ],
)
def test_a_difference_is_reported_by_its_field_and_nothing_is_changed(client, spec, other, told):
    made = client.cell_instance.create(
        spec.id,
        {
            "name": "1",
            "batch": "B-12",
            "date_manufactured": "2025-03-01",
            "measured_properties": {"cell": {"voltage": Quantity(2.5, "V"), "layers": [1, 2, 3]}},
        },
    )
    asked = {"name": "1", **other}
    with pytest.warns(DifferenceWarning, match=told) as caught:
        assert client.cell_instance.create_or_get(spec.id, asked) == made
    assert [w.filename for w in caught] == [__file__]
    with pytest.raises(Conflict, match=told):
        client.cell_instance.create_or_get(spec.id, asked, on_difference="raise")
    assert silently(
        client.cell_instance.create_or_get, spec.id, asked, on_difference="ignore"
    ) == client.cell_instance.get(made.id)
    assert client.cell_instance.get(made.id) == made


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_create_or_get_finds_any_name_again(client, spec, name):
    made = client.cell_instance.create_or_get(spec.id, {"name": name})
    assert made.name == name
    assert silently(client.cell_instance.create_or_get, spec.id, {"name": name}).id == made.id
    assert client.cell_instance.list(spec.id, name_exact=name) == [made]
    assert client.cell_instance.list(spec.id, name=name) == [made]


def test_odd_names_do_not_stand_for_each_other(client, spec):
    for name in ODD_NAMES:
        client.cell_instance.create(spec.id, {"name": name})
    for name in ODD_NAMES:
        assert client.cell_instance.create_or_get(spec.id, {"name": name}).name == name
    assert client.cell_instance.list(spec.id).total == len(ODD_NAMES)


def test_a_name_that_begins_another_is_its_own(client, spec):
    long = client.cell_instance.create_or_get(spec.id, {"name": "M50-0071"})
    short = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})
    upper = client.cell_instance.create_or_get(spec.id, {"name": "m50-007"})
    assert len({long.id, short.id, upper.id}) == 3
    for made in (long, short, upper):
        assert client.cell_instance.create_or_get(spec.id, {"name": made.name}) == made
    assert {c.name for c in client.cell_instance.list(spec.id, name="M50-007")} == {
        "M50-0071",
        "M50-007",
        "m50-007",
    }
    assert client.cell_instance.list(spec.id, name_exact="M50-007") == [short]


def test_the_same_name_under_another_specification_is_another_cell(client, spec):
    other = client.cell_spec.create({"name": unique("spec")})
    cells = [client.cell_instance.create_or_get(s.id, {"name": "1"}) for s in (spec, other)]
    assert cells[0].id != cells[1].id
    assert client.cell_instance.create_or_get(other.id, {"name": "1"}) == cells[1]


@pytest.mark.live("threads race")
def test_sixteen_threads_make_one_cell(client, spec):
    with ThreadPoolExecutor(16) as pool:
        made = list(
            pool.map(
                lambda _: client.cell_instance.create_or_get(spec.id, {"name": "1"}), range(16)
            )
        )
    assert len({cell.id for cell in made}) == 1
    assert client.cell_instance.list(spec.id).total == 1


def test_a_cell_deleted_meanwhile_is_made_again(client, spec):
    first = client.cell_instance.create_or_get(spec.id, {"name": "1"})
    client.cell_instance.delete(first.id)
    second = client.cell_instance.create_or_get(spec.id, {"name": "1"})
    assert second.id != first.id


@pytest.mark.live("about what the sandbox decides")
def test_under_a_specification_that_is_not_there_nothing_is_made(client):
    with pytest.raises(NotFound, match="specification"):
        client.cell_instance.create_or_get("nowhere", {"name": "1"})


def test_update_changes_what_is_given_and_none_clears(client, spec):
    made = client.cell_instance.create(
        spec.id, {"name": "1", "batch": "B", "notes": "n", "date_manufactured": "2025-03-01"}
    )
    changed = client.cell_instance.update(
        made.id,
        {"notes": None, "date_manufactured": None, "measured_properties": {"a": {"b": "1"}}},
    )
    assert (changed.notes, changed.date_manufactured) == (None, None)
    assert (changed.name, changed.batch) == ("1", "B")
    assert changed.measured_properties == {"a": {"b": "1"}}
    assert changed.updated_at > made.updated_at
    assert changed.created_at == made.created_at
    assert client.cell_instance.get(made.id) == changed


@pytest.mark.live("about what the sandbox decides")
def test_a_rename_onto_a_taken_name_is_a_conflict(client, spec):
    first, second = (client.cell_instance.create(spec.id, {"name": n}) for n in "ab")
    with pytest.raises(Conflict) as caught:
        client.cell_instance.update(second.id, {"name": "a"})
    assert caught.value.existing_id == first.id
    assert client.cell_instance.get(second.id).name == "b"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"name": "1", "btach": "x"}, "btach.*did you mean 'batch'"),
        ({"name": "1", "date_manufactured": "soon"}, "date_manufactured"),
        ({"name": "1", "measured_properties": {"c": {"v": float("nan")}}}, r"properties\.c\.v"),
        ({"name": "1", "measured_properties": {"c": {"v": [1, {2}, object()]}}}, r"c\.v\[2\]"),
        ({"name": "1", "measured_properties": {"c": {1: 2}}}, "keys must be text"),
        ({"name": None}, "name"),
        ({}, "name"),
        (["name"], "dictionary"),
    ],
)
@pytest.mark.live("sends nothing")
def test_a_mistake_is_reported_before_anything_is_sent(client, data, told):
    with traffic() as sent:
        for method in (client.cell_instance.create, client.cell_instance.create_or_get):
            with pytest.raises(PayloadError, match=told):
                method("spec-id", data)
    assert not sent


@pytest.mark.live("about what the sandbox decides")
def test_delete_takes_the_measurements_with_it(client, spec):
    cell = client.cell_instance.create(spec.id, {"name": "1"})
    other = client.cell_instance.create(spec.id, {"name": "2"})
    tests = [client.cell_measurement.create(c.id, measurement("RPT")) for c in (cell, other)]
    client.cell_instance.delete(cell.id)
    with pytest.raises(NotFound):
        client.cell_measurement.get(tests[0].id)
    assert client.cell_measurement.get(tests[1].id).name == "RPT"
    assert client.cell_instance.list(spec.id) == [client.cell_instance.get(other.id)]
    with pytest.raises(NotFound, match="instance"):
        client.cell_instance.delete(cell.id)
