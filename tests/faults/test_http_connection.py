"""No socket, connection or slot is left behind, wherever a call is interrupted or fails."""

import socket
import ssl
import sys
import threading
from pathlib import Path

import httpcore
import pytest
from rig import KEY, Listener, Reply, peeked, read_request, rendered

from ionworks import Ionworks
from ionworks._http.connection import USAGE, Connection, Usage
from ionworks._http.network import Network
from ionworks._http.slots import Slots
from ionworks.errors import ClientClosed, ConnectionFailed

TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")
PROJECT = {"id": "p1", "name": "Ageing", "organization_id": "o1", **TIMES}
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# An interrupt within the lock of the HTTP library would lock it for good.
TRACED = [
    *Path(sys.modules["ionworks._http"].__file__).parent.glob("*.py"),
    *(p for p in Path(httpcore.__file__).parent.rglob("*.py") if p.stem != "_synchronization"),
]
FILES = {str(path) for path in TRACED}


class Serving(Listener):
    """A service that knows one project."""

    def __init__(self, headers):
        self.headers = headers
        super().__init__()

    def serve(self, connection):
        while peeked(connection):
            read_request(connection)
            connection.sendall(rendered(Reply(200, PROJECT, self.headers), 0))
            if self.headers:
                return


@pytest.fixture
def sockets(monkeypatch):
    """Return the list of the sockets that are connected from now on."""
    made = []
    connect = socket.create_connection

    def create(*arguments, **options):
        made.append(connect(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(socket, "create_connection", create)
    return made


def trace(call, act):
    """Run `call`; `act` gets each line of the traced files that this thread comes to."""

    def follow(frame, event, _):
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            act((frame.f_code.co_filename, frame.f_lineno))
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        call()
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("headers", [{}, {"connection": "close"}], ids=["kept", "closed"])
def test_ctrl_c_at_any_line_leaves_no_socket_and_takes_no_slot(opened, sockets, headers):
    """Of two slots, so that a third loss would be noticed."""
    server = opened(Serving(headers))
    with Ionworks(KEY, server.url, max_workers=1, verify=NO_AUTHORITIES, deadline=5) as client:

        def call():
            assert client.project.get("p1").name == "Ageing"

        lines = {}
        call()
        trace(call, lambda line: lines.setdefault(line))
        assert len(lines) > 100
        for place in lines:
            reached = []

            def interrupt(line, place=place, reached=reached):
                if line == place and not reached:
                    reached.append(line)
                    raise KeyboardInterrupt

            try:
                trace(call, interrupt)
            except KeyboardInterrupt:
                assert reached
            else:  # a line that is not always reached
                assert not reached
            kept = [each for each in sockets if each.fileno() != -1]
            assert len(kept) <= (not headers), place
            call()
    assert [each for each in sockets if each.fileno() != -1] == []


class Tunnel(Listener):
    """A proxy that opens each tunnel, behind which no server speaks TLS."""

    def serve(self, connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.recv(1)
        connection.sendall(b"this is not TLS\r\n\r\n")


def test_tls_that_fails_behind_a_proxy_takes_no_connection(opened, sockets):
    """The HTTP library keeps such connections as active."""
    proxy = opened(Tunnel())
    with Ionworks(
        KEY, "https://api.test", proxy=proxy.url, max_workers=1, max_retries=0, deadline=5
    ) as client:
        for _ in range(5):
            with pytest.raises(ConnectionFailed, match="through a proxy"):
                client.project.list()
    assert [each for each in sockets if each.fileno() != -1] == []


class Silent(Listener):
    """A server that reads the start of a handshake, and does not answer."""

    def __init__(self):
        self.reached = threading.Event()
        super().__init__()

    def serve(self, connection):
        connection.recv(1)
        self.reached.set()
        self.over.wait(20)


def test_a_client_that_is_closed_amid_a_handshake_ends_it_at_once(opened, sockets):
    server = opened(Silent())
    before = set(threading.enumerate())
    client = Ionworks(KEY, server.url.replace("http:", "https:"), max_retries=0)
    errors = []

    def call():
        with pytest.raises(ClientClosed) as info:
            client.project.list()
        errors.append(info.value)

    thread = threading.Thread(target=call)
    thread.start()
    assert server.reached.wait(10)
    client.close()
    for each in set(threading.enumerate()) - before - {*server._threads}:
        each.join(5)
        assert not each.is_alive()
    assert "closed during the call" in str(errors[0])
    assert [each for each in sockets if each.fileno() != -1] == []


class Refusing(httpcore.ConnectionPool):
    """A pool whose connections open a stream and fail, as those through a SOCKS proxy do."""

    def create_connection(self, origin):
        inner, backend = super().create_connection(origin), self._network_backend

        def handle(request):
            backend.connect_tcp("127.0.0.1", origin.port)
            raise httpcore.ProxyError("refused")

        inner.handle_request = handle
        return inner


def test_a_stream_that_the_library_drops_is_closed(opened, sockets):
    port = int(opened(Serving({})).url.rpartition(":")[2])
    usage = Usage()
    with Refusing() as pool:
        url = httpcore.URL(f"http://127.0.0.1:{port}")
        connection = Connection(pool, Network(), url.origin)
        request = httpcore.Request("GET", url, extensions={USAGE: usage})
        with pytest.raises(httpcore.ProxyError):
            connection.handle_request(request)
        assert [each.fileno() != -1 for each in sockets] == [True]
        usage.end()
    assert [each.fileno() for each in sockets] == [-1]
    assert connection.is_closed()


def test_a_connection_that_another_request_uses_is_left_to_it(opened):
    """Between the end of a response and the end of its request, it may serve the next request."""
    server = opened(Serving({}))
    first, second = Usage(), Usage()
    with httpcore.ConnectionPool() as pool:
        url = httpcore.URL(server.url)
        connection = Connection(pool, Network(), url.origin)
        headers = {"host": "api.test"}
        answer = connection.handle_request(
            httpcore.Request("GET", url, headers=headers, extensions={USAGE: first})
        )
        answer.read()
        answer.close()
        answer = connection.handle_request(
            httpcore.Request("GET", url, headers=headers, extensions={USAGE: second})
        )
        third = httpcore.Request("GET", url, headers=headers, extensions={USAGE: Usage()})
        with pytest.raises(httpcore.ConnectionNotAvailable):
            connection.handle_request(third)
        first.end()
        assert answer.read()
        answer.close()
        second.end()
        assert connection.is_available()
        connection.close()


def test_slots_are_limited_nested_and_never_lost():
    slots = Slots(1)
    with slots.hold(0.0) as held, slots.hold(0.0) as again:  # the same thread
        assert held
        assert again
    got = []

    def wait(seconds):
        with slots.hold(seconds) as held:
            got.append(held)

    with slots.hold(0.0):
        late = threading.Thread(target=wait, args=(0.0,))
        late.start()
        late.join()
        patient = threading.Thread(target=wait, args=(20.0,))
        patient.start()
    patient.join()
    assert got == [False, True]
    with pytest.raises(KeyboardInterrupt), slots.hold(0.0):
        raise KeyboardInterrupt
    with slots.hold(0.0) as held:
        assert held
