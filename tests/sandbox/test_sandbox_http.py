"""The sandbox's manners: keys, errors, bodies, and what it takes from the contract."""

import gzip
import json

import httpx
import pytest

from ionworks.sandbox import Sandbox
from ionworks.sandbox.app import HANDLERS, HOOKS
from ionworks.sandbox.contract.operations import Contract, load_contract
from ionworks.sandbox.contract.resources import read_resources
from ionworks.sandbox.plain.engine import plain_handlers


def test_every_operation_of_the_contract_is_served_and_no_handler_is_left_over():
    contract = load_contract()
    plain = plain_handlers(contract, read_resources(contract), HOOKS)
    operations = {operation.operation_id for operation in contract.operations}
    assert set(HANDLERS) | set(plain) == operations


def test_an_operation_without_a_handler_answers_501(monkeypatch, kit):
    document = json.loads(load_contract().text)
    document["paths"]["/later"] = {
        "get": {"operationId": "come_later", "responses": {"200": {"description": "Later"}}}
    }
    document["paths"]["/later"]["get"]["security"] = [{"apiKey": []}]
    later = Contract(json.dumps(document).encode())
    monkeypatch.setattr("ionworks.sandbox.server.load_contract", lambda: later)
    with Sandbox() as box:
        answer = httpx.get(f"{box.url}/later", headers={"X-API-Key": box.api_key})
    assert answer.status_code == 501
    assert answer.json()["error_code"] == "NOT_IMPLEMENTED"
    assert answer.json()["detail"] == {"operation_id": "come_later"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "wrong"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic {key}"},
        {"X-API-Key": ""},
    ],
)
def test_without_the_right_key_there_is_a_401(sandbox, headers):
    headers = {name: value.format(key=sandbox.api_key) for name, value in headers.items()}
    answer = httpx.get(f"{sandbox.url}/projects", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "UNAUTHORIZED"
    assert answer.json()["detail"] is None
    assert sandbox.api_key not in answer.text


@pytest.mark.parametrize("header", ["X-API-Key: {}", "Authorization: Bearer {}"])
def test_the_key_is_taken_from_either_header(sandbox, header):
    name, value = header.format(sandbox.api_key).split(": ")
    assert httpx.get(f"{sandbox.url}/users/me", headers={name: value}).status_code == 200


def test_health_and_the_contract_need_no_key(sandbox):
    assert httpx.get(f"{sandbox.url}/healthz").json()["status"] == "ok"
    served = httpx.get(f"{sandbox.url}/openapi.json")
    assert served.headers["content-type"] == "application/json"
    assert served.content == load_contract().text


def test_whoami_names_the_organization_of_new_records(api):
    me = api.get("/users/me")
    project = api.get(f"/projects/{api.project()}")
    assert project["organization_id"] == me["authorized_organization"]["id"]
    specification = api.get(f"/cell_specifications/{api.specification()}")
    assert specification["created_by"] == me["id"]
    assert specification["created_by_email"] == me["email"]


@pytest.mark.parametrize("path", ["/nothing", "/projects/", "//projects", "/projects/a/b"])
def test_an_unknown_path_is_a_404_without_redirect(api, path):
    answer = api.http.get(f"{api.sandbox.url}{path}")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "NOT_FOUND")


