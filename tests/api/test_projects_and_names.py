"""The client's project as the default, advice that can be followed, names without white space."""

from __future__ import annotations

import pytest
from ionworks_openapi import models
from traffic import measurement, traffic, unique

from ionworks import Ionworks
from ionworks._request.schemas import contract, operations
from ionworks.errors import Conflict, NotFound, PayloadError, RecordDiffers, ValidationFailed
from ionworks.errors.api import CREATE_OR_GET
from ionworks.records import DifferenceWarning

INVISIBLE = [" ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\u200b", "\u2060", "\ufeff", "\u200e"]


@pytest.fixture
def elsewhere(client):
    """Another project with a specification and a cell, which the client's project does not have."""
    project = client.project.create({"name": unique("project")})
    spec = client.cell_spec.create({"name": unique("elsewhere"), "project_id": project})
    return project, spec, client.cell_instance.create(spec, {"name": "far"})


# ------------------------------------------------------------------------------------ D7, D8


def test_lists_and_searches_take_the_project_of_the_client(client, elsewhere):
    project, spec, cell = elsewhere
    mine = client.cell_spec.create({"name": unique("mine")})
    near = client.cell_instance.create(mine, {"name": "near"})
    listed = {each.id for each in client.cell_spec.list()}
    assert mine.id in listed
    assert spec.id not in listed
    assert {each.id for each in client.cell_spec.iterate()} == listed
    assert {mine.id, spec.id} <= {each.id for each in client.cell_spec.list(all_projects=True)}
    assert [each.id for each in client.cell_spec.list(project_id=project)] == [spec.id]
    found = {each.id for each in client.cell_instance.find()}
    assert near.id in found
    assert cell.id not in found
    assert [each.id for each in client.cell_instance.find(project_id=project)] == [cell.id]
    assert {near.id, cell.id} <= {e.id for e in client.cell_instance.find(all_projects=True)}
    assert client.search.query(spec.name).total == 0
    assert client.search.query(spec.name, all_projects=True).total == 1
    assert client.search.query(spec.name, project_id=project).total == 1


def test_the_cells_of_a_project_are_filtered_and_sorted_as_one_list(client, elsewhere):
    project, spec, _ = elsewhere
    other = client.cell_spec.create({"name": unique("other"), "project_id": project})
    for parent, name in ((spec, "b"), (other, "a"), (other, "c")):
        client.cell_instance.create(parent, {"name": name})
    found = client.cell_instance.find(project_id=project, order_by="name", order="asc")
    assert [each.name for each in found] == ["a", "b", "c", "far"]
    assert found.total == 4
    newest = client.cell_instance.find(project_id=project)
    assert [each.name for each in newest] == ["c", "a", "b", "far"]
    assert [each.name for each in client.cell_instance.find(project_id=project, name="fa")] == [
        "far"
    ]
    with traffic() as sent, pytest.raises(TypeError, match="unknown filter"):
        client.cell_instance.find(nam="x")
    assert sent == []


@pytest.mark.parametrize(
    "call",
    [
        lambda c, p: c.cell_spec.list(project_id=p),
        lambda c, p: list(c.cell_spec.iterate(project_id=p)),
        lambda c, p: c.cell_instance.find(project_id=p),
        lambda c, p: c.cell_measurement.find(project_id=p),
        lambda c, p: c.cell_measurement.list_by_project(p),
        lambda c, p: c.cell_measurement.list_tags(p),
        lambda c, p: c.raw_data.list(p),
        lambda c, p: list(c.raw_data.iterate(p)),
        lambda c, p: c.search.query("word", project_id=p),
    ],
)
def test_an_unknown_project_is_not_found(client, call):
    client.material.create({"name": unique("word")})  # no project: every search finds it
    with pytest.raises(NotFound, match="No project has the id 'unknown'"):
        call(client, "unknown")


@pytest.mark.parametrize("method", ["cell_spec.list", "cell_instance.find", "search.query"])
def test_a_project_and_all_projects_exclude_each_other(client, method):
    resource, _, name = method.partition(".")
    arguments = ["word"] if resource == "search" else []
    with pytest.raises(PayloadError, match="cannot be combined with project_id"):
        getattr(getattr(client, resource), name)(*arguments, project_id="x", all_projects=True)


# ----------------------------------------------------------------------------------------- D9


def naming() -> list[str]:
    """Return the operations that conflict if a name is taken, or may do so."""
    return [
        name
        for name, operation in operations().items()
        if "409" in operation["responses"]
        and (operation.get("x-idempotency") == "unique-name" or name.startswith("create_"))
    ]


