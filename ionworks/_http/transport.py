"""Sends requests with retries, redirects and errors: to the API and to storage."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from threading import local
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final, Literal
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from ionworks._http.attempts import Attempt, Deadline, RequestInfo, Retrier
from ionworks._http.body import BodyLimits
from ionworks._http.download import Download, FileChanged, Sink, Verdict
from ionworks._http.integrity import Expected
from ionworks._http.multipart import encode_multipart
from ionworks._http.pool import ADDRESS, ConnectionPool, HttpRequest, Kind, is_address, with_query
from ionworks._http.progress import NO_METER, Meter
from ionworks._http.ranges import RemoteFile, exchange_file, fetch_parts
from ionworks._http.response import Response, error_from_response
from ionworks._http.retry import Idempotency, RetryBudget, RetryPolicy
from ionworks._http.s3_upload import PartLimits, S3Upload
from ionworks._http.signing import S3Object
from ionworks._http.source import FileState, Source
from ionworks._redact import SecretUrl, redact_url
from ionworks._request.multipart import Multipart
from ionworks._request.schemas import operation_path
from ionworks.errors import (
    ConnectionFailed,
    IntegrityError,
    NotFound,
    PayloadError,
    PermissionDenied,
    UnexpectedResponse,
)
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
        Seconds for each wait on the server; at most 10 for connecting.
    retry : RetryPolicy
        The limits on retries.
    max_workers, proxy, verify
        See `ConnectionPool`.
    on_attempt : callable, optional
        Called with an `Attempt` after each request, in the thread that made it.
    bounds : BodyLimits
        The limits on the size and the transfer rate of a response.
    sleep, clock, rand
        Sleep, clock and random numbers, replaceable in tests.
    """

    #: When a file is uploaded in parts; replaceable in tests.
    part_limits: ClassVar[PartLimits] = PartLimits()

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
        self._workers = max_workers
        self._bounds = bounds or BodyLimits()
        self._on_attempt = on_attempt
        self._connections = ConnectionPool(
            settings, max_workers=max_workers, proxy=proxy, verify=verify
        )
        policy, budget = retry or RetryPolicy(), RetryBudget()
        self._attempt_log = _AttemptLog()
        pause = sleep or self._connections.pause
        self._attempts = Retrier(policy, budget, pause, clock, rand, self._report)

    @property
    def last(self) -> Attempt | None:
        """The last attempt of any thread and view."""
        return self._attempt_log.last

    def view(
        self, *, timeout: float, retry: RetryPolicy, max_compression: float | None = None
    ) -> Transport:
        """Return this transport with other limits; everything else, also `last`, is shared."""
        view = object.__new__(Transport)
        view.__dict__.update(self.__dict__)
        view._timeout = timeout
        if max_compression is not None:
            view._bounds = evolve(self._bounds, max_compression=max_compression)
        view._attempts = evolve(self._attempts, policy=retry, on_attempt=view._report)
        return view

    def send(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        body: Any = None,
        accept: Literal["json", "bytes", "nothing"] = "json",
        sink: Sink | None = None,
        meter: Meter | None = None,
        idempotency: Idempotency | None = None,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send one request to the API and return its 2xx response.

        With a `sink`, an open file, the body is written there in blocks and not kept in the
        response; a retry continues where the last attempt ended. `meter` counts the bytes.
        `idempotency` is that of the operation; by default a POST is not idempotent. Redirects of
        reads are followed, or returned with `follow=False`.

        Raises
        ------
        ApiError
            For every status of 400 and above, as the matching subclass.
        ConnectionFailed, TimedOut
            If there is no complete response; `outcome` says whether the request may have been
            processed.
        WriteOutcomeUnknown
            If a request that is not idempotent may have been processed.
        UnexpectedResponse
            For a redirect that is not followed (of a write, to an invalid URL, or one of too many),
            and for a body that is too large or wrongly encoded.
        IntegrityError
            If a file was truncated or damaged, twice.
        """
        message = self._message(operation, method, path, query, body, accept, headers)
        idempotency = idempotency or ("none" if method == "POST" else "idempotent")
        if accept == "bytes" and follow:
            return self._download(message, sink, meter, idempotency)
        if follow:
            return self._follow_redirects(message, idempotency, self._deadline(message))[0]
        return self._deliver(message, idempotency, self._deadline(message))

    def open_file(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        meter: Meter | None = None,
    ) -> RemoteFile:
        """Return the file that an operation returns, to be read in ranges; sends nothing yet."""
        message = self._message(operation, method, path, query, None, "bytes", headers)

        def route(message: HttpRequest, deadline: Deadline) -> HttpRequest:
            return self._follow_redirects(message, "idempotent", deadline)[1]

        deadline = partial(self._deadline, message)
        return RemoteFile(message, route, deadline, self._workers, meter or NO_METER)

    def _message(
        self,
        operation: str,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None,
        body: Any,
        accept: str,
        headers: Mapping[str, str] | None,
    ) -> HttpRequest:
        accepted = {"Accept": "application/json"} if accept != "bytes" else _PLAIN
        headers = {**(headers or {}), **accepted}
        content = None
        if isinstance(body, Multipart):
            kind, content = encode_multipart(body)
            headers = {**headers, "Content-Type": kind}
        elif body is not None:
            content = _encode(body)
            headers = {**headers, "Content-Type": "application/json"}
        return HttpRequest(
            "api",
            operation,
            method,
            with_query(self._settings.api_url + path, query or ()),
            headers,
            content,
            expected=Expected.of(operation, path) if accept == "bytes" else None,
        )

    def fetch(
        self,
        url: str,
        *,
        operation: str,
        sink: Sink | None = None,
        meter: Meter | None = None,
        expected: Expected | None = None,
    ) -> Response:
        """Get a file from a signed URL, without credentials; `sink` and `meter` as for `send`."""
        url = SecretUrl(url)
        self._check_url(url, "download", "GET", operation)
        message = HttpRequest(
            "storage",
            operation,
            "GET",
            url,
            headers=_PLAIN,
            expected=expected or Expected(),
        )
        return self._download(message, sink, meter, "idempotent")

    def put(
        self,
        url: str,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        operation: str,
        meter: Meter = NO_METER,
    ) -> Response:
        """Upload an object to a signed URL, without credentials.

        `content` is an open binary file, sent from its start; `size` is its length in bytes. After
        a transient failure it is sent again, because repeating an upload changes nothing. The
        digest or the size that storage states is compared with that of the content.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut
            As for `send`.
        UnexpectedResponse
            If the URL is invalid, or storage responds with a redirect.
        IntegrityError
            If the file changed during the upload, or storage stored something else.
        FileError
            If the file cannot be read.
        """
        url = SecretUrl(url)
        self._check_url(url, "upload", "PUT", operation)
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        source, before = Source(content, size, meter), FileState.of(content)
        message = HttpRequest(
            *("storage", operation, "PUT", url),
            headers=headers,
            content=source,
            compare=source.compare,
        )
        try:
            answer = self._store(message, self._deadline(message))
        except BaseException:
            source.take_back()
            raise
        if how := before.difference(FileState.of(content)):
            raise source.changed_error(how)
        return answer

    def put_in_parts(
        self,
        target: S3Object,
        content: IO[bytes],
        *,
        size: int,
        content_type: str,
        meter: Meter = NO_METER,
        workers: int | None = None,
    ) -> None:
        """Upload an object to S3 storage in parts, at most `workers` at once.

        Each part is sent again from its own start after a transient failure. The parts and the
        whole are compared with what storage states.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, IntegrityError, FileError
            As for `put`; the parts are removed from storage.
        """
        self._check_url(target.url, "upload", "POST", "create_multipart_upload")
        policy, clock = self._attempts.policy, self._attempts.clock
        deadline = Deadline(policy.transfer_deadline, clock)

        def send(request: HttpRequest, seconds: float | None = None) -> Response:
            return self._store(request, Deadline(seconds, clock) if seconds else deadline)

        workers = self._workers if workers is None else workers
        limits = self.part_limits
        S3Upload(target, content, size, content_type, meter, limits, workers, send).run()

    def _store(self, message: HttpRequest, deadline: Deadline) -> Response:
        """Change an object in storage; repeating that changes nothing."""
        answer = self._deliver(message, "idempotent", deadline)
        if answer.status >= 300:
            raise answer.unexpected_response(
                "storage redirected an upload; only reads are redirected"
            )
        return answer

    def close(self) -> None:
        """Close all connections; the transport cannot be used afterwards."""
        self._connections.close()

    def _download(
        self,
        message: HttpRequest,
        sink: Sink | None,
        meter: Meter | None,
        idempotency: Idempotency,
    ) -> Response:
        """Get a whole file; a large one in several ranges at once."""
        file, workers = BytesIO(), self._workers
        download = Download(sink or file, meter or NO_METER, workers=workers)
        message, deadline = evolve(message, download=download), self._deadline(message)
        answer, final = self._follow_redirects(message, idempotency, deadline)
        if answer.verdict is Verdict.SPLIT and not self._fetch_parts(
            message, final, answer, deadline
        ):
            download.workers = 1
            download.forget()
            answer, _ = self._follow_redirects(message, idempotency, deadline)
        return answer if sink is not None else answer.with_content(file.getvalue())

    def _fetch_parts(
        self, first: HttpRequest, final: HttpRequest, answer: Response, deadline: Deadline
    ) -> bool:
        """Get a large file in several ranges; return whether that succeeded."""

        def fetch(part: HttpRequest) -> None:
            self._deliver(part, "idempotent", deadline)

        def renew(part: HttpRequest) -> None:
            self._follow_redirects(part, "idempotent", deadline)

        try:
            fetch_parts(first, final, answer, fetch, renew)
        except (FileChanged, IntegrityError) as error:
            _log.info("%s: the transfer starts again: %s", first.operation, error)
            return False
        return True

    def _follow_redirects(
        self, message: HttpRequest, idempotency: Idempotency, deadline: Deadline
    ) -> tuple[Response, HttpRequest]:
        """Send a request and follow redirects here, so that no credential leaves its origin.

        Return the last response and its request.
        """
        first, started = message, _arrived(message)
        answer = self._deliver(message, idempotency, deadline)
        if answer.status < 300:
            return answer, message
        if answer.method not in SAFE_METHODS:
            raise answer.unexpected_response(
                f"a {answer.method} request was redirected; only reads are redirected"
            )
        kind: Kind = "api" if self._is_ours(message.url) else "storage"
        for _ in range(_MAX_HOPS):
            url = _location(answer)
            self._refuse_insecure(url, "GET", answer.operation)
            # Once redirected to another origin, never send the key again.
            if not self._is_ours(url):
                kind = "storage"
            headers = _PLAIN if message.download is not None else {"Accept": "*/*"}
            message = evolve(message, kind=kind, url=url, headers=headers)
            try:
                answer = self._deliver(message, "idempotent", deadline)
            except PermissionDenied:
                if _arrived(message) > started:  # the signed URL has expired meanwhile
                    return self._follow_redirects(first, idempotency, deadline)
                raise
            if answer.status not in range(300, 400):
                return answer, message
        raise answer.unexpected_response(f"more than {_MAX_HOPS} redirects")

    def _deadline(self, message: HttpRequest) -> Deadline:
        # A large file may take any time while data keeps arriving.
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
        download = message.download
        if download is None:
            answer = self._exchange(message, deadline)
        else:
            answer = exchange_file(
                message, download, lambda ranged: self._exchange(ranged, deadline)
            )
        if message.compare is not None:
            answer = evolve(answer, verified=message.compare(answer))
        if answer.status < 400:
            return answer
        error = error_from_response(
            answer.status,
            answer.headers,
            answer.content,
            method=message.method,
            url=message.url,
            operation=message.operation,
            key_hint=self._settings.key_hint if message.kind == "api" else "",
            credentials=answer.secrets,
        )
        if isinstance(error, NotFound) and message.kind == "api":
            self._mark_address(error, message)
        raise error

    def _mark_address(self, error: NotFound, message: HttpRequest) -> None:
        """Say in a 404 that the address may be wrong, if the request has no id or it has a path."""
        declared = operation_path(message.operation)
        query = urlsplit(message.url).query
        error.has_id = (
            declared is None
            or "{" in declared
            or "_id=" in query
            or message.method not in SAFE_METHODS
        )
        if not error.has_id or urlsplit(self._settings.api_url).path.strip("/"):
            error.wrong_address = redact_url(self._settings.api_url)

    def _exchange(self, message: HttpRequest, deadline: Deadline) -> Response:
        return self._connections.exchange(
            message,
            timeout=self._timeout,
            deadline=deadline,
            bounds=self._bounds,
            clock=self._attempts.clock,
        )

    def _report(self, attempt: Attempt) -> None:
        """Log an attempt, store it as `last`, and call `on_attempt`.

        A request that `on_attempt` makes is only logged, to avoid endless recursion.
        """
        retry = "" if attempt.pause is None else f"; retry in {attempt.pause:.2f} s"
        _log.log(
            logging.DEBUG if attempt.pause is None else logging.INFO,
            "%s: %s %s -> %s in %.0f ms (attempt %d, request id %s)%s%s",
            attempt.operation,
            attempt.method,
            attempt.url,
            attempt.status or attempt.error,
            attempt.seconds * 1000,
            attempt.number,
            attempt.request_id,
            f"; compared by {attempt.verified}" if attempt.verified else "",
            retry,
        )
        if self._attempt_log.in_callback:
            return
        self._attempt_log.last = attempt
        if self._on_attempt is None:
            return
        self._attempt_log.in_callback = True
        try:
            self._on_attempt(attempt)
        except Exception:  # an error of the callback must not break the call
            _log.exception("on_attempt failed")
        finally:
            self._attempt_log.in_callback = False

    def _is_ours(self, url: str) -> bool:
        return origin_of(url) == origin_of(self._settings.api_url)

    def _check_url(self, url: str, what: str, method: str, operation: str) -> None:
        if not is_address(url):
            raise UnexpectedResponse(
                f"the service returned an invalid {what} URL; {ADDRESS}", operation=operation
            )
        self._refuse_insecure(url, method, operation)

    def _refuse_insecure(self, url: str, method: str, operation: str) -> None:
        host = urlsplit(url).hostname
        if urlsplit(url).scheme != "https" and not is_loopback(host or ""):
            raise ConnectionFailed(
                f"the service returned a plain http URL at {host}; it is not used, because data"
                " would be sent unencrypted",
                method=method,
                url=url,
                operation=operation,
                outcome="not_sent",
            )


class _AttemptLog:
    """The state that the views of a transport share: the last attempt and running callbacks."""

    def __init__(self) -> None:
        self.last: Attempt | None = None
        self._thread = local()

    @property
    def in_callback(self) -> bool:
        """Whether this thread is running `on_attempt`."""
        return getattr(self._thread, "in_callback", False)

    @in_callback.setter
    def in_callback(self, value: bool) -> None:
        self._thread.in_callback = value


def _arrived(message: HttpRequest) -> int:
    return 0 if message.download is None else message.download.arrived


def _encode(body: Any) -> bytes:
    try:
        return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise PayloadError("body", body, f"cannot be converted to JSON: {error}") from None


# No compression: a file that a proxy decodes cannot be compared with the stored one.
_PLAIN: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}


def _location(answer: Response) -> str:
    """Return the absolute URL of a redirect."""
    location = SecretUrl(answer.headers.get("location", ""))
    if not location:
        raise answer.unexpected_response("the redirect has no Location header")
    try:
        url = SecretUrl(urljoin(answer.url, location))
    except ValueError:
        url = SecretUrl()
    if not is_address(url):
        raise answer.unexpected_response(f"the redirect has an invalid URL; {ADDRESS}")
    return url
