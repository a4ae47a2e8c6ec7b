"""Servers that misbehave on command: real sockets on loopback, threads ended by `close`."""

from __future__ import annotations

import json
import select
import socket
import ssl
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

HOST = "127.0.0.1"
KEY = "k9-never-shown-0123456789-wxyz"
SIGNATURE = "5ig-never-shown-abcdef0123456789"
ANSWER_SECONDS = 20.0  # no peer here is slower, unless something hangs
Place = Literal["unread", "head", "body", "sent", "answer", "torn"]
PLACES: tuple[Place, ...] = ("unread", "head", "body", "sent", "answer", "torn")


@dataclass(frozen=True)
class Seen:
    """A request as it came over the socket; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An ordinary answer. `body` is sent as it is if bytes or text, else as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """Bytes sent as they are; then the connection ends, orderly or with a reset."""

    data: bytes
    reset: bool = False


@dataclass(frozen=True)
class Drop:
    """No answer at all: the connection ends before or after the request was read."""

    before_reading: bool = False
    reset: bool = True


@dataclass(frozen=True)
class Stall:
    """The request is read, and nothing is answered until the server is closed."""


Step = Reply | Raw | Drop | Stall
BUSY = Reply(503, {"detail": "busy"})


class Listener(ABC):
    """A port on loopback with a thread for each connection."""

    scheme = "http"

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server((HOST, port))
        self.port = self._listener.getsockname()[1]
        self.over = threading.Event()
        self.requests: list[Seen] = []
        self.lock = threading.Condition(threading.RLock())
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}"

    def close(self) -> None:
        """Close the port and every connection, and wait for the threads."""
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self.lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)
            assert not thread.is_alive()

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have come: a client may give up before its own was read."""
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.requests) >= count, ANSWER_SECONDS)

    @abstractmethod
    def serve(self, connection: socket.socket) -> None:
        """Serve one connection until it ends."""

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
            with self.lock:
                self._threads.append(thread)
                self._open.add(connection)
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(ANSWER_SECONDS)
            self.serve(connection)
        except (OSError, EOFError):
            pass
        finally:
            with self.lock:
                self._open.discard(connection)
            connection.close()


