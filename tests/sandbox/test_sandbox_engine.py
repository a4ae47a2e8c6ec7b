"""Resources that the sandbox serves from the contract alone, with no handler of their own."""

import json
from functools import cache
from pathlib import Path

import contract_tap
import pytest
from new_resource import add_shipments, check_shipments
from ruamel.yaml import YAML

from ionworks.sandbox import Sandbox
from ionworks.sandbox.contract.operations import Contract
from ionworks.testing._openapi.normal_form import normalize

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@cache
def read(text):
    """Return a contract from the text of its YAML."""
    document = normalize(YAML(typ="safe", pure=True).load(text))
    return Contract(json.dumps(document).encode())


@pytest.fixture(scope="module")
def checked_exchanges():
    """These sandboxes serve other contracts, and `serve` checks their exchanges."""


@pytest.fixture
def serve(monkeypatch, kit, request):
    """Return a function that serves a contract; its answers are checked against the same."""
    opened = []

    def start(text, **options):
        contract = read(text)
        monkeypatch.setattr("ionworks.sandbox.server.load_contract", lambda: contract)
        monkeypatch.setattr(contract_tap, "load_contract", lambda: contract)
        tap = contract_tap.Tap(contract_tap.Contract())
        monkeypatch.setattr("ionworks.sandbox.server.Origin", tap.origin)
        box = Sandbox(**options)
        request.addfinalizer(box.stop)
        api = kit.api(box.start())
        request.addfinalizer(api.http.close)
        opened.append(tap)
        return api

    yield start
    for tap in opened:
        assert [told for told in tap.take() if "answer 2" in told] == []


def test_a_resource_that_only_the_contract_has_is_served(serve):
    check_shipments(serve(add_shipments((ROOT / "openapi.yaml").read_text(encoding="utf-8"))))


@pytest.fixture
def warehouse(serve):
    """Return a client of a sandbox that serves the warehouse."""
    return serve((HERE / "warehouse.yaml").read_text(encoding="utf-8"))


def shelf(api, rack, **fields):
    """Return a new shelf of a rack."""
    return api.post(f"/racks/{rack['id']}/shelves", fields)


def test_a_record_has_the_fields_of_the_contract_and_no_others(warehouse):
    made = warehouse.post("/racks", {"name": "A", "labels": ["x"], "unknown": 1})
    checked = made.pop("checked_at")
    assert checked.endswith("Z")
    assert made == {
        "id": made["id"],
        "name": "A",
        "project_id": warehouse.sandbox.project_id,
        "labels": ["x"],
        "level": 1,
        "color": None,
        "size": 0.0,
        "kind": "fixed",
        "plan": {},
    }
    note = warehouse.post("/notes", {"text": "t", "secret": "s"})
    assert set(note) == {"id", "name", "text", "organization_id"}
    assert note["name"] is None
    assert note["organization_id"] == warehouse.get(f"/notes/{note['id']}")["organization_id"]


def test_the_body_names_the_parent_or_else_it_is_the_default_project(warehouse):
    project = warehouse.project()
    made = warehouse.post("/racks", {"name": "A", "project_id": project})
    default = warehouse.post("/racks", {"name": "A"})
    assert (made["project_id"], default["project_id"]) == (project, warehouse.sandbox.project_id)
    assert warehouse.get("/racks", project_id=project) == {"racks": [made], "total": 1}
    assert warehouse.get("/racks")["total"] == 2
    warehouse.post("/racks", {"name": "A", "project_id": "none"}, 404)


def test_names_are_unique_only_where_the_contract_says_so(warehouse):
    rack = warehouse.post("/racks", {"name": "Läger A"})
    taken = warehouse.post("/racks", {"name": "LÄGER a"}, 409)
    assert taken["detail"] == {"existing_id": rack["id"]}
    assert (
        shelf(warehouse, rack, name="1")["shelf_id"] != shelf(warehouse, rack, name="1")["shelf_id"]
    )
    assert (
        warehouse.post("/notes", {"text": "t"})["id"]
        != warehouse.post("/notes", {"text": "t"})["id"]
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"labels": "cold"}, "AC"),
        ({"labels": ["cold", "dry"]}, "ABC"),
        ({"labels": "wet"}, ""),
        ({"level": 1}, "A"),
        ({"level": [1, 3]}, "AC"),
        ({"level": 2, "labels": "cold"}, ""),
        ({"order_by": "level"}, "ABC"),
    ],
)
def test_a_list_is_filtered_by_lists_and_by_defaults(warehouse, asked, found):
    warehouse.post("/racks", {"name": "A", "labels": ["cold", "new"]})
    warehouse.post("/racks", {"name": "B", "labels": ["dry"], "level": 2})
    warehouse.post("/racks", {"name": "C", "labels": ["cold"], "level": 3})
    racks = warehouse.get("/racks", **asked)["racks"]
    assert [rack["name"] for rack in racks] == list(found)[::-1]


