"""What the templates of the operations and of the low-level client mend, on the small contract."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import importlib
import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from ionworks.records import RecordError

KEY = "sk-very-secret"
THING = {"id": "t1", "created": "2025-03-01T12:00:00Z", "state": "new", "levels": []}


class Server(ThreadingHTTPServer):
    """Gives one prepared answer to everything, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers(200)

    def answers(self, status: int, body: Any = b"", **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.prepared = status, headers, content

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        status, headers, answer = self.server.prepared
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any

    def log_message(self, *arguments: Any) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.asked.clear()
    running.answers(200)
    return running


@pytest.fixture(scope="module")
def client(small: ModuleType, running: Server) -> Iterator[Any]:
    with small.Client(running.url + "/", api_key=KEY) as client:
        yield client


@pytest.fixture(scope="module")
def things(small: ModuleType) -> dict[str, Any]:
    names = ["list_things", "create_thing", "get_thing", "update_thing", "delete_thing"]
    module = importlib.import_module("small_api.api.things")
    return {name: getattr(module, name) for name in names}


@pytest.fixture(scope="module")
def download(small: ModuleType) -> Any:
    return importlib.import_module("small_api.api.files").download_file


def test_an_operation_says_what_it_is(things: dict[str, Any]) -> None:
    operation = things["get_thing"]
    assert (operation.name, operation.method) == ("getThing", "GET")
    assert operation.path == "/things/{class}"
    assert "deprecated" in operation.build.__doc__
    assert "deprecated" not in things["list_things"].build.__doc__


def test_parameters_are_by_position_in_the_path_and_by_name_elsewhere(
    things: dict[str, Any], download: Any
) -> None:
    kinds = inspect.Parameter
    shown = inspect.signature(things["list_things"].build).parameters
    assert {p.kind for p in shown.values()} == {kinds.KEYWORD_ONLY}
    assert [name for name, p in shown.items() if p.default is kinds.empty] == ["from_"]
    assert list(inspect.signature(download.build).parameters) == ["thing_id", "part"]
    update = inspect.signature(things["update_thing"].build).parameters
    assert update["class_"].kind is kinds.POSITIONAL_OR_KEYWORD
    assert update["body"].default is None


def test_the_query_holds_what_was_given_by_the_wires_names(
    client: Any, server: Server, things: dict[str, Any]
) -> None:
    server.answers(200, [])
    client.send(things["list_things"], from_="here")
    client.send(
        things["list_things"],
        from_="here & there",
        tags=["a", "b"],
        levels=[1, 2],
        deep=False,
        body_="B",
        a_b="",
        since=datetime.datetime(2025, 1, 2, 3, 4, tzinfo=datetime.UTC),
    )
    bare, full = (path for _, path, _, _ in server.asked)
    assert bare == "/things?from=here"
    assert sorted(parse_qsl(urlsplit(full).query, keep_blank_values=True)) == [
        ("a b", ""),
        ("body", "B"),
        ("deep", "false"),
        ("from", "here & there"),
        ("levels", "1"),
        ("levels", "2"),
        ("since", "2025-01-02T03:04:00Z"),
        ("tags", "a"),
        ("tags", "b"),
    ]


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "a\\b", "a\nb", "a\x00", 7, None])
def test_a_path_value_cannot_reach_another_endpoint(
    client: Any, server: Server, things: dict[str, Any], value: Any
) -> None:
    with pytest.raises(ValueError, match="'class'"):
        client.send(things["delete_thing"], value)
    assert server.asked == []


def test_a_path_value_is_escaped(client: Any, server: Server, download: Any) -> None:
    server.answers(200, b"PAR1")
    client.send(download, "{part}", "a?b#c%2F é")
    (_, path, _, _) = server.asked[0]
    assert path == "/things/%7Bpart%7D/parts/a%3Fb%23c%252F%20%C3%A9/file"


def test_a_body_holds_only_what_was_given(
    client: Any, server: Server, things: dict[str, Any], models: ModuleType
) -> None:
    server.answers(202, {"id": "j1"})
    shape = models.Shape(kind="disc", sides=5)
    client.send(things["create_thing"], body={"name": "x", "shape": shape})
    body = models.ThingCreate(name="x", owner=None, shape=models.Shape.from_dict({"kind": "disc"}))
    client.send(things["create_thing"], body=body)
    first, second = (json.loads(body) for _, _, _, body in server.asked)
    assert first == {"name": "x", "shape": {"kind": "disc", "sides": 5}}
    assert second == {"name": "x", "owner": None, "shape": {"kind": "disc", "sides": 4}}


def test_no_body_is_sent_where_none_was_given(
    client: Any, server: Server, things: dict[str, Any]
) -> None:
    server.answers(200, THING)
    client.send(things["update_thing"], "t1")
    ((method, path, headers, body),) = server.asked
    assert (method, path, body) == ("PATCH", "/things/t1", b"")
    assert "content-type" not in {name.lower() for name in headers}