class ScriptedServer(Listener):
    """An HTTP/1.1 server that answers the n-th request with the n-th step of its script.

    `script` holds the steps that are left; when it is empty, `otherwise` answers. `requests` holds
    what came. Every ordinary answer bears ``x-request-id: req-<n>``.
    """

    def __init__(self, *script: Step, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.script = list(script)
        self.otherwise: Step = Reply(418, {"detail": "the script is over"})
        self._tls = tls
        self.scheme = "https" if tls else "http"
        super().__init__(port)

    def will(self, *steps: Step) -> ScriptedServer:
        """Add steps to the script."""
        self.script += steps
        return self

    def serve(self, connection: socket.socket) -> None:
        if self._tls is not None:
            raw = connection
            connection = self._tls.wrap_socket(connection, server_side=True)
            with self.lock:
                self._open.discard(raw)
                self._open.add(connection)
        try:
            while self._answer_one(connection):
                pass
        finally:
            connection.close()

    def _answer_one(self, connection: socket.socket) -> bool:
        """Answer one request; whether the connection goes on."""
        if self._tls is None:
            first = peeked(connection)
            if not first:
                return False
            step = self._next()
            if isinstance(step, Drop) and step.before_reading:
                self._record(parse_head(first))
                return end(connection, reset=step.reset)
            seen = read_request(connection)
        else:
            seen = read_request(connection)
            step = self._next()
        number = self._record(seen)
        if isinstance(step, Reply):
            connection.sendall(rendered(step, number))
            return seen.headers.get("connection") != "close"
        if isinstance(step, Raw):
            connection.sendall(step.data)
            return end(connection, reset=step.reset)
        if isinstance(step, Stall):
            self.over.wait(ANSWER_SECONDS)
            return False
        return end(connection, reset=step.reset)

    def _next(self) -> Step:
        with self.lock:
            return self.script.pop(0) if self.script else self.otherwise

    def _record(self, seen: Seen) -> int:
        with self.lock:
            self.requests.append(seen)
            self.lock.notify_all()
            return len(self.requests)


@dataclass(frozen=True)
class Pull:
    """Where the plug is pulled: at which request, at which point of it, reset or orderly.

    ``unread``: before a byte is read; ``head``: the server gets nothing; ``body``: it gets half of
    the body; ``sent``: it gets all, nobody waits for its answer; ``answer``: it has answered, the
    client gets nothing; ``torn``: the client gets half of the answer.
    """

    request: int
    place: Place
    reset: bool = True


class Tap(Listener):
    """A forward proxy between the client and everything else: counts, records, pulls the plug.

    Each connection carries one request. `on_pull` runs when a plug is pulled, before the client
    notices.
    """

    def __init__(self, *pulls: Pull, on_pull: Callable[[], None] = lambda: None) -> None:
        self.pulls = list(pulls)
        self.on_pull = on_pull
        self._busy = 0
        super().__init__()

    def settle(self) -> None:
        """Wait until the server has answered everything that it got."""
        with self.lock:
            assert self.lock.wait_for(lambda: self._busy == 0, ANSWER_SECONDS)

    def serve(self, connection: socket.socket) -> None:
        self._count(1)
        try:
            self._relay(connection)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self.lock:
            self._busy += change
            self.lock.notify_all()

    def _relay(self, connection: socket.socket) -> None:
        first = peeked(connection)
        if not first:
            return
        with self.lock:
            pull = next((p for p in self.pulls if p.request == len(self.requests)), None)
            slot = len(self.requests)
            self.requests.append(parse_head(first))
        if pull is not None and pull.place == "unread":
            self._pull(connection, pull)
            return
        seen = read_request(connection)
        self.requests[slot] = seen
        if pull is not None and pull.place == "head":
            self._pull(connection, pull)
            return
        self._forward(connection, seen, pull)

    def _forward(self, connection: socket.socket, seen: Seen, pull: Pull | None) -> None:
        parts = urlsplit(seen.target)
        half = len(seen.body) // 2
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as server:
            server.settimeout(ANSWER_SECONDS)
            message = forwarded(seen)
            if pull is not None and pull.place == "body":
                server.sendall(message + seen.body[:half])
                self._pull(connection, pull, server)
                return
            server.sendall(message + seen.body)
            if pull is not None and pull.place == "sent":
                self._pull(connection, pull)
            answer = b"".join(iter(lambda: server.recv(65536), b""))
        if pull is not None and pull.place == "sent":
            return
        if pull is not None:
            if pull.place == "torn":
                connection.sendall(answer[: len(answer) // 2])
            self._pull(connection, pull)
            return
        connection.sendall(answer)

    def _pull(
        self, connection: socket.socket, pull: Pull, server: socket.socket | None = None
    ) -> None:
        if server is not None:
            end(server, reset=pull.reset)
        self.on_pull()
        end(connection, reset=pull.reset)


def peeked(connection: socket.socket) -> bytes:
    """Wait for the first bytes and return them without reading them."""
    select.select([connection], [], [])
    return connection.recv(65536, socket.MSG_PEEK)


def read_request(connection: socket.socket) -> Seen:
    """Read one whole request, with its length given or in chunks."""
    waiting = b""
    while b"\r\n\r\n" not in waiting:
        waiting += received(connection)
    head, _, rest = waiting.partition(b"\r\n\r\n")
    seen = parse_head(head)
    if "chunked" in seen.headers.get("transfer-encoding", ""):
        while not rest.endswith(b"0\r\n\r\n"):
            rest += received(connection)
        body = b"".join(unchunked(rest))
    else:
        length = int(seen.headers.get("content-length", "0"))
        while len(rest) < length:
            rest += received(connection)
        body = rest
    return Seen(seen.method, seen.target, seen.headers, body)


def received(connection: socket.socket) -> bytes:
    """Read what is there."""
    data = connection.recv(65536)
    if not data:
        raise EOFError
    return data


def unchunked(data: bytes) -> Iterator[bytes]:
    """Yield the chunks of a body."""
    while data:
        size, _, data = data.partition(b"\r\n")
        yield data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]


def parse_head(data: bytes) -> Seen:
    """Read request line and headers, as far as they are there."""
    line, *fields = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, target = [*line.split(" "), "", ""][:2]
    pairs = (each.partition(":") for each in fields)
    return Seen(method, target, {name.lower(): value.strip() for name, _, value in pairs})


def forwarded(seen: Seen) -> bytes:
    """Return the head that goes on to the server: the path alone, and one request only."""
    parts = urlsplit(seen.target)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    hop = {
        "connection",
        "proxy-connection",
        "proxy-authorization",
        "transfer-encoding",
        "content-length",
    }
    headers = {name: value for name, value in seen.headers.items() if name not in hop}
    headers |= {"connection": "close", "content-length": str(len(seen.body))}
    lines = [f"{seen.method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def rendered(reply: Reply, number: int) -> bytes:
    """Return the bytes of an answer."""
    body, kind = reply.body, "application/json"
    if body is None:
        body, kind = b"", ""
    elif isinstance(body, str):
        body, kind = body.encode(errors="surrogatepass"), "text/html"
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = {"content-type": kind, "x-request-id": f"req-{number}"}
    headers |= {} if reply.status == 204 else {"content-length": str(len(body))}
    headers |= {name.lower(): value for name, value in reply.headers.items()}
    lines = [
        f"HTTP/1.1 {reply.status} As scripted",
        *(f"{n}: {v}" for n, v in headers.items() if v),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def end(connection: socket.socket, *, reset: bool) -> Literal[False]:
    """End a connection, with a reset or in order."""
    if reset:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    connection.close()
    return False


def unused_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def tls_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return contexts for a server and a client that agree on a cipher without a certificate."""
    pair = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for context in pair:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return pair