def test_a_list_of_several_ids_has_these_records(warehouse):
    racks = [warehouse.post("/racks", {"name": name}) for name in "ABC"]
    asked = [rack["id"] for rack in racks[1:]]
    assert warehouse.get("/racks", ids=asked)["racks"] == racks[:0:-1]


def test_a_list_below_a_record_further_up_has_only_what_belongs_to_it(warehouse):
    projects = [warehouse.project() for _ in range(2)]
    racks = [warehouse.post("/racks", {"name": "A", "project_id": each}) for each in projects]
    shelves = [shelf(warehouse, rack, name="1") for rack in racks]
    for project, made in zip(projects, shelves, strict=True):
        assert warehouse.get(f"/projects/{project}/shelves") == [made]
    warehouse.get("/projects/none/shelves", status=404)


@pytest.mark.parametrize("path", ["/colors/red/racks", "/racks/1/notes"])
def test_a_list_below_something_that_records_do_not_name_is_not_served(warehouse, path):
    assert warehouse.get(path, status=501)["error_code"] == "NOT_IMPLEMENTED"


def test_what_a_list_cannot_be_filtered_or_sorted_by_is_refused(warehouse):
    refused = warehouse.get("/racks", status=501, weather="fair")
    assert refused["detail"] == {"operation_id": "list_racks", "parameter": "weather"}
    refused = warehouse.get("/racks", status=422, order_by="weather")
    assert refused["detail"][0]["loc"] == ["query", "order_by"]


def test_a_list_without_pages_is_a_bare_array(warehouse):
    rack, other = (warehouse.post("/racks", {"name": name}) for name in "AB")
    shelves = [shelf(warehouse, rack, name=str(number)) for number in range(30)]
    shelf(warehouse, other, name="elsewhere")
    assert warehouse.get(f"/racks/{rack['id']}/shelves") == shelves[::-1]
    warehouse.get("/racks/none/shelves", status=404)
    warehouse.post("/racks/none/shelves", {"name": "x"}, 404)


def test_a_record_knows_the_records_above_its_parent(warehouse):
    rack = warehouse.post("/racks", {"name": "A", "project_id": warehouse.project()})
    made = shelf(warehouse, rack, name="1")
    assert (made["rack_id"], made["project_id"]) == (rack["id"], rack["project_id"])


def test_an_item_is_found_only_below_its_own_parent(warehouse):
    rack, other = (warehouse.post("/racks", {"name": name}) for name in "AB")
    made = shelf(warehouse, rack, name="1")
    path = "/racks/{}/shelves/{}".format
    own, foreign = (path(each["id"], made["shelf_id"]) for each in (rack, other))
    assert warehouse.get(own) == made
    for refused in (warehouse.get, warehouse.delete):
        refused(foreign, status=404)
    warehouse.patch(foreign, {"name": "x"}, 404)
    moved = warehouse.patch(own, {"rack_id": other["id"]})
    assert warehouse.get(foreign) == moved == {**made, "rack_id": other["id"]}
    warehouse.get(own, status=404)
    warehouse.patch(foreign, {"rack_id": "none"}, 404)


def test_a_put_replaces_what_was_given(warehouse):
    rack = warehouse.post("/racks", {"name": "A", "color": "red", "level": 4})
    path = f"/racks/{rack['id']}"
    changed = warehouse.call("PUT", path, 200, json={"name": "B"}).json()
    assert (changed["name"], changed["color"], changed["level"]) == ("B", None, 1)
    assert warehouse.get(path) == changed


def test_a_deletion_takes_everything_below_along_and_answers_what_the_contract_says(warehouse):
    project = warehouse.project()
    racks = [warehouse.post("/racks", {"name": n, "project_id": project}) for n in "AB"]
    shelves = [shelf(warehouse, rack, name="1") for rack in racks]
    assert warehouse.delete(f"/racks/{racks[0]['id']}", 200).json() == racks[0]
    path = f"/racks/{racks[1]['id']}"
    assert warehouse.get(f"{path}/shelves") == [shelves[1]]
    warehouse.delete(f"/projects/{project}")
    warehouse.get(path, status=404)
    warehouse.get(f"{path}/shelves/{shelves[1]['shelf_id']}", status=404)


def test_plain_records_are_kept_in_a_data_folder(serve, tmp_path):
    text = (HERE / "warehouse.yaml").read_text(encoding="utf-8")
    first = serve(text, data=tmp_path)
    rack = first.post("/racks", {"name": "A"})
    first.sandbox.stop()
    assert serve(text, data=tmp_path).get(f"/racks/{rack['id']}") == rack


def test_data_from_before_a_resource_was_in_the_contract_are_opened(serve, monkeypatch, tmp_path):
    with Sandbox(data=tmp_path) as before:
        project = before.project_id
    after = serve((HERE / "warehouse.yaml").read_text(encoding="utf-8"), data=tmp_path)
    assert after.post("/racks", {"name": "A"})["project_id"] == project
    after.sandbox.stop()
    monkeypatch.undo()
    with Sandbox(data=tmp_path) as again:
        assert again.project_id == project
