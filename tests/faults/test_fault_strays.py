"""Bytes behind an answer, which nobody asked for, end its connection and reach no other call."""

import gzip
import json
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from rig import KEY, Listener, Reply, peeked, read_request, rendered
from rig_tls import Authority, ForwardProxy

from ionworks import Ionworks
from ionworks._http.connection import install
from ionworks._http.network import Network, Stream

TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")


def record(name):
    body = json.dumps({"id": name, "name": name, "organization_id": "o1", **TIMES}).encode()
    return body, b"content-type: application/json\r\n"


def sized(name, status="200 OK"):
    body, head = record(name)
    return (
        b"HTTP/1.1 %s\r\n%scontent-length: %d\r\n\r\n"
        % (
            status.encode(),
            head,
            len(body),
        )
        + body
    )


def chunked(name, trailers=b""):
    body, head = record(name)
    pieces = b"".join(b"%x\r\n%s\r\n" % (1, body[i : i + 1]) for i in range(len(body)))
    head = b"HTTP/1.1 200 OK\r\n" + head + b"transfer-encoding: chunked\r\n\r\n"
    return head + pieces + b"0\r\n" + trailers + b"\r\n"


def packed(name):
    body, head = record(name)
    body = gzip.compress(body)
    head += b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    return b"HTTP/1.1 200 OK\r\n" + head + body


def bodiless(status, more=b""):
    return b"HTTP/1.1 %s\r\n%s\r\n" % (status, more)


EVIL = sized("EVIL")
# Every way to end an answer, each for what is asked for.
ANSWERS = {
    "sized": sized,
    "chunked": chunked,
    "chunked with trailers": lambda name: chunked(name, b"x-check: 1\r\n"),
    "packed": packed,
    "after interim answers": lambda name: b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2 + sized(name),
    "error": lambda name: sized(name, "404 Not Found"),
}
STRAYS = {
    "an answer": EVIL,
    "a chunked answer": chunked("EVIL"),
    "many answers": EVIL * 40,
    "no content": bodiless(b"204 No Content"),
    "half an answer": EVIL[:40],
    "the head of an answer": EVIL.partition(b"\r\n\r\n")[0] + b"\r\n",
    "an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
    "a byte": b"x",
    "line ends": b"\r\n\r\n",
    "an answer behind line ends": b"\r\n" + EVIL,
    "noise": bytes(range(256)) * 300,
}


class Straying(Listener):
    """Answers each request rightly, and then sends more on the same connection.

    Parameters
    ----------
    answer : callable
        Makes the right answer from the last part of the path.
    stray : bytes
        What is sent behind it.
    delay : float or None
        Seconds in between; None sends both as one.
    tls : ssl.SSLContext, optional
        The server's.
    """

    def __init__(self, answer, stray, delay=None, tls=None):
        self._answer, self._stray, self._delay, self._tls = answer, stray, delay, tls
        self.scheme = "https" if tls else "http"
        self.strayed = threading.Semaphore(0)
        self.connections = 0
        super().__init__()

    def serve(self, connection):
        self.connections += 1
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            while self._tls is not None or peeked(connection):
                seen = read_request(connection)
                with self.lock:
                    self.requests.append(seen)
                self._send(connection, self._answer(seen.path.rpartition("/")[2]))

    def _send(self, connection, answer):
        try:
            if self._delay is None:
                connection.sendall(answer + self._stray)
            else:
                connection.sendall(answer)
                time.sleep(self._delay)
                connection.sendall(self._stray)
        finally:
            self.strayed.release()


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def straying(opened, client_of, authority):
    """Return a maker of such a server, and of a client of it."""

    def make(*args, tls=False, **options):
        server = opened(Straying(*args, tls=authority.server() if tls else None))
        verify = {"verify": authority.client()} if tls else {}
        return server, client_of(server, max_retries=0, **verify, **options)

    return make


def ask(client, name):
    """Return the id of what is answered for a name, error or not."""
    try:
        return client.project.get(name).id
    except Exception as error:
        return json.loads(json.dumps(error.data))["id"]


def delivered(client, server, count=4):
    """Ask for things one after the other, each when the stray bytes are surely there."""
    found = []
    for number in range(count):
        found.append(ask(client, f"p{number}"))
        assert server.strayed.acquire(timeout=10)
        time.sleep(0.002)  # from one socket to the other
    return found


EXPECTED = ["p0", "p1", "p2", "p3"]


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_x1_a_second_answer_in_one_piece_with_the_first_reaches_nobody(straying, answer, tls):
    server, client = straying(ANSWERS[answer], EVIL, tls=tls)
    assert [ask(client, name) for name in EXPECTED] == EXPECTED
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "delay",
    [None, pytest.param(0.0, marks=pytest.mark.long), 0.001, 0.02],
    ids=["at once", "0", "1 ms", "20 ms"],
)
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("stray", STRAYS)
def test_x1_whatever_comes_behind_an_answer_ends_the_connection(straying, stray, tls, delay):
    server, client = straying(sized, STRAYS[stray], delay, tls=tls)
    assert delivered(client, server) == EXPECTED


