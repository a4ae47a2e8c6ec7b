"""The only room that speaks HTTP: two clients, credentials, retries, redirects, errors."""

from __future__ import annotations

import json
import logging
import platform
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import IO, Any, Literal
from urllib.parse import urljoin, urlsplit

import httpx
from attrs import field, frozen

from ionworks import __version__
from ionworks.errors import (
    ApiError,
    ConnectionFailed,
    Outcome,
    TimedOut,
    UnexpectedResponse,
    error_from_response,
)
from ionworks.redact import redact_url
from ionworks.retry import RetryPolicy, delay, may_retry
from ionworks.settings import Settings, is_loopback

_log = logging.getLogger(__name__)
_MAX_HOPS = 5
_REQUEST_IDS = ("x-correlation-id", "x-request-id", "cf-ray")
# Neither says that anything of the request reached the server.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@frozen
class Answer:
    """A 2xx answer: status, headers with lower-case names, and the whole body."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    url: str
    operation: str

    @property
    def request_id(self) -> str | None:
        """The server's name for this request, for support."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    def json(self) -> Any:
        """Decode the body.

        Raises
        ------
        UnexpectedResponse
            If the body is not JSON, for example a proxy's login page.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json"):
            try:
                return json.loads(self.content)
            except ValueError:  # also a bad charset
                raise self.unexpected("the body is not complete JSON") from None
        raise self.unexpected("expected JSON; a proxy or a login page may stand in between")

    def unexpected(self, reason: str) -> UnexpectedResponse:
        """Make the error for an answer that does not fit the contract."""
        return UnexpectedResponse(
            reason,
            self.status,
            content_type=self.headers.get("content-type"),
            snippet=self.content[:1000],
            url=self.url,
            operation=self.operation,
            request_id=self.request_id,
        )


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
        self._lock = threading.Lock()
        self._clients: dict[str, httpx.Client] = {}
        self._closed = False

    def send(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        body: Any = None,
        accept: Literal["json", "bytes", "nothing"] = "json",
    ) -> Answer:
        """Send one request to the API and return its 2xx answer, redirects to storage followed.

        Raises
        ------
        ApiError
            For every status from 400 on, as the subclass that fits.
        ConnectionFailed, TimedOut
            When no full answer came; `outcome` tells whether the request may have been done.
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
        answer = self._send("api", request, operation)
        return self._follow(answer) if answer.status in range(300, 400) else answer

    def put(
        self,
        url: str,
        content: bytes | IO[bytes],
        *,
        size: int,
        content_type: str,
        operation: str,
    ) -> Answer:
        """Put an object to a signed URL, without credentials.

        `content` is bytes or an open binary file, `size` its length in bytes.
        """
        self._refuse_plain(url, operation)
        request = self._client("storage").build_request(
            "PUT",
            url,
            content=content if isinstance(content, bytes) else _chunks(content),
            headers={"Content-Type": content_type, "Content-Length": str(size)},
        )
        return self._send("storage", request, operation)

    def close(self) -> None:
        """Close all connections; the transport cannot be used afterwards."""
        with self._lock:
            self._closed = True
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, kind: Literal["api", "storage"]) -> httpx.Client:
        with self._lock:
            if self._closed:
                raise RuntimeError("this client is closed; make a new Ionworks()")
            if kind not in self._clients:
                self._clients[kind] = httpx.Client(
                    headers=_identity() | (self._credentials() if kind == "api" else {}),
                    timeout=self._timeout,
                    limits=self._limits,
                    proxy=self._proxy,
                    verify=self._ssl_context,
                    follow_redirects=False,
                )
            return self._clients[kind]

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        # Made once: loading the authorities costs more than all the rest of a client.
        return httpx.create_ssl_context(verify=self._verify)

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
        self, kind: Literal["api", "storage"], request: httpx.Request, operation: str
    ) -> Answer:
        started = self._clock()
        attempt = 0
        while True:
            try:
                return self._attempt(kind, request, operation)
            except (ApiError, ConnectionFailed, TimedOut) as error:
                status = error.status_code
                pause = None
                if may_retry(request.method, error.outcome, status):
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
        self, kind: Literal["api", "storage"], request: httpx.Request, operation: str
    ) -> Answer:
        url = str(request.url)  # errors redact it themselves, wherever the server echoes it
        try:
            response = self._client(kind).send(request)
        except httpx.RequestError as error:
            raise self._no_answer(error, request.method, url, operation) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        _log.debug(
            "%s: %s %s -> %d", operation, request.method, redact_url(url), response.status_code
        )
        if response.status_code >= 400:
            raise error_from_response(
                response.status_code,
                headers,
                response.content,
                method=request.method,
                url=url,
                operation=operation,
                key_hint=self._settings.key_hint if kind == "api" else None,
            )
        return Answer(response.status_code, headers, response.content, str(request.url), operation)

    def _no_answer(
        self, error: httpx.RequestError, method: str, url: str, operation: str
    ) -> ConnectionFailed | TimedOut:
        outcome: Outcome = "not_sent" if isinstance(error, _NOT_SENT) else "unknown"
        timed_out = isinstance(error, httpx.TimeoutException)
        reason = str(error) or type(error).__name__
        return (TimedOut if timed_out else ConnectionFailed)(
            f"no answer in time from {_host(url)} ({reason})"
            if timed_out
            else f"no connection to {_host(url)} ({reason}); the address comes from"
            f" {self._settings.url_source}",
            outcome=outcome,
            method=method,
            url=url,
            operation=operation,
        )

    def _follow(self, answer: Answer) -> Answer:
        """Follow redirects by hand: no credential leaves the API's origin."""
        for _ in range(_MAX_HOPS):
            location = answer.headers.get("location")
            if location is None:
                raise answer.unexpected("a redirect without a Location")
            url = urljoin(answer.url, location)
            if urlsplit(answer.url).scheme == "https":
                self._refuse_plain(url, answer.operation)
            same = _origin(url) == _origin(self._settings.api_url)
            kind: Literal["api", "storage"] = "api" if same else "storage"
            request = self._client(kind).build_request("GET", url, headers={"Accept": "*/*"})
            answer = self._send(kind, request, answer.operation)
            if answer.status not in range(300, 400):
                return answer
        raise answer.unexpected(f"more than {_MAX_HOPS} redirects")

    def _refuse_plain(self, url: str, operation: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ConnectionFailed(
                "storage offered a plain http address; refused",
                method="GET",
                url=redact_url(url),
                operation=operation,
                outcome="not_sent",
            )


def _identity() -> dict[str, str]:
    return {"User-Agent": f"ionworks-client/{__version__} Python/{platform.python_version()}"}


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _chunks(file: IO[bytes], size: int = 1 << 20) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(size):
        yield block
