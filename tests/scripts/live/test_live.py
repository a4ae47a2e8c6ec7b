"""The live probe against the sandbox: what holds is confirmed, and what is broken is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jsonschema_rs
import pytest
from contract_yaml import contract_of_yaml
from hypothesis import given
from hypothesis import strategies as st
from rig import Listener, Reply, Seen, read_request, rendered, unused_port

from ionworks.sandbox import Sandbox
from ionworks.settings import resolve_settings
from scripts.codegen.contract import operations
from scripts.live import __main__ as live
from scripts.live import probes
from scripts.live.contract import document, marks
from scripts.live.reader import MOST_REQUESTS, Reader, ReadOnlyTransport
from scripts.live.report import WIDTH, Report
from scripts.live.shapes import Deviation, compare, safe_name
from scripts.live.survey import Survey
from scripts.live.walk import walk

ROOT = Path(__file__).resolve().parents[3]
MARKER = "zqx"  # stands in everything that a user could have written
KEY = "zqx-key-that-nobody-shows-7f3a"

# Answers by their path without ids: what comes and what goes.
Answer = tuple[int, Any]
Rule = Callable[[str, dict[str, str], int, Any], Answer]

BY_PROJECT = "/cell_measurements/by-project"
WATCH = "/cell_measurements/{measurement_id}/watch -> 204"
PAGE = "CellMeasurementWithParentsList"


@pytest.fixture(scope="module")
def account(kit) -> Iterator[Sandbox]:
    """Return a sandbox with so many records of each kind that every default can be told."""
    with Sandbox(api_key=KEY) as box:
        api = kit.api(box)
        for number in range(101):
            api.post("/projects", {"name": f"{MARKER} project {number}"})
        quantity = {"value": 5.0, "unit": "A*h"}
        specs = [api.specification(box.project_id, name=f"{MARKER} {n}") for n in range(26)]
        home = api.specification(
            box.project_id,
            name=f"{MARKER} cells",
            ratings={"capacity": quantity},
            cathode={"material": {"name": f"{MARKER} material"}},
        )
        assert len({*specs, home}) == 27
        cells = [api.instance(home, name=f"{MARKER} cell {n}") for n in range(26)]
        for number in range(26):
            batch = {"name": f"{MARKER} batch {number}"}
            api.post(f"/cell_specifications/{home}/cell_batches", batch)
            box.add_job(status="failed", error=f"{MARKER} error {number}")
        fill(api, box, cells[-1])
        api.http.close()
        yield box


def fill(api, box: Sandbox, cell: str) -> None:
    mass = {f"{MARKER}_mass": {"value": 3.0, "unit": "g"}}
    for number in range(26):
        api.properties(cell, f"{MARKER} properties {number}", properties=mass)
    begun = api.initiate(
        cell, f"{MARKER} file", measurement_type="file", filenames=[f"{MARKER}.txt"]
    )
    api.put(begun, f"{MARKER}.txt", b"zqx")
    more = {"measurement_type": "file", "filenames": [f"{MARKER}.txt"]}
    api.confirm(begun, cell, f"{MARKER} file", **more)
    series = api.series(cell, f"{MARKER} series")
    api.patch(f"/cell_measurements/{series['id']}", {"tags": [f"{MARKER} tag"]})
    client = box.client()
    source = ROOT / "README.md"
    raw = client.raw_data.upload(None, source, name=f"{MARKER} raw", source=f"{MARKER} bench")
    client.cell_measurement.attach_raw_data(series["id"], [raw.id])
    client.close()


class Altered(Listener):
    """A server that answers as the sandbox does, except for what its rule changes."""

    def __init__(self, box: Sandbox) -> None:
        self.http = httpx.Client(base_url=box.url, verify=False)
        self.known: dict[tuple[str, str], tuple[httpx.Response, Any]] = {}
        self.rule: Rule = unchanged
        super().__init__()

    def close(self) -> None:
        super().close()
        self.http.close()

    def serve(self, connection) -> None:
        while True:
            seen = read_request(connection)
            self.requests.append(seen)
            connection.sendall(rendered(self.answer(seen), len(self.requests)))

    def answer(self, seen: Seen) -> Reply:
        key = seen.headers.get("x-api-key", "")
        if (seen.target, key) not in self.known:
            headers = {"x-api-key": key}
            answer = self.http.request(seen.method, seen.target, headers=headers)
            self.known[seen.target, key] = (answer, answer.json() if answer.content else None)
        answer, body = self.known[seen.target, key]
        location = {k: v for k, v in answer.headers.items() if k == "location"}
        parts = urlsplit(seen.target)
        path = re.sub(r"/[0-9a-f-]{36}", "/{}", parts.path)
        status, given = self.rule(path, dict(parse_qsl(parts.query)), answer.status_code, body)
        return Reply(status, answer.content if given is body else given, location)


@pytest.fixture(scope="module")
def server(account) -> Iterator[Altered]:
    """Return a server that stands before the sandbox."""
    altered = Altered(account)
    yield altered
    altered.close()


@pytest.fixture(scope="module")
def asked(server, account) -> Callable[..., Report]:
    """Return a function that probes the sandbox, with its answers changed by a rule."""

    def ask(rule: Rule = unchanged) -> Report:
        server.rule = rule
        server.requests.clear()
        settings = resolve_settings(
            api_key=KEY, api_url=server.url, project_id=account.project_id, environ={}
        )
        return live.probe(settings)

    return ask


@pytest.fixture(scope="module")
def untouched(asked) -> Report:
    """Return what is found where nothing is broken."""
    return asked()


@pytest.fixture
def run(server, account, monkeypatch, tmp_path, capsys) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs the command; it returns the status and all that was told."""

    def command(rule: Rule = unchanged, **environment: str) -> tuple[int, str, str]:
        server.rule = rule
        server.requests.clear()
        told = {
            "IONWORKS_API_KEY": KEY,
            "IONWORKS_API_URL": server.url,
            "IONWORKS_PROJECT_ID": account.project_id,
            "XDG_CONFIG_HOME": str(tmp_path / "no-profiles"),
            **environment,
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        status = live.main(["--pause", "0", "--out", str(tmp_path / "out")])
        out, err = capsys.readouterr()
        files = sorted((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else []
        return status, out + err, "\n".join(path.read_text() for path in files)

    return command


def unchanged(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
    return status, body


def verdicts(report: Report) -> dict[str, str]:
    return {each.name: each.verdict for each in report.findings}


# ---- the marks and their entries


def test_every_mark_of_the_contract_has_one_entry():
    named = [mark.name for mark in marks(contract_of_yaml())]
    assert sorted(named) == sorted(probes.ENTRIES)
    assert len(named) > 20


def test_a_new_mark_without_an_entry_is_named():
    contract = json.loads(json.dumps(document()))
    contract["components"]["schemas"]["Job"]["properties"]["status"] = {"x-evidence": "assumed"}
    assert {m.name for m in marks(contract)} - probes.ENTRIES.keys() == {"Job.status"}


def test_marks_have_names_that_people_can_read():
    named = {mark.pointer: mark.name for mark in marks(document())}
    assert named["/paths/~1projects/get/parameters/0"] == "GET /projects ?limit"
    ids = "/components/schemas/CellInstance/properties/measurement_ids/items/anyOf/1"
    assert named[ids] == "CellInstance.measurement_ids[] as string"


# ---- what holds


def test_a_filled_sandbox_confirms_all_that_can_be_read(untouched):
    others = {name: v for name, v in verdicts(untouched).items() if v != "confirmed"}
    assert others == {
        f"POST {WATCH}": "not probed",
        f"DELETE {WATCH}": "not probed",
        "MeasurementProperties.*": "unknown",
        "POST /projects -> 409": "unknown",
    }
    assert untouched.not_in_contract == ()
    reads = {path for method, path, _ in operations(document()) if method == "GET"}
    assert {each.path for each in untouched.operations if each.statuses} == reads
    assert untouched.requests <= MOST_REQUESTS


def test_an_empty_account_leaves_open_what_it_cannot_tell(fresh_sandbox):
    settings = resolve_settings(
        api_key=fresh_sandbox.api_key, api_url=fresh_sandbox.url, environ={}
    )
    report = live.probe(settings)
    assert report.refuted == []
    found = verdicts(report)
    assert found["RawData.created_at"] == found["GET /projects ?limit"] == "unknown"
    assert found[f"{PAGE}.total"] == "confirmed"
    unasked = {each.path: each.reason for each in report.operations if not each.statuses}
    assert "raw_data_id" in unasked["/raw_data/{raw_data_id}"]


# ---- what is broken


def edit(path: str, change: Callable[[Any], Any]) -> Rule:
    """Change the body of every success of a path; empty stands for all."""

    def rule(asked_path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        hit = asked_path.rstrip("/") == path or not path or asked_path == path
        return (status, change(body)) if hit and status == 200 and body else (status, body)

    return rule


def on(path: str, status: int, answer: int, body: Any = None) -> Rule:
    """Give another status."""

    def rule(asked_path: str, query: dict[str, str], given_status: int, given: Any) -> Answer:
        hit = given_status == status and re.fullmatch(path, asked_path)
        return (answer, given if body is None else body) if hit else (given_status, given)

    return rule


def deep(key: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Change the value of a key wherever it stands."""

    def walked(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: change(v) if k == key else walked(v) for k, v in node.items()}
        return [walked(item) for item in node] if isinstance(node, list) else node

    return walked


def without(key: str) -> Callable[[Any], Any]:
    def changed(body: Any) -> Any:
        return {k: v for k, v in body.items() if k != key}

    return changed


def renamed(old: str, new: str) -> Callable[[Any], Any]:
    def changed(body: Any) -> Any:
        return {new if k == old else k: v for k, v in body.items()}

    return changed


def each_item(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def changed(body: Any) -> Any:
        return {**body, "items": [change(item) for item in body["items"]]}

    return changed


def limits(path: str, change: Callable[[str, Answer], Answer]) -> Rule:
    """Change the answers to a page of a given size."""

    def rule(asked_path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        hit = asked_path == path and query.get("limit")
        return change(query["limit"], (status, body)) if hit else (status, body)

    return rule


def shorter_default(path: str, size: int) -> Rule:
    def rule(asked_path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        if asked_path == path and not query:
            body = {**body, "items": body["items"][:size], "count": size}
        return status, body

    return rule


EMPTY: Answer = (200, {"items": [], "count": 0, "total": 200})
INVALID = {"detail": [{"type": "x", "loc": ["query", "limit"], "msg": "x", "input": "x"}]}
RAW = "/raw_data"


def raw_data(change: Callable[[Any], Any]) -> Rule:
    def rule(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        if status == 200 and path in (RAW, "/cell_measurements/{}/raw_data"):
            body = each_item(change)(body)
        return (status, change(body)) if path == f"{RAW}/{{}}" else (status, body)

    return rule


def wrapped(ids: Any) -> Any:
    return [{"id": each} for each in ids or []]


def open_list(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
    return EMPTY if path == "/cell_measurements" and status == 422 else (status, body)


BROKEN: dict[str, tuple[Rule, set[str]]] = {
    "no total": (edit(f"{BY_PROJECT}/{{}}", without("total")), {f"{PAGE}.total"}),
    "no count": (edit(f"{BY_PROJECT}/{{}}", without("count")), {f"{PAGE}.count"}),
    "wrong count": (
        edit(f"{BY_PROJECT}/{{}}", lambda body: {**body, "count": 7000}),
        {f"{PAGE}.count"},
    ),
    "total of the page": (
        edit(f"{BY_PROJECT}/{{}}", lambda body: {**body, "total": 0}),
        {f"{PAGE}.total"},
    ),
    "items under another name": (
        edit(f"{BY_PROJECT}/{{}}", renamed("items", "measurements")),
        {f"{PAGE}.items"},
    ),
    "a bare list": (
        edit(f"{BY_PROJECT}/{{}}", lambda body: body["items"]),
        {f"{PAGE}.items", f"{PAGE}.count", f"{PAGE}.total"},
    ),
    "the instance under another name": (
        edit(f"{BY_PROJECT}/{{}}", each_item(renamed("instance", "cell_instance"))),
        {"CellMeasurementWithParents.instance"},
    ),
    "an instance without a required field": (
        edit(f"{BY_PROJECT}/{{}}", deep("instance", without("name"))),
        {"CellMeasurementWithParents.instance"},
    ),
    "the specification as its id": (
        edit(f"{BY_PROJECT}/{{}}", deep("specification", lambda spec: spec["id"])),
        {"CellMeasurementWithParents.specification"},
    ),
    "measurement ids as objects": (
        edit("", deep("measurement_ids", wrapped)),
        {"CellInstance.measurement_ids[] as string"},
    ),
    "instance ids as objects": (
        edit("", deep("instance_ids", wrapped)),
        {"CellSpecification.instance_ids[] as string"},
    ),
    "tags without count": (
        edit("/cell_measurements/tags", without("count")),
        {"MeasurementTagList.count"},
    ),
    "tags with a total in words": (
        edit("/cell_measurements/tags", lambda body: {**body, "total": "one"}),
        {"MeasurementTagList.total"},
    ),
    **{
        f"raw data without {name}": (raw_data(without(name)), {f"RawData.{name}"})
        for name in ("organization_id", "created_by", "created_by_email", "created_at")
    },
    "raw data with a number for a time": (
        raw_data(lambda body: {**body, "updated_at": 1700000000}),
        {"RawData.updated_at"},
    ),
    "jobs under another name": (
        lambda path, query, status, body: (
            (status, renamed("items", "jobs")(body))
            if path == "/jobs" and status == 200
            else (status, body)
        ),
        {"JobList.items"},
    ),
    "jobs without count": (
        lambda path, query, status, body: (
            (status, without("count")(body))
            if path == "/jobs" and status == 200
            else (status, body)
        ),
        {"JobList.count"},
    ),
    "places in a list as text": (
        lambda path, query, status, body: (
            (status, deep("loc", lambda loc: [str(place) for place in loc])(body))
            if status == 422
            else (status, body)
        ),
        {"ValidationError.loc[] as integer"},
    ),
    "a bare number among the properties": (
        edit("", deep("properties", lambda given: {**given, "thickness": 0.2} if given else given)),
        {"MeasurementProperties.*"},
    ),
    "two projects with one name": (
        edit("/projects", each_item(lambda project: {**project, "name": "Ageing"})),
        {"POST /projects -> 409"},
    ),
    "projects with pages of 100 at most": (
        limits("/projects", lambda limit, given: (422, INVALID) if limit == "1000" else given),
        {"GET /projects ?limit"},
    ),
    "projects with any page": (
        limits("/projects", lambda limit, given: EMPTY if limit == "1001" else given),
        {"GET /projects ?limit"},
    ),
    "projects by 50": (shorter_default("/projects", 50), {"GET /projects ?limit"}),
    "specifications with an empty page": (
        limits("/cell_specifications", lambda limit, given: EMPTY if limit == "0" else given),
        {"?limit of lists (Limit)"},
    ),
    "jobs by 20": (shorter_default("/jobs", 20), {"?limit of lists (Limit)"}),
    "400 for a value out of range": (
        lambda path, query, status, body: (
            (400, {"error_code": "BAD_REQUEST", "message": "x"})
            if status == 422 and "limit" in query and "offset" in query
            else (status, body)
        ),
        {"a value out of range -> 422 with its list"},
    ),
    "measurements of everything": (
        open_list,
        {"GET /cell_measurements needs exactly one parent -> 422"},
    ),
    "the older error body": (
        on(r"/projects/.*", 404, 404, {"detail": "Not Found"}),
        {"an unknown id -> 404 with error_code"},
    ),
    "403 for what is not there": (
        on(r"/projects/.*", 404, 400),
        {"an unknown id -> 404 with error_code"},
    ),
    "302 to the files": (on(r".*", 307, 302), {"downloads -> 307 with a Location"}),
    "cycles by number": (
        edit(
            "/cell_measurements/{}/cycles",
            lambda body: {"cycles": renamed("Cycle count", "Cycle number")(body["cycles"])},
        ),
        {"the cycle table has `Cycle count`"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_assumption_is_refuted_by_its_own_name(asked, untouched, name):
    rule, broken = BROKEN[name]
    found = verdicts(asked(rule))
    assert found == verdicts(untouched) | dict.fromkeys(broken, "refuted")


def test_every_probe_was_broken_once():
    probed = {name for name, entry in probes.ENTRIES.items() if not isinstance(entry, str)}
    assert {n for _, names in BROKEN.values() for n in names} == probed | {*probes.SETTLED}


def test_what_the_contract_does_not_have_is_reported_and_nothing_is_refuted(asked):
    def rule(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        if path == "/cell_instances/{}":
            body = {**body, "colour": MARKER, "created_at": None, "notes": 7}
            body.pop("name")
        if path == "/jobs/{}":
            body = {**body, "status": MARKER, f"{MARKER} 7f3a9c": 1}
        return (206, body) if path == "/search" else (status, body)

    report = asked(rule)
    assert report.refuted == []
    assert {(each.where, each.what) for each in report.not_in_contract} == {
        ("CellInstance.colour", "text"),
        ("CellInstance.created_at", "null, which the contract does not allow"),
        ("CellInstance.name", "required, but absent"),
        ("CellInstance.notes", "is a whole number; the contract has text or null"),
        ("Job.status", "a value that the enum does not have"),
        ("Job.(a key that may be data)", "a whole number"),
        ("GET /search", "answers 206, which is not declared"),
    }


def test_what_the_key_may_not_see_is_unknown(asked):
    denied = {"error_code": "FORBIDDEN", "message": "no"}

    def rule(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        return (403, denied) if path.startswith(("/jobs", RAW)) else (status, body)

    report = asked(rule)
    assert report.refuted == []
    found = verdicts(report)
    assert found["JobList.items"] == found["?limit of lists (Limit)"] == "unknown"


# ---- the command


def test_the_command_says_where_it_goes_before_it_goes_and_writes_the_table(run, server):
    status, told, files = run()
    assert status == live.NOTHING_REFUTED
    first = told.index("Assumptions of the contract")
    assert server.url in told[:first]
    assert "IONWORKS_API_KEY, ending in …7f3a" in told[:first]
    for text in (told, files):
        assert "CellInstance.measurement_ids[] as string" in text
        assert "0 refuted" in text
    table = told[first : told.index("Written to")]
    assert max(map(len, table.splitlines())) <= WIDTH
    assert server.url.removeprefix("http://") in files


def test_a_refuted_assumption_is_reported_by_the_status(run):
    status, told, _ = run(BROKEN["no total"][0])
    assert status == live.REFUTED
    assert re.search(rf"{PAGE}\.total +refuted", told)


def test_nothing_of_the_data_is_reported(run, server, account):
    def rule(path: str, query: dict[str, str], status: int, body: Any) -> Answer:
        """Put what is not in the contract wherever it can be put."""
        if isinstance(body, dict):
            body = {**body, "extra": f"{MARKER} extra", f"{MARKER} key": [f"{MARKER} value"]}
        return (409, body) if path.endswith("/steps") else (status, body)

    worst = ("measurement ids as objects", "the specification as its id", "a bare list")
    for change in (unchanged, rule, *(BROKEN[name][0] for name in worst)):
        _, told, files = run(change)
        table = told[told.index("Assumptions of the contract") :] + files
        seen = {text for _, body in server.known.values() for text in texts_of(body)}
        ids = {text for text in seen if re.fullmatch(r"[0-9a-f-]{36}", text)}
        assert len(ids) > 100
        assert not {text for text in ids if text in table}
        assert MARKER not in table
        assert KEY not in told + files
        assert account.storage_url not in told + files


def texts_of(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts_of(value)


def test_only_reads_reach_the_server(asked, server):
    report = asked()
    assert {seen.method for seen in server.requests} == {"GET"}
    assert {seen.body for seen in server.requests} == {b""}
    assert len(server.requests) == report.requests


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_sender_refuses_everything_but_reads(account, method):
    before = everything(account)
    settings = resolve_settings(api_key=KEY, api_url=account.url, environ={})
    transport = ReadOnlyTransport(settings)
    with pytest.raises(PermissionError, match=f"{method} /projects was not sent"):
        transport.send("create_project", method, "/projects")
    with pytest.raises(PermissionError, match="only reads"):
        transport.send("list_projects", "GET", "/projects", body={"name": "x"})
    with pytest.raises(PermissionError, match="only reads"):
        transport.put(f"{account.storage_url}/x", None)
    with pytest.raises(PermissionError, match="only reads"):
        transport.fetch(f"{account.storage_url}/x", operation="x")
    transport.close()
    assert everything(account) == before


def everything(account: Sandbox) -> object:
    headers = {"X-API-Key": KEY}
    with httpx.Client(base_url=account.url, headers=headers, verify=False) as http:
        return http.get("/projects", params={"limit": 1000}).json()


def test_a_wrong_key_ends_it_at_once(run, server):
    status, told, files = run(IONWORKS_API_KEY="wrong-key-0123456789")
    assert status == live.COULD_NOT_RUN
    assert "401" in told
    assert "…6789" in told
    assert "wrong-key-0123456789" not in told
    assert len(server.requests) <= 3
    assert files == ""


def test_a_dead_server_ends_it_at_once(run):
    address = f"http://127.0.0.1:{unused_port()}"
    status, told, files = run(IONWORKS_API_URL=address)
    assert status == live.COULD_NOT_RUN
    assert "no connection to 127.0.0.1" in told
    assert "environment variable IONWORKS_API_URL" in told
    assert files == ""


def test_another_service_ends_it_at_once(run, server):
    status, told, _ = run(lambda path, query, status, body: (200, "<html>Sign in</html>"))
    assert status == live.COULD_NOT_RUN
    assert "check that this is the address of the service" in told
    assert len(server.requests) <= 3


def test_without_a_key_nothing_is_asked(run, server):
    status, told, _ = run(IONWORKS_API_KEY="")
    assert status == live.COULD_NOT_RUN
    assert "no API key found" in told
    assert "REDACTED" not in told  # it once took the advice for a key
    assert not server.requests


def test_it_stops_asking_when_the_requests_are_used_up(account):
    settings = resolve_settings(api_key=KEY, api_url=account.url, environ={})
    reader = Reader(settings, most=5)
    survey = Survey(document(), reader)
    walk(survey)
    reader.close()
    assert survey.sent == 5
    assert "used up" in survey.unreached["search"]


# ---- the comparison


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-2, 2) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)
FIELDS = ["id", "name", "batch", "created_at", "measurement_ids", "measured_properties"]


@given(name=st.sampled_from(FIELDS), value=JSON, gone=st.booleans())
def test_the_comparison_agrees_with_a_validator(name, value, gone):
    whole = {
        "id": "a",
        "name": "b",
        "cell_specification_id": "c",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    record = without(name)(whole) if gone else {**whole, name: value}
    schema = {"$ref": "#/components/schemas/CellInstance"}
    judge = jsonschema_rs.Draft202012Validator(
        {**schema, "components": document()["components"]}, validate_formats=True
    )
    found = compare(document(), schema, record, "it")
    hard = [e for e in found if isinstance(e, Deviation) and e.kind != "undeclared"]
    assert (not hard) == judge.is_valid(record)


@pytest.mark.parametrize("name", ["created_at", "nominal_voltage", "d50", "isActive"])
def test_names_of_fields_are_reported(name):
    assert safe_name(name) == name


@pytest.mark.parametrize("name", ["M50-007", "3fa85f64", "a b", "me@example.com", "cell_20260101"])
def test_keys_that_may_be_data_are_not_reported(name):
    assert name not in safe_name(name)