@pytest.mark.parametrize("operation", naming())
def test_the_advice_of_a_conflict_names_a_method_that_exists(operation):
    for detail in (None, {"existing_id": "the-id"}):
        text = str(Conflict("taken", 409, operation=operation, detail=detail))
        method = CREATE_OR_GET.get(operation, "create_or_get").split()[0]
        tag = operations()[operation]["tags"][0]
        resources = {each["name"]: each.get("x-resource") for each in contract()["tags"]}
        client = Ionworks(api_key="key", api_url="http://127.0.0.1:9")
        if "create_or_get" in text:
            assert method in text
            assert callable(getattr(getattr(client, str(resources[tag])), method))
    assert "create_or_get" not in str(Conflict("taken", 409, operation="update_cell_instance"))


def test_properties_files_and_materials_are_created_once(client, tmp_path):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec, {"name": "1"})
    measurements = client.cell_measurement
    mass = {"mass": "68 g"}
    first = measurements.create_or_get_properties(cell, "Mass", mass, notes="dry")
    assert measurements.create_or_get_properties(cell, "Mass", mass, notes="dry") == first
    with pytest.warns(DifferenceWarning, match="mass"):
        measurements.create_or_get_properties(cell, "Mass", {"mass": "70 g"})
    with pytest.raises(Conflict, match="create_or_get_properties"):
        measurements.create_properties(cell, "Mass", mass)
    note = tmp_path / "note.txt"
    note.write_text("one")
    file = measurements.create_or_get_file(cell, "Note", note)
    with traffic() as sent:
        assert measurements.create_or_get_file(cell, "Note", note).id == file.id
    assert "initiate_measurement_upload" not in {each.operation for each in sent}
    note.write_text("two")
    with pytest.warns(DifferenceWarning, match=r"files\.note\.txt"):
        measurements.create_or_get_file(cell, "Note", note)
    with pytest.raises(RecordDiffers):
        measurements.create_or_get_file(cell, "Note", note, on_difference="raise")
    with pytest.raises(RecordDiffers, match="belongs to a measurement of type 'properties'"):
        measurements.create_or_get_file(cell, "Mass", note)
    with pytest.raises(RecordDiffers, match="belongs to a measurement of type 'file'"):
        measurements.create_or_get_properties(cell, "Note", mass)
    with pytest.raises(Conflict, match="create_or_get_file"):
        measurements.create_file(cell, "Note", note)
    name = unique("material")
    material = client.material.create_or_get({"name": name, "manufacturer": "A"})
    assert client.material.create_or_get({"name": name, "manufacturer": "A"}) == material
    with pytest.warns(DifferenceWarning, match="manufacturer"):
        client.material.create_or_get({"name": name, "manufacturer": "B"})


# ---------------------------------------------------------------------------------- D11, D12


def test_the_table_of_an_empty_list_has_the_columns_of_the_record(client):
    full = client.project.list().to_frame()
    empty = client.project.list(name_exact="no such project").to_frame()
    assert empty.schema == full.schema
    assert client.project.list()[:0].to_frame().schema == full.schema
    assert client.job.list(status="failed").to_frame().columns[0] == "job_id"


def test_a_missing_key_names_the_nearest(client):
    project = client.project.list()[0]
    with pytest.raises(KeyError) as caught:
        project["nam"]
    assert str(caught.value) == "Project has no field 'nam'; did you mean 'name'?"


# ---------------------------------------------------------------------------------------- A13


def trimmed_fields() -> list[tuple[str, str]]:
    return [
        (name, field)
        for name, schema in contract()["components"]["schemas"].items()
        for field, rules in schema.get("properties", {}).items()
        if rules.get("format") == "trimmed"
    ]


def test_every_name_that_is_sent_is_trimmed():
    sent = {
        name
        for name, schema in contract()["components"]["schemas"].items()
        if "name" in schema.get("properties", {})
        and name.endswith(("Create", "Update", "Input", "Request", "Metadata"))
    }
    assert sent == {name for name, _ in trimmed_fields()}
    assert all(hasattr(models, name) for name in sent)


@pytest.mark.parametrize("space", INVISIBLE, ids=ascii)
def test_a_name_neither_begins_nor_ends_with_white_space(client, space):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec, {"name": f"M50{space}007"})
    calls = [
        lambda name: client.project.create({"name": name}),
        lambda name: client.cell_spec.create({"name": name}),
        lambda name: client.cell_spec.update(spec, {"name": name}),
        lambda name: client.cell_batch.create(spec, {"name": name}),
        lambda name: client.cell_instance.create_or_get(spec, {"name": name}),
        lambda name: client.cell_instance.update(cell, {"name": name}),
        lambda name: client.cell_measurement.create(cell, measurement(name)),
        lambda name: client.cell_measurement.create_properties(cell, name, {"a": "1 V"}),
        lambda name: client.material.create({"name": name}),
    ]
    for name in (f"LG M50{space}", f"{space}LG M50"):
        for call in calls:
            with traffic() as sent, pytest.raises(PayloadError, match=r"give 'LG M50'|control"):
                call(name)
            assert sent == []
        with pytest.raises(ValidationFailed, match="neither begin nor end"):
            client.request("POST", "/cell_specifications", json={"name": name})
