"""Calls the API and storage: JSON, downloads and uploads."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, TYPE_CHECKING, Any, ClassVar, Literal

from attrs import evolve

from ionworks._http.attempt_log import AttemptLog
from ionworks._http.attempts import Attempt, Deadline, Retrier
from ionworks._http.body import BodyLimits
from ionworks._http.download import Sink
from ionworks._http.integrity import Expected
from ionworks._http.multipart import encode_multipart
from ionworks._http.pool import ConnectionPool
from ionworks._http.progress import NO_METER, Meter
from ionworks._http.ranges import RemoteFile, Route
from ionworks._http.request import HttpRequest, encode_json, with_query
from ionworks._http.response import Response
from ionworks._http.retry import Idempotency, RetryBudget, RetryPolicy
from ionworks._http.s3_upload import PartLimits, S3Upload
from ionworks._http.sender import PLAIN, Sender
from ionworks._http.signing import S3Object
from ionworks._http.source import FileState, Source
from ionworks._redact import SecretUrl
from ionworks._request.multipart import Multipart
from ionworks.settings import Settings

if TYPE_CHECKING:
    from ionworks._http.tls import Verify


class Transport(Sender):
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
        self._connections = ConnectionPool(
            settings, max_workers=max_workers, proxy=proxy, verify=verify
        )
        self._on_attempt = on_attempt
        self._attempt_log = AttemptLog()
        policy, budget = retry or RetryPolicy(), RetryBudget()
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
        message = self._message(operation, method, path, query, body, accept, headers, idempotency)
        if accept == "bytes" and follow:
            return self.download(message, sink, meter)
        deadline = self.deadline(message)
        return self.follow(message, deadline)[0] if follow else self.deliver(message, deadline)

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
        deadline = partial(self.deadline, message)
        route = Route(message, self.follow)
        return RemoteFile(route, deadline, self._workers, meter or NO_METER)

    def _message(
        self,
        operation: str,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None,
        body: Any,
        accept: str,
        headers: Mapping[str, str] | None,
        idempotency: Idempotency | None = None,
    ) -> HttpRequest:
        accepted = {"Accept": "application/json"} if accept != "bytes" else PLAIN
        headers = {**(headers or {}), **accepted}
        content = None
        if isinstance(body, Multipart):
            kind, content = encode_multipart(body)
            headers = {**headers, "Content-Type": kind}
        elif body is not None:
            content = encode_json(body)
            headers = {**headers, "Content-Type": "application/json"}
        return HttpRequest(
            "api",
            operation,
            method,
            with_query(self._settings.api_url + path, query or ()),
            headers,
            content,
            idempotency or ("none" if method == "POST" else "idempotent"),
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
        self.check_url(url, "download", "GET", operation)
        expected = expected or Expected()
        message = HttpRequest("storage", operation, "GET", url, PLAIN, expected=expected)
        return self.download(message, sink, meter)

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
        self.check_url(url, "upload", "PUT", operation)
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        source, before = Source(content, size, meter), FileState.of(content)
        message = HttpRequest(
            *("storage", operation, "PUT", url),
            headers=headers,
            content=source,
            compare=source.compare,
        )
        try:
            answer = self.store(message, self.deadline(message))
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
        self.check_url(target.url, "upload", "POST", "create_multipart_upload")
        policy, clock = self._attempts.policy, self._attempts.clock
        deadline = Deadline(policy.transfer_deadline, clock)

        def send(request: HttpRequest, seconds: float | None = None) -> Response:
            return self.store(request, Deadline(seconds, clock) if seconds else deadline)

        workers = self._workers if workers is None else workers
        limits = self.part_limits
        S3Upload(target, content, size, content_type, meter, limits, workers, send).run()

    def close(self) -> None:
        """Close all connections; the transport cannot be used afterwards."""
        self._connections.close()

    def _report(self, attempt: Attempt) -> None:
        self._attempt_log.add(attempt, self._on_attempt)
