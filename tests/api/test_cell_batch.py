"""Cell batches: made once whatever the case, full of cells, and gone without taking them along."""

import datetime
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from traffic import traffic, unique

from ionworks import DifferenceWarning
from ionworks.errors import BadRequest, Conflict, NotFound, PayloadError, RecordDiffers

pytestmark = pytest.mark.replayed


@pytest.fixture
def spec(client):
    return client.cell_spec.create({"name": unique("spec")})


@pytest.fixture
def batch(client, spec):
    return client.cell_batch.create(spec.id, {"name": "Lot 12"})


def members(client, spec, batch):
    return {cell.name for cell in client.cell_instance.list(spec.id, batch_id=batch.id)}


def test_a_batch_comes_back_as_it_was_given(client, spec):
    made = client.cell_batch.create(
        spec.id,
        {
            "name": "Lot 12",
            "date_manufactured": datetime.date(2025, 3, 1),
            "properties": {"line": "B", "loading": {"value": 12.5, "unit": "mg/cm**2"}},
            "notes": "second coating line",
        },
    )
    assert made.cell_specification_id == spec.id
    assert made.project_id == spec.project_id
    assert made.date_manufactured == datetime.date(2025, 3, 1)
    assert made.properties["line"] == "B"
    assert made.properties.quantities["loading"].unit == "mg/cm**2"
    assert made.notes == "second coating line"
    assert made.instance_count == 0
    assert made.created_at is not None
    assert client.cell_batch.get(made.id) == made
    assert client.cell_batch.list(spec.id) == [made]


@pytest.mark.live("about what the sandbox decides")
def test_only_a_name_is_needed(client, spec):
    made = client.cell_batch.create(spec.id, {"name": "Lot 12"})
    assert (made.notes, made.date_manufactured, made.instance_count) == (None, None, 0)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x", "date_manufactured": "yesterday"}, "date_manufactured"),
        ({"name": "x", "instance_count": 3}, "instance_count"),
        ({"name": "x", "note": "y"}, "note"),
    ],
)
@pytest.mark.live("sends nothing")
def test_what_does_not_fit_is_refused_before_a_request(client, spec, data, field):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.cell_batch.create(spec.id, data)
    assert sent == []
    assert info.value.field == field


def test_an_unknown_key_is_reported_with_the_nearest_known_one(client, spec):
    with pytest.raises(PayloadError, match="did you mean 'notes'"):
        client.cell_batch.create(spec.id, {"name": "x", "note": "y"})


@pytest.mark.live("about what the sandbox decides")
def test_names_are_reported_apart_without_regard_to_case(client, spec, batch):
    with pytest.raises(Conflict) as info:
        client.cell_batch.create(spec.id, {"name": "LOT 12"})
    assert info.value.existing_id == batch.id
    other = client.cell_spec.create({"name": unique("spec")})
    assert client.cell_batch.create(other.id, {"name": "LOT 12"}).id != batch.id


@pytest.mark.parametrize("name", ["Lot 12", "lot 12", "LOT 12"])
def test_create_or_get_finds_it_in_any_case(client, spec, batch, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert client.cell_batch.create_or_get(spec.id, {"name": name}).id == batch.id
    assert client.cell_batch.get(batch.id).name == "Lot 12"


def test_create_or_get_creates_what_is_not_there(client, spec, batch):
    made = client.cell_batch.create_or_get(spec.id, {"name": "Lot 13", "notes": "new"})
    assert made.id != batch.id
    assert made.notes == "new"
    assert client.cell_batch.create_or_get(spec.id, {"name": "Lot 13", "notes": "new"}) == made


def test_create_or_get_tells_what_differs_and_changes_nothing(client, spec):
    data = {"name": "Lot 12", "notes": "old", "date_manufactured": "2025-03-01"}
    made = client.cell_batch.create(spec.id, data)
    same = {**data, "date_manufactured": datetime.date(2025, 3, 1)}
    other = {"name": "lot 12", "notes": "new", "date_manufactured": "2025-03-02"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert client.cell_batch.create_or_get(spec.id, same) == made
        found = client.cell_batch.create_or_get(spec.id, other, on_difference="ignore")
    assert found == made
    with pytest.warns(DifferenceWarning, match="notes: requested 'new', found 'old'") as caught:
        assert client.cell_batch.create_or_get(spec.id, other) == made
    assert caught[0].filename == __file__
    assert "date_manufactured" in str(caught[0].message)
    with pytest.raises(RecordDiffers, match="notes"):
        client.cell_batch.create_or_get(spec.id, other, on_difference="raise")
    with traffic() as sent, pytest.raises(PayloadError, match="on_difference"):
        client.cell_batch.create_or_get(spec.id, other, on_difference="shout")
    assert sent == []
    assert client.cell_batch.get(made.id) == made


@pytest.mark.live("threads race")
def test_many_at_once_make_one(client, spec):
    names = ["Lot 12", "lot 12", "LOT 12", "Lot 12"] * 4
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda name: client.cell_batch.create_or_get(spec.id, {"name": name}), names)
        )
    assert len({batch.id for batch in made}) == 1
    assert client.cell_batch.list(spec.id).total == 1