def test_an_unserved_method_is_a_405_that_says_which_there_are(api):
    answer = api.http.put("/projects", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["error_code"] == "METHOD_NOT_ALLOWED"


def test_an_unknown_id_is_a_404_that_names_it(api):
    answer = api.get("/cell_measurements/no-such-id", status=404)
    assert answer["error_code"] == "NOT_FOUND"
    assert "no-such-id" in answer["message"]


def test_body_errors_are_listed_with_their_places(api):
    body = {"ratings": {"capacity": {"value": "5"}}, "notes": 7, "form_factor": None}
    found = api.post("/cell_specifications", body, 422)["detail"]
    assert {(error["type"], tuple(error["loc"])) for error in found} == {
        ("missing", ("body", "name")),
        ("missing", ("body", "ratings", "capacity", "unit")),
        ("float_type", ("body", "ratings", "capacity", "value")),
        ("string_type", ("body", "notes")),
    }
    assert next(error for error in found if error["loc"][-1] == "notes")["input"] == 7


def test_an_empty_and_an_overlong_name_are_refused(api):
    (short,) = api.post("/cell_specifications", {"name": ""}, 422)["detail"]
    assert (short["type"], short["ctx"]) == ("string_too_short", {"min_length": 1})
    (long,) = api.post("/cell_specifications", {"name": "x" * 256}, 422)["detail"]
    assert (long["type"], long["ctx"]) == ("string_too_long", {"max_length": 255})


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("limit=0", "greater_than_equal"),
        ("limit=1001", "less_than_equal"),
        ("limit=ten", "int_parsing"),
        ("limit=", "int_parsing"),
        ("offset=-1", "greater_than_equal"),
        ("order=up", "enum"),
        ("order_by=color", "enum"),
        ("full=maybe", "bool_parsing"),
        ("created_at_gt=yesterday", "datetime_parsing"),
    ],
)
def test_query_errors_are_a_422_with_their_place(api, query, kind):
    (error,) = api.call("GET", f"/cell_specifications?{query}", 422).json()["detail"]
    assert (error["type"], error["loc"]) == (kind, ["query", query.partition("=")[0]])
    assert error["input"] == query.partition("=")[2]


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"name=x",
        b'{"name": NaN}',
        b'{"name": "x", "properties": {"a": -Infinity}}',
        b'{"name": "x", "properties": {"a": 1e999}}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_strict_json_is_a_422(api, text):
    (error,) = api.call("POST", "/cell_specifications", 422, content=text).json()["detail"]
    assert error["type"] == "json_invalid"
    assert error["loc"][0] == "body"


def test_a_missing_body_and_a_list_for_a_body_are_refused(api):
    (error,) = api.call("POST", "/projects", 422).json()["detail"]
    assert (error["type"], error["loc"]) == ("missing", ["body"])
    (error,) = api.post("/projects", [], 422)["detail"]
    assert (error["type"], error["loc"]) == ("dict_type", ["body"])


def test_unknown_keys_are_ignored_and_not_stored(api, kit):
    ratings = {"capacity": {"value": 5, "unit": "A*h", "accuracy": 1}, "color": "red"}
    body = {"name": kit.fresh_name("spec"), "colour": "red", "ratings": ratings, "id": "mine"}
    made = api.post("/cell_specifications", body)
    assert made["id"] != "mine"
    assert "colour" not in made
    assert made["ratings"] == {"capacity": {"value": 5, "unit": "A*h"}}


def test_a_gzipped_body_is_read(api, kit):
    name = kit.fresh_name("project")
    body = gzip.compress(json.dumps({"name": name}).encode())
    headers = {"Content-Encoding": "gzip"}
    made = api.call("POST", "/projects", 201, content=body, headers=headers).json()
    assert made["name"] == name


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"not gzip", 400),
        ("gzip", gzip.compress(b'{"name": "x"}', mtime=0)[:-6], 400),
        ("br", b"", 415),
    ],
)
def test_a_body_that_cannot_be_decoded_is_refused(api, encoding, body, status):
    headers = {"Content-Encoding": encoding}
    answer = api.http.post("/projects", content=body, headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error_code", "message", "detail"}


def test_a_gzip_bomb_is_refused_before_it_unfolds(api, monkeypatch):
    monkeypatch.setattr("ionworks.sandbox.app.LARGEST_BODY", 10_000)
    body = gzip.compress(b" " * 1_000_000)
    answer = api.http.post("/projects", content=body, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["error_code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_large_refused_body_still_gets_its_answer(sandbox):
    answer = httpx.post(f"{sandbox.url}/projects", content=b"x" * 5_000_000)
    assert answer.status_code == 401


def test_a_failure_of_the_sandbox_is_a_500_in_the_envelope(api, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise RuntimeError("secret reason")

    monkeypatch.setitem(HANDLERS, "list_projects", broken)
    answer = api.get("/projects", status=500)
    assert answer["error_code"] == "INTERNAL_ERROR"
    assert "secret reason" not in str(answer)
    assert "secret reason" in caplog.text
