"""HTTP on both origins: bodies read within a limit, answers sent, each one delayed and named."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import sqlite3
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate
from itertools import count
from typing import TypeVar
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ionworks.sandbox.contract.problems import BadRequest, Problem, TooLarge
from ionworks.sandbox.database.identity import SECOND, SeededSource, Source

T = TypeVar("T")

LOGGER = logging.getLogger("ionworks.sandbox")
JSON_HEADERS = {"content-type": "application/json"}
GZIP_WINDOW = 31
MOST_DRAINED = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Workers:
    """The threads that do what would block the event loop."""

    executor: ThreadPoolExecutor

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a thread and return its result."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)


class Origin:
    """What both origins do to every answer: a delay, a date, a correlation id, and no traceback.

    Parameters
    ----------
    app
        Raises a `Problem` where it refuses.
    source
        The clock of the Date header, and whether correlation ids are a fixed sequence.
    latency
        Seconds to wait before an answer.
    """

    def __init__(self, app: ASGIApp, source: Source, latency: float) -> None:
        self._app = app
        self._source = source
        self._latency = latency
        self._numbers = count(1) if isinstance(source, SeededSource) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._latency:
            await asyncio.sleep(self._latency)
        named = _Named(send, self._source, self._new_id())
        body = _Body(receive)
        begun = time.perf_counter()
        try:
            await self._answer(scope, body, named)
        except Exception as error:
            LOGGER.exception("%s failed (request id %s)", _line(scope), named.request_id)
            if named.status:
                raise
            message = f"The sandbox failed. {_reason(error)} Request id: {named.request_id}."
            failure = Problem(500, "INTERNAL_ERROR", message)
            await send_json(named, failure.status, failure.body())
        finally:
            took = round((time.perf_counter() - begun) * 1000)
            # Without the query, which has the signature of a signed URL.
            detail = (_line(scope), named.status or "no answer", took, named.request_id)
            LOGGER.debug("%s -> %s in %d ms (request id %s)", *detail)

    async def _answer(self, scope: Scope, body: _Body, named: _Named) -> None:
        try:
            await self._app(scope, body, named)
        except ClientDisconnect:
            LOGGER.debug("the client went away during %s", _line(scope))
        except Problem as problem:
            await body.drain()
            headers = {"content-type": problem.content_type, **problem.headers}
            await send_bytes(named, problem.status, problem.content(), headers)

    def _new_id(self) -> str:
        return uuid.uuid4().hex if self._numbers is None else f"{next(self._numbers):032x}"


class _Named:
    """Sends an answer with the headers that every answer has, and remembers its status."""

    def __init__(self, send: Send, source: Source, request_id: str) -> None:
        self._send = send
        self._source = source
        self.request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            date = formatdate(self._source.now() / SECOND, usegmt=True)
            extra = {"x-correlation-id": self.request_id, "date": date}
            raw = [(name.encode(), value.encode()) for name, value in extra.items()]
            message["headers"] = [*message["headers"], *raw]
        await self._send(message)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "A file of its data folder was deleted."
    return "Its disk is full." if _is_of_full_disk(error) else "Its log says why."


def _is_of_full_disk(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def _line(scope: Scope) -> str:
    """Return the method and the path of a request in printable characters."""
    return f"{scope.get('method')} {quote(scope.get('path', ''))}"


class _Body:
    """Receives a request body, and can read the rest of it away.

    A client that is still sending when the connection closes may never see the answer.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._over = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            self._over = True
        return message

    async def drain(self) -> None:
        """Read what is left, up to a limit."""
        left = MOST_DRAINED
        while not self._over and left > 0:
            left -= len((await self()).get("body", b""))


async def send_json(
    send: Send, status: int, body: object, headers: Mapping[str, str] | None = None
) -> None:
    """Send an answer as JSON; bytes are JSON already."""
    content = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
    await send_bytes(send, status, content, {**JSON_HEADERS, **(headers or {})})


async def send_bytes(send: Send, status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Send a whole answer."""
    sized = headers if status == 204 else {**headers, "content-length": str(len(content))}
    await send_head(send, status, sized)
    await send({"type": "http.response.body", "body": content})


async def send_head(send: Send, status: int, headers: Mapping[str, str]) -> None:
    """Send the status and the headers of an answer."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body as it was sent, or refuse with 413 one that is too large."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise TooLarge(limit)
        pieces.append(piece)
    return b"".join(pieces)


def decode(body: bytes, encoding: str, limit: int) -> bytes:
    """Return a body without its content encoding, or refuse one that grows beyond the limit."""
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Encoding {encoding!r} is not read.")
    decoder = zlib.decompressobj(GZIP_WINDOW)
    try:
        content = decoder.decompress(body, limit + 1)
    except Exception as error:  # other libraries replace zlib's decoders by their own
        raise BadRequest(f"The body is not valid gzip: {error}") from None
    if len(content) > limit:
        raise TooLarge(limit)
    if not decoder.eof:
        raise BadRequest("The body is not valid gzip: it ends too early.")
    return content