def test_the_conflict_of_a_service_that_names_no_id_is_resolved_over_all_pages(scripted, client_of):
    """By name in any case, though the batch stands on the second page."""
    from rig import Reply

    def item(n, name):
        return {"id": f"b{n}", "name": name, "cell_specification_id": "s1"}

    near = [item(n, f"Lot 12{n}") for n in range(100)]
    api = scripted(
        Reply(409, {"error_code": "CONFLICT", "message": "taken", "detail": {}}),
        Reply(200, {"items": near, "count": 100, "total": 101}),
        # The pages overlap by one, so that a change between them is seen.
        Reply(200, {"items": [near[-1], item(100, "LOT 12")], "count": 2, "total": 101}),
    )
    found = client_of(api).cell_batch.create_or_get("s1", {"name": "Lot 12"})
    assert (found.id, found.name) == ("b100", "LOT 12")
    assert all("name=ilike." in request.target for request in api.requests[1:])


# Members


def test_cells_join_a_batch_and_leave_it(client, spec, batch):
    first = client.cell_instance.create(spec.id, {"name": "M50-001", "batch_id": batch.id})
    second = client.cell_instance.create(spec.id, {"name": "M50-002"})
    assert (first.batch_id, first.batch_name) == (batch.id, "Lot 12")
    assert (second.batch_id, second.batch_name) == (None, None)
    assert members(client, spec, batch) == {"M50-001"}
    client.cell_instance.update(second.id, {"batch_id": batch.id})
    assert members(client, spec, batch) == {"M50-001", "M50-002"}
    assert client.cell_batch.get(batch.id).instance_count == 2
    client.cell_instance.update(first.id, {"batch_id": None})
    assert members(client, spec, batch) == {"M50-002"}
    assert client.cell_batch.get(batch.id).instance_count == 1
    assert client.cell_instance.get(first.id).batch_name is None


@pytest.mark.live("about what the sandbox decides")
def test_an_update_of_something_else_leaves_a_cell_in_its_batch(client, spec, batch):
    cell = client.cell_instance.create(spec.id, {"name": "M50-001", "batch_id": batch.id})
    assert client.cell_instance.update(cell.id, {"notes": "dented"}).batch_id == batch.id


@pytest.mark.live("about what the sandbox decides")
def test_a_batch_of_another_specification_takes_no_cell(client, spec, batch):
    other = client.cell_spec.create({"name": unique("spec")})
    for batch_id in (batch.id, "nobody"):
        with pytest.raises(BadRequest, match="batch"):
            client.cell_instance.create(other.id, {"name": "M50-001", "batch_id": batch_id})
    assert client.cell_instance.list(other.id) == []


def test_create_or_get_of_a_cell_compares_its_batch(client, spec, batch):
    data = {"name": "M50-001", "batch_id": batch.id}
    made = client.cell_instance.create_or_get(spec.id, data)
    assert client.cell_instance.create_or_get(spec.id, data).id == made.id
    other = client.cell_batch.create(spec.id, {"name": "Lot 13"})
    with pytest.warns(DifferenceWarning, match="batch_id"):
        client.cell_instance.create_or_get(spec.id, {**data, "batch_id": other.id})


@pytest.mark.live("pages are large")
def test_the_filter_by_batch_goes_with_others_and_over_pages(client, spec, batch):
    for n in range(105):
        client.cell_instance.create(spec.id, {"name": f"M50-{n:03}", "batch_id": batch.id})
    client.cell_instance.create(spec.id, {"name": "M50-010b"})
    assert len(members(client, spec, batch)) == 105
    listed = client.cell_instance.list(spec.id, batch_id=batch.id, name="M50-01")
    assert {cell.name for cell in listed} == {f"M50-01{n}" for n in range(10)}
    assert client.cell_instance.list(spec.id, batch_id="nobody") == []
    assert client.cell_batch.get(batch.id).instance_count == 105


