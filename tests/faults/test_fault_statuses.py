"""Error statuses and bodies of every shape: the class, what to do, the request id, the outcome."""

import json

import pytest
from rig import KEY, Raw, Reply

from ionworks.errors import (
    ApiError,
    AuthenticationFailed,
    BadRequest,
    Conflict,
    ConnectionFailed,
    NotFound,
    PermissionDenied,
    ServerError,
    UnexpectedResponse,
    ValidationFailed,
    WriteOutcomeUnknown,
)

NGINX = "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx/1.25</body></html>"
LOGIN = "<!DOCTYPE html><html><title>Sign in</title><form action='/sso?token=abc'></form></html>"
PROJECT = {
    "id": "p1",
    "name": "Ageing",
    "organization_id": "o1",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}


@pytest.fixture
def failed(scripted, client_of, caught):
    """Return the error of a read, or of a write, that is answered with `reply`, sent once."""

    def failing(cls, reply, *, write=False, **options):
        server = scripted(reply)
        client = client_of(server, max_retries=0, **options)
        with caught(cls) as info:
            if write:
                client.project.create({"name": "Ageing"})
            else:
                client.project.get("p1")
        assert len(server.requests) == 1
        error = info.value
        assert error.operation == ("create_project" if write else "get_project")
        assert error.method == ("POST" if write else "GET")
        assert error.url.startswith(server.url)
        return error

    return failing


@pytest.mark.parametrize(
    ("status", "cls", "outcome"),
    [
        (400, BadRequest, "rejected"),
        (418, ApiError, "rejected"),
        (499, ApiError, "rejected"),
        (520, ServerError, "unknown"),
        (524, ServerError, "unknown"),
        (599, ServerError, "unknown"),
        (777, ServerError, "unknown"),
    ],
)
def test_row_22_a_status_that_no_list_knows_is_our_error(failed, status, cls, outcome):
    error = failed(cls, Reply(status, {"error_code": "ODD", "message": "Odd.", "detail": None}))
    assert (error.status_code, error.outcome) == (status, outcome)
    assert (error.error_code, error.message, error.request_id) == ("ODD", "Odd.", "req-1")
    assert str(error).startswith(f"get_project: {status}")
    assert "(request id req-1)" in str(error)


@pytest.mark.parametrize("status", [502, 520])
def test_a_page_of_a_gateway_is_reduced_to_its_title(failed, status):
    error = failed(ServerError, Reply(status, NGINX))
    assert error.message == "502 Bad Gateway"
    assert "<" not in str(error)
    assert "try again" in str(error)


def test_a_server_error_of_a_write_advises_to_check_first(failed):
    error = failed(WriteOutcomeUnknown, Reply(502, NGINX), write=True)
    assert (error.outcome, error.status_code) == ("unknown", 502)
    assert "Check before you try again" in str(error)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "503 Service Unavailable"),
        (b"", "503 Service Unavailable"),
        (["it", "broke"], "broke"),
        (b'"just a string"', "just a string"),
        (b"17", "17"),
        (b"null", "503"),
        (b'{"detail": "half', "half"),
        (b"\xff\xfe\x00 no text at all \x00", "no text at all"),
        ({"detail": None}, "503"),
        ({"detail": {"message": "Nested."}}, "Nested."),
        ({"error": {"message": "Other."}}, "Other."),
        ({"title": "Over", "detail": "Loaded."}, "Over: Loaded."),
        ("<Error><Code>SlowDown</Code><Message>Reduce</Message></Error>", "Reduce"),
    ],
)
def test_an_error_body_of_any_shape_is_read(failed, body, says):
    error = failed(ServerError, Reply(503, body))
    assert says in str(error)
    assert isinstance(error.message, str)
    assert error.request_id == "req-1"


def test_row_18_a_wrong_key_is_reported_with_its_source_and_its_end(failed, monkeypatch):
    echo = {"error_code": "UNAUTHORIZED", "message": f"The key {KEY} is not known.", "detail": None}
    error = failed(AuthenticationFailed, Reply(401, echo))
    assert "The key came from argument api_key, ending in …wxyz" in str(error)
    assert (error.status_code, error.outcome, error.request_id) == (401, "rejected", "req-1")
    assert "is not known" in error.message

    monkeypatch.setenv("IONWORKS_API_TOKEN", KEY)
    error = failed(AuthenticationFailed, Reply(401, f"<p>Bearer {KEY}</p>"), api_key=None)
    assert "environment variable IONWORKS_API_TOKEN, ending in …wxyz" in str(error)


