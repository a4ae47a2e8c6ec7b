"""Batches of the sandbox, the cells in them, and the filters by what a cell is made of."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture(scope="module")
def specification(api):
    """Return the id of a specification."""
    return api.specification()


@pytest.fixture
def batches(specification):
    """Return the path of the specification's batches."""
    return f"/cell_specifications/{specification}/cell_batches"


def test_a_batch_is_created_changed_and_deleted(api, kit, specification, batches):
    body = {
        "name": kit.fresh_name("lot"),
        "date_manufactured": "2025-01-15",
        "properties": {"wet mass": {"value": 68.0, "unit": "g"}},
        "notes": "first",
    }
    made = api.post(batches, body)
    assert {key: made[key] for key in body} == body
    assert made["cell_specification_id"] == specification
    assert made["project_id"] == api.get(f"/cell_specifications/{specification}")["project_id"]
    assert made["created_by"] == api.get("/users/me")["id"]
    assert made["instance_count"] == 0
    path = f"/cell_batches/{made['id']}"
    assert api.get(path) == made
    changed = api.patch(path, {"notes": None, "date_manufactured": "2025-01-16"})
    assert (changed["notes"], changed["date_manufactured"]) == (None, "2025-01-16")
    assert (changed["name"], changed["properties"]) == (made["name"], made["properties"])
    assert changed["updated_at"] > made["updated_at"]
    assert api.delete(path).content == b""
    api.get(path, status=404)
    api.patch(path, {}, 404)
    api.delete(path, status=404)


def test_a_batch_asks_for_a_parent_and_for_what_the_contract_asks(api, batches):
    api.post("/cell_specifications/none/cell_batches", {"name": "x"}, 404)
    api.get("/cell_specifications/none/cell_batches", status=404)
    found = api.post(batches, {"name": "", "date_manufactured": "January"}, 422)["detail"]
    assert {(each["type"], each["loc"][-1]) for each in found} == {
        ("string_too_short", "name"),
        ("date_parsing", "date_manufactured"),
    }


def test_the_name_of_a_batch_is_unique_in_its_specification_whatever_its_case(api, kit, batches):
    name = kit.fresh_name("Äußere LOT")
    first = api.post(batches, {"name": name})
    for same in (name, name.upper(), name.casefold()):
        refused = api.post(batches, {"name": same}, 409)
        assert refused["error_code"] == "CONFLICT"
        assert refused["detail"] == {"existing_id": first["id"]}
    other = api.post(batches, {"name": kit.fresh_name("lot")})
    path = f"/cell_batches/{other['id']}"
    assert api.patch(path, {"name": name.upper()}, 409)["detail"] == {"existing_id": first["id"]}
    assert api.get(path) == other
    assert api.patch(path, {"name": other["name"].upper()})["name"] == other["name"].upper()
    api.post(f"/cell_specifications/{api.specification()}/cell_batches", {"name": name})


