"""Sends single requests with httpx, on one client for the API and one for storage.

No other module sends requests with httpx.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import ClassVar, Final
from urllib.parse import urlsplit

import httpx
from attrs import frozen

from ionworks._forks import ForkSafeLock
from ionworks._http.attempts import Deadline
from ionworks._http.body import BodyLimits, DecodingError, Stalled, StallGuard, TooLarge
from ionworks._http.cancellation import Cancelled
from ionworks._http.clients import ClientFactory
from ionworks._http.connection import USAGE, Usage, install
from ionworks._http.failures import is_failure, to_error
from ionworks._http.log_filter import redact_logs
from ionworks._http.network import Network, is_recorded
from ionworks._http.receive import BodyInterrupted, receive, receive_file
from ionworks._http.request import HttpRequest, Kind
from ionworks._http.response import Response
from ionworks._http.slots import Slots
from ionworks._http.source import Source
from ionworks._http.tls import Verify
from ionworks._redact import Secret, SecretUrl, redact_known
from ionworks.errors import ClientClosed, IonworksError, TimedOut
from ionworks.settings import Settings, is_loopback

_CONNECTING: Final = 10.0
_LONGEST_WAIT: Final = 1e6  # seconds; the system does not accept much larger values


@frozen
class Limits:
    """The limits of one exchange: on each wait, on the whole call, and on the body.

    Attributes
    ----------
    timeout : float
        Seconds for each wait on the server; at most 10 for connecting.
    deadline : Deadline
        The deadline of the call.
    body : BodyLimits
        The limits on the size and the transfer rate of the response.
    clock : callable
        Returns the seconds that `body` is measured by.
    """

    timeout: float
    deadline: Deadline
    body: BodyLimits
    clock: Callable[[], float]

    @property
    def longest(self) -> float:
        """The remaining seconds of the call."""
        left = self.deadline.left
        return _LONGEST_WAIT if left is None else min(left, _LONGEST_WAIT)

    @property
    def for_httpx(self) -> httpx.Timeout:
        """The timeouts of each step."""
        wait = min(self.timeout, self.longest)
        return httpx.Timeout(wait, connect=min(wait, _CONNECTING))


class ConnectionPool:
    """The connections of a client to the API and to storage, shared by all its views and threads.

    Parameters
    ----------
    settings : Settings
        Address and credentials.
    max_workers : int
        The number of threads that send at the same time; determines the number of connections.
    proxy : str, optional
        Proxy for every request. Default: the proxy of the environment.
    verify : bool, path or ssl.SSLContext
        True for the default certificate authorities, or a file or folder of others.
    """

    #: Called before each request of every client; if it raises, the request is not sent.
    guard: ClassVar[Callable[[HttpRequest], None] | None] = None

    def __init__(
        self,
        settings: Settings,
        *,
        max_workers: int = 32,
        proxy: str | None = None,
        verify: Verify = True,
    ) -> None:
        self._size = 2 * max_workers
        self._factory = ClientFactory(settings, None if proxy is None else SecretUrl(proxy), verify)
        self._secrets = tuple(Secret(s) for s in (settings.api_key, settings.api_token) if s)
        self._lock = ForkSafeLock()
        self._closed = False
        self._start()
        redact_logs()

    def _start(self) -> None:
        """Begin without connections, in this process."""
        self._clients: dict[tuple[Kind, bool], httpx.Client] = {}
        self._slots: dict[Kind, Slots] = {"api": Slots(self._size), "storage": Slots(self._size)}
        self._network = Network()
        self._process = os.getpid()

    def exchange(self, message: HttpRequest, limits: Limits) -> Response:
        """Send a request once and return the response, whatever its status.

        Raises
        ------
        ConnectionFailed, TimedOut
            If there is no complete response; `outcome` says whether the request may have been
            processed.
        UnexpectedResponse
            If the body cannot be decoded, or is too large.
        ClientClosed
            If the client is closed, or was closed meanwhile.
        """
        if (guard := ConnectionPool.guard) is not None:
            guard(message)
        try:
            return self._exchange(message, limits)
        except Exception:
            raise
        except BaseException as error:  # Ctrl-C, a signal to exit, or `Cancelled`
            error.__context__ = None
            stop = error.with_traceback(None)
        # Without the frames of httpx, which hold the credentials.
        if self._closed and isinstance(stop, Cancelled):
            raise _closed_during(message)
        raise stop

    def _exchange(self, message: HttpRequest, limits: Limits) -> Response:
        self._reset_after_fork()
        with self._slots[message.kind].hold(limits.longest) as held:
            if not held:
                raise TimedOut(
                    f"no connection to {message.host} became free in time: all {self._size} are in"
                    " use. Increase max_workers, or use the client in fewer threads",
                    outcome="not_sent",
                    **message.fields,
                )
            client = self._client(message)
            if limits.deadline.left == 0:  # after a long pause, or after a redirect
                raise TimedOut(
                    "the deadline of the call passed before the request could be sent",
                    outcome="not_sent",
                    **message.fields,
                )
            usage = Usage()
            try:
                return self._send(client, message, limits, usage)
            finally:
                try:
                    usage.end()
                finally:  # again, because Ctrl-C may interrupt the first call
                    usage.end()

    def _send(
        self, client: httpx.Client, message: HttpRequest, limits: Limits, usage: Usage
    ) -> Response:
        try:
            # No variable holds the request: its repr shows the complete URL.
            response = client.send(
                client.build_request(
                    message.method,
                    message.url,
                    headers=message.signed_headers,
                    content=_until(limits.deadline, message.content),
                    timeout=limits.for_httpx,
                    extensions={USAGE: usage},
                ),
                stream=True,
            )
        except Exception as error:
            if not is_failure(error):
                raise  # for example from a recorder, or from a test that blocks the network
            failure = self._to_error(error, message)
        else:
            with closing(response):
                return self._read_response(message, response, limits)
        # Raised outside of the handler: the frames of httpx hold the credentials.
        raise failure

    def _read_response(
        self, message: HttpRequest, response: httpx.Response, limits: Limits
    ) -> Response:
        # Starts here, because the server may process the request for longer than a window.
        pace = StallGuard(limits.body, limits.clock, lambda: limits.deadline.left)
        secrets = (*self._secrets, *message.secrets)
        answer = Response(
            response.status_code,
            _headers(response, secrets),
            b"",
            message.url,
            message.operation,
            message.method,
            secrets,
            recorded=is_recorded(response),
        )
        failure: IonworksError
        try:
            if message.download is not None and response.is_success:
                return receive_file(answer, response, pace, message.download)
            whole = receive(answer, response, pace, limits.body)
            return whole.redacted() if response.status_code >= 400 else whole
        except DecodingError as error:
            failure = answer.unexpected_response(str(error))
        except TooLarge as error:
            failure = answer.too_large(str(error))
        except BodyInterrupted as error:
            failure = self._to_error(error.args[0], message, answer)
        except Stalled as error:
            failure = self._to_error(error, message, answer)
        if response.status_code >= 400 and not isinstance(failure, ClientClosed):
            return answer  # the error status suffices without the body
        raise failure

    def _to_error(
        self, error: Exception, message: HttpRequest, answer: Response | None = None
    ) -> IonworksError:
        if self._closed:
            return _closed_during(message)
        secrets = (*self._secrets, *message.secrets)
        return to_error(error, message, self._factory, secrets, answer)

    def pause(self, seconds: float) -> None:
        """Sleep between two attempts; `close` ends the sleep."""
        self._reset_after_fork()
        try:
            self._network.pause(seconds)
        except Cancelled:
            if not self._closed:  # else the next attempt says so
                raise

    def close(self) -> None:
        """Close all connections for good. Running calls of other threads end at once."""
        self._reset_after_fork()
        with self._lock:
            self._closed = True
            self._network.close()
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, message: HttpRequest) -> httpx.Client:
        # Addresses on this machine do not use the proxies of the environment.
        is_local = is_loopback(urlsplit(message.url).hostname or "")
        key = message.kind, self._factory.proxy is None and not is_local
        with self._lock:
            if self._closed:
                raise ClientClosed("this client is closed; create a new Ionworks()")
            if key not in self._clients:
                client = self._factory.create(message.kind, ambient=key[1])
                install(self._network, client)
                self._clients[key] = client
            return self._clients[key]

    def _reset_after_fork(self) -> None:
        """Drop connections of the parent process: both would read from the same sockets."""
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._start()


def _until(deadline: Deadline, content: bytes | Source | None) -> bytes | Iterator[bytes] | None:
    """Return a body that ends with an error when the deadline has passed, however slow its file."""
    return _blocks(deadline, content) if isinstance(content, Source) else content


def _blocks(deadline: Deadline, source: Source) -> Iterator[bytes]:
    for block in source:
        if deadline.left == 0:
            raise httpx.WriteTimeout("the deadline of the call passed before the file was sent")
        yield block


def _closed_during(message: HttpRequest) -> ClientClosed:
    return ClientClosed(
        f"{message.operation}: the client was closed during the call", outcome="unknown"
    )


def _headers(response: httpx.Response, secrets: Sequence[str]) -> dict[str, str]:
    """Return the headers without the credentials, and with URLs that hide their secrets."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    headers |= response.extensions.get("location", {})
    clean = {name: redact_known(value, secrets) for name, value in headers.items()}
    return {name: SecretUrl(value) if "://" in value else value for name, value in clean.items()}
