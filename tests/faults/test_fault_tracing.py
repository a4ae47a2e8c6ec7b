"""What those who trace get to see: a line, an attempt and a request id for each request."""

import logging
import threading

import pytest
from rig import BUSY, KEY, SIGNATURE, Drop, Raw, Reply, unused_port

from ionworks import Ionworks
from ionworks._http.body import BodyLimits
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport
from ionworks.errors import (
    ApiError,
    ConnectionFailed,
    NotFound,
    ResponseTooLarge,
    ServerError,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
OK = Reply(200, {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS})
MISSING = Reply(404, {"detail": "no such project"})
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-half\r\n"
HALF = Raw(HEAD + b'content-length: 99\r\n\r\n{"id"')


@pytest.fixture
def traced(client_of, opened, naps):
    """Return a maker of clients with the list of what their hook received."""

    def make(server, hook=None, **options):
        attempts = []
        client = Ionworks(api_key=KEY, api_url=getattr(server, "url", server))
        client._transport = Transport(
            client.settings,
            retry=RetryPolicy(max_retries=options.pop("max_retries", 3)),
            sleep=naps.append,
            clock=lambda: sum(naps),
            rand=lambda: 1.0,
            on_attempt=hook or attempts.append,
            verify=False,
            **options,
        )
        return opened(client), attempts

    return make


def moved(server):
    return Reply(307, None, {"location": f"{server.url}/o?token={SIGNATURE}"})


def lines(caplog):
    return [r for r in caplog.records if r.name == "ionworks"]


def test_each_attempt_has_one_line_and_one_call_of_the_hook(scripted, traced, caplog):
    api = scripted(BUSY, Drop(), OK)
    client, attempts = traced(api)
    client.project.get("p1")
    assert [(a.number, a.status, a.outcome, a.error, a.pause) for a in attempts] == [
        (1, 503, "unknown", "ServerError", 0.5),
        (2, None, "unknown", "ConnectionFailed", 1.0),
        (3, 200, "done", None, None),
    ]
    assert [a.request_id for a in attempts] == ["req-1", None, "req-3"]
    messages = [line.getMessage() for line in lines(caplog)]
    assert len(messages) == 3
    assert [line.levelname for line in lines(caplog)] == ["INFO", "INFO", "DEBUG"]
    assert "get_project: GET" in messages[0]
    assert "-> 503 in 0 ms (attempt 1, request id req-1); retry in 0.50 s" in messages[0]
    assert "-> ConnectionFailed" in messages[1]
    assert messages[2].endswith("(attempt 3, request id req-3)")
    assert client.last_request == attempts[-1]


def test_each_hop_to_storage_has_its_own_line_without_the_signature(scripted, traced, caplog):
    storage = scripted(BUSY, Reply(200, b"no parquet"))
    client, attempts = traced(scripted(moved(storage)))
    client.transport.send("download", "GET", "/x", accept="bytes")
    assert [(a.operation, a.status, a.number) for a in attempts] == [
        ("download", 307, 1),
        ("download", 503, 1),
        ("download", 200, 2),
    ]
    assert attempts[1].url == attempts[2].url == f"{storage.url}/o?token=REDACTED"
    assert [line.getMessage().count("REDACTED") for line in lines(caplog)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (MISSING, "NotFound"),
        (Drop(), "ConnectionFailed"),
        (HALF, "ConnectionFailed"),
        (Reply(200, b"x", {"content-encoding": "br"}), "UnexpectedResponse"),
    ],
    ids=["404", "reset", "half", "encoding"],
)
def test_a_request_that_fails_has_one_line_too(scripted, traced, caplog, step, error):
    client, attempts = traced(scripted(step), max_retries=0)
    with pytest.raises((ApiError, ConnectionFailed, UnexpectedResponse)):
        client.project.get("p1")
    assert [attempt.error for attempt in attempts] == [error]
    assert len(lines(caplog)) == 1


def test_a_request_that_ends_at_a_full_disk_has_one_line_too(scripted, traced, caplog):
    class FullDisk:
        def write(self, _data):
            raise OSError(28, "No space left on device")

        def seek(self, *_where):
            return 0

        def truncate(self, *_where):
            return 0

    client, attempts = traced(scripted(Reply(200, b"x" * 99)))
    with pytest.raises(OSError, match="No space left"):
        client.transport.send("download", "GET", "/x", accept="bytes", sink=FullDisk())
    assert [(a.error, a.outcome) for a in attempts] == [("OSError", "unknown")]
    assert len(lines(caplog)) == 1


def test_what_is_refused_before_it_is_sent_has_no_line(traced, caplog):
    client, attempts = traced("http://127.0.0.1:1")
    with pytest.raises(ConnectionFailed, match="it is not used"):
        client.transport.fetch("http://storage.example/x", operation="download")
    assert client.last_request is None
    assert (attempts, lines(caplog)) == ([], [])


# The hook.


def test_what_a_hook_raises_is_logged_and_breaks_nothing(scripted, traced, caplog):
    def hook(_attempt):
        raise LookupError("the tracer is broken")

    client, _ = traced(scripted(BUSY, OK), hook)
    assert client.project.get("p1").name == "Ageing"
    complaints = [line for line in lines(caplog) if line.levelno == logging.ERROR]
    assert len(complaints) == 2
    assert "the tracer is broken" in caplog.text