@pytest.mark.parametrize(
    ("status", "body", "kind"), [(201, THING, "Thing"), (202, {"id": "j1"}, "Job")]
)
def test_each_success_is_read_as_its_own_kind(
    client: Any,
    server: Server,
    things: dict[str, Any],
    status: int,
    body: Any,
    kind: str,
) -> None:
    server.answers(status, body)
    parsed = client.send(things["create_thing"], body={}).parsed
    assert type(parsed).__name__ == kind


@pytest.mark.parametrize("name", ["create_thing", "delete_thing"])
def test_an_empty_success_is_none(
    client: Any, server: Server, things: dict[str, Any], name: str
) -> None:
    server.answers(204)
    arguments = {"body": {}} if name == "create_thing" else {"class_": "t1"}
    answer = client.send(things[name], **arguments)
    assert (answer.status_code, answer.parsed, answer.content) == (204, None, b"")


@pytest.mark.parametrize("status", [200, 203, 299])
def test_a_range_of_statuses_is_read(
    client: Any, server: Server, things: dict[str, Any], status: int
) -> None:
    server.answers(status, THING)
    assert client.send(things["get_thing"], "t1").parsed.id == "t1"


def test_a_success_that_does_not_fit_names_the_field(
    client: Any, server: Server, things: dict[str, Any]
) -> None:
    server.answers(200, {**THING, "count": "many"})
    with pytest.raises(RecordError, match="count: expected an integer"):
        client.send(things["get_thing"], "t1")


@pytest.mark.parametrize("status", [400, 404, 418, 422, 499, 500, 520, 561])
@pytest.mark.parametrize("body", [b"<html>no</html>", b"", b'{"detail": "no"}'])
def test_any_error_status_is_an_answer_and_its_body_is_not_read(
    client: Any, server: Server, things: dict[str, Any], status: int, body: bytes
) -> None:
    server.answers(status, body, **{"x-request-id": "r1"})
    answer = client.send(things["get_thing"], "t1")
    assert (answer.status_code, answer.content, answer.parsed) == (status, body, None)
    assert answer.headers["X-Request-Id"] == "r1"


def test_a_download_is_bytes(client: Any, server: Server, download: Any) -> None:
    server.answers(200, b"PAR1\x00\xff")
    assert client.send(download, "t1", "p1").parsed == b"PAR1\x00\xff"


def test_a_redirect_is_an_answer_and_the_key_goes_nowhere_else(
    client: Any, server: Server, download: Any
) -> None:
    with serving() as storage:
        server.answers(307, location=f"{storage.url}/x?token=abc")
        answer = client.send(download, "t1", "p1")
        assert answer.status_code == 307
        assert answer.headers["location"].endswith("/x?token=abc")
        assert storage.asked == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("credentials", "header", "value"),
    [
        ({"api_key": KEY}, "x-api-key", KEY),
        ({"token": KEY}, "authorization", f"Bearer {KEY}"),
        ({"token": KEY, "api_key": "other"}, "authorization", f"Bearer {KEY}"),
    ],
)
def test_the_credentials_go_as_the_contract_says_and_never_show(
    small: ModuleType,
    server: Server,
    things: dict[str, Any],
    credentials: dict[str, str],
    header: str,
    value: str,
) -> None:
    server.answers(200, THING)
    with small.Client(server.url, **credentials) as client:
        answer = client.send(things["get_thing"], "t1")
        shown = repr(client) + str(client) + repr(answer) + repr(things["get_thing"])
    (_, _, headers, _) = server.asked[0]
    sent = {name.lower(): text for name, text in headers.items()}
    assert sent[header] == value
    assert len({"x-api-key", "authorization"} & sent.keys()) == 1
    assert KEY not in shown


def test_without_credentials_none_are_sent(
    small: ModuleType, server: Server, things: dict[str, Any]
) -> None:
    server.answers(200, THING)
    with small.Client(server.url) as client:
        client.send(things["get_thing"], "t1")
    assert {"X-API-Key", "x-api-key", "Authorization"}.isdisjoint(server.asked[0][2])


def test_a_client_does_not_wait_for_ever(small: ModuleType) -> None:
    with small.Client("http://127.0.0.1:1") as client:
        assert client._http.timeout.read == client._http.timeout.connect == 60
    with small.Client("http://127.0.0.1:1", timeout=2.0) as client:
        assert client._http.timeout.read == 2


def test_asyncio_speaks_the_same(small: ModuleType, server: Server, things: dict[str, Any]) -> None:
    server.answers(200, THING)

    async def ask() -> Any:
        async with small.AsyncClient(server.url, api_key=KEY) as client:
            assert KEY not in repr(client)
            return await client.send(things["get_thing"], "t1")

    assert asyncio.run(ask()).parsed.id == "t1"
    assert server.asked[0][:2] == ("GET", "/things/t1")


def test_the_package_offers_its_clients_and_the_contracts_version(small: ModuleType) -> None:
    assert small.CONTRACT_VERSION == "2.1.0"
    assert small.Client.__module__ == "small_api.client"
    with pytest.raises(AttributeError, match="'Clint'"):
        _ = small.Clint
