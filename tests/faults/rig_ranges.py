"""A store that serves an object in ranges, and does harm where a test plans it."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from rig import ANSWER_SECONDS, Listener, Seen, end, peeked, read_request


@dataclass
class Served:
    """What is about to be served: the object, the answer to a request, and how it ends."""

    content: bytes
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    first: int = 0
    stop: int = 0
    cut: int | None = None
    stalls: bool = False

    def __post_init__(self) -> None:
        self.stop = self.stop or len(self.content)


Harm = Callable[["RangeStore", Served], None]


class RangeStore(Listener):
    """An API and a store at once: any path redirects to the object, if `redirects` is set.

    The n-th request for the object meets the n-th harm, which may change the store and what is
    about to be served. `wants` has the Range headers of the requests.
    """

    def __init__(self, content: bytes, *harms: Harm | None, redirects: bool = True) -> None:
        self.content = content
        self.harms = [*harms]
        self.redirects = redirects
        self.validators = ("etag",)
        self.sent = 0
        super().__init__()

    @property
    def wants(self) -> list[str | None]:
        return [each.headers.get("range") for each in self.requests if self._is_object(each)]

    def serve(self, connection: socket.socket) -> None:
        while peeked(connection):
            seen = read_request(connection)
            with self.lock:
                self.requests.append(seen)
                number = len(self.requests)
            if not self._is_object(seen):
                location = f"location: {self.url}/object?token=t{number}"
                head = f"HTTP/1.1 307 Found\r\n{location}\r\ncontent-length: 0\r\n\r\n"
                connection.sendall(head.encode())
                continue
            with self.lock:
                harm = self.harms.pop(0) if self.harms else None
                planned = self._plan(seen)
                if harm is not None:
                    harm(self, planned)
                    if planned.content is None:
                        planned = self._plan(seen)
            if not self._send(connection, planned):
                return

    def _is_object(self, seen: Seen) -> bool:
        return not self.redirects or seen.path == "/object"

    def headers(self) -> dict[str, str]:
        found = {
            "etag": f'"v{hashlib.sha256(self.content).hexdigest()[:8]}"',
            "last-modified": "Wed, 01 Jan 2025 00:00:00 GMT",
            "content-digest": "",
            "repr-digest": "",
        }
        return {name: value for name, value in found.items() if name in self.validators}

    def _plan(self, seen: Seen) -> Served:
        headers = {"accept-ranges": "bytes", **self.headers()}
        served = Served(self.content, headers)
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", seen.headers.get("range", ""))
        condition = seen.headers.get("if-range")
        if match is None or (condition and condition not in headers.values()):
            return served
        size = len(self.content)
        if match[1]:
            served.first = int(match[1])
            served.stop = min(size, int(match[2]) + 1) if match[2] else size
        else:
            served.first = max(0, size - int(match[2]))
        if served.first >= served.stop:
            served.status, headers["content-range"] = 416, f"bytes */{size}"
            return served
        served.status = 206
        headers["content-range"] = f"bytes {served.first}-{served.stop - 1}/{size}"
        return served

    def _send(self, connection: socket.socket, served: Served) -> bool:
        body = served.content[served.first : served.stop] if served.status < 300 else b"{}"
        lines = [f"HTTP/1.1 {served.status} X"]
        headers = {"content-length": str(len(body)), "content-type": "application/octet-stream"}
        lines += [f"{name}: {value}" for name, value in {**headers, **served.headers}.items()]
        with self.lock:
            self.sent += len(body[: served.cut])
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + body[: served.cut])
        if served.stalls:
            self.over.wait(ANSWER_SECONDS)
        return served.cut is None or end(connection, reset=False)


def cut(after: int) -> Harm:
    """End the connection after so many bytes of the body."""
    return lambda _, served: setattr(served, "cut", after)


def stall(after: int) -> Harm:
    """Send so many bytes of the body, and then nothing."""

    def harm(_: RangeStore, served: Served) -> None:
        served.cut, served.stalls = after, True

    return harm


def ignore_range(store: RangeStore, served: Served) -> None:
    """Serve the whole object, whatever was asked for."""
    served.status, served.first, served.stop = 200, 0, len(served.content)
    served.headers.pop("content-range", None)


def replace(content: bytes) -> Harm:
    """Put another object in the place of this one, before the request is answered."""

    def harm(store: RangeStore, served: Served) -> None:
        store.content = content
        served.content = None  # type: ignore[assignment] - planned again

    return harm


def answer(status: int, **headers: str) -> Harm:
    """Answer with a status and nothing else."""

    def harm(_: RangeStore, served: Served) -> None:
        served.status = status
        served.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    return harm


def content_range(text: str) -> Harm:
    """Say that another range comes."""
    return lambda _, served: served.headers.update({"content-range": text})
