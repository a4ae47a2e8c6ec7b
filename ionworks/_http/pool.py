"""Sends single requests with httpx, on one client for the API and one for storage.

No other module sends requests with httpx.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import re
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import ClassVar, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import httpx
from attrs import field, frozen
from ionworks_openapi import CONTRACT_VERSION

from ionworks._forks import ForkSafeLock, delaying_forks
from ionworks._http.attempts import Deadline
from ionworks._http.body import ENCODINGS, BodyLimits, DecodingError, Stalled, StallGuard, TooLarge
from ionworks._http.download import Download
from ionworks._http.integrity import Expected
from ionworks._http.network import Network, install, is_recorded
from ionworks._http.proxies import (
    is_proxied_by_environment,
    new_transport,
    proxies_of_environment,
    read_proxy,
)
from ionworks._http.receive import BodyInterrupted, receive, receive_file
from ionworks._http.response import Response
from ionworks._http.signing import S3Credentials
from ionworks._http.source import Source
from ionworks._http.tls import (
    Verify,
    authorities_variable,
    explain_certificate_error,
    load_ssl_context,
)
from ionworks._redact import REDACTED, Secret, SecretUrl, redact_known, redact_text
from ionworks._version import __version__
from ionworks.errors import (
    ClientClosed,
    ConfigurationError,
    ConnectionFailed,
    IonworksError,
    Outcome,
    PayloadError,
    TimedOut,
)
from ionworks.settings import Settings, is_loopback

_CONNECTING: Final = 10.0
_LONGEST_PLAIN: Final = 2**15  # characters of a URL that httpx accepts without parsing
_LONGEST_WAIT: Final = 1e6  # seconds; the system does not accept much larger values
# After these errors, nothing of the request reached the server.
_NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    ValueError,  # an invalid host name
    OverflowError,
)
# Errors that a request may raise. httpx does not wrap all errors of the layers below it.
_FAILURES: Final = (
    IonworksError,
    httpx.HTTPError,
    httpx.InvalidURL,
    OSError,
    ValueError,
    OverflowError,
)
_LIBRARY: Final = ("httpx", "httpcore", "h11")
# A header or a URL has characters that HTTP does not allow.
_UNSENDABLE: Final = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeEncodeError)
# The requirement for a URL that the service returns; part of error messages.
ADDRESS: Final = "expected http or https, without a user name or password"
_LOGGED_HEADER: Final = re.compile(
    r"""(\(b['"])([A-Za-z0-9_-]{1,80})(['"], b)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
_SECRET_HEADERS: Final = re.compile(
    "auth|cookie|key|token|secret|session|signature|csrf|credential", re.IGNORECASE
)
# These log complete URLs and response headers, and so the signatures of signed URLs.
_NOISY_LOGGERS: Final = ("httpx", "httpcore.http11", "httpcore.http2", "httpcore.proxy")
Kind: TypeAlias = Literal["api", "storage"]


@frozen
class HttpRequest:
    """One HTTP request; only requests to the API carry the credentials of the client."""

    kind: Kind
    operation: str
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict)
    content: bytes | Source | None = field(default=None, repr=False)
    #: The file, if the response is a file; otherwise it is JSON of limited size.
    download: Download | None = field(default=None, repr=False)
    #: The expected file, to verify a whole one.
    expected: Expected | None = None
    #: Signs each attempt, for storage that does not use signed URLs.
    signer: S3Credentials | None = field(default=None, repr=False)
    #: Compares what storage says, whatever its status, with what was sent; returns the strength.
    compare: Callable[[Response], str | None] | None = field(default=None, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials that only this request carries."""
        return () if self.signer is None else self.signer.secrets


class ConnectionPool:
    """The connections of a client to the API and to storage, shared by all its views and threads.

    Parameters
    ----------
    settings : Settings
        Address and credentials.
    max_workers : int
        The number of threads that send at the same time; determines the size of the pools.
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
        self._settings = settings
        # A pool smaller than the number of threads makes httpx close connections in use.
        size = 2 * max_workers
        self._limits = httpx.Limits(max_connections=size, max_keepalive_connections=size)
        self._proxy = None if proxy is None else SecretUrl(proxy)
        self._verify = verify
        self._secrets = tuple(Secret(s) for s in (settings.api_key, settings.api_token) if s)
        self._lock = ForkSafeLock()
        self._context: ssl.SSLContext | None = None
        self._clients: dict[tuple[Kind, bool], httpx.Client] = {}
        self._slots = _new_slots(size)
        self._network = Network()
        self._process = os.getpid()
        self._closed = False
        for name in _NOISY_LOGGERS:
            logging.getLogger(name).addFilter(_redact_record)

    def exchange(
        self,
        message: HttpRequest,
        *,
        timeout: float,
        deadline: Deadline,
        bounds: BodyLimits,
        clock: Callable[[], float],
    ) -> Response:
        """Send a request once and return the response, whatever its status.

        Raises
        ------
        ConnectionFailed, TimedOut
            If there is no complete response; `outcome` says whether the request may have been
            processed.
        UnexpectedResponse
            If the body cannot be decoded, or is too large.
        """
        if (guard := ConnectionPool.guard) is not None:
            guard(message)
        try:
            with self._slot(message, deadline):
                return self._exchange(message, timeout, deadline, bounds, clock)
        except Exception:
            raise
        except BaseException as error:  # Ctrl-C, or a signal to exit
            error.__context__ = None
            interrupt = error.with_traceback(None)
        # Without the frames of httpx, which hold the credentials.
        raise interrupt

    @contextlib.contextmanager
    def _slot(self, message: HttpRequest, deadline: Deadline) -> Iterator[None]:
        """Wait until fewer requests run than the pool has connections.

        With more, httpx may close a connection that it has just given to a waiting request.
        """
        self._reset_after_fork()
        slots, left = self._slots[message.kind], deadline.left
        if not slots.acquire(timeout=None if left is None else min(left, _LONGEST_WAIT)):
            raise TimedOut(
                self._explain_busy(message.url),
                outcome="not_sent",
                method=message.method,
                url=message.url,
                operation=message.operation,
            )
        try:
            yield
        finally:
            slots.release()

    def _exchange(
        self,
        message: HttpRequest,
        timeout: float,
        deadline: Deadline,
        bounds: BodyLimits,
        clock: Callable[[], float],
    ) -> Response:
        client = self._client(message)
        left = deadline.left
        if left == 0:  # after a long pause, or after a redirect
            raise TimedOut(
                "the deadline of the call passed before the request could be sent",
                outcome="not_sent",
                method=message.method,
                url=message.url,
                operation=message.operation,
            )
        try:
            response = _send(client, message, _timeouts(timeout, left))
        except Exception as error:
            if not isinstance(error, _FAILURES) and not _is_of_library(error):
                raise  # for example from a recorder, or from a test that blocks the network
            failure = self._to_error(error, message)
        else:
            with contextlib.closing(response):
                # Starts here, because the server may process the request for longer than a window.
                pace = StallGuard(bounds, clock, lambda: deadline.left)
                return self._read_response(message, response, bounds, pace)
        # Raised outside of the handler: the frames of httpx hold the credentials.
        raise failure

    def _read_response(
        self, message: HttpRequest, response: httpx.Response, bounds: BodyLimits, pace: StallGuard
    ) -> Response:
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
            whole = receive(answer, response, pace, bounds)
            return whole.redacted() if response.status_code >= 400 else whole
        except DecodingError as error:
            failure = answer.unexpected_response(str(error))
        except TooLarge as error:
            failure = answer.too_large(str(error))
        except (BodyInterrupted, Stalled) as error:
            failure = self._to_error(error, message, answer)
        if response.status_code >= 400 and not isinstance(failure, ClientClosed):
            return answer  # the error status suffices without the body
        raise failure

    def pause(self, seconds: float) -> None:
        """Sleep between two attempts; `close` ends the sleep."""
        self._reset_after_fork()
        self._network.pause(seconds)

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
        self._reset_after_fork()
        # Addresses on this machine do not use the proxies of the environment.
        ambient = self._proxy is None and not is_loopback(urlsplit(message.url).hostname or "")
        key = message.kind, ambient
        with self._lock:
            if self._closed:
                raise ClientClosed("this client is closed; create a new Ionworks()")
            if key not in self._clients:
                self._clients[key] = self._new_client(message.kind, ambient=ambient)
                install(self._network, self._clients[key])
            return self._clients[key]

    def _reset_after_fork(self) -> None:
        """Drop connections of the parent process: both would read from the same sockets."""
        if self._process != os.getpid():
            self._clients, self._process = {}, os.getpid()
            self._slots = _new_slots(self._limits.max_connections or 1)
            self._network = Network()

    def _new_client(self, kind: Kind, *, ambient: bool) -> httpx.Client:
        context, limits = self._ssl_context(), self._limits
        through = None
        if self._proxy is not None:
            source = "this client"
            proxy = read_proxy(self._proxy, source, context)
            through = new_transport(proxy, source, context, limits)
        return httpx.Client(
            mounts={**proxies_of_environment(context, limits)} if ambient else None,
            headers=_user_agent() | (self._credentials() if kind == "api" else {}),
            limits=limits,
            transport=through,
            verify=context,
            trust_env=False,
            follow_redirects=False,
            event_hooks={"response": [_take_location]},
            # No cookies: they ignore ports, so another service on the host would receive them.
            cookies=None if kind == "api" else CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    def _ssl_context(self) -> ssl.SSLContext:
        # Kept: loading the authorities takes longer than the rest of creating a client.
        if self._context is None:
            with delaying_forks():  # OpenSSL has locks
                self._context = self._load_authorities()
        return self._context

    def _load_authorities(self) -> ssl.SSLContext:
        try:
            if isinstance(self._verify, str | os.PathLike):
                return load_ssl_context(self._verify)
            if self._verify is True and authorities_variable() == "REQUESTS_CA_BUNDLE":
                return load_ssl_context(os.environ["REQUESTS_CA_BUNDLE"])
            return httpx.create_ssl_context(verify=self._verify)  # reads the other variables
        except (OSError, ValueError, TypeError) as error:  # also an ssl.SSLError
            path = self._verify if isinstance(self._verify, str | os.PathLike) else None
            source = f"of {authorities_variable()}" if path is None else repr(os.fspath(path))
            raise ConfigurationError(
                f"the certificate authorities {source} cannot be read: {error}"
            ) from error

    def _credentials(self) -> dict[str, str]:
        settings = self._settings
        headers: dict[str, str] = {}
        if settings.api_token:
            headers["Authorization"] = Secret(f"Bearer {settings.api_token}")
        elif settings.api_key:
            headers["X-API-Key"] = settings.api_key
        if settings.organization_id:
            headers["X-Organization-Id"] = settings.organization_id
        # Checked here, because the HTTP library logs a header that it rejects.
        if not all(re.fullmatch(r"[!-~]+( [!-~]+)*", value) for value in headers.values()):
            raise _unsendable()
        return headers

    def _to_error(
        self, error: Exception, message: HttpRequest, answer: Response | None = None
    ) -> IonworksError:
        """Return our error for any error that a request raised."""
        if isinstance(error, BodyInterrupted):
            error = error.args[0]
        if self._closed:
            during = "the client was closed during the call"
            return ClientClosed(f"{message.operation}: {during}", outcome="unknown")
        if isinstance(error, IonworksError):  # raised by the file that is sent
            error.__context__ = None
            return error.with_traceback(None)
        if isinstance(error, _UNSENDABLE):
            # Without its message, which shows the header and maybe the key.
            return _unsendable()
        return self._connection_error(error, message, answer)

    def _connection_error(
        self, error: Exception, message: HttpRequest, answer: Response | None
    ) -> ConnectionFailed | TimedOut:
        sent = answer is not None or not isinstance(error, _NOT_SENT)
        outcome: Outcome = "unknown" if sent else "not_sent"
        timed_out = isinstance(error, httpx.TimeoutException | Stalled)
        root = _root_cause(error)
        # The text may quote a server that is not an HTTP server and that echoes the request.
        secrets = (*self._secrets, *message.secrets)
        reason = redact_text(str(error) or type(error).__name__, secrets)
        host = _host(message.url)
        if isinstance(error, httpx.PoolTimeout):
            text = self._explain_busy(message.url)
        elif timed_out:
            text = f"no response in time from {host} ({reason})"
        elif outcome == "unknown":
            text = f"the connection to {host} broke before the response was complete ({reason})"
        elif isinstance(root, ssl.SSLCertVerificationError):
            proxied = self._is_proxied(message.url)
            whose = f"{host}, or of the proxy in front of it," if proxied else host
            text = explain_certificate_error(whose, root, folder=self._is_folder)
        else:
            via = " through a proxy" if self._is_proxied(message.url) else ""
            source = self._settings.url_source if message.kind == "api" else "the service"
            text = f"no connection to {host}{via} ({reason}); the address comes from {source}"
        failure = (TimedOut if timed_out else ConnectionFailed)(
            text,
            outcome=outcome,
            method=message.method,
            url=message.url,
            operation=message.operation,
            request_id=None if answer is None else answer.request_id,
        )
        # Only the error of the system: those of httpx hold the request with its key.
        if root is not None:
            failure.__cause__ = root
        return failure

    def _explain_busy(self, url: str) -> str:
        return (
            f"no connection to {_host(url)} became free in time: all {self._limits.max_connections}"
            " are in use. Increase max_workers, or use the client in fewer threads"
        )

    @property
    def _is_folder(self) -> bool:
        return isinstance(self._verify, str | os.PathLike) and Path(self._verify).is_dir()

    def _is_proxied(self, url: str) -> bool:
        return self._proxy is not None or is_proxied_by_environment(url)


def _new_slots(size: int) -> dict[Kind, threading.BoundedSemaphore]:
    return {"api": threading.BoundedSemaphore(size), "storage": threading.BoundedSemaphore(size)}


def with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    """Return a URL with its query.

    Raises
    ------
    PayloadError
        If it is too long or not a valid URL.
    """
    if not query and len(url) < _LONGEST_PLAIN and re.fullmatch("[!-~]*", url):
        return url
    try:
        whole = httpx.URL(url, params=httpx.QueryParams([*query])) if query else httpx.URL(url)
    except (httpx.InvalidURL, UnicodeEncodeError) as error:
        reason = redact_text(str(error))
    else:
        return str(whole) if query else url
    raise PayloadError("address", url[:100], f"is not a valid URL: {reason}")


def _unsendable() -> ConfigurationError:
    return ConfigurationError(
        "the request contains characters that HTTP does not allow; check api_key, api_token,"
        " organization_id and the address"
    )


def is_address(url: str) -> bool:
    """Return whether a URL is a valid http or https address without a user name or password."""
    try:
        parts = urlsplit(url)
        has_host = parts.hostname and parts.port != 0  # an invalid port raises
        # A user name and password would replace our Authorization header.
        return (
            bool(has_host)
            and "@" not in parts.netloc
            and httpx.URL(url).scheme in ("http", "https")
        )
    except (httpx.InvalidURL, ValueError, TypeError):  # a bad port, open brackets, null
        return False


def _timeouts(timeout: float, left: float | None) -> httpx.Timeout:
    """Return the timeouts of each step, limited to the remaining seconds of the call."""
    longest = _LONGEST_WAIT if left is None else min(left, _LONGEST_WAIT)
    wait = min(timeout, longest)
    pool = None if left is None else longest
    return httpx.Timeout(wait, connect=min(wait, _CONNECTING), pool=pool)


def _send(client: httpx.Client, message: HttpRequest, patience: httpx.Timeout) -> httpx.Response:
    """Send a request and return the response as soon as its headers have arrived."""
    # No variable holds the request: its repr shows the complete URL.
    return client.send(
        client.build_request(
            message.method,
            message.url,
            headers=_headers_to_send(message),
            content=message.content,
            timeout=patience,
        ),
        stream=True,
    )


def _headers_to_send(message: HttpRequest) -> dict[str, str]:
    if message.signer is None:
        return dict(message.headers)
    return message.signer.sign(message.method, message.url, message.headers)


def _headers(response: httpx.Response, secrets: Sequence[str]) -> dict[str, str]:
    """Return the headers without the credentials, and with URLs that hide their secrets."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    headers |= response.extensions.get("location", {})
    clean = {name: redact_known(value, secrets) for name, value in headers.items()}
    return {name: SecretUrl(value) if "://" in value else value for name, value in clean.items()}


def _is_of_library(error: Exception) -> bool:
    """Return whether an error was raised in the code of the HTTP library."""
    module = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in _LIBRARY


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _root_cause(error: BaseException) -> OSError | None:
    """Return the system error behind an error of the HTTP library, without its frames."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, OSError):
        found = found.__cause__ or found.__context__
    trace = None if found is None else found.__traceback__
    # Any other error was being handled by our caller, and is not a cause.
    if (
        found is None
        or trace is None
        or not trace.tb_frame.f_globals.get("__name__", "").startswith("httpcore")
    ):
        return None
    found.__context__ = None
    return found.with_traceback(None)


def _user_agent() -> dict[str, str]:
    return {
        "User-Agent": f"ionworks-client/{__version__} (contract {CONTRACT_VERSION})"
        f" Python/{platform.python_version()}",
        "Accept-Encoding": ENCODINGS,
    }


def _redact_record(record: logging.LogRecord) -> bool:
    """Redact secrets in a log record of the HTTP library; a filter that passes every record."""
    text = record.getMessage()
    clean = redact_text(_LOGGED_HEADER.sub(_redact_header, text))
    if clean != text:
        record.msg, record.args = clean, ()
    return True


def _redact_header(match: re.Match[str]) -> str:
    start, name, middle, value = match.groups()
    shown = f"{value[0]}{REDACTED}{value[0]}" if _SECRET_HEADERS.search(name) else value
    return f"{start}{name}{middle}{shown}"


def _take_location(response: httpx.Response) -> None:
    """Hide the redirect URL from httpx, which raises if it cannot parse the URL."""
    if "location" in response.headers:
        response.extensions["location"] = {"location": response.headers.pop("location")}