def test_row_18_forbidden_says_which_key_lacks_access(failed):
    error = failed(PermissionDenied, Reply(403, {"detail": "no"}))
    assert "argument api_key, ending in …wxyz" in str(error)
    assert "access to this project" in str(error)
    assert error.outcome == "rejected"


def test_not_found_says_what_to_check(failed):
    body = {"error_code": "NOT_FOUND", "message": "No project has the id 'p1'.", "detail": None}
    error = failed(NotFound, Reply(404, body))
    assert "No project has the id 'p1'." in str(error)
    assert "Check the id" in str(error)
    assert error.error_code == "NOT_FOUND"


def test_row_19_a_conflict_names_what_exists_or_how_to_take_it(failed):
    taken = {"error_code": "CONFLICT", "message": "Taken.", "detail": {"existing_id": "p7"}}
    error = failed(Conflict, Reply(409, taken), write=True)
    assert error.existing_id == "p7"
    assert "The record exists as 'p7'" in str(error)
    assert error.outcome == "rejected"
    error = failed(Conflict, Reply(409, {"detail": "Taken."}), write=True)
    assert error.existing_id is None
    assert "use create_or_get" in str(error)


def test_row_21_a_422_lists_the_fields(failed):
    detail = [
        {"loc": ["body", "ratings", "capacity"], "msg": "Field required", "type": "missing"},
        {"loc": ["body", "name"], "msg": "Too long", "type": "x", "input": "n" * 500},
        {"loc": ["body", "api_key"], "msg": "Not wanted", "type": "x", "input": KEY},
    ]
    error = failed(ValidationFailed, Reply(422, {"detail": detail}), write=True)
    assert [field.path for field in error.errors] == ["ratings.capacity", "name", "api_key"]
    assert "3 fields were rejected: ratings.capacity: Field required; name: Too long" in str(error)
    assert "Correct these fields" in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(200, LOGIN), ("text/html", "Sign in", "login page")),
        (Reply(200, json.dumps(PROJECT)), ("text/html", "expected JSON")),
        (Reply(204), ("status 204", "expected")),
        (Reply(200), ("expected JSON",)),
        (Reply(200, b""), ("not valid JSON", "application/json")),
        (Reply(200, b'{"id": "p1", "na'), ("not valid JSON", "na")),
        (Reply(200, b"[" * 100_000), ("not valid JSON",)),
        (Reply(200, f"<pre>X-API-Key: {KEY}</pre>"), ("REDACTED",)),
        (Reply(200, b"\xff{}", {"content-type": "application/json; charset=nonsense"}), ("JSON",)),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_row_23_a_success_that_is_not_json_is_reported_with_its_content(failed, reply, says, write):
    error = failed(UnexpectedResponse, reply, write=write)
    assert error.status_code == reply.status
    assert (error.request_id, error.outcome) == ("req-1", "unknown")
    for part in (*says, "req-1", "Check that api_url is the address of the API"):
        assert part in str(error)
    assert len(str(error)) < 700


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8", "application/hal+json"],
)
def test_row_24_json_with_a_suffix_in_its_content_type_is_read(scripted, client_of, kind):
    server = scripted(Reply(200, PROJECT, {"content-type": kind}))
    assert client_of(server).project.get("p1").name == "Ageing"


def test_deleting_takes_any_success_of_the_service(scripted, client_of, caught):
    server = scripted(Reply(204), Reply(200, {"message": "gone"}), Reply(200), Reply(200, LOGIN))
    client = client_of(server)
    for _ in range(3):
        client.project.delete("p1")
    with caught(UnexpectedResponse):
        client.project.delete("p1")
    assert [request.method for request in server.requests] == ["DELETE"] * 4


def test_an_answer_that_is_no_http_is_reported_with_its_host(scripted, client_of, caught):
    server = scripted(Raw(b"SSH-2.0-OpenSSH_9.6\r\n"))
    with caught(ConnectionFailed) as info:
        client_of(server, max_retries=0).project.get("p1")
    assert f"127.0.0.1:{server.port}" in str(info.value)
    assert info.value.outcome == "unknown"
