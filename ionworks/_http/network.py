"""The connections below the HTTP library: another thread can end them; stray bytes end them."""

from __future__ import annotations

import socket
import ssl
import threading
import weakref
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import httpcore
import httpx

from ionworks._http.cancellation import Pause, Wait, interruptible

# What is between a response and the parser of its connection.
_PARSER_PATH: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")
_BODILESS: Final = (204, 205)


class Network(httpcore.NetworkBackend):
    """Makes the connections of one client, and can end all of them at once."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()
        self._waits: weakref.WeakSet[Wait] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Stream:
        """Connect."""
        inner = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return Stream(inner, self)

    def add(self, wait: Wait) -> None:
        """Let a wait be ended by `close`; after that, at once."""
        with self._lock:
            self._waits.add(wait)
            if self._closed:
                wait.end()

    def pause(self, seconds: float) -> None:
        """Sleep, until this is closed or the composed call of this thread is cancelled at most."""
        nap = Pause()
        self.add(nap)
        nap.wait(seconds)

    def close(self) -> None:
        """End all connections and pauses that threads wait for."""
        with self._lock:
            self._closed = True
            for wait in self._waits:
                wait.end()


class Stream(httpcore.NetworkStream):
    """A connection that another thread can end, and that sends nothing after a stray byte."""

    def __init__(self, inner: httpcore.NetworkStream, network: Network) -> None:
        self._inner, self._network = inner, network
        self._lock = threading.Lock()
        self._has_read = False
        network.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, or wait for it."""
        self._has_read = True
        with interruptible(self):
            return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send, unless this begins a request and something has come that nobody asked for."""
        if self._has_read and self._is_readable:
            raise httpcore.ConnectionNotAvailable
        self._has_read = False
        with interruptible(self):
            self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._inner.close()

    def end(self) -> None:
        """Let what another thread reads or writes here end at once."""
        with self._lock, suppress(OSError):
            # Not that of a TLS socket: it takes the state away that the other thread is using.
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        """Speak TLS from here on."""
        with interruptible(self):
            inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return Stream(inner, self._network)

    def get_extra_info(self, info: str) -> Any:
        """Tell what is known of the connection."""
        return self._is_readable if info == "is_readable" else self._inner.get_extra_info(info)

    @property
    def _is_readable(self) -> bool:
        decrypted = self._inner.get_extra_info("ssl_object")
        waits = decrypted is not None and decrypted.pending() > 0
        return waits or bool(self._inner.get_extra_info("is_readable"))


def install(network: Network, client: httpx.Client) -> None:
    """Let all connections of a client, those to proxies included, be made by `network`."""
    # httpx hands no network through to the library below it, which takes one.
    for transport in {client._transport, *client._mounts.values()}:
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = network


def close_if_not_finished(response: httpx.Response) -> bytes:
    """End the connection of a response that was read, if it carried more than the response.

    Returns what was read beyond the response.

    The HTTP library reads ahead and keeps what it has read. Without this, bytes behind one answer
    would be taken for the answer to the next request. It looks only whether more waits in the
    socket. Returns what came behind the answer, as far as it was read.
    """
    stream = response.extensions.get("network_stream")
    if not isinstance(stream, Stream) or is_recorded(response):
        return b""  # what is read by others is in their care
    more = _read_ahead(response)
    # Where nothing tells, better a new connection for each request.
    if more is None or more or _is_ambiguous(response):
        stream.close()
    return more or b""


def _is_ambiguous(response: httpx.Response) -> bool:
    """Whether the head says in two ways how long the body is: it may come later."""
    length, chunked = (response.headers.get(n) for n in ("content-length", "transfer-encoding"))
    if response.status_code in _BODILESS:
        return chunked is not None or length not in (None, "0")
    return chunked is not None and length is not None


def is_recorded(response: httpx.Response) -> bool:
    """Whether a recorder has read the body before, or a recording answers without a network."""
    return isinstance(getattr(response.stream, "_stream", None), httpx.ByteStream)


def _read_ahead(response: httpx.Response) -> bytes | None:
    """Return what the parser has behind the answer; None where the way to it has changed."""
    place: Any = response.stream
    for name in _PARSER_PATH:
        place = getattr(place, name, None)
    return None if place is None else bytes(place.trailing_data[0])
