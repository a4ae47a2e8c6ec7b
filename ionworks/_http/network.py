"""Network connections that other threads can end, and that are closed after stray bytes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Any, Final

import httpcore
import httpx

from ionworks._http.cancellation import TICK, Cancellation, Pause, Wait, interruptible
from ionworks._http.waits import is_skipped

# The private attributes that lead from a response to the parser of its connection.
_PARSER_PATH: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")
_BODILESS: Final = (204, 205)


class Network:
    """All waits of one client, which `close` ends."""

    def __init__(self) -> None:
        self._closing = Cancellation()

    def interruptible(self, wait: Wait) -> AbstractContextManager[None]:
        """Let `close`, and the cancellation of this thread's call, end `wait` during the block."""
        return interruptible(wait, self._closing)

    def pause(self, seconds: float) -> None:
        """Sleep for `seconds`, unless a replayed test skips pauses."""
        if not is_skipped(seconds):
            pause = Pause()
            with self.interruptible(pause):
                pause.wait(seconds)

    def close(self) -> None:
        """End all current and future waits."""
        self._closing.cancel()


class Opener(httpcore.NetworkBackend):
    """Opens the streams of one connection, and owns them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._openings: list[Opening] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> Stream:
        """Open a stream."""
        connect = httpcore.SyncBackend().connect_tcp
        return self.open(partial(connect, host, port, timeout, local_address, socket_options))

    def open(
        self, connect: Callable[[], httpcore.NetworkStream], abort: Callable[[], None] | None = None
    ) -> Stream:
        """Return the stream that `connect` opens; `abort` ends it, if it can be ended."""
        opening = Opening(lambda: Stream(connect(), self), abort)
        self._openings.append(opening)
        with self.network.interruptible(opening):
            return opening.wait()

    def end(self) -> None:
        """End the waits of other threads for these streams."""
        for opening in self._openings:
            opening.end()

    def close(self) -> None:
        """Close all streams that were opened, also if nothing else refers to them."""
        for opening in self._openings:
            opening.close()


class Opening:
    """A stream that is being opened, which another thread can give up.

    Neither the lookup of a host name nor a connection attempt can be interrupted, so a thread of
    its own does both. Signals do not interrupt this thread either, so no stream is lost.
    """

    def __init__(self, connect: Callable[[], Stream], abort: Callable[[], None] | None) -> None:
        self._connect, self._abort = connect, abort
        self._future: Future[Stream] = Future()

    def wait(self) -> Stream:
        """Return the stream.

        Raises
        ------
        httpcore.ConnectError
            If it cannot be opened, or was given up.
        """
        try:
            threading.Thread(target=self._run, daemon=True).start()
        except RuntimeError:  # while Python exits
            self._run()
        while not self._future.done():
            with suppress(TimeoutError, CancelledError):
                self._future.exception(TICK)
        try:
            return self._future.result()
        except CancelledError:
            raise httpcore.ConnectError("given up") from None

    def end(self) -> None:
        """Give the stream up, or end its reads and writes."""
        if self._future.cancel():
            if self._abort is not None:
                self._abort()
        elif (stream := self._opened()) is not None:
            stream.end()

    def close(self) -> None:
        """Give the stream up, or close it."""
        self.end()
        if (stream := self._opened()) is not None:
            stream.close()

    def _opened(self) -> Stream | None:
        done = self._future.done() and not self._future.cancelled()
        return self._future.result() if done and self._future.exception() is None else None

    def _run(self) -> None:
        try:
            stream = self._connect()
        except BaseException as error:  # raised in the waiting thread
            with suppress(InvalidStateError):
                self._future.set_exception(error.with_traceback(None))
            return
        try:
            self._future.set_result(stream)
        except InvalidStateError:  # given up
            stream.close()


class Stream(httpcore.NetworkStream):
    """A connection that another thread can end, and that sends no request after stray bytes."""

    def __init__(self, inner: httpcore.NetworkStream, opener: Opener) -> None:
        self._inner, self._opener = inner, opener
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._lock = threading.Lock()
        self._has_read = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the available bytes, or wait for some."""
        self._has_read = True
        with self._opener.network.interruptible(self):
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
        with self._opener.network.interruptible(self):
            self._inner.write(buffer, timeout)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._inner.close()

    def end(self) -> None:
        """End reads and writes of other threads at once."""
        with self._lock, suppress(OSError):
            # Not the shutdown of a TLS socket, which drops state that the other thread uses.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Stream:
        """Return this connection with TLS."""
        handshake = partial(self._inner.start_tls, ssl_context, server_hostname, timeout)
        return self._opener.open(partial(self._start_tls, handshake), self.end)

    def _start_tls(self, handshake: Callable[[], httpcore.NetworkStream]) -> httpcore.NetworkStream:
        # The handshake replaces the socket; its duplicate can still end it.
        is_tls = isinstance(self._socket, ssl.SSLSocket)
        with nullcontext(self._socket) if is_tls else self._socket.dup() as self._socket:
            return handshake()

    def get_extra_info(self, info: str) -> Any:
        """Return information about the connection."""
        return self._is_readable if info == "is_readable" else self._inner.get_extra_info(info)

    @property
    def _is_readable(self) -> bool:
        decrypted = self._inner.get_extra_info("ssl_object")
        waits = decrypted is not None and decrypted.pending() > 0
        return waits or bool(self._inner.get_extra_info("is_readable"))


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
