"""Connections that break, stall or never come about, and what is sent again and what is not."""

import logging
import socket

import pytest
from attrs import evolve
from rig import BUSY, KEY, Drop, Raw, Reply, ScriptedServer, Stall, unused_port

from ionworks import Ionworks
from ionworks.errors import (
    ApiError,
    BadRequest,
    ConnectionFailed,
    NotFound,
    RateLimited,
    ServerError,
    TimedOut,
    WriteOutcomeUnknown,
)

PROJECT = {
    "id": "p1",
    "name": "Ageing",
    "organization_id": "o1",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}
OK = Reply(200, PROJECT)
HALF = Raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{")


def limited(after=None):
    return Reply(429, {"detail": "slow down"}, {"retry-after": after} if after else {})


def writes(client):
    """Every write of a project, by its method."""
    return {
        "POST": lambda: client.project.create({"name": "Ageing"}),
        "PATCH": lambda: client.project.update("p1", {"name": "Ageing"}),
        "DELETE": lambda: client.project.delete("p1"),
    }


# What is sent again.


def test_row_15_a_read_that_meets_503_twice_succeeds_in_three(scripted, client_of, naps, caplog):
    server = scripted(BUSY, BUSY, OK)
    assert client_of(server).project.get("p1").name == "Ageing"
    assert len(server.requests) == 3
    assert naps == [0.5, 1.0]
    retries = [
        record.getMessage()
        for record in caplog.records
        if record.name == "ionworks" and record.levelno == logging.INFO
    ]
    assert retries == [
        f"get_project: GET {server.url}/projects/p1 -> 503 in 0 ms"
        " (attempt 1, request id req-1); retry in 0.50 s",
        f"get_project: GET {server.url}/projects/p1 -> 503 in 0 ms"
        " (attempt 2, request id req-2); retry in 1.00 s",
    ]


@pytest.mark.parametrize(
    "fault",
    [Drop(), Drop(before_reading=True), Drop(reset=False), HALF, Raw(HALF.data, reset=True)],
    ids=["reset", "reset unread", "closed", "closed in the body", "reset in the body"],
)
def test_row_07_a_read_survives_a_broken_connection(scripted, client_of, naps, fault):
    server = scripted(fault, OK)
    assert client_of(server).project.get("p1").name == "Ageing"
    assert len(server.requests) == 2
    assert naps == [0.5]


def test_a_read_gives_up_after_its_retries_with_the_last_error(scripted, client_of, caught, naps):
    server = scripted(*[BUSY] * 4)
    with caught(ServerError) as info:
        client_of(server).project.get("p1")
    assert naps == [0.5, 1.0, 2.0]
    assert info.value.request_id == "req-4"
    assert "try again" in str(info.value)


def test_row_17_a_read_stops_at_an_answer_that_will_not_change(scripted, client_of, caught):
    server = scripted(BUSY, Reply(400, {"detail": "never"}))
    with caught(BadRequest):
        client_of(server).project.get("p1")


def test_row_11_retry_after_is_waited_for_once(scripted, client_of, naps):
    server = scripted(limited("7"), OK)
    assert client_of(server).project.get("p1").name == "Ageing"
    assert naps == [7.0]


def test_row_12_a_limit_without_retry_after_backs_off(scripted, client_of, naps):
    server = scripted(limited(), limited(), OK)
    assert client_of(server).project.get("p1").name == "Ageing"
    assert naps == [0.5, 1.0]


@pytest.mark.parametrize("after", ["nan", "-5", "soon", "1e3", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_row_14_a_retry_after_that_makes_no_sense_backs_off(scripted, client_of, naps, after):
    server = scripted(limited(after), OK)
    assert client_of(server).project.get("p1").name == "Ageing"
    assert naps == [0.5]


def test_row_14_a_retry_after_of_a_day_is_raised_at_once(scripted, client_of, caught, naps):
    server = scripted(limited("86400"))
    with caught(RateLimited) as info:
        client_of(server).project.get("p1")
    assert naps == []
    assert info.value.retry_after == 86400
    assert info.value.outcome == "rejected"
    assert "Wait 86400 s" in str(info.value)


# What is not.


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_row_16_what_could_be_done_twice_is_sent_once(scripted, client_of, caught, naps, status):
    server = scripted(Reply(status, {"detail": "broken"}))
    with caught(WriteOutcomeUnknown) as info:
        client_of(server).job.cancel("j1")
    assert [request.method for request in server.requests] == ["POST"]
    assert naps == []
    error = info.value
    assert (error.outcome, error.status_code, error.request_id) == ("unknown", status, "req-1")
    assert isinstance(error.__cause__, ServerError)
    assert "The server may have applied this change" in str(error)


@pytest.mark.parametrize("fault", [BUSY, Drop(), HALF], ids=["503", "reset", "half"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_that_does_no_harm_twice_is_sent_again(scripted, client_of, naps, method, fault):
    server = scripted(fault, Reply(204) if method == "DELETE" else OK)
    writes(client_of(server))[method]()
    assert [request.method for request in server.requests] == [method] * 2
    assert naps == [0.5]


def test_a_deletion_that_finds_nothing_left_was_done_by_the_first_try(scripted, client_of):
    server = scripted(Drop(), Reply(404, {"detail": "no such project"}))
    client_of(server).project.delete("p1")
    assert len(server.requests) == 2


def test_a_deletion_of_a_missing_record_is_an_error(scripted, client_of, caught):
    server = scripted(Reply(429, {}), Reply(404, {"detail": "no such project"}))
    with caught(NotFound):
        client_of(server).project.delete("p1")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [Drop(), Drop(before_reading=True), Drop(reset=False), HALF],
    ids=["reset", "reset unread", "closed", "closed in the body"],
)
def test_row_05_a_write_whose_connection_breaks_every_time_is_not_known(
    scripted, client_of, caught, naps, fault
):
    server = scripted(*[fault] * 4)
    with caught(WriteOutcomeUnknown) as info:
        client_of(server).project.create({"name": "Ageing"})
    assert naps == [0.5, 1.0, 2.0]
    error = info.value
    assert (error.outcome, error.method, error.operation) == ("unknown", "POST", "create_project")
    assert error.previous_attempts == ("ConnectionFailed",) * 3
    for part in (f"127.0.0.1:{server.port} broke", "The server may have applied this change"):
        assert part in str(error)


def test_a_write_on_a_connection_that_was_used_before_is_sent_once(scripted, client_of, caught):
    server = scripted(OK, Drop())
    client = client_of(server)
    client.project.get("p1")
    with caught(WriteOutcomeUnknown):
        client.job.cancel("j1")
    assert [request.method for request in server.requests] == ["GET", "POST"]


# Nobody there.


@pytest.mark.parametrize("write", [False, True])
def test_row_02_a_dead_server_is_named_with_where_its_address_came_from(
    client_of, caught, naps, monkeypatch, write
):
    url = f"http://127.0.0.1:{unused_port()}"
    monkeypatch.setenv("IONWORKS_API_URL", url)
    with caught(ConnectionFailed) as info:
        client = client_of(url)
        if write:
            client.project.create({"name": "Ageing"})
        else:
            client.project.list()
    assert naps == [0.5, 1.0, 2.0]  # nothing left this machine, so a write is tried again too
    error = info.value
    assert error.outcome == "not_sent"
    for part in (url.removeprefix("http://"), "argument api_url", "Nothing was sent: check"):
        assert part in str(error)


def test_row_08_an_address_of_the_environment_is_named_as_such(client_of, caught, monkeypatch):
    monkeypatch.setenv("IONWORKS_API_URL", f"http://127.0.0.1:{unused_port()}")
    with (
        Ionworks(api_key=KEY, max_retries=0) as client,
        caught(ConnectionFailed) as info,
    ):
        client.project.list()
    assert "environment variable IONWORKS_API_URL" in str(info.value)


def test_row_02_a_server_that_comes_back_is_found(opened, client_of, naps):
    port = unused_port()

    class Naps(list):
        def append(self, seconds):
            super().append(seconds)
            if len(self) == 2:
                opened(ScriptedServer(OK, port=port))

    patient = Naps()
    client = client_of(f"http://127.0.0.1:{port}")
    client.transport._attempts = evolve(client.transport._attempts, sleep=patient.append)
    assert client.project.create({"name": "Ageing"}).id == "p1"
    assert len(patient) == 2


def test_row_08_a_name_that_does_not_resolve_is_named(client_of, caught, monkeypatch):
    def unresolved(host, *_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    with caught(ConnectionFailed) as info:
        client_of("https://api.no-such-host.example").project.list()
    assert info.value.outcome == "not_sent"
    for part in ("api.no-such-host.example", "Name or service not known", "argument api_url"):
        assert part in str(info.value)


# Nobody answers.


@pytest.mark.parametrize(
    ("write", "says"), [(False, "Try again."), (True, "The server may have applied this change")]
)
def test_a_server_that_does_not_answer_times_out(scripted, client_of, caught, write, says):
    server = scripted(Stall())
    client = client_of(server, timeout=0.05, max_retries=0)
    with caught(WriteOutcomeUnknown if write else TimedOut) as info:
        if write:
            client.project.create({"name": "Ageing"})
        else:
            client.project.get("p1")
    server.wait_for(1)
    assert len(server.requests) == 1
    error = info.value
    assert error.outcome == "unknown"
    for part in (f"no response in time from 127.0.0.1:{server.port}", says):
        assert part in str(error)


def test_a_read_that_timed_out_is_sent_again(scripted, client_of, naps):
    server = scripted(Stall())
    server.otherwise = OK
    assert client_of(server, timeout=0.2).project.get("p1").name == "Ageing"
    assert naps[0] == 0.5


def test_no_wait_goes_beyond_the_deadline(scripted, client_of, caught, naps):
    server = scripted(limited("50"), limited("50"))
    with caught(RateLimited):
        client_of(server).project.get("p1")
    assert naps == [50.0]


def test_a_closed_client_says_so(scripted, client_of):
    client = client_of(scripted())
    client.close()
    with pytest.raises(RuntimeError, match="closed; create a new"):
        client.project.get("p1")


def test_no_error_of_a_server_is_anything_but_ours(scripted, client_of):
    statuses = [*range(400, 430), *range(500, 530), 599, 600, 999]
    server = scripted(*[Reply(status, {"detail": "x"}) for status in statuses])
    client = client_of(server, max_retries=0)
    for status in statuses:
        with pytest.raises(ApiError) as info:
            client.project.get("p1")
        assert info.value.status_code == status


# Time is counted where it belongs.


def test_nothing_is_sent_when_the_time_is_over(scripted, client_of, caught, naps):
    server = scripted()
    server.will(Reply(307, None, {"location": f"{server.url}/projects/p2"}))
    client = client_of(server)
    client.transport._on_attempt = lambda _: naps.append(61.0)
    with caught(TimedOut) as info:
        client.project.get("p1")
    assert "passed before the request could be sent" in str(info.value)
    assert info.value.outcome == "not_sent"
    assert len(server.requests) == 1


def test_a_server_may_think_for_long_and_answer_little(opened, client_of, naps):
    class Thinking(ScriptedServer):
        def _record(self, seen):
            naps.append(45.0)
            return super()._record(seen)

    server = opened(Thinking(OK))
    assert client_of(server).project.get("p1").name == "Ageing"
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "cls"), [(400, BadRequest), (404, NotFound)])
def test_a_refusal_whose_body_breaks_off_is_a_refusal(scripted, client_of, caught, status, cls):
    torn = f"HTTP/1.1 {status} No\r\nx-request-id: r1\r\ncontent-length: 99\r\n\r\n{{"
    server = scripted(Raw(torn.encode()))
    with caught(cls) as info:
        client_of(server).job.cancel("j1")
    assert (info.value.outcome, info.value.request_id) == ("rejected", "r1")
    assert len(server.requests) == 1
