"""Records of the sandbox: creation, change, taken names, and what a deletion takes along."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

QUANTITY = {"value": 5.0, "unit": "A*h"}


def test_a_project_is_created_changed_and_deleted(api, kit):
    made = api.post("/projects", {"name": kit.fresh_name("project"), "description": "first"})
    path = f"/projects/{made['id']}"
    assert api.get(path) == made
    assert made["created_at"].endswith("Z")
    changed = api.patch(path, {"description": None})
    assert (changed["description"], changed["name"]) == (None, made["name"])
    assert changed["updated_at"] > made["updated_at"]
    assert api.delete(path).content == b""
    api.get(path, status=404)
    api.delete(path, status=404)


def test_a_specification_goes_to_the_default_project_unless_one_is_named(fresh_api):
    (default,) = fresh_api.get("/projects")["items"]
    assert default["name"] == "Sandbox project"
    made = fresh_api.post("/cell_specifications", {"name": "A"})
    assert made["project_id"] == default["id"]
    other = fresh_api.project()
    assert fresh_api.post("/cell_specifications", {"name": "A", "project_id": other})["id"]
    fresh_api.post("/cell_specifications", {"name": "A", "project_id": "nowhere"}, 404)
    assert fresh_api.names("/cell_specifications", project_id=other) == ["A"]


def test_ratings_are_merged_and_null_clears(api):
    path = f"/cell_specifications/{api.specification(ratings={'capacity': QUANTITY}, notes='n')}"
    volts = {"value": 2.5, "unit": "V"}
    changed = api.patch(path, {"ratings": {"voltage_min": volts}, "notes": None})
    assert changed["ratings"] == {"capacity": QUANTITY, "voltage_min": volts}
    assert changed["notes"] is None
    api.patch(path, {"ratings": None}, 422)
    assert api.get(path) == changed


def test_components_and_materials_are_found_again(api):
    project = api.project()
    graphite = {"name": "Graphite", "manufacturer": "Acme"}
    anode = {"properties": {"loading": {"value": 7, "unit": "mg/cm**2"}}, "material": graphite}
    first = api.get(f"/cell_specifications/{api.specification(project, anode=anode)}")
    second = api.get(f"/cell_specifications/{api.specification(project, anode=anode)}")
    assert first["anode"]["material"]["name"] == "Graphite"
    assert first["anode_id"] == first["anode"]["id"] != second["anode_id"]
    assert first["anode"]["material_id"] == second["anode"]["material_id"]

    path = f"/cell_specifications/{first['id']}"
    definition = {"type": "graphite"}
    changed = api.patch(path, {"anode": {"material": {**graphite, "definition": definition}}})
    assert changed["anode_id"] == first["anode_id"]
    assert changed["anode"]["properties"] == anode["properties"]
    assert changed["anode"]["material"]["definition"] == definition
    other = api.patch(path, {"anode": {"material": {"name": "Graphite", "product_id": "G2"}}})
    assert other["anode"]["material_id"] != first["anode"]["material_id"]


def test_a_new_component_without_a_material_is_refused_and_nothing_is_stored(api, kit):
    name = kit.fresh_name("spec")
    (error,) = api.post("/cell_specifications", {"name": name, "anode": {}}, 422)["detail"]
    assert error["loc"] == ["body", "anode", "material"]
    assert api.names("/cell_specifications", name=f"eq.{name}") == []


def test_a_list_of_specifications_has_components_only_in_full(api):
    project = api.project()
    made = api.specification(project, cathode={"material": {"name": "NMC"}})
    (plain,) = api.get("/cell_specifications", project_id=project)["items"]
    (full,) = api.get("/cell_specifications", project_id=project, full=True)["items"]
    assert "cathode" not in plain
    assert plain["cathode_id"] == full["cathode"]["id"]
    assert full == api.get(f"/cell_specifications/{made}")


def test_an_instance_is_created_and_changed(api):
    specification = api.specification()
    body = {"date_manufactured": "2024-01-20", "measured_properties": {"cell": {"m": QUANTITY}}}
    made = api.get(f"/cell_instances/{api.instance(specification, batch='B1', **body)}")
    assert made["date_manufactured"] == "2024-01-20T00:00:00Z"
    assert made["measured_properties"] == body["measured_properties"]
    assert api.get(f"/cell_specifications/{specification}")["instance_ids"] == [made["id"]]
    changed = api.patch(
        f"/cell_instances/{made['id']}",
        {"date_manufactured": "2024-01-20T12:00:00+02:00", "batch": None},
    )
    assert changed["date_manufactured"] == "2024-01-20T10:00:00Z"
    assert (changed["batch"], changed["name"]) == (None, made["name"])
    api.post(
        f"/cell_specifications/{specification}/cell_instances", {"name": "x", "batch_id": "b"}, 400
    )


def test_a_measurement_of_properties_is_created_and_changed(api, kit):
    instance = api.instance(api.specification(api.project()))
    made = api.properties(
        instance,
        "mass",
        properties={"mass": {"value": 68.2, "unit": "g"}, "binder": "PVDF", "ok": True},
        start_time="2024-01-20T12:00:00+02:00",
        tags=["b ", "A", "B"],
    )
    assert made["measurement_type"] == "properties"
    assert made["start_time"] == "2024-01-20T10:00:00Z"
    assert made["tags"] == ["A", "b"]
    path = f"/cell_measurements/{made['id']}"
    assert api.get(path) == made
    assert api.get(f"/cell_instances/{instance}")["measurement_ids"] == [made["id"]]
    changed = api.patch(path, {"notes": "n", "name": None, "properties": {}, "tags": []})
    assert changed["name"] == "mass"
    assert (changed["notes"], changed["properties"], changed["tags"]) == ("n", {}, [])
    api.delete(path)
    api.get(path, status=404)


def test_properties_without_a_unit_and_other_types_are_refused(api):
    path = f"/cell_instances/{api.instance()}/cell_measurements/create"
    (error,) = api.post(path, {"name": "m", "properties": {"mass": 68.2}}, 422)["detail"]
    assert error["loc"] == ["body", "properties", "mass"]
    assert "unit" in error["msg"]
    body = {"name": "m", "properties": {}, "measurement_type": "file"}
    (error,) = api.post(path, body, 422)["detail"]
    assert error["loc"] == ["body", "measurement_type"]


def test_fields_that_contradict_each_other_are_a_400(api):
    instance = api.instance()
    made = api.properties(instance, "m", start_time="2024-01-02T00:00:00Z")
    path = f"/cell_measurements/{made['id']}"
    assert "end_time" in api.patch(path, {"end_time": "2024-01-01T00:00:00Z"}, 400)["message"]
    assert "channel_id" in api.patch(path, {"channel_id": "c"}, 400)["message"]
    series = api.series(instance, "series")
    changed = api.patch(f"/cell_measurements/{series['id']}", {"properties": {"a": "b"}}, 400)
    assert "properties" in changed["message"]


def creations(api):
    """Yield each noun's path of creation, with a body."""
    specification = api.specification()
    instance = api.instance(specification)
    yield "/projects", {}
    yield "/cell_specifications", {}
    yield f"/cell_specifications/{specification}/cell_instances", {}
    yield f"/cell_instances/{instance}/cell_measurements/create", {"properties": {}}


