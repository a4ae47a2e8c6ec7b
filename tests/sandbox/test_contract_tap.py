"""The tap that holds every exchange to the contract: what it tells, and that it fails a test."""

import json

import pytest

from ionworks.errors import IonworksError
from ionworks.sandbox.app import HANDLERS
from ionworks.sandbox.backend import Answer

OURS = {"User-Agent": "ionworks-client/0 (a test)", "Content-Type": "application/json"}
PROJECT = {
    "id": "p1",
    "name": "Cells",
    "organization_id": "o1",
    "created_at": "2025-01-01T00:00:00Z",
    "updated_at": "2025-01-01T00:00:00Z",
}


@pytest.fixture
def answered(api, monkeypatch):
    """Return what asks for a project, which a handler of this test answers."""

    def ask(answer):
        monkeypatch.setitem(HANDLERS, "get_project", lambda *_: answer)
        return api.http.get("/projects/p1")

    return ask


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(PROJECT | {"id": 7}), "answer 200: body['id']: 7 is not of type \"string\""),
        (Answer(PROJECT | {"created_at": "noon"}), "answer 200: body['created_at']: \"noon\" is "),
        (Answer({}), 'answer 200: body: "name" is a required property'),
        (Answer([]), 'answer 200: body: [] is not of type "object"'),
        (Answer(b"{"), "answer 200: body is not JSON: "),
        (Answer(), "answer 200: content-type is None"),
        (Answer(PROJECT, status=202), "answer 202: status is not declared"),
        (Answer({"reason": "no"}, status=404), 'answer 404: body: "error_code" is a required'),
        (
            Answer(PROJECT, headers={"content-type": "application/json; charset=utf-8"}),
            "answer 200: content-type is 'application/json; charset=utf-8'",
        ),
        (
            Answer(PROJECT, headers={"content-type": "text/html"}),
            "answer 200: content-type is 'text/html'",
        ),
    ],
)
def test_a_wrong_answer_is_reported_with_operation_and_place(answered, tap, answer, told):
    answered(answer)
    assert f"get_project, {told}" in tap.take()[0]


def test_a_right_answer_and_a_declared_refusal_are_not_reported(answered, api, tap):
    assert answered(Answer(PROJECT)).status_code == 200
    api.get("/cell_measurements/none", 404)
    assert tap.take() == []


def test_a_missing_header_and_a_body_where_none_should_be_are_reported(api, tap, monkeypatch):
    operation = "download_measurement_time_series"
    monkeypatch.setitem(HANDLERS, operation, lambda *_: Answer(PROJECT, status=307))
    api.http.get("/cell_measurements/m1/time_series/download")
    assert tap.take() == [
        f"{operation}, answer 307: header Location is missing",
        f"{operation}, answer 307: body is not declared",
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "/projects", {"name": 7}, "create_project, request: body['name']: 7 is not of"),
        ("POST", "/projects", {}, 'create_project, request: body: "name" is a required property'),
        ("POST", "/projects", None, "create_project, request: body is missing"),
        (
            "POST",
            "/cell_specifications",
            {"name": "told", "ratings": {"capacity": {"value": 5, "unit": "A*h", "by": "me"}}},
            "create_cell_specification, request: body has keys that are not declared",
        ),
        ("DELETE", "/projects/p1", {}, "delete_project, request: body is not declared"),
        ("GET", "/projects?colour=red", None, "request: query parameter colour is not declared"),
        ("PUT", "/projects", {}, "PUT /projects, request: no operation is declared"),
    ],
)
def test_a_wrong_request_of_our_client_is_reported(api, tap, method, path, body, told):
    content = b"" if body is None else json.dumps(body).encode()
    api.http.request(method, path, content=content, headers=OURS)
    assert told in "".join(tap.take())
    api.http.request(method, path, content=content)
    assert tap.take() == []  # others may ask for what they like, and are refused


def test_a_body_that_slips_through_the_check_of_our_client_is_reported(sandbox, tap, monkeypatch):
    monkeypatch.setattr("ionworks._request.payload.validate", lambda *_: None)
    with sandbox.client() as client, pytest.raises(IonworksError):
        client.project.create({"name": ""})
    assert "create_project, request: body['name']: \"\" is shorter than 1" in tap.take()[0]


def test_answers_of_http_itself_are_let_pass_in_the_envelope(api, tap):
    assert api.http.put("/projects", json={}).status_code == 405
    refused = api.http.post("/projects", content=b"", headers={"Content-Encoding": "br"})
    assert refused.status_code == 415
    assert tap.take() == []


def test_a_test_that_broke_the_contract_fails_and_the_next_one_does_not(answered, tap):
    watched = tap.kept()
    next(watched)
    answered(Answer({}))
    with pytest.raises(AssertionError, match=r"get_project, answer 200: body: \"name\""):
        next(watched)
    following = tap.kept()
    next(following)
    assert next(following, "passed") == "passed"
