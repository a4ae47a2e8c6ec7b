"""Projects through the client: made, found, changed, listed, deleted with what they hold."""

import warnings

import pytest
from traffic import measurement, traffic, unique

from ionworks import DifferenceWarning
from ionworks.errors import Conflict, NotFound, PayloadError

pytestmark = pytest.mark.replayed


def test_a_project_comes_back_as_it_was_made(client):
    name = unique("project")
    made = client.project.create({"name": name, "description": "calendar ageing, 45 degC"})
    found = client.project.get(made.id)
    assert found == made
    assert (found.name, found.description) == (name, "calendar ageing, 45 degC")
    assert found.created_at.tzinfo is not None


def test_a_second_project_of_the_name_is_a_conflict_that_names_the_first(client):
    made = client.project.create({"name": unique("project")})
    with pytest.raises(Conflict, match="create_or_get") as caught:
        client.project.create({"name": made.name})
    assert caught.value.existing_id == made.id


def test_create_or_get_creates_once_and_is_silent_the_second_time(client):
    data = {"name": unique("project"), "description": "one"}
    made = client.project.create_or_get(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = client.project.create_or_get(data)
    assert found == made
    assert len(client.project.list(name_exact=data["name"])) == 1


def test_create_or_get_tells_what_differs_and_changes_nothing(client):
    made = client.project.create({"name": unique("project"), "description": "one"})
    asked = {"name": made.name, "description": "two"}
    with pytest.warns(DifferenceWarning, match="description: requested 'two', found 'one'"):
        assert client.project.create_or_get(asked) == made
    with pytest.raises(Conflict, match="description"):
        client.project.create_or_get(asked, on_difference="raise")
    assert client.project.create_or_get(asked, on_difference="ignore") == made


def test_update_changes_what_is_given_and_none_clears(client):
    made = client.project.create({"name": unique("project"), "description": "one"})
    renamed = client.project.update(made.id, {"name": made.name + " b"})
    assert (renamed.name, renamed.description) == (made.name + " b", "one")
    assert renamed.updated_at > made.updated_at
    cleared = client.project.update(made.id, {"description": None})
    assert (cleared.name, cleared.description) == (renamed.name, None)


@pytest.mark.live("sends nothing")
def test_an_unknown_key_is_refused_before_sending_with_the_nearest_name(client):
    with traffic() as sent:
        with pytest.raises(PayloadError, match="did you mean 'description'"):
            client.project.create({"name": "x", "descripton": "typo"})
        with pytest.raises(PayloadError, match=r"name.*required"):
            client.project.create({"description": "nameless"})
    assert not sent


def test_list_and_iterate_find_projects_by_filters(client):
    word = unique("wörd").replace(" ", "")
    made = [client.project.create({"name": f"{word} {n}"}) for n in (2, 0, 1)]
    by_name = client.project.list(name=word.upper(), order_by="name", order="asc")
    assert [p.name for p in by_name] == [f"{word} {n}" for n in (0, 1, 2)]
    assert by_name.total == 3
    later = client.project.iterate(name=word, created_after=made[0].created_at)
    assert {p.id for p in later} == {p.id for p in made[1:]}
    earlier = client.project.list(name=word, created_before=made[1].created_at)
    assert [p.id for p in earlier] == [made[0].id]


def test_delete_takes_everything_with_it(client):
    project = client.project.create({"name": unique("project")})
    spec = client.cell_spec.create({"name": "LG M50", "project_id": project.id})
    cell = client.cell_instance.create(spec.id, {"name": "1"})
    test = client.cell_measurement.create(cell.id, measurement("RPT"))
    assert client.project.delete(project.id) is None
    for get, gone in (
        (client.project.get, project),
        (client.cell_spec.get, spec),
        (client.cell_instance.get, cell),
        (client.cell_measurement.get, test),
        (client.cell_measurement.time_series, test),
    ):
        with pytest.raises(NotFound):
            get(gone.id)