def test_a_hook_that_interrupts_is_obeyed(scripted, traced):
    def hook(_attempt):
        raise KeyboardInterrupt

    client, _ = traced(scripted(OK), hook)
    with pytest.raises(KeyboardInterrupt):
        client.project.get("p1")


def test_a_hook_may_use_the_client_and_is_not_called_for_it(scripted, traced, caplog):
    attempts, names = [], []

    def hook(attempt):
        attempts.append((attempt, client.last_request))
        names.append(client.project.get("inner").name)

    api = scripted(OK, OK, MISSING, OK)
    client, _ = traced(api, hook)
    client.project.get("outer")
    with pytest.raises(NotFound):
        client.project.get("outer")
    assert [r.path for r in api.requests] == [f"/projects/{n}" for n in ["outer", "inner"] * 2]
    assert names == ["Ageing"] * 2
    assert [attempt.status for attempt, _ in attempts] == [200, 404]
    assert all(attempt == last for attempt, last in attempts)
    assert client.last_request == attempts[-1][0]
    assert len(lines(caplog)) == 4


def test_a_hook_that_fails_in_its_own_request_is_called_for_the_next(scripted, traced):
    attempts = []

    def hook(attempt):
        attempts.append(attempt.url.rpartition("/")[2])
        client.project.get("inner")

    client, _ = traced(scripted(OK, MISSING, OK, OK), hook)
    client.project.get("first")
    client.project.get("second")
    assert attempts == ["first", "second"]


def test_a_hook_is_called_in_the_thread_of_the_request(scripted, traced):
    seen = []
    client, _ = traced(scripted(OK), lambda _: seen.append(threading.current_thread()))
    thread = threading.Thread(target=client.project.get, args=("p1",))
    thread.start()
    thread.join()
    assert seen == [thread]


def test_a_hook_given_to_the_client_is_the_one_that_is_called(scripted):
    attempts = []
    server = scripted(OK)
    with Ionworks(
        api_key=KEY, api_url=server.url, verify=False, on_attempt=attempts.append
    ) as client:
        client.project.get("p1")
    assert [attempt.operation for attempt in attempts] == ["get_project"]


# Views.


def test_views_report_each_others_requests(scripted, traced):
    client, attempts = traced(scripted(OK, MISSING, OK))
    view = client.with_options(timeout=5)
    view.project.get("of-the-view")
    assert client.last_request.url.endswith("/of-the-view")
    with pytest.raises(NotFound):
        client.with_options(max_retries=0).project.get("of-another")
    assert client.last_request.url.endswith("/of-another")
    client.project.get("of-the-client")
    assert view.last_request == client.last_request == attempts[-1]
    assert len(attempts) == 3


def test_a_hook_of_a_view_may_use_the_client(scripted, traced):
    client, attempts = None, []

    def hook(attempt):
        attempts.append(attempt)
        client.with_options(timeout=1).project.get("inner")

    client, _ = traced(scripted(OK, OK), hook)
    client.with_options(timeout=5).project.get("outer")
    assert len(attempts) == 1


# Request ids.


def reads(client):
    client.project.get("p1")


def creates(client):
    client.project.create({"name": "Ageing"})


@pytest.mark.parametrize(
    ("step", "call", "cls", "named"),
    [
        *[(Reply(s, {}), reads, ApiError, "req-1") for s in (400, 401, 403, 404, 409, 422, 429)],
        (Reply(500, {}), reads, ServerError, "req-1"),
        (Reply(599, {}), reads, ServerError, "req-1"),
        (Reply(500, {}), creates, WriteOutcomeUnknown, "req-1"),
        (HALF, creates, WriteOutcomeUnknown, "req-half"),
        (HALF, reads, ConnectionFailed, "req-half"),
        (Reply(200, "<p>Sign in</p>"), reads, UnexpectedResponse, "req-1"),
        (Reply(200, {"id": 7}), reads, UnexpectedResponse, "req-1"),
        (Reply(302, None), reads, UnexpectedResponse, "req-1"),
        (Reply(307, None, {"location": "/x"}), creates, UnexpectedResponse, "req-1"),
        (Reply(200, b"x", {"content-encoding": "gzip"}), reads, UnexpectedResponse, "req-1"),
        (Reply(200, b"[" * 2000), reads, ResponseTooLarge, "req-1"),
    ],
)
def test_each_error_that_had_an_answer_names_its_request(
    scripted, traced, caught, step, call, cls, named
):
    client, attempts = traced(scripted(step), max_retries=0, bounds=BodyLimits(max_bytes=1000))
    with pytest.raises(cls) as info:
        call(client)
    assert info.value.request_id == named
    assert f"request id {named}" in str(info.value)
    assert attempts[-1].request_id == named


def test_an_error_without_an_answer_names_none(traced):
    client, attempts = traced(f"http://127.0.0.1:{unused_port()}", max_retries=0)
    with pytest.raises(ConnectionFailed) as info:
        client.project.get("p1")
    assert info.value.request_id is None
    assert "request id" not in str(info.value)
    assert attempts[-1].outcome == "not_sent"
