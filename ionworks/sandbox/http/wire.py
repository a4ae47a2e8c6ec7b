"""HTTP on both origins: bodies read within a limit, answers sent, each one delayed and named."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate
from itertools import count
from typing import TypeVar

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
        started = False
        body = _Body(receive)

        async def send_named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *self._headers()]
            await send(message)

        try:
            await self._app(scope, body, send_named)
        except ClientDisconnect:
            LOGGER.debug("the client went away during %s", scope.get("path"))
        except Problem as problem:
            await body.drain()
            await send_json(send_named, problem.status, problem.body(), problem.headers)
        except Exception:
            LOGGER.exception("%s %s failed", scope.get("method"), scope.get("path"))
            if started:
                raise
            failure = Problem(500, "INTERNAL_ERROR", "The sandbox failed; its log says why.")
            await send_json(send_named, failure.status, failure.body())

    def _headers(self) -> list[tuple[bytes, bytes]]:
        name = uuid.uuid4().hex if self._numbers is None else f"{next(self._numbers):032x}"
        date = formatdate(self._source.now() / SECOND, usegmt=True)
        return [(b"x-correlation-id", name.encode()), (b"date", date.encode())]


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
