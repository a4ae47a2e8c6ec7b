"""Requests to the API with credentials, and to storage without: retries, redirects, errors."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from threading import local
from typing import IO, TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from ionworks._http.attempts import Attempt, Deadline, RequestInfo, Retrier
from ionworks._http.body import BodyLimits
from ionworks._http.integrity import Expected, verify
from ionworks._http.multipart import encode_multipart
from ionworks._http.pool import ADDRESS, ConnectionPool, HttpRequest, Kind, is_address, with_query
from ionworks._http.response import Response, error_from_response, redact_body
from ionworks._http.retry import Idempotency, RetryBudget, RetryPolicy
from ionworks._http.source import FileState, Source
from ionworks._redact import SecretUrl
from ionworks._request.multipart import Multipart
from ionworks.errors import ConnectionFailed, PayloadError, UnexpectedResponse
from ionworks.errors.base import SAFE_METHODS
from ionworks.settings import Settings, is_loopback, origin_of

if TYPE_CHECKING:
    from ionworks._http.tls import Verify

_log = logging.getLogger("ionworks")
_MAX_HOPS: Final = 5


class Transport:
    """Sends requests to the API with credentials, and to storage without.

    Parameters
    ----------
    settings : Settings
        Address and credentials.
    timeout : float
        Seconds for each wait on the server; connecting has 10 at most.
    retry : RetryPolicy
        How often, how patiently and until when requests are sent again.
    max_workers, proxy, verify
        See `ConnectionPool`.
    on_attempt : callable, optional
        Is given an `Attempt` after each request, in the thread that made it.
    bounds : BodyLimits
        How large, and how slow, an answer may be.
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
        verify: Verify = True,
        on_attempt: Callable[[Attempt], None] | None = None,
        bounds: BodyLimits | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._timeout = timeout
        self._bounds = bounds or BodyLimits()
        self._on_attempt = on_attempt
        self._connections = ConnectionPool(
            settings, max_workers=max_workers, proxy=proxy, verify=verify
        )
        policy, budget = retry or RetryPolicy(), RetryBudget()
        self._told = _AttemptLog()
        pause = sleep or self._connections.pause
        self._attempts = Retrier(policy, budget, pause, clock, rand, self._report)

    @property
    def last(self) -> Attempt | None:
        """The last attempt, of whichever thread and view."""
        return self._told.last

    def view(self, *, timeout: float, retry: RetryPolicy) -> Transport:
        """Return the same with other patience: all else is shared, `last` too."""
        made = object.__new__(Transport)
        made.__dict__.update(self.__dict__)
        made._timeout = timeout
        made._attempts = evolve(self._attempts, policy=retry, on_attempt=made._report)
        return made

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
        idempotency: Idempotency | None = None,
        follow: bool = True,
        last: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send one request to the API and return its 2xx answer.

        With a `sink`, an open file, the body goes there block by block and not into the answer;
        an attempt that breaks off is begun again from the file's start. `repeat` is that of the
        operation; by default a POST is sent once. Redirects of reads, to storage, are followed, or
        with `follow=False` returned. With `last`, only so many bytes from the end of a file are
        asked for; a server without ranges answers all of it, with status 200.

        Raises
        ------
        ApiError
            For every status from 400 on, as the subclass that fits.
        ConnectionFailed, TimedOut
            When no full answer came; `outcome` tells whether the request may have been done.
        WriteOutcomeUnknown
            When nothing tells whether a POST was done.
        UnexpectedResponse
            For a redirect that is not followed: of a write, to no address, or without end; and
            for a body that is too large, or not encoded as it says.
        IntegrityError
            If a file came cut or damaged, twice.
        """
        accepted = {"Accept": "application/json"} if accept != "bytes" else _PLAIN
        headers = {**(headers or {}), **accepted}
        if last is not None:
            headers = {**headers, "Range": f"bytes=-{last}"}
        content = None
        if isinstance(body, Multipart):
            kind, content = encode_multipart(body)
            headers = {**headers, "Content-Type": kind}
        elif body is not None:
            content = _encode(body)
            headers = {**headers, "Content-Type": "application/json"}
        message = HttpRequest(
            "api",
            operation,
            method,
            with_query(self._settings.api_url + path, query or ()),
            headers,
            content,
            sink,
            Expected.of(operation, path) if accept == "bytes" and last is None else None,
        )
        idempotency = idempotency or ("none" if method == "POST" else "idempotent")
        if follow:
            return self._follow_redirects(message, idempotency)
        return self._deliver(message, idempotency, self._deadline(message))

    def fetch(
        self,
        url: str,
        *,
        operation: str,
        sink: IO[bytes] | None = None,
        expected: Expected | None = None,
    ) -> Response:
        """Get a file from a signed URL, without credentials; `sink` as for `send`."""
        url = SecretUrl(url)
        self._check_url(url, "a download", "GET", operation)
        message = HttpRequest(
            "storage",
            operation,
            "GET",
            url,
            headers=_PLAIN,
            sink=sink,
            expected=expected or Expected(),
        )
        return self._follow_redirects(message, "idempotent")

    def put(
        self,
        url: str,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        operation: str,
    ) -> Response:
        """Put an object to a signed URL, without credentials.

        `content` is an open binary file, sent from its start; `size` is its length in bytes. It is
        sent again after a failure that may pass: the same bytes at the same place change nothing.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `send`.
        UnexpectedResponse
            If the URL is no address, or storage answers with a redirect.
        IntegrityError
            If the file is not the same any longer when it has been sent.
        FileError
            If it cannot be read.
        """
        url = SecretUrl(url)
        self._check_url(url, "an upload", "PUT", operation)
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        source, before = Source(content, size), FileState.of(content)
        message = HttpRequest("storage", operation, "PUT", url, headers=headers, content=source)
        answer = self._deliver(message, "idempotent", self._deadline(message))
        if answer.status >= 300:
            raise answer.unexpected_response(
                "storage answered an upload with a redirect; not followed"
            )
        if how := before.difference(FileState.of(content)):
            raise source.changed_error(how)
        return answer

    def close(self) -> None:
        """Close all connections; the transport cannot be used afterwards."""
        self._connections.close()

    def _follow_redirects(self, message: HttpRequest, idempotency: Idempotency) -> Response:
        """Deliver a message and follow redirects by hand: no credential leaves its origin."""
        deadline = self._deadline(message)
        answer = self._deliver(message, idempotency, deadline)
        if answer.status < 300:
            return answer
        if answer.method not in SAFE_METHODS:
            raise answer.unexpected_response(
                f"a redirect of a {answer.method}; only reads are redirected"
            )
        kind: Kind = "api" if self._is_ours(message.url) else "storage"
        for _ in range(_MAX_HOPS):
            url = _location(answer)
            self._refuse_insecure(url, "GET", answer.operation)
            # Whoever is redirected to, elsewhere, cannot send us back with the key in hand.
            if not self._is_ours(url):
                kind = "storage"
            part = {k: v for k, v in message.headers.items() if k == "Range"}
            plain = message.expected is not None or part
            headers = {**_PLAIN, **part} if plain else {"Accept": "*/*"}
            message = evolve(message, kind=kind, url=url, headers=headers)
            answer = self._deliver(message, "idempotent", deadline)
            if answer.status not in range(300, 400):
                return answer
        raise answer.unexpected_response(f"more than {_MAX_HOPS} redirects")

    def _deadline(self, message: HttpRequest) -> Deadline:
        # A large file takes as long as it takes, as long as it comes.
        transfer = message.kind == "storage" or message.expected is not None
        policy = self._attempts.policy
        seconds = policy.transfer_deadline if transfer else policy.deadline
        return Deadline(seconds, self._attempts.clock)

    def _deliver(
        self, message: HttpRequest, idempotency: Idempotency, deadline: Deadline
    ) -> Response:
        request = RequestInfo(message.operation, message.method, message.url, idempotency)
        return self._attempts.run(request, lambda left: self._send_once(message, left), deadline)

    def _send_once(self, message: HttpRequest, deadline: Deadline) -> Response:
        answer = self._connections.exchange(
            message,
            timeout=self._timeout,
            deadline=deadline,
            bounds=self._bounds,
            clock=self._attempts.clock,
        )
        if answer.status < 400:
            if message.expected is not None and answer.status < 300:
                verify(answer, message.expected)
            return answer
        raise error_from_response(
            answer.status,
            answer.headers,
            redact_body(answer.content, answer.secrets),
            method=message.method,
            url=message.url,
            operation=message.operation,
            key_hint=self._settings.key_hint if message.kind == "api" else "",
        )

    def _report(self, attempt: Attempt) -> None:
        """Remember an attempt, log one line of it, and tell whoever listens.

        Of what the listener asks for while it listens there is the line alone: to tell it of that
        too would have no end.
        """
        again = "" if attempt.pause is None else f"; again in {attempt.pause:.2f} s"
        _log.log(
            logging.DEBUG if attempt.pause is None else logging.INFO,
            "%s: %s %s -> %s in %.0f ms (attempt %d, request id %s)%s",
            attempt.operation,
            attempt.method,
            attempt.url,
            attempt.status or attempt.error,
            attempt.seconds * 1000,
            attempt.number,
            attempt.request_id,
            again,
        )
        if self._told.listening:
            return
        self._told.last = attempt
        if self._on_attempt is None:
            return
        self._told.listening = True
        try:
            self._on_attempt(attempt)
        except Exception:  # whoever listens must not break what is listened to
            _log.exception("on_attempt failed")
        finally:
            self._told.listening = False

    def _is_ours(self, url: str) -> bool:
        return origin_of(url) == origin_of(self._settings.api_url)

    def _check_url(self, url: str, what: str, method: str, operation: str) -> None:
        if not is_address(url):
            raise UnexpectedResponse(
                f"the service offered {what} address that is none; {ADDRESS}", operation=operation
            )
        self._refuse_insecure(url, method, operation)

    def _refuse_insecure(self, url: str, method: str, operation: str) -> None:
        host = urlsplit(url).hostname
        if urlsplit(url).scheme != "https" and not is_loopback(host or ""):
            raise ConnectionFailed(
                f"the service names a plain http address at {host}; refused, because"
                " data would travel unencrypted",
                method=method,
                url=url,
                operation=operation,
                outcome="not_sent",
            )


class _AttemptLog:
    """What the views of a transport share: the last attempt, and who is being told of one."""

    def __init__(self) -> None:
        self.last: Attempt | None = None
        self._thread = local()

    @property
    def listening(self) -> bool:
        """Whether this thread is inside of the listener."""
        return getattr(self._thread, "listening", False)

    @listening.setter
    def listening(self, now: bool) -> None:
        self._thread.listening = now


def _encode(body: Any) -> bytes:
    try:
        return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise PayloadError("body", body, f"has no JSON form: {error}") from None


# As it is: what is decoded on the way cannot be compared with what was stored.
_PLAIN: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}


def _location(answer: Response) -> str:
    """Return the absolute URL that a redirect names."""
    location = SecretUrl(answer.headers.get("location", ""))
    if not location:
        raise answer.unexpected_response("a redirect without a Location")
    try:
        url = SecretUrl(urljoin(answer.url, location))
    except ValueError:
        url = SecretUrl()
    if not is_address(url):
        raise answer.unexpected_response(f"a redirect to something that is no address; {ADDRESS}")
    return url
