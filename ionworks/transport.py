"""The only room that speaks HTTP: two clients, credentials, retries, redirects, errors."""

from __future__ import annotations

import contextlib
import json
import logging
import platform
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from attrs import frozen
from ionworks_openapi import CONTRACT_VERSION

from ionworks import __version__
from ionworks.answer import Answer, error_from_response, hidden
from ionworks.errors import (
    ApiError,
    ConfigurationError,
    ConnectionFailed,
    Outcome,
    TimedOut,
    UnexpectedResponse,
)
from ionworks.redact import redact_text, redact_url
from ionworks.retry import READS, RetryPolicy, delay, may_retry
from ionworks.settings import Settings, is_loopback

_log = logging.getLogger(__name__)
_MAX_HOPS = 5
_BLOCK = 1 << 18
# Neither says that anything of the request reached the server.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# These log whole URLs and the answer's headers, and so the signatures of signed URLs.
_TALKATIVE = ("httpx", "httpcore.http11", "httpcore.http2", "httpcore.proxy")
Kind: TypeAlias = Literal["api", "storage"]


class Transport:
    """Sends requests to the API with credentials, and to storage without.

    Parameters
    ----------
    settings : Settings
        Address and credentials.
    timeout : float
        Seconds for each wait on the server; connecting has 10 at most.
    retry : RetryPolicy
        How often and how patiently reads are sent again.
    max_workers : int
        How many threads may send at once; sizes the connection pools.
    proxy : str, optional
        Proxy for every request; by default the environment's.
    verify : bool or str or ssl.SSLContext
        True for the usual certificate authorities, or a CA file.
    sleep, clock, rand
        Injected time and chance, for tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float = 60.0,
        retry: RetryPolicy | None = None,
        max_workers: int = 32,
        proxy: str | None = None,
        verify: bool | str | ssl.SSLContext = True,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 10.0), pool=None)
        self._retry = retry or RetryPolicy()
        # A pool smaller than the number of threads makes httpx close connections in use.
        size = 2 * max_workers
        self._limits = httpx.Limits(max_connections=size, max_keepalive_connections=size)
        self._proxy = proxy
        self._verify = verify
        self._sleep, self._clock, self._rand = sleep, clock, rand
        self._secrets = tuple(filter(None, (settings.api_key, settings.api_token)))
        self._lock = threading.Lock()
        self._clients: dict[str, httpx.Client] = {}
        self._closed = False
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(_without_signatures)

    def send(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        body: Any = None,
        accept: Literal["json", "bytes", "nothing"] = "json",
        sink: IO[bytes] | None = None,
    ) -> Answer:
        """Send one request to the API and return its 2xx answer, redirects to storage followed.

        With a `sink`, an open file, the body goes there block by block and not into the answer;
        an attempt that breaks off is begun again from the file's start.

        Raises
        ------
        ApiError
            For every status from 400 on, as the subclass that fits.
        ConnectionFailed, TimedOut
            When no full answer came; `outcome` tells whether the request may have been done.
        UnexpectedResponse
            For a redirect that is not followed: of a write, to no address, or without end.
        """
        headers = {"Accept": "application/json" if accept != "bytes" else "*/*"}
        content = None
        if body is not None:
            content = json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        request = self._client("api").build_request(
            method,
            self._settings.api_url + path,
            params=httpx.QueryParams([*(query or [])]),
            headers=headers,
            content=content,
        )
        answer = self._send("api", request, operation, sink)
        return self._follow(answer, sink) if answer.status in range(300, 400) else answer

    def fetch(self, url: str, *, operation: str, sink: IO[bytes] | None = None) -> Answer:
        """Get an object from a signed URL, without credentials; `sink` as for `send`."""
        if not _is_address(url):
            raise UnexpectedResponse(
                "the service offered a download address that is none", operation=operation
            )
        self._refuse_plain(url, "GET", operation)
        request = self._client("storage").build_request("GET", url)
        answer = self._send("storage", request, operation, sink)
        return self._follow(answer, sink) if answer.status in range(300, 400) else answer

    def put(
        self,
        url: str,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        operation: str,
    ) -> Answer:
        """Put an object to a signed URL, without credentials.

        `content` is an open binary file, sent from its start; `size` is its length in bytes. It is
        sent again after a failure that may pass: the same bytes at the same place change nothing.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `send`.
        UnexpectedResponse
            If the URL is no address, or storage answers with a redirect.
        """
        if not _is_address(url):
            raise UnexpectedResponse(
                "the service offered an upload address that is none", operation=operation
            )
        self._refuse_plain(url, "PUT", operation)
        request = self._client("storage").build_request(
            "PUT",
            url,
            content=_Chunks(content),
            headers={"Content-Type": content_type, "Content-Length": str(size)},
        )
        answer = self._send("storage", request, operation)
        if answer.status >= 300:
            raise answer.unexpected("storage answered an upload with a redirect; not followed")
        return answer

    def close(self) -> None:
        """Close all connections; the transport cannot be used afterwards."""
        with self._lock:
            self._closed = True
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, kind: Kind) -> httpx.Client:
        with self._lock:
            if self._closed:
                raise RuntimeError("this client is closed; make a new Ionworks()")
            if kind not in self._clients:
                self._clients[kind] = self._new_client(kind)
            return self._clients[kind]

    def _new_client(self, kind: Kind) -> httpx.Client:
        context = self._ssl_context
        try:
            return httpx.Client(
                headers=_identity() | (self._credentials() if kind == "api" else {}),
                timeout=self._timeout,
                limits=self._limits,
                proxy=self._proxy,
                verify=context,
                follow_redirects=False,
                event_hooks={"response": [_take_location]},
                # Cookies know no ports: what one storage sets, another on its host would get.
                cookies=None
                if kind == "api"
                else CookieJar(DefaultCookiePolicy(allowed_domains=())),
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise ConfigurationError(
                "the proxy of this client or of the environment cannot be used: "
                + redact_text(str(error))
            ) from None

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        # Made once: loading the authorities costs more than all the rest of a client.
        try:
            if isinstance(self._verify, str):
                if Path(self._verify).is_dir():
                    return ssl.create_default_context(capath=self._verify)
                return ssl.create_default_context(cafile=self._verify)
            return httpx.create_ssl_context(verify=self._verify)
        except OSError as error:  # also an ssl.SSLError
            named = repr(self._verify) if isinstance(self._verify, str) else "of SSL_CERT_FILE"
            raise ConfigurationError(
                f"the certificate authorities {named} cannot be read: {error}"
            ) from error

    def _credentials(self) -> dict[str, str]:
        settings = self._settings
        headers = {}
        if settings.api_token:
            headers["Authorization"] = f"Bearer {settings.api_token}"
        elif settings.api_key:
            headers["X-API-Key"] = settings.api_key
        if settings.organization_id:
            headers["X-Organization-Id"] = settings.organization_id
        return headers

    def _send(
        self, kind: Kind, request: httpx.Request, operation: str, sink: IO[bytes] | None = None
    ) -> Answer:
        # A signed URL is one object: to read or to put it again does what was done before.
        method = "GET" if kind == "storage" else request.method
        started = self._clock()
        attempt = 0
        while True:
            try:
                return self._attempt(kind, request, operation, sink)
            except (ApiError, ConnectionFailed, TimedOut) as error:
                status = error.status_code
                pause = None
                if may_retry(method, error.outcome, status):
                    after = error.retry_after if isinstance(error, ApiError) else None
                    elapsed = self._clock() - started
                    pause = delay(self._retry, attempt, after, elapsed, self._rand)
                if pause is None:
                    raise
                attempt += 1
                _log.info(
                    "%s: %s; attempt %d in %.2f s", operation, error.message, attempt + 1, pause
                )
                self._sleep(pause)

    def _attempt(
        self, kind: Kind, request: httpx.Request, operation: str, sink: IO[bytes] | None
    ) -> Answer:
        url = str(request.url)  # errors redact it themselves, wherever the server echoes it
        try:
            response = self._client(kind).send(request, stream=True)
            content = _received(response, sink)
        except httpx.RequestError as error:
            raise self._no_answer(error, kind, request.method, url, operation) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        headers |= response.extensions.get("location", {})
        _log.debug(
            "%s: %s %s -> %d", operation, request.method, redact_url(url), response.status_code
        )
        if response.status_code >= 400:
            raise error_from_response(
                response.status_code,
                headers,
                hidden(content, self._secrets),
                method=request.method,
                url=url,
                operation=operation,
                key_hint=self._settings.key_hint if kind == "api" else "",
            )
        return Answer(
            response.status_code,
            headers,
            content,
            url,
            operation,
            request.method,
            self._secrets,
        )

    def _no_answer(
        self, error: httpx.RequestError, kind: Kind, method: str, url: str, operation: str
    ) -> ConnectionFailed | TimedOut:
        outcome: Outcome = "not_sent" if isinstance(error, _NOT_SENT) else "unknown"
        timed_out = isinstance(error, httpx.TimeoutException)
        reason = str(error) or type(error).__name__
        host = urlsplit(url).netloc.rpartition("@")[2]
        if timed_out:
            text = f"no answer in time from {host} ({reason})"
        elif outcome == "unknown":
            text = f"the connection to {host} broke before the full answer ({reason})"
        else:
            via = " through a proxy" if self._is_proxied(url) else ""
            source = self._settings.url_source if kind == "api" else "the service"
            text = f"no connection to {host}{via} ({reason}); the address comes from {source}"
        return (TimedOut if timed_out else ConnectionFailed)(
            text, outcome=outcome, method=method, url=url, operation=operation
        )

    def _is_proxied(self, url: str) -> bool:
        parts = urlsplit(url)
        ambient = not getproxies().keys().isdisjoint({parts.scheme, "all"})
        return self._proxy is not None or (ambient and not proxy_bypass(parts.hostname or ""))

    def _follow(self, answer: Answer, sink: IO[bytes] | None) -> Answer:
        """Follow redirects by hand: no credential leaves the API's origin."""
        if answer.method not in READS:
            raise answer.unexpected(f"a redirect of a {answer.method}; only reads are redirected")
        kind: Kind = "api" if _origin(answer.url) == _origin(self._settings.api_url) else "storage"
        for _ in range(_MAX_HOPS):
            url = _location(answer)
            if urlsplit(answer.url).scheme == "https":
                self._refuse_plain(url, "GET", answer.operation)
            # Whoever is redirected to, elsewhere, cannot send us back with the key in hand.
            if _origin(url) != _origin(self._settings.api_url):
                kind = "storage"
            request = self._client(kind).build_request("GET", url, headers={"Accept": "*/*"})
            answer = self._send(kind, request, answer.operation, sink)
            if answer.status not in range(300, 400):
                return answer
        raise answer.unexpected(f"more than {_MAX_HOPS} redirects")

    def _refuse_plain(self, url: str, method: str, operation: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ConnectionFailed(
                f"the service names a plain http address at {parts.hostname}; refused, because"
                " data would travel unencrypted",
                method=method,
                url=url,
                operation=operation,
                outcome="not_sent",
            )


def _received(response: httpx.Response, sink: IO[bytes] | None) -> bytes:
    """Return the body of an answer, or write that of a success to `sink`."""
    with contextlib.closing(response):
        if sink is None or not response.is_success:
            return response.read()
        sink.seek(0)
        sink.truncate()
        for block in response.iter_bytes(_BLOCK):
            sink.write(block)
        return b""


def _identity() -> dict[str, str]:
    client = f"ionworks-client/{__version__} (contract {CONTRACT_VERSION})"
    return {"User-Agent": f"{client} Python/{platform.python_version()}"}


def _without_signatures(record: logging.LogRecord) -> bool:
    """Take signatures out of a line of the HTTP library's log; a filter that lets all pass."""
    said = record.getMessage()
    clean = redact_text(said)
    if clean != said:
        record.msg, record.args = clean, ()
    return True


def _take_location(response: httpx.Response) -> None:
    """Keep the address of a redirect from httpx, which fails on one that it cannot parse."""
    if "location" in response.headers:
        response.extensions["location"] = {"location": response.headers.pop("location")}


def _location(answer: Answer) -> str:
    """Return the absolute URL that a redirect names."""
    location = answer.headers.get("location")
    if not location:
        raise answer.unexpected("a redirect without a Location")
    try:
        url = urljoin(answer.url, location)
    except ValueError:
        url = ""
    if not _is_address(url):
        raise answer.unexpected("a redirect to something that is no address")
    return url


def _is_address(url: str) -> bool:
    """Whether a URL can be asked for at all."""
    try:
        return httpx.URL(url).scheme in ("http", "https") and bool(_origin(url)[1])
    except (httpx.InvalidURL, ValueError, TypeError):  # a bad port, open brackets, null
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


@frozen
class _Chunks:
    """A file, read from its start each time it is sent."""

    file: IO[bytes]

    def __iter__(self) -> Iterator[bytes]:
        # Piece by piece also for what is in memory: one large body is copied again at each send.
        self.file.seek(0)
        while block := self.file.read(_BLOCK):
            yield block
