"""No error of another library leaves a call, whatever is wrong with what is to be sent."""

import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import h11
import httpcore
import httpx
import pytest
from rig import KEY, Drop, Reply, Stall
from rig_fixtures import NO_AUTHORITIES

from ionworks import Ionworks
from ionworks._http.network import Stream
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport
from ionworks.errors import (
    ClientClosed,
    ConfigurationError,
    ConnectionFailed,
    IonworksError,
    PayloadError,
    TimedOut,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)
from ionworks.settings import Settings

URL = "http://127.0.0.1:1"
ODD = ("\nb", "\r\nX-Evil: y", "é", "日本", "\0", " ", "\ud800", "\x7f\n")


@pytest.fixture
def transport_of(opened):
    """Return a maker of a transport whose settings nobody has checked."""

    def make(url=URL, **options):
        settings = Settings(**{"api_url": url, "api_key": KEY} | options)
        policy = RetryPolicy(max_retries=0)
        return opened(Transport(settings, retry=policy, verify=NO_AUTHORITIES))

    return make


def asked(transport, path="/projects/p1", **options):
    return transport.send("get_project", "GET", path, **options)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@pytest.mark.parametrize("field", ["api_key", "api_token", "organization_id"])
def test_a_header_that_cannot_be_sent_is_an_error_that_does_not_show_it(
    scripted, transport_of, field, odd
):
    with pytest.raises(IonworksError) as info:
        asked(transport_of(scripted().url, **{"api_key": None, field: KEY + odd}))
    assert KEY not in f"{info.value!r}{info.value}{info.value.__cause__!r}"
    assert type(info.value) is ConfigurationError
    assert "api_key, api_token" in str(info.value)


@pytest.mark.parametrize("kind", ["text/é", "a\nb", "\0"])
def test_a_media_type_that_cannot_be_sent_is_an_error(scripted, transport_of, kind):
    url, file = f"{scripted().url}/x", io.BytesIO(b"x")
    with pytest.raises(ConfigurationError):
        transport_of().put(url, file, size=1, content_type=kind, operation="put_object")


@pytest.mark.parametrize(
    "host",
    [
        "a" * 64 + ".localhost",
        "a" * 300,
        ".localhost",
        "a..localhost",
        "xn--zzzz.localhost",
        "-.localhost",
        "[::1]",
        "[fe80::1%25eth0]",
        "localhost:99999",
        "localhost:0",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_is_none_is_a_failed_connection(transport_of, scheme, host):
    with pytest.raises(ConnectionFailed) as info:
        asked(transport_of(f"{scheme}://{host}"))
    assert info.value.outcome == "not_sent"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/" + "x" * 70_000, None),
        ("/x", [("a", "x" * 70_000)]),
        ("/x", [("a", "\ud800")]),
        ("/\ud800", None),
        ("/a\0b", [("a", "b")]),
        ("/a\nb", None),
    ],
)
def test_an_address_that_cannot_be_asked_for_is_a_payload_error(transport_of, path, query):
    with pytest.raises(PayloadError, match="is not a valid URL"):
        asked(transport_of(), path, query=query)


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": "\ud800"}, {"a": object()}, {1j: 2}])
def test_a_body_without_a_json_form_is_a_payload_error(transport_of, body):
    with pytest.raises(PayloadError, match="body"):
        asked(transport_of(), body=body)


def test_a_body_that_holds_itself_is_a_payload_error(transport_of):
    body = {}
    body["a"] = body
    with pytest.raises(PayloadError, match="body"):
        asked(transport_of(), body=body)


@pytest.mark.parametrize(
    "seconds",
    [float("inf"), 1e300, 1e18, 1e10, 10**400, 1e-9],
    ids=lambda seconds: f"{min(seconds, 1e308):g}",
)
@pytest.mark.parametrize("option", ["timeout", "deadline"])
def test_any_time_that_can_be_given_can_be_waited(scripted, option, seconds):
    server = scripted()
    server.otherwise = Reply(404, {"detail": "no"})
    with (
        Ionworks(KEY, server.url, **{option: seconds}, verify=NO_AUTHORITIES) as client,
        pytest.raises(IonworksError),
    ):
        client.project.get("p1")


@pytest.mark.parametrize("verify", ["/none", "/dev/null", "a\0b"])
def test_authorities_that_cannot_be_read_are_an_error(verify):
    with (
        Ionworks(KEY, URL, verify=verify) as client,
        pytest.raises(ConfigurationError, match="certificate authorities"),
    ):
        client.project.list()


class Library:
    """Raises an error as the HTTP library does: in its own code."""

    def __init__(self, error):
        self.error = error
        code = compile("def fail(*_args, **_options): raise error", "http11.py", "exec")
        scope = {"__name__": "httpcore._sync.http11", "error": error}
        exec(code, scope)
        self.fail = scope["fail"]


@pytest.mark.parametrize(
    "error",
    [
        h11.LocalProtocolError("Too little data for declared Content-Length"),
        h11.RemoteProtocolError("no"),
        httpcore.ProtocolError("no"),
        httpx.StreamClosed(),
        RuntimeError("no"),
        AssertionError(),
        KeyError("no"),
        ValueError("no"),
        OSError(5, "no"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("place", ["write", "read"])
@pytest.mark.parametrize("write", [False, True], ids=["a read", "a write"])
def test_every_error_of_the_library_is_a_broken_connection(
    scripted, client_of, monkeypatch, place, error, write
):
    server = scripted()
    server.otherwise = Reply(200, {})
    monkeypatch.setattr(Stream, place, Library(error).fail)
    client = client_of(server, max_retries=0)
    with pytest.raises(IonworksError) as info:
        client.job.cancel("j1") if write else client.project.get("p1")
    assert type(info.value) in (ConnectionFailed, WriteOutcomeUnknown)
    assert KEY not in str(info.value)


class Guard(RuntimeError):
    """What a test raises that has shut the network."""


def test_what_others_raise_who_stand_in_for_the_network_stays_theirs(
    scripted, client_of, monkeypatch
):
    def fail(*_args, **_options):
        raise Guard("no network in tests")

    monkeypatch.setattr(socket, "create_connection", fail)
    with pytest.raises(Guard, match="no network in tests"):
        client_of(scripted()).project.get("p1")


def test_an_error_in_the_middle_of_a_body_is_unknown(scripted, client_of, monkeypatch):
    server = scripted()
    server.otherwise = Reply(200, b"x" * 300_000)
    read, count = Stream.read, [0]

    def fail(self, size, timeout=None):
        count[0] += 1
        if count[0] % 3 == 0:
            raise ValueError("from another library")
        return read(self, size, timeout)

    monkeypatch.setattr(Stream, "read", fail)
    with pytest.raises(ConnectionFailed) as info:
        client_of(server, max_retries=0).cell_measurement.get_file("m1", "a")
    assert info.value.outcome == "unknown"
    assert info.value.request_id == "req-1"


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://127.0.0.1:99999", "http://[::1", "http://a b", None, 7]
)
def test_an_address_of_storage_that_is_invalid_is_an_error(transport_of, url):
    with pytest.raises((UnexpectedResponse, ConnectionFailed)):
        transport_of().fetch(url, operation="x")


# A client that is closed.


def test_a_closed_client_says_so_as_an_error_of_ours(scripted, client_of, tmp_path):
    client = client_of(scripted())
    client.close()
    for call in (
        lambda: client.project.get("p1"),
        lambda: client.cell_measurement.save_files("m1", tmp_path, filenames=["a", "b"]),
        lambda: client.with_options(timeout=1).project.list(),
        lambda: client.raw_data.upload("p1", io.BytesIO(b"x")),
    ):
        with pytest.raises(ClientClosed, match="closed; create a new") as info:
            call()
        assert info.value.outcome == "not_sent"
        assert isinstance(info.value, RuntimeError)
    assert [*tmp_path.iterdir()] == []


def test_a_library_that_was_closed_directly_is_an_error(scripted, client_of):
    server = scripted()
    server.otherwise = Reply(404, {})
    client = client_of(server, max_retries=0)
    with pytest.raises(IonworksError):
        client.project.get("p1")
    client.transport._connections._clients["api", False].close()
    with pytest.raises(ConnectionFailed):
        client.project.get("p1")


BUSY = Reply(503, {"detail": "busy"}, {"retry-after": "30"})


@pytest.mark.parametrize("step", [Stall(), Drop(), BUSY], ids=["stalled", "dropped", "waiting"])
def test_x12_calls_of_other_threads_end_at_once_when_the_client_is_closed(scripted, step):
    """Whether they wait for an answer, or ask again and again."""
    server = scripted()
    server.otherwise = step
    client = Ionworks(KEY, server.url, timeout=30, verify=NO_AUTHORITIES, max_retries=10**6)
    wire = client.transport
    wire._attempts = wire._attempts.__class__(
        wire._attempts.policy,
        wire._attempts.budget.__class__(10**9),
        wire._attempts.sleep if step is BUSY else lambda _: time.sleep(0.001),
        wire._attempts.clock,
        wire._attempts.rand,
        wire._attempts.on_attempt,
    )
    with ThreadPoolExecutor(16) as pool:
        calls = [pool.submit(client.project.get, f"p{number}") for number in range(16)]
        server.wait_for(16)
        client.close()
        # Of itself, each would go on for 20 s at least.
        errors = [call.exception(timeout=10) for call in calls]
    assert {type(error) for error in errors} == {ClientClosed}
    assert all("closed" in str(error) for error in errors)


def test_x12_a_write_that_was_under_way_may_have_been_done(scripted, client_of):
    server = scripted(Stall())
    client = client_of(server, timeout=30)
    errors = []

    def write():
        with pytest.raises(ClientClosed) as info:
            client.project.create({"name": "Ageing"})
        errors.append(info.value)

    thread = threading.Thread(target=write)
    thread.start()
    server.wait_for(1)
    client.close()
    thread.join(10)
    assert errors[0].outcome == "unknown"
    assert "create_project" in str(errors[0])


def test_x12_a_client_that_is_closed_while_it_connects_ends_at_once():
    """A server whose queue is full answers no connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fill = [socket.socket() for _ in range(4)]
        for each in fill:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        client = Ionworks(KEY, f"http://127.0.0.1:{port}", verify=NO_AUTHORITIES, max_retries=0)
        with client, pytest.raises(TimedOut):
            client.with_options(timeout=0.2).project.list()
        for each in fill:
            each.close()
