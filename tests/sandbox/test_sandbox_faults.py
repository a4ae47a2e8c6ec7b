"""The sandbox that misbehaves on request: plans, one for each call, and the ledger of changes."""

import gzip
import json
import re

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.sandbox import Sandbox
from ionworks.sandbox.faults import Faults, read_fault, read_plan
from ionworks.sandbox.http.fault_injection import PAGE

BROKEN = (httpx.ReadError, httpx.RemoteProtocolError)


@pytest.fixture(scope="module")
def shared():
    with Sandbox(faults=True) as box:
        yield box


@pytest.fixture
def box(shared):
    """A sandbox that misbehaves; what is left of the plans of a test is its failure."""
    yield shared
    left = shared.faults.left
    shared.faults.clear()
    assert left == {}


@pytest.fixture
def speaker(box, kit):
    made = kit.api(box)
    yield made
    made.http.close()


@pytest.fixture
def commits(box):
    """Return what was done since the test began."""
    before = len(box.faults.ledger)
    return lambda: [(each.operation, each.status) for each in box.faults.ledger[before:]]


def create(speaker, kit, status=201):
    return speaker.call("POST", "/projects", status, json={"name": kit.fresh_name("project")})


# Each fault, before the call is done and after it.


@pytest.mark.parametrize("fault", ["reset", "close"])
@pytest.mark.parametrize("committed", [False, True])
def test_a_connection_ends_before_or_after_the_change(box, speaker, kit, commits, fault, committed):
    box.faults.plan("create_project", fault + " after commit" * committed)
    with pytest.raises(BROKEN):
        create(speaker, kit)
    assert commits() == [("create_project", 201)] * committed
    create(speaker, kit)


@pytest.mark.parametrize("committed", [False, True])
def test_a_status_stands_in_place_of_the_answer(box, speaker, kit, commits, committed):
    box.faults.plan("create_project", "503 retry-after: 7" if not committed else "503 after commit")
    answer = create(speaker, kit, 503)
    assert answer.headers.get("retry-after") == (None if committed else "7")
    assert answer.headers["x-correlation-id"].startswith("fault-")
    assert answer.json()["error_code"] == "FAULT"
    assert commits() == [("create_project", 201)] * committed


@pytest.mark.parametrize("status", [200, 204, 304, 307, 418, 429, 500, 524, 599])
def test_any_status_is_answered(box, speaker, status):
    box.faults.plan("list_projects", str(status))
    answer = speaker.http.get("/projects")
    assert answer.status_code == status
    assert bool(answer.content) is (status not in (204, 304))
    speaker.get("/projects")


@pytest.mark.parametrize("committed", [False, True])
def test_a_stall_answers_nothing(box, speaker, kit, commits, committed):
    box.faults.plan("create_project", "stall" + " after commit" * committed)
    with pytest.raises(httpx.ReadTimeout):
        speaker.http.post("/projects", json={"name": kit.fresh_name("project")}, timeout=0.5)
    assert commits() == [("create_project", 201)] * committed
    create(speaker, kit)


def test_a_page_an_empty_body_and_a_bomb_take_the_place_of_the_answer(box, speaker):
    box.faults.plan("list_projects", "login-page", "empty", "gzip-bomb 3")
    page, empty = (speaker.http.get("/projects") for _ in range(2))
    assert (page.status_code, page.headers["content-type"], page.content) == (
        200,
        "text/html",
        PAGE,
    )
    assert (empty.status_code, empty.content) == (200, b"")
    with speaker.http.stream("GET", "/projects") as answer:
        small = b"".join(answer.iter_raw())
    assert len(small) < 20_000
    assert json.loads(gzip.decompress(small)) == {}
    assert len(gzip.decompress(small)) == 3 * 2**20 + 2


def test_a_cut_sends_so_many_bytes_of_the_true_answer(box, speaker):
    whole = speaker.http.get("/projects").content
    for size in (0, 1, len(whole) - 1):
        box.faults.plan("list_projects", f"cut {size}")
        came = []
        with speaker.http.stream("GET", "/projects") as answer:
            assert int(answer.headers["content-length"]) == len(whole)
            with pytest.raises(httpx.RemoteProtocolError):
                came.extend(answer.iter_raw())
        assert b"".join(came) == whole[:size]


def test_a_flip_changes_one_bit_and_nothing_else(box, speaker):
    project = speaker.project()
    whole = speaker.http.get(f"/projects/{project}").content
    box.faults.plan("get_project", "flip")
    other = speaker.http.get(f"/projects/{project}").content
    assert len(other) == len(whole)
    differing = [a ^ b for a, b in zip(whole, other, strict=True) if a != b]
    assert [bin(each).count("1") for each in differing] == [1]
    assert speaker.http.get(f"/projects/{project}").content == whole


def test_a_drip_is_the_true_answer_byte_by_byte(box, speaker):
    project = f"/projects/{speaker.project()}"
    whole = speaker.http.get(project).content
    box.faults.plan("get_project", "drip")
    with speaker.http.stream("GET", project) as answer:
        pieces = answer.iter_raw()
        assert [next(pieces) for _ in range(3)] == [whole[:1], whole[1:2], whole[2:3]]
    assert speaker.http.get(project).content == whole


