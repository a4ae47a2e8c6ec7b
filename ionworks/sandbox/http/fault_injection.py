"""Lets planned faults come to pass: around an origin, on the connections of its server."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ionworks.sandbox.contract.operations import Contract, load_contract
from ionworks.sandbox.database.objects import S3_PATH
from ionworks.sandbox.faults import Commit, Fault, Faults, read_plan
from ionworks.sandbox.http.runtime import Served
from ionworks.sandbox.http.s3 import OPERATIONS, operation_of
from ionworks.sandbox.http.wire import send_bytes, send_head, send_json

PAGE = b"<!doctype html><title>Sign in</title><p>This network asks you to sign in first.</p>"
EXPIRED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    b"<Message>Request has expired</Message></Error>"
)
TOKEN_EXPIRED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>ExpiredToken</Code>'
    b"<Message>The provided token has expired.</Message></Error>"
)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
PUT_OBJECT, GET_OBJECT = "put_object", "get_object"
BODILESS = (204, 205, 304)
MEGABYTE = 2**20
DRIP_SECONDS = 0.05
PATIENCE_SECONDS = 30
Address = tuple[str, int]
Name = Callable[[Scope], str]


@dataclass(slots=True)
class ConnectionRegistry:
    """The open connections of a server, by the address of the client."""

    open: dict[Address, asyncio.Transport] = field(default_factory=dict)

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's protocol, with each connection put down here while it is open."""
        known = self.open

        class Noted(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self._ionworks_peer = transport.get_extra_info("peername")
                known[self._ionworks_peer] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(self._ionworks_peer, None)
                super().connection_lost(exc)

        return Noted

    def is_open(self, scope: Scope) -> bool:
        """Whether the connection of a call is still open."""
        return tuple(scope["client"]) in self.open

    async def end(self, scope: Scope, *, reset: bool) -> None:
        """End the connection of a call, with a reset or in order, and wait until it is over."""
        peer = tuple(scope["client"])
        transport = self.open.get(peer)
        if transport is None:
            return
        if reset:
            raw: socket.socket = transport.get_extra_info("socket")
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()
        while peer in self.open:
            await asyncio.sleep(0)


def inject_faults(served: Served, name: Name, faults: Faults) -> Served:
    """Return an origin that goes wrong as planned, on connections that can be ended."""
    connections = ConnectionRegistry()
    app = FaultInjector(served.app, faults, name, connections)
    return Served(served.listener, app, connections.protocol())


def names_of(contract: Contract) -> Name:
    """Return what names the operation that a request calls; empty for none."""
    patterns = [
        (each.method, re.compile(re.sub(r"{\w+}", "[^/]+", each.path)), each.operation_id)
        for each in sorted(contract.operations, key=lambda each: each.path.count("{"))
    ]

    def name(scope: Scope) -> str:
        found = (n for m, p, n in patterns if m == scope["method"] and p.fullmatch(scope["path"]))
        return next(found, "")

    return name


def storage_name(scope: Scope) -> str:
    """Name what is done with an object."""
    if scope["path"].startswith(f"/{S3_PATH}/"):
        return operation_of(scope)
    return PUT_OBJECT if scope["method"] == "PUT" else GET_OBJECT


def list_names() -> list[str]:
    """Return the names of all operations, and of what is done with objects."""
    declared = (each.operation_id for each in load_contract().operations)
    return [*declared, PUT_OBJECT, GET_OBJECT, *OPERATIONS.values()]


@dataclass(slots=True)
class _ResponseBuffer:
    """The answer of the real application, kept back."""

    status: int = 500
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytearray = field(default_factory=bytearray)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")

    def with_wrong_etag(self) -> _ResponseBuffer:
        """Return this answer with another tag, in the header and in a body of XML."""
        headers = [(n, _other_tag(v) if n == b"etag" else v) for n, v in self.headers]
        body = re.sub(rb"(?<=<ETag>)[^<]+", lambda found: _other_tag(found[0]), bytes(self.body))
        lengths = [(n, b"%d" % len(body) if n == b"content-length" else v) for n, v in headers]
        return _ResponseBuffer(self.status, lengths, bytearray(body))

    async def send(self, send: Send, body: bytes | None = None) -> None:
        """Send it on."""
        content = bytes(self.body) if body is None else body
        await send(
            {"type": "http.response.start", "status": self.status, "headers": [*self.headers]}
        )
        await send({"type": "http.response.body", "body": content})


class FaultInjector:
    """An origin whose calls go wrong as planned, and that keeps the ledger.

    Parameters
    ----------
    app
        The origin.
    faults
        What goes wrong.
    name
        Names the operation of a request.
    connections
        Those of the server that this is served by.
    """

    def __init__(
        self, app: ASGIApp, faults: Faults, name: Name, connections: ConnectionRegistry
    ) -> None:
        self._app, self._faults, self._name, self._connections = app, faults, name, connections
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["path"].startswith("/_"):
            await self._control(scope, receive, send)
            return
        operation = self._name(scope)
        fault = self._faults.next(operation)
        if fault is not None and not fault.committed:
            if fault.kind not in ("reset", "close"):
                await _drain(receive)
            await self._break(fault, _ResponseBuffer(), scope, receive, send)
            return
        if fault is None and scope["method"] not in WRITES:
            await self._app(scope, receive, send)
            return
        kept = _ResponseBuffer()
        is_short = fault is not None and fault.kind == "short"
        await self._app(scope, _without_last_byte(receive) if is_short else receive, kept)
        self._record(operation, scope, kept)
        if fault is None:
            await kept.send(send)
        else:
            await self._break(fault, kept, scope, receive, send)

    def _record(self, operation: str, scope: Scope, kept: _ResponseBuffer) -> None:
        if scope["method"] in WRITES and 200 <= kept.status < 300:
            commit = Commit(operation, scope["path"], kept.status, _id_in(bytes(kept.body)))
            self._faults.commit(commit)

    async def _break(
        self, fault: Fault, kept: _ResponseBuffer, scope: Scope, receive: Receive, send: Send
    ) -> None:
        named = {"x-correlation-id": f"fault-{next(self._numbers)}", **fault.headers}
        if fault.kind == "status" and fault.number in BODILESS:
            await send_head(send, fault.number, named)
            await send({"type": "http.response.body", "body": b""})
        elif fault.kind == "status":
            body = {"error_code": "FAULT", "message": "planned", "detail": None}
            await send_json(send, fault.number, body, named)
        elif fault.kind in ("reset", "close"):
            await self._connections.end(scope, reset=fault.kind == "reset")
        elif fault.kind == "stall":
            await _gone(receive)
        elif fault.kind == "login-page":
            await send_bytes(send, 200, PAGE, {"content-type": "text/html", **named})
        elif fault.kind == "empty":
            await send_bytes(send, 200, b"", {"content-type": "application/json", **named})
        elif fault.kind == "expired":
            in_parts = scope["path"].startswith(f"/{S3_PATH}/")
            status, page = (400, TOKEN_EXPIRED) if in_parts else (403, EXPIRED)
            await send_bytes(send, status, page, {"content-type": "application/xml", **named})
        elif fault.kind == "short":
            await kept.send(send)
        elif fault.kind == "wrong-etag":
            await kept.with_wrong_etag().send(send)
        elif fault.kind == "gzip-bomb":
            await send_bytes(send, 200, _gzip_bomb(fault.number), {**_BOMB_HEADERS, **named})
        elif fault.kind == "flip":
            await kept.send(send, _flip_bit(bytes(kept.body)))
        else:
            await self._send_in_part(fault, kept, scope, send)

    async def _send_in_part(
        self, fault: Fault, kept: _ResponseBuffer, scope: Scope, send: Send
    ) -> None:
        await send(
            {"type": "http.response.start", "status": kept.status, "headers": [*kept.headers]}
        )
        if fault.kind == "cut":
            part = bytes(kept.body[: fault.number])
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await self._connections.end(scope, reset=False)
            return
        for place in range(len(kept.body)):
            if not self._connections.is_open(scope):
                return
            piece = bytes(kept.body[place : place + 1])
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(DRIP_SECONDS)
        await send({"type": "http.response.body", "body": b""})

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept a plan, or return the remaining plans or the completed changes."""
        request = Request(scope, receive)
        if scope["path"] == "/_ledger" and request.method == "GET":
            rows = [
                {"operation": c.operation, "path": c.path, "status": c.status, "id": c.record_id}
                for c in self._faults.ledger
            ]
            await send_json(send, 200, rows)
        elif scope["path"] == "/_faults" and request.method == "POST":
            try:
                operation, plan = read_plan(json.loads(await request.body()))
                self._faults.plan(operation, *plan)
            except ValueError as error:
                await send_json(send, 422, {"detail": str(error)})
            else:
                await send_json(send, 200, self._faults.left)
        elif scope["path"] == "/_faults" and request.method == "GET":
            await send_json(send, 200, self._faults.left)
        else:
            await send_json(send, 404, {"detail": "known are /_faults and /_ledger"})


_BOMB_HEADERS: Mapping[str, str] = {
    "content-type": "application/json",
    "content-encoding": "gzip",
}


def _gzip_bomb(megabytes: int) -> bytes:
    blank = b" " * MEGABYTE
    return gzip.compress(b"{}", 9) + b"".join([gzip.compress(blank, 9)] * megabytes)


def _other_tag(tag: bytes) -> bytes:
    """Return a tag of the same form with other digits."""
    return re.sub(rb"[0-9a-f]{32}", lambda found: found[0][::-1].replace(b"0", b"f"), tag)


def _flip_bit(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :] if body else body


def _id_in(body: bytes) -> str | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    found = document.get("id") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None


def _without_last_byte(receive: Receive) -> Receive:
    async def shortened() -> Message:
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            return {**message, "body": message.get("body", b"")[:-1]}
        return message

    return shortened


async def _drain(receive: Receive) -> None:
    """Read the body away: a client that still sends may not see the answer."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


async def _gone(receive: Receive) -> None:
    """Wait until the client goes away, or patience ends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass
