"""A forward proxy on loopback that passes requests on unchanged and writes each one down."""

from __future__ import annotations

import http.client
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the head of its answer."""

    method: str
    origin: str
    path: str
    query: str
    request_headers: dict[str, str]
    request_body: bytes
    status: int
    response_headers: dict[str, str]

    def __str__(self) -> str:
        target = f"{self.path}?{self.query}" if self.query else self.path
        return f"{self.method} {target} -> {self.status}"


@dataclass(slots=True)
class Log:
    """What went by, in the order of the answers."""

    exchanges: list[Exchange] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, exchange: Exchange) -> None:
        """Write one exchange down."""
        with self.lock:
            self.exchanges.append(exchange)


class Recorder:
    """A proxy for as long as the ``with`` block lasts; point ``HTTP_PROXY`` to its `url`."""

    def __init__(self) -> None:
        self.log = Log()
        log = self.log

        class Bound(PassOn):
            recorded = log

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class PassOn(BaseHTTPRequestHandler):
    """Sends a request on to where it is meant for, and the answer back."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorded: Log

    def handle_one_request(self) -> None:
        """Serve one request; a client that goes away ends only its own connection.

        A client that sends head and body apart waits for the acknowledgement of the head.
        """
        if hasattr(socket, "TCP_QUICKACK"):
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def pass_on(self) -> None:
        """Forward the request, keeping the framing of its body, and record it."""
        url = urlsplit(self.path)
        chunked = "chunked" in self.headers.get("transfer-encoding", "")
        body = b"".join(self._chunks()) if chunked else self._sized()
        upstream = http.client.HTTPConnection(url.hostname or "", url.port, timeout=120)
        try:
            target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
            upstream.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    upstream.putheader(name, value)
            if chunked:
                upstream.putheader("Transfer-Encoding", "chunked")
            upstream.endheaders(body if body or chunked else None, encode_chunked=chunked)
            answer = upstream.getresponse()
            content = answer.read()
        finally:
            upstream.close()
        self._answer(answer, content)
        self.recorded.add(
            Exchange(
                self.command,
                f"{url.scheme}://{url.netloc}",
                url.path,
                url.query,
                {name.lower(): value for name, value in self.headers.items()},
                body,
                answer.status,
                {name.lower(): value for name, value in answer.getheaders()},
            )
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def _sized(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _chunks(self) -> list[bytes]:
        pieces: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return pieces

    def _answer(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {*HOP_BY_HOP, "content-length"}:
                self.send_header(name, value)
        bodiless = self.command == "HEAD" or answer.status in {204, 304}
        if not bodiless:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the terminal: the log is the record."""