def test_faults_of_the_storage_are_planned_by_their_own_names(box, speaker, kit, commits):
    cell = speaker.instance()
    begun = speaker.initiate(cell, "RPT 0")
    content = kit.parquet(kit.series())
    box.faults.plan("put_object", "503", "reset after commit", "none")
    kit.api.put(speaker, begun, "time_series.parquet", content, 503)
    with pytest.raises(BROKEN):
        kit.api.put(speaker, begun, "time_series.parquet", content)
    speaker.put(begun, "time_series.parquet", content)
    speaker.confirm(begun, cell, "RPT 0")
    assert [name for name, _ in commits()][-4:] == [
        "initiate_measurement_upload",
        "put_object",
        "put_object",
        "confirm_measurement_upload",
    ]
    url = speaker.call(
        "GET", f"/cell_measurements/{begun['measurement_id']}/time_series/download", 307
    ).headers["location"]
    box.faults.plan("get_object", "500")
    assert httpx.get(url, verify=False).status_code == 500
    assert httpx.get(url, verify=False).content == content


# Plans.


def test_a_plan_is_kept_in_order_and_for_its_operation_alone(box, speaker, kit):
    box.faults.plan("create_project", "503", "none", "429")
    box.faults.plan("create_project", "500")
    speaker.get("/projects")
    for status in (503, 201, 429, 500, 201):
        create(speaker, kit, status)


def test_what_is_left_can_be_seen_and_forgotten(box, speaker):
    box.faults.plan("create_project", "503", "none")
    box.faults.plan("get_project", "reset")
    assert box.faults.left == {"create_project": ["503", "none"], "get_project": ["reset"]}
    assert speaker.get("/_faults") == box.faults.left
    box.faults.clear()
    assert speaker.get("/_faults") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reste",
        "50",
        "0",
        "100",
        "600",
        "5030",
        "503  after commit",
        "503 7",
        "reset 5",
        "reset retry-after: 7",
        "gzip-bomb",
        "cut -1",
        "503 retry-after 7",
        "503 x: a\r\nevil: 1",
        "503 x: a\rb",
        "503 x: é",
        "none after commit",
    ],
)
def test_what_is_no_fault_is_refused_and_nothing_is_planned(box, text):
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        box.faults.plan("create_project", "503", text)
    assert box.faults.left == {}


@given(text=st.text(max_size=30))
@settings(max_examples=60)
def test_any_text_is_a_fault_or_refused(text):
    try:
        fault = read_fault(text)
    except ValueError:
        return
    assert fault.text == text
    assert fault.kind != "status" or 200 <= fault.number < 600


def test_a_plan_comes_over_the_wire_as_well(box, speaker, kit):
    plan = {"operation": "create_project", "plan": ["503", "reset"]}
    answer = speaker.call("POST", "/_faults", 200, json=plan)
    assert answer.json() == {"create_project": ["503", "reset"]}
    create(speaker, kit, 503)
    with pytest.raises(BROKEN):
        create(speaker, kit)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b'{"operation": "create_project"}',
        b'{"operation": "create_project", "plan": []}',
        b'{"operation": "create_project", "plan": "503"}',
        b'{"operation": "create_project", "plan": [503]}',
        b'{"operation": "create_project", "plan": ["503", "nonsense"]}',
        b'{"operation": 7, "plan": ["503"]}',
    ],
)
def test_what_is_no_plan_is_refused_with_what_one_is(speaker, box, body):
    answer = speaker.call("POST", "/_faults", 422, content=body)
    assert answer.json()["detail"]
    assert box.faults.left == {}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/_nothing"), ("DELETE", "/_faults"), ("POST", "/_ledger")]
)
def test_other_addresses_of_the_kind_are_none(speaker, method, path):
    speaker.call(method, path, 404)


def test_read_plan_returns_what_is_to_be_planned():
    assert read_plan({"operation": "x", "plan": ["503"]}) == ("x", ["503"])


def test_faults_of_many_threads_are_each_taken_once():
    from concurrent.futures import ThreadPoolExecutor

    faults = Faults()
    faults.plan("x", *["503"] * 200)
    with ThreadPoolExecutor(8) as pool:
        taken = [*pool.map(lambda _: faults.next("x"), range(300))]
    assert sum(fault is not None for fault in taken) == 200
    assert faults.left == {}


# The ledger.


def test_the_ledger_tells_of_changes_and_of_nothing_else(box, speaker, kit, commits):
    made = create(speaker, kit).json()
    create_again = {"name": made["name"]}
    speaker.call("POST", "/projects", 409, json=create_again)
    speaker.call("POST", "/projects", 422, json={})
    speaker.get(f"/projects/{made['id']}")
    speaker.patch(f"/projects/{made['id']}", {"description": "x"})
    speaker.delete(f"/projects/{made['id']}")
    speaker.delete(f"/projects/{made['id']}", 404)
    assert commits() == [("create_project", 201), ("update_project", 200), ("delete_project", 204)]
    last = box.faults.ledger[-3:]
    assert [each.record_id for each in last] == [made["id"], made["id"], None]
    assert [each.path for each in last] == ["/projects", *[f"/projects/{made['id']}"] * 2]
    assert speaker.get("/_ledger")[-3:] == [
        {"operation": c.operation, "path": c.path, "status": c.status, "id": c.record_id}
        for c in last
    ]


def test_a_sandbox_without_faults_has_no_such_address(kit, sandbox, api):
    for path in ("/_faults", "/_ledger"):
        api.get(path, 404)
    with pytest.raises(RuntimeError, match=r"faults=True"):
        sandbox.faults.plan("create_project", "503")


def test_a_sandbox_stops_in_the_middle_of_its_faults(kit):
    with Sandbox(faults=True) as box:
        box.faults.plan("list_projects", "stall", "drip")
        speaker = kit.api(box)
        for _ in range(2):
            with (
                pytest.raises(httpx.TimeoutException),
                speaker.http.stream("GET", "/projects", timeout=0.02) as answer,
            ):
                answer.read()
        speaker.http.close()
    assert repr(box) == "<Sandbox stopped>"
