"""Sends a request until it succeeds or fails for good, and follows its redirects."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from ionworks._http.attempts import Deadline, Retrier
from ionworks._http.body import BodyLimits
from ionworks._http.download import Download, Sink, Verdict
from ionworks._http.pool import ConnectionPool, Limits
from ionworks._http.progress import NO_METER, Meter
from ionworks._http.ranges import Route, exchange_file, fetch_parts
from ionworks._http.request import ADDRESS, HttpRequest, is_address
from ionworks._http.response import Response
from ionworks._redact import SecretUrl, redact_url
from ionworks._request.schemas import operation_path
from ionworks.errors import ConnectionFailed, NotFound, PermissionDenied, UnexpectedResponse
from ionworks.errors.base import SAFE_METHODS
from ionworks.settings import Settings, is_loopback, origin_of

_MAX_HOPS: Final = 5
# No compression: a file that a proxy decodes cannot be compared with the stored one.
PLAIN: Final[Mapping[str, str]] = {"Accept": "*/*", "Accept-Encoding": "identity"}


class Sender:
    """Sends requests with retries, redirects and errors; the base of `Transport`."""

    _settings: Settings
    _timeout: float
    _workers: int
    _bounds: BodyLimits
    _connections: ConnectionPool
    _attempts: Retrier

    def deadline(self, message: HttpRequest) -> Deadline:
        """Return the deadline of a call that begins now with a request."""
        # A large file may take any time while data keeps arriving.
        transfer = message.kind == "storage" or message.expected is not None
        policy = self._attempts.policy
        seconds = policy.transfer_deadline if transfer else policy.deadline
        return Deadline(seconds, self._attempts.clock)

    def deliver(self, message: HttpRequest, deadline: Deadline) -> Response:
        """Send a request with retries, and return its response, which may be a redirect."""
        return self._attempts.run(message, lambda left: self._send_once(message, left), deadline)

    def follow(self, message: HttpRequest, deadline: Deadline) -> tuple[Response, HttpRequest]:
        """Send a request and follow redirects here, so that no credential leaves its origin.

        Return the last response and its request.
        """
        first, started = message, _arrived(message)
        answer = self.deliver(message, deadline)
        if answer.status < 300:
            return answer, message
        if answer.method not in SAFE_METHODS:
            raise answer.unexpected_response(
                f"a {answer.method} request was redirected; only reads are redirected"
            )
        for _ in range(_MAX_HOPS):
            message = self._redirected(message, answer)
            try:
                answer = self.deliver(message, deadline)
            except PermissionDenied:
                if _arrived(message) > started:  # the signed URL has expired meanwhile
                    return self.follow(first, deadline)
                raise
            if answer.status not in range(300, 400):
                return answer, message
        raise answer.unexpected_response(f"more than {_MAX_HOPS} redirects")

    def download(self, message: HttpRequest, sink: Sink | None, meter: Meter | None) -> Response:
        """Get a whole file; a large one in several ranges at once."""
        file, deadline = BytesIO(), self.deadline(message)
        download = Download(sink or file, meter or NO_METER, workers=self._workers)
        message = evolve(message, download=download)
        answer, final = self.follow(message, deadline)
        if answer.verdict is Verdict.SPLIT:
            route = Route(message, self.follow, final)
            if not fetch_parts(route, download, answer, deadline):
                download.workers = 1
                download.forget()
                answer, _ = self.follow(message, deadline)
        return answer if sink is not None else answer.with_content(file.getvalue())

    def store(self, message: HttpRequest, deadline: Deadline) -> Response:
        """Change an object in storage; repeating that changes nothing."""
        answer = self.deliver(message, deadline)
        if answer.status >= 300:
            raise answer.unexpected_response(
                "storage redirected an upload; only reads are redirected"
            )
        return answer

    def check_url(self, url: str, what: str, method: str, operation: str) -> None:
        """Refuse a URL that the service returned if it is invalid or not encrypted."""
        if not is_address(url):
            raise UnexpectedResponse(
                f"the service returned an invalid {what} URL; {ADDRESS}", operation=operation
            )
        _refuse_insecure(url, method, operation)

    def _redirected(self, message: HttpRequest, answer: Response) -> HttpRequest:
        """Return the request to the address that a response redirects to."""
        url = _location(answer)
        _refuse_insecure(url, "GET", answer.operation)
        # Once redirected to another origin, never send the key again.
        ours = message.kind == "api" and origin_of(url) == origin_of(self._settings.api_url)
        return evolve(
            message,
            kind="api" if ours else "storage",
            url=url,
            headers=PLAIN if message.download is not None else {"Accept": "*/*"},
            idempotency="idempotent",
        )

    def _send_once(self, message: HttpRequest, deadline: Deadline) -> Response:
        limits = Limits(self._timeout, deadline, self._bounds, self._attempts.clock)
        if message.download is None:
            answer = self._connections.exchange(message, limits)
        else:
            answer = exchange_file(
                message, message.download, lambda part: self._connections.exchange(part, limits)
            )
        if message.compare is not None:
            answer = evolve(answer, verified=message.compare(answer))
        if answer.status < 400:
            return answer
        error = answer.to_error(self._settings.key_hint if message.kind == "api" else "")
        if isinstance(error, NotFound) and message.kind == "api":
            self._mark_address(error, message)
        raise error

    def _mark_address(self, error: NotFound, message: HttpRequest) -> None:
        """Say in a 404 that the address may be wrong, if the request has no id or it has a path."""
        declared = operation_path(message.operation)
        error.has_id = (
            declared is None
            or "{" in declared
            or "_id=" in urlsplit(message.url).query
            or message.method not in SAFE_METHODS
        )
        if not error.has_id or urlsplit(self._settings.api_url).path.strip("/"):
            error.wrong_address = redact_url(self._settings.api_url)


def _arrived(message: HttpRequest) -> int:
    return 0 if message.download is None else message.download.arrived


def _refuse_insecure(url: str, method: str, operation: str) -> None:
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