@pytest.mark.parametrize("delay", [None, 0.001, 0.02], ids=["at once", "1 ms", "20 ms"])
@pytest.mark.parametrize("length", [True, False], ids=["with a length", "without"])
def test_x1_a_body_behind_an_answer_that_has_none_reaches_nobody(straying, length, delay):
    _, kind = record("EVIL")
    head = kind + (b"content-length: %d\r\n" % len(EVIL) if length else b"")

    def answer(name):
        return bodiless(b"204 No Content", head) if name == "gone" else sized(name)

    server, client = straying(answer, EVIL, delay)
    for _ in range(3):
        client.project.delete("gone")
        assert server.strayed.acquire(timeout=10)
        time.sleep(0.002)
        assert ask(client, "p1") == "p1"
        assert server.strayed.acquire(timeout=10)


def test_x1_a_body_that_an_empty_answer_announces_is_not_waited_for(straying):
    """Its length says that more comes, but not when, so the connection is not used again."""

    def answer(name):
        more = b"content-length: %d\r\n" % len(EVIL)
        return bodiless(b"204 No Content", more) if name == "gone" else sized(name)

    server, client = straying(answer, EVIL, 0.3)
    client.project.delete("gone")
    assert ask(client, "p1") == "p1"
    assert server.strayed.acquire(timeout=10)


@pytest.mark.parametrize("status", [b"304 Not Modified", b"205 Reset Content", b"204 No Content"])
def test_x1_other_answers_without_a_body_carry_nothing_on(straying, status):
    length = b"content-length: 0\r\n" if status.startswith(b"205") else b""

    def answer(name):
        return bodiless(status, length) if name == "p0" else sized(name)

    server, client = straying(answer, EVIL)
    with pytest.raises(Exception, match="get_project"):
        client.project.get("p0")
    assert ask(client, "p1") == "p1"
    assert len(server.requests) == 2


def test_x1_a_length_and_chunks_at_once_are_not_trusted(straying):
    def answer(name):
        head, _, body = chunked(name).partition(b"\r\n\r\n")
        return head + b"\r\ncontent-length: 5\r\n\r\n" + body

    server, client = straying(answer, b"")
    assert [ask(client, name) for name in EXPECTED] == EXPECTED
    assert len(server.requests) == 4


@pytest.mark.parametrize("stray", ["an answer", "half an answer", "no content"])
def test_x1_calls_of_many_threads_get_their_own_answers(straying, stray):
    server, client = straying(sized, STRAYS[stray], max_workers=4)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: ask(client, f"n{number}"), range(64)))
    assert found == [f"n{number}" for number in range(64)]
    assert len(server.requests) == 64


@pytest.mark.parametrize("stray", ["an answer", "half an answer"])
def test_x1_a_redirect_to_storage_and_the_file_carry_nothing_on(opened, client_of, stray):
    content = b"the right bytes"
    evil = rendered(Reply(200, b"EVIL"), 0)

    more = evil if stray == "an answer" else evil[:9]
    storage = opened(Straying(lambda _: rendered(Reply(200, content), 0), more))
    location = {"location": f"{storage.url}/a"}
    api = opened(Straying(lambda _: rendered(Reply(307, None, location), 0), STRAYS[stray]))
    client = client_of(api, max_retries=0)
    for _ in range(4):
        assert client.cell_measurement.get_file("m1", "a.txt") == content
    assert (len(api.requests), len(storage.requests)) == (4, 4)


@pytest.mark.parametrize("proxied", ["forwarded", "tunnelled"])
def test_x1_it_holds_through_a_proxy(opened, client_of, authority, proxied):
    tls = proxied == "tunnelled"
    server = opened(Straying(sized, EVIL, tls=authority.server() if tls else None))
    if tls:
        proxy = opened(ForwardProxy())
        client = client_of(server, proxy=proxy.url, verify=authority.client(), max_retries=0)
    else:
        # As a forward proxy: the client sends it whole addresses.
        client = client_of("http://127.0.0.1:9", proxy=server.url, max_retries=0)
    assert [ask(client, name) for name in EXPECTED] == EXPECTED


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_x1_a_connection_without_strays_is_used_again(straying, tls):
    """Otherwise each call would pay for a handshake, and the cases above would prove nothing."""
    server, client = straying(sized, b"", tls=tls)
    assert [ask(client, name) for name in EXPECTED] == EXPECTED
    assert server.connections == 1


def test_x1_where_the_parser_is_not_found_no_connection_is_used_again(opened, monkeypatch):
    """The way to it is private to the HTTP library, and may change."""
    monkeypatch.setattr("ionworks._http.network._PARSER_PATH", ("_stream", "_elsewhere"))
    server = opened(Straying(sized, EVIL))
    with Ionworks(KEY, server.url, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as client:
        assert [ask(client, name) for name in EXPECTED] == EXPECTED


def test_x1_bytes_that_come_just_before_a_request_is_written_are_noticed(opened, monkeypatch):
    """After the look of the HTTP library, when it has chosen the connection."""
    server = opened(Straying(sized, b""))
    looked = Stream.get_extra_info

    def look(stream, info):
        return info != "is_readable" and looked(stream, info)

    with httpx.Client() as client:
        install(Network(), client)
        assert client.get(f"{server.url}/p0").json()["id"] == "p0"
        (connection,) = server._open
        connection.sendall(EVIL)
        time.sleep(0.01)
        monkeypatch.setattr(Stream, "get_extra_info", look)
        assert client.get(f"{server.url}/p1").json()["id"] == "p1"
    assert [request.path for request in server.requests] == ["/p0", "/p1"]
