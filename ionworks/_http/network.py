"""Network connections that other threads can end, and that are closed after stray bytes."""

from __future__ import annotations

import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

import httpcore
import httpx

from ionworks._http.cancellation import TICK, Pause, Wait, interruptible
from ionworks._http.waits import is_skipped

# The private attributes that lead from a response to the parser of its connection.
_PARSER_PATH: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")
_BODILESS: Final = (204, 205)


class Network(httpcore.NetworkBackend):
    """Opens the connections of one client, and can end all of them at once."""

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
        """Open a connection."""
        opening = Opening(
            partial(self._inner.connect_tcp, host, port, timeout, local_address, socket_options)
        )
        self.add(opening)
        return Stream(opening.wait(), self)

    def add(self, wait: Wait) -> None:
        """Register a wait for `close` to end; after `close`, end it at once."""
        with self._lock:
            self._waits.add(wait)
            if self._closed:
                wait.end()

    def pause(self, seconds: float) -> None:
        """Sleep for `seconds`, or until `close` or the cancellation of this thread's call."""
        if is_skipped(seconds):
            return
        pause = Pause()
        self.add(pause)
        pause.wait(seconds)

    def close(self) -> None:
        """End all connections and pauses."""
        with self._lock:
            self._closed = True
            for wait in self._waits:
                wait.end()


class Opening:
    """A connection that is being opened, which another thread can give up.

    Neither the lookup of a host name nor a connection attempt can be interrupted, so a thread of
    its own does both.
    """

    def __init__(self, connect: Callable[[], httpcore.NetworkStream]) -> None:
        self._connect = connect
        self._lock, self._over = threading.Lock(), threading.Event()
        self._stream: httpcore.NetworkStream | None = None
        self._error: BaseException | None = None
        self._is_given_up = False

    def wait(self) -> httpcore.NetworkStream:
        """Return the open connection.

        Raises
        ------
        httpcore.ConnectError
            If it cannot be opened, or was given up.
        """
        try:
            threading.Thread(target=self._run, daemon=True).start()
        except RuntimeError:  # while Python exits
            return self._connect()
        try:
            with interruptible(self):
                while not self._over.wait(TICK):
                    pass
        except BaseException:
            self.end()
            raise
        if self._error is not None:
            raise self._error
        if self._stream is None:
            raise httpcore.ConnectError("given up")
        return self._stream

    def end(self) -> None:
        """Give the connection up."""
        with self._lock:
            self._is_given_up = True
            self._over.set()

    def _run(self) -> None:
        try:
            stream = self._connect()
        except BaseException as error:  # raised in the waiting thread
            self._error = error
            self._over.set()
            return
        with self._lock:
            if self._is_given_up:
                stream.close()
                return
            self._stream = stream
            self._over.set()


class Stream(httpcore.NetworkStream):
    """A connection that another thread can end, and that sends no request after stray bytes."""

    def __init__(self, inner: httpcore.NetworkStream, network: Network) -> None:
        self._inner, self._network = inner, network
        self._lock = threading.Lock()
        self._has_read = False
        self._users, self._is_closed = 0, False
        network.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the available bytes, or wait for some."""
        self._has_read = True
        with self._used():
            return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes.

        Raises
        ------
        httpcore.ConnectionNotAvailable
            If a new request starts although unread bytes have arrived.
        """
        if self._has_read and self._is_readable:
            raise httpcore.ConnectionNotAvailable
        self._has_read = False
        with self._used():
            self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection, or let a thread that reads or writes close it at once.

        Its number may be given to another socket, for which the other thread would then wait.
        """
        with self._lock:
            self._is_closed = True
            if self._users:
                self._shut_down()
            else:
                self._inner.close()

    def end(self) -> None:
        """End reads and writes of other threads at once."""
        with self._lock:
            self._shut_down()

    def _shut_down(self) -> None:
        with suppress(OSError):
            # Not the shutdown of a TLS socket, which drops state that the other thread uses.
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)

    @contextmanager
    def _used(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
        try:
            with interruptible(self):
                yield
        finally:
            with self._lock:
                self._users -= 1
                if self._is_closed and not self._users:
                    self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        """Return this connection with TLS."""
        with interruptible(self):
            inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return Stream(inner, self._network)

    def get_extra_info(self, info: str) -> Any:
        """Return information about the connection."""
        return self._is_readable if info == "is_readable" else self._inner.get_extra_info(info)

    @property
    def _is_readable(self) -> bool:
        decrypted = self._inner.get_extra_info("ssl_object")
        waits = decrypted is not None and decrypted.pending() > 0
        return waits or bool(self._inner.get_extra_info("is_readable"))


def install(network: Network, client: httpx.Client) -> None:
    """Make `network` open all connections of a client, including those to proxies."""
    # httpx has no parameter for the network backend of httpcore.
    for transport in {client._transport, *client._mounts.values()}:
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = network


def close_if_not_finished(response: httpx.Response) -> bytes:
    """Close the connection of a response if more bytes than the response arrived on it.

    Return the extra bytes that were read.

    httpcore reads ahead and keeps the bytes, and only checks the socket for more. Without this
    function, extra bytes after one response would be parsed as the response to the next request.
    """
    stream = response.extensions.get("network_stream")
    if not isinstance(stream, Stream) or is_recorded(response):
        return b""  # not our connection
    more = _read_ahead(response)
    # If in doubt, use a new connection for the next request.
    if more is None or more or _is_ambiguous(response):
        stream.close()
    return more or b""


def _is_ambiguous(response: httpx.Response) -> bool:
    """Return whether the headers contradict each other on the length: more bytes may follow."""
    length, chunked = (response.headers.get(n) for n in ("content-length", "transfer-encoding"))
    if response.status_code in _BODILESS:
        return chunked is not None or length not in (None, "0")
    return chunked is not None and length is not None


def is_recorded(response: httpx.Response) -> bool:
    """Return whether the body comes from memory, from a recorder or a recording."""
    return isinstance(getattr(response.stream, "_stream", None), httpx.ByteStream)


def _read_ahead(response: httpx.Response) -> bytes | None:
    """Return the parser's bytes after the response; None if httpcore has another structure."""
    place: Any = response.stream
    for name in _PARSER_PATH:
        place = getattr(place, name, None)
    return None if place is None else bytes(place.trailing_data[0])