def test_a_taken_name_is_a_409_that_names_the_record(api, kit):
    for path, body in creations(api):
        body = {**body, "name": kit.fresh_name("same")}
        first = api.post(path, body)
        refused = api.post(path, body, 409)
        assert refused["error_code"] == "CONFLICT"
        assert refused["detail"] == {"existing_id": first["id"]}
        api.post(path, {**body, "name": body["name"].upper()})


def test_a_name_may_be_taken_again_under_another_parent(api):
    specification = api.specification()
    one, other = api.instance(specification), api.instance(specification)
    assert api.properties(one, "m")["id"] != api.properties(other, "m")["id"]


def test_a_rename_onto_a_taken_name_is_a_409_and_changes_nothing(api):
    instance = api.instance()
    first, second = api.properties(instance, "one"), api.properties(instance, "two")
    path = f"/cell_measurements/{second['id']}"
    refused = api.patch(path, {"name": "one", "notes": "lost"}, 409)
    assert refused["detail"] == {"existing_id": first["id"]}
    assert api.get(path) == second
    assert api.patch(path, {"name": "two"})["name"] == "two"


def test_of_many_equal_creations_at_once_one_wins(api, kit):
    for path, body in creations(api):
        body = {**body, "name": kit.fresh_name("raced")}
        together = threading.Barrier(16)

        def create(_: int, path=path, body=body, together=together):
            together.wait()
            return api.http.post(path, json=body)

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(create, range(16)))
        won = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        lost = [answer.json()["detail"] for answer in answers if answer.status_code == 409]
        assert len(won) == 1
        assert lost == [{"existing_id": won[0]}] * 15


@pytest.mark.parametrize("level", ["projects", "cell_specifications", "cell_instances"])
def test_a_deletion_takes_everything_below_along(fresh_api, level):
    ids = {"projects": fresh_api.project()}
    ids["cell_specifications"] = fresh_api.specification(
        ids["projects"], anode={"material": {"name": "Graphite"}}
    )
    ids["cell_instances"] = fresh_api.instance(ids["cell_specifications"])
    series = fresh_api.series(ids["cell_instances"], "series")
    begun = fresh_api.initiate(ids["cell_instances"], "begun")
    located = fresh_api.call("GET", f"/cell_measurements/{series['id']}/steps/download", 307)
    fresh_api.delete(f"/{level}/{ids[level]}")
    gone = list(ids)[list(ids).index(level) :]
    for noun in gone:
        fresh_api.get(f"/{noun}/{ids[noun]}", status=404)
    for noun in set(ids) - set(gone):
        fresh_api.get(f"/{noun}/{ids[noun]}")
    fresh_api.get(f"/cell_measurements/{series['id']}", status=404)
    assert fresh_api.http.get(located.headers["location"]).status_code == 404
    fresh_api.put(begun, "time_series.parquet", b"late", status=403)
    fresh_api.confirm(begun, ids["cell_instances"], "begun", 404)


def test_a_missing_parent_is_a_404(api):
    api.get("/cell_specifications/none/cell_instances", status=404)
    api.post("/cell_specifications/none/cell_instances", {"name": "x"}, 404)
    api.get("/cell_instances/none/cell_measurements", status=404)
    api.get("/cell_measurements/by-project/none", status=404)
    api.post("/cell_instances/none/cell_measurements/create", {"name": "x", "properties": {}}, 404)
    api.initiate("none", "x", 404)
