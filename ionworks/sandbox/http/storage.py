"""The storage origin: signed PUT and GET of objects, with ranges, tags and conditional reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import formatdate
from typing import BinaryIO
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ionworks.sandbox.contract.problems import Forbidden, MethodNotAllowed, NotFound, Problem
from ionworks.sandbox.database.identity import SECOND
from ionworks.sandbox.database.objects import (
    OCTETS,
    S3_PATH,
    IncomingFile,
    Objects,
    StoredObject,
    reading,
    unlink_all,
)
from ionworks.sandbox.database.store import Store
from ionworks.sandbox.http.s3 import S3App
from ionworks.sandbox.http.wire import Workers, send_bytes, send_head, send_json

PIECE = 2**20
LONGEST_NUMBER = 18  # digits
BYTE_RANGE = re.compile(r"bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)")


class RangeNotSatisfiable(Problem):
    """416: the range begins behind the end of the object."""

    def __init__(self, size: int) -> None:
        message = f"The object has {size} bytes; the range asks for none of them."
        super().__init__(416, "RANGE_NOT_SATISFIABLE", message)
        self.headers["content-range"] = f"bytes */{size}"


class StorageApp:
    """Serves the objects of one sandbox by signed URL; other keys are ignored."""

    def __init__(self, objects: Objects, store: Store, workers: Workers) -> None:
        self._objects = objects
        self._store = store
        self._workers = workers
        self._s3 = S3App(objects, store, workers, self._place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._objects.in_parts and scope["path"].startswith(f"/{S3_PATH}/"):
            await self._s3(scope, receive, send)
            return
        request = Request(scope, receive)
        path = scope["path"].removeprefix("/")
        token = request.query_params.get("token", "")
        if request.method == "PUT":
            self._objects.check("PUT", path, token)
            await self._put(request, path, send)
        elif request.method in {"GET", "HEAD"}:
            self._objects.check("GET", path, token)
            await self._get(request, path, send)
        else:
            raise MethodNotAllowed(request.method, ["GET", "HEAD", "PUT"])

    async def _put(self, request: Request, path: str, send: Send) -> None:
        """Write the body to a file next to the objects, then make it the object in one step."""
        with IncomingFile(self._objects.incoming) as incoming:
            waiting = bytearray()
            async for piece in request.stream():
                waiting += piece
                if len(waiting) >= PIECE:
                    await self._workers.run(_open_for_writing(incoming, bytes(waiting)))
                    waiting.clear()
            content_type = request.headers.get("content-type", OCTETS)
            last = bytes(waiting)
            await self._workers.run(lambda: self._keep(path, incoming, last, content_type))
            headers = {"etag": incoming.etag}
            await send_json(send, 200, {"path": path, "size": incoming.size}, headers)

    def _keep(self, path: str, incoming: IncomingFile, last: bytes, content_type: str) -> None:
        incoming.write(last)
        incoming.complete()
        self._place(path, incoming, content_type)

    def _place(self, path: str, incoming: IncomingFile, content_type: str) -> None:
        """Make a completed file the object at a path, if its upload is still open."""
        _, owner_id, filename = path.split("/", 2)
        query = "SELECT 1 FROM open_uploads WHERE id = ?"
        with self._store.write() as transaction:
            if transaction.connection.execute(query, (owner_id,)).fetchone() is None:
                raise Forbidden("This upload has been confirmed or has expired.")
            replaced = self._objects.place(transaction, owner_id, filename, incoming, content_type)
        unlink_all(replaced)

    async def _get(self, request: Request, path: str, send: Send) -> None:
        stored, handle = await self._workers.run(lambda: reading(lambda: self._open(path)))
        with handle:
            headers = _headers(stored)
            if _matches(request.headers.get("if-none-match"), stored.etag):
                await send_bytes(send, 304, b"", {"etag": stored.etag})
                return
            wanted = _requested_range(request, stored, headers)
            span = range(stored.size) if wanted is None else wanted
            headers["content-length"] = str(len(span))
            if wanted is not None:
                headers["content-range"] = f"bytes {span.start}-{span.stop - 1}/{stored.size}"
            await send_head(send, 200 if wanted is None else 206, headers)
            if request.method == "HEAD":
                span = range(0)
            handle.seek(span.start)
            await self._send_span(request, send, handle, len(span))

    def _open(self, path: str) -> tuple[StoredObject, BinaryIO]:
        with self._store.read() as connection:
            stored = self._objects.find(connection, path)
        if stored is None:
            raise NotFound("There is no object at this path.")
        return stored, stored.file.open("rb")

    async def _send_span(
        self, request: Request, send: Send, handle: BinaryIO, remaining: int
    ) -> None:
        while remaining > PIECE and not await request.is_disconnected():
            piece = await self._workers.run(lambda: handle.read(PIECE))
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            remaining -= len(piece)
        piece = await self._workers.run(lambda: handle.read(min(remaining, PIECE)))
        await send({"type": "http.response.body", "body": piece})


def _open_for_writing(incoming: IncomingFile, piece: bytes) -> Callable[[], object]:
    return lambda: incoming.write(piece)


def _headers(stored: StoredObject) -> dict[str, str]:
    return {
        "content-type": stored.content_type,
        "etag": stored.etag,
        "last-modified": formatdate(stored.stored_at / SECOND, usegmt=True),
        "accept-ranges": "bytes",
        "content-disposition": f"attachment; filename*=utf-8''{quote(stored.filename, safe='')}",
    }


def _matches(condition: str | None, etag: str) -> bool:
    if condition is None:
        return False
    tags = {each.strip().removeprefix("W/") for each in condition.split(",")}
    return "*" in tags or etag in tags


def _requested_range(
    request: Request, stored: StoredObject, headers: dict[str, str]
) -> range | None:
    """Return the range to answer with 206, or None where the whole object is the answer."""
    header = request.headers.get("range")
    condition = request.headers.get("if-range")
    if header is None or condition not in {None, stored.etag, headers["last-modified"]}:
        return None
    return byte_range(header, stored.size)


def byte_range(header: str, size: int) -> range | None:
    """Return the bytes that a Range header asks for; None for what is not a single byte range.

    Raises
    ------
    RangeNotSatisfiable
        If no byte of the object lies in the range.
    """
    found = BYTE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        span = range(max(0, size - (last or 0)), size)
    elif last is not None and last < first:
        return None
    else:
        span = range(first, size if last is None else min(size, last + 1))
    if not span:
        raise RangeNotSatisfiable(size)
    return span


def _number(digits: str) -> int | None:
    """Return a number of any length; what is too long for Python is larger than any object."""
    significant = digits.lstrip("0")
    if len(significant) > LONGEST_NUMBER:
        return int("9" * LONGEST_NUMBER)
    return int(significant or "0") if digits else None