@pytest.mark.live("about what the sandbox decides")
def test_the_free_text_of_a_batch_is_another_thing(client, spec, batch):
    cell = client.cell_instance.create(spec.id, {"name": "M50-001", "batch": "Lot 12"})
    assert (cell.batch, cell.batch_id) == ("Lot 12", None)
    assert members(client, spec, batch) == set()


@pytest.mark.live("about what the sandbox decides")
def test_a_batch_goes_and_its_cells_stay(client, spec, batch):
    cell = client.cell_instance.create(spec.id, {"name": "M50-001", "batch_id": batch.id})
    client.cell_batch.delete(batch.id)
    left = client.cell_instance.get(cell.id)
    assert (left.name, left.batch_id, left.batch_name) == ("M50-001", None, None)
    for call in (client.cell_batch.get, client.cell_batch.delete):
        with pytest.raises(NotFound):
            call(batch.id)
    assert client.cell_batch.list(spec.id) == []
    assert client.cell_batch.create(spec.id, {"name": "Lot 12"}).instance_count == 0


# Lists and changes


def test_batches_are_listed_by_name(client, spec):
    for name in ("Lot 1", "Lot 12", "lot_2", "100%"):
        client.cell_batch.create(spec.id, {"name": name})

    def names(**filters):
        found = {batch.name for batch in client.cell_batch.list(spec.id, **filters)}
        assert {b.name for b in client.cell_batch.iterate(spec.id, **filters)} == found
        return found

    assert names() == {"Lot 1", "Lot 12", "lot_2", "100%"}
    assert names(name="LOT 1") == {"Lot 1", "Lot 12"}
    assert names(name="_") == {"lot_2"}
    assert names(name="%") == {"100%"}
    assert names(name_exact="Lot 1") == {"Lot 1"}
    assert names(name_exact="lot 1") == set()
    with pytest.raises(PayloadError, match="empty"):
        client.cell_batch.list(spec.id, name="")
    with pytest.raises(TypeError, match="unknown filter"):
        client.cell_batch.list(spec.id, batch="x")


def test_all_pages_are_walked_or_one_is_asked_for(client, spec):
    for n in range(103):
        client.cell_batch.create(spec.id, {"name": f"Lot {n:03}"})
    listed = client.cell_batch.list(spec.id)
    assert (len(listed), listed.total) == (103, 103)
    page = client.cell_batch.list(spec.id, limit=2, offset=1)
    assert (page, page.total) == (listed[1:3], 103)
    with traffic() as sent:
        assert len(list(client.cell_batch.iterate(spec.id, max_items=5))) == 5
    assert len(sent) == 1


def test_given_fields_change_and_null_clears(client, spec):
    made = client.cell_batch.create(
        spec.id, {"name": "Lot 12", "notes": "old", "date_manufactured": "2025-03-01"}
    )
    changed = client.cell_batch.update(made.id, {"name": "Lot 12 (B)", "notes": None})
    assert (changed.name, changed.notes) == ("Lot 12 (B)", None)
    assert changed.date_manufactured == datetime.date(2025, 3, 1)
    assert client.cell_batch.update(made.id, {"name": "LOT 12 (b)"}).name == "LOT 12 (b)"
    client.cell_batch.create(spec.id, {"name": "Lot 13"})
    with pytest.raises(Conflict):
        client.cell_batch.update(made.id, {"name": "lot 13"})


@pytest.mark.live("about what the sandbox decides")
def test_what_is_not_there_is_not_found(client):
    for call in (
        lambda: client.cell_batch.get("nobody"),
        lambda: client.cell_batch.update("nobody", {"notes": "x"}),
        lambda: client.cell_batch.delete("nobody"),
        lambda: client.cell_batch.list("nobody"),
        lambda: client.cell_batch.create("nobody", {"name": "x"}),
    ):
        with pytest.raises(NotFound):
            call()


@pytest.mark.live("about what the sandbox decides")
def test_a_batch_goes_with_its_specification(client, spec, batch):
    client.cell_spec.delete(spec.id)
    with pytest.raises(NotFound):
        client.cell_batch.get(batch.id)