def test_of_many_equal_batches_at_once_one_is_made(api, kit, batches):
    name = kit.fresh_name("raced")
    together = threading.Barrier(8)

    def create(number):
        together.wait()
        return api.http.post(batches, json={"name": name.upper() if number % 2 else name})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    (made,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["detail"] == {"existing_id": made}


def test_batches_are_listed_page_by_page_the_newest_first(api):
    path = f"/cell_specifications/{api.specification()}/cell_batches"
    for name in ("Lot 1", "lot 10", "other"):
        api.post(path, {"name": name})
    assert api.names(path) == ["other", "lot 10", "Lot 1"]
    page = api.get(path, limit=1, offset=1)
    assert (page["count"], page["total"], page["items"][0]["name"]) == (1, 3, "lot 10")
    assert api.names(path, name="ilike.%LOT 1%") == ["lot 10", "Lot 1"]
    assert api.names(path, name="eq.Lot 1") == ["Lot 1"]
    assert api.names(path, name="eq.lot 1") == []


def test_a_cell_joins_changes_and_leaves_a_batch(api, kit, specification, batches):
    one, other = (api.post(batches, {"name": kit.fresh_name("lot")}) for _ in range(2))
    cell = api.instance(specification, batch="as printed", batch_id=one["id"])
    path = f"/cell_instances/{cell}"
    made = api.get(path)
    assert (made["batch_id"], made["batch_name"]) == (one["id"], one["name"])
    assert made["batch"] == "as printed"
    assert api.get(f"/cell_batches/{one['id']}")["instance_count"] == 1
    api.patch(f"/cell_batches/{one['id']}", {"name": one["name"].upper()})
    assert api.get(path)["batch_name"] == one["name"].upper()
    assert api.patch(path, {"notes": "n"})["batch_id"] == one["id"]
    assert api.patch(path, {"batch_id": other["id"]})["batch_name"] == other["name"]
    assert api.get(f"/cell_batches/{one['id']}")["instance_count"] == 0
    gone = api.patch(path, {"batch_id": None})
    assert (gone["batch_id"], gone["batch_name"], gone["batch"]) == (None, None, "as printed")
    assert api.get(f"/cell_batches/{other['id']}")["instance_count"] == 0


def test_the_name_of_the_batch_is_read_only(api, kit, specification, batches):
    batch = api.post(batches, {"name": kit.fresh_name("lot")})
    cell = api.instance(specification, batch_id=batch["id"], batch_name="mine")
    assert api.get(f"/cell_instances/{cell}")["batch_name"] == batch["name"]


def test_a_batch_of_another_specification_is_refused(api, specification):
    foreign = f"/cell_specifications/{api.specification()}/cell_batches"
    batch = api.post(foreign, {"name": "foreign"})["id"]
    cell = f"/cell_instances/{api.instance(specification)}"
    instances = f"/cell_specifications/{specification}/cell_instances"
    before = api.get(instances)["total"]
    for batch_id in (batch, "none", ""):
        refused = api.post(instances, {"name": "x", "batch_id": batch_id}, 400)
        assert repr(batch_id) in refused["message"]
        api.patch(cell, {"batch_id": batch_id, "notes": "lost"}, 400)
    assert api.get(cell)["notes"] is None
    assert api.get(instances)["total"] == before


def test_cells_are_listed_by_their_batch(api):
    specification = api.specification()
    path = f"/cell_specifications/{specification}/cell_instances"
    batch = api.post(f"/cell_specifications/{specification}/cell_batches", {"name": "lot"})["id"]
    members = [api.instance(specification, batch_id=batch) for _ in range(2)]
    api.instance(specification)
    listed = api.get(path, batch_id=batch, order="asc")
    assert ([item["id"] for item in listed["items"]], listed["total"]) == (members, 2)
    assert {item["batch_name"] for item in listed["items"]} == {"lot"}
    assert api.get(path, batch_id="none")["items"] == []
    assert api.get(path)["total"] == 3


def test_a_deleted_batch_leaves_its_cells_and_a_deleted_specification_no_batch(api):
    specification = api.specification()
    path = f"/cell_specifications/{specification}/cell_batches"
    batch, kept = (api.post(path, {"name": name})["id"] for name in ("gone", "kept"))
    cell = f"/cell_instances/{api.instance(specification, batch_id=batch)}"
    api.delete(f"/cell_batches/{batch}")
    left = api.get(cell)
    assert (left["batch_id"], left["batch_name"]) == (None, None)
    api.patch(cell, {"batch_id": kept})
    api.delete(f"/cell_specifications/{specification}")
    api.get(f"/cell_batches/{kept}", status=404)
    api.get(cell, status=404)


@pytest.fixture(scope="module")
def made_of(api):
    """Return a project, its specifications by name, and the ids of its materials by name."""
    project = api.project()
    specifications, materials = {}, {}
    for name, anode, cathode in (
        ("a", "Graphite", "NMC"),
        ("b", "Graphite", "LFP"),
        ("c", "LFP", "NMC"),
    ):
        made = api.post(
            "/cell_specifications",
            {
                "name": name,
                "project_id": project,
                "anode": {"material": {"name": anode}},
                "cathode": {"material": {"name": cathode}},
            },
        )
        specifications[name] = made["id"]
        for slot in ("anode", "cathode"):
            materials[made[slot]["material"]["name"]] = made[slot]["material_id"]
    return project, specifications, materials


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"material_id": "NMC"}, "ac"),
        ({"material_id": "LFP"}, "bc"),
        ({"material_ids": ["NMC", "Graphite"]}, "abc"),
        ({"material_ids": ["LFP"]}, "bc"),
        ({"material_ids": ["LFP", "unknown"], "material_id": "NMC"}, "c"),
        ({"anode_material_id": "LFP"}, "c"),
        ({"cathode_material_id": "LFP"}, "b"),
        ({"anode_material_id": "Graphite", "cathode_material_id": "NMC"}, "a"),
        ({"separator_material_id": "LFP"}, ""),
        ({"material_id": "unknown"}, ""),
    ],
)
def test_specifications_are_found_by_their_materials(api, made_of, asked, found):
    project, specifications, materials = made_of

    def ids(value):
        return materials.get(value, value) if isinstance(value, str) else list(map(ids, value))

    query = {name: ids(value) for name, value in asked.items()}
    path = "/cell_specifications"
    assert api.names(path, project_id=project, order="asc", **query) == list(found)
    others = api.names(path, project_id=project, exclude_cell_spec_id=specifications["c"], **query)
    assert sorted(others) == [name for name in found if name != "c"]
