"""A measurement is found by the names of its specification, its cell and itself, or it says why."""

import pytest
from traffic import measurement, traffic, unique

from ionworks.errors import Conflict, NotFound, PayloadError

pytestmark = pytest.mark.replayed


@pytest.fixture
def made(client):
    """The names of a measurement, and its id; with others that are named nearly so."""
    name = unique("Cell LG M50")
    spec = client.cell_spec.create({"name": name})
    for other in (f"{name}T", name.upper(), f"{name}%"):
        client.cell_spec.create({"name": other})
    cell = client.cell_instance.create(spec.id, {"name": "M50_007"})
    for other in ("M50-007", "M50_0070", "m50_007"):
        client.cell_instance.create(spec.id, {"name": other})
    found = client.cell_measurement.create(cell.id, measurement("RPT 0 100%"))
    for other in ("RPT 0 100", "RPT 0 100%%", "rpt 0 100%"):
        client.cell_measurement.create_properties(cell.id, other, {})
    return (name, "M50_007", "RPT 0 100%"), found.id


def test_it_is_found_by_its_exact_names(client, made):
    names, identity = made
    with traffic() as sent:
        found = client.resolve_measurement(*names)
    assert (found.id, found.name) == (identity, "RPT 0 100%")
    assert len(sent) == 3
    assert client.resolve_measurement(*names, project_id=client.settings.project_id) == found


@pytest.mark.parametrize(
    ("level", "kind"),
    [(0, "cell specification"), (1, "cell instance"), (2, "measurement")],
)
def test_the_name_that_is_not_there_is_reported(client, made, level, kind):
    names = list(made[0])
    for missing in ("no such name", names[level][:-2]):
        names[level] = missing
        with pytest.raises(NotFound) as info:
            client.resolve_measurement(*names)
        assert f"no {kind} named {missing!r}" in str(info.value)
        assert info.value.status_code == 404
    parents = ["the project", f"specification {names[0]!r}", f"cell {names[1]!r}"]
    assert parents[level] in str(info.value)


def test_a_name_that_stands_in_several_projects_is_ambiguous_until_one_is_given(
    client, client_of, sandbox, monkeypatch
):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)
    name, tests = unique("spec"), {}
    for _ in range(2):
        project = client.project.create({"name": unique("project")})
        spec = client.cell_spec.create({"name": name, "project_id": project.id})
        cell = client.cell_instance.create(spec.id, {"name": "A"})
        tests[project.id] = client.cell_measurement.create_properties(cell.id, "mass", {}).id
    everywhere = client_of(sandbox.url, api_key=sandbox.api_key)
    with pytest.raises(Conflict, match="2 cell specifications") as info:
        everywhere.resolve_measurement(name, "A", "mass")
    assert "give project_id" in str(info.value)
    assert "create_or_get" not in str(info.value)
    for project_id, identity in tests.items():
        found = everywhere.resolve_measurement(name, "A", "mass", project_id=project_id)
        assert found.id == identity
        with sandbox.client(project_id=project_id) as own:
            assert own.resolve_measurement(name, "A", "mass").id == identity
    with pytest.raises(NotFound, match="cell specification"):
        client.resolve_measurement(name, "A", "mass")  # neither is in its project


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.live("sends nothing")
def test_an_empty_name_is_no_name(client, made, level):
    names = list(made[0])
    names[level] = ""
    with pytest.raises(PayloadError, match="empty"):
        client.resolve_measurement(*names)
