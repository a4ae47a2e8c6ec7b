"""Interprets responses: decodes the body of a success, or returns the error. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import evolve, field, frozen

from ionworks._http.retry import parse_http_date, parse_retry_after
from ionworks._redact import REDACTED, one_line, redact_text, redact_url, secret_values
from ionworks.errors import (
    ApiError,
    AuthenticationFailed,
    BadRequest,
    Conflict,
    IntegrityError,
    NotFound,
    PermissionDenied,
    RateLimited,
    ResponseTooLarge,
    ServerError,
    UnexpectedResponse,
    ValidationFailed,
)
from ionworks.errors.body import read_body

if TYPE_CHECKING:
    from ionworks._http.download import Verdict
    from ionworks._http.transfer import TransferResult

U = TypeVar("U", bound=UnexpectedResponse)
_REQUEST_IDS = ("x-correlation-id", "x-request-id", "x-amz-request-id", "cf-ray")


@frozen
class Response:
    """A response: status, headers with lower-case names, and the complete body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str = field(repr=redact_url)
    operation: str
    method: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    #: Measurements of the transfer, if it is a file.
    received: TransferResult | None = field(default=None, repr=False)
    #: What it is for a download, if its body was not read.
    verdict: Verdict | None = field(default=None, repr=False)

    #: Whether it is a recording, which may have been edited.
    recorded: bool = False
    #: How strongly a stored upload was compared: the algorithm of a digest, or "size".
    verified: str | None = None

    @property
    def request_id(self) -> str | None:
        """The server's id of this request, for support."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    def json(self) -> Any:
        """Return the decoded JSON body.

        Raises
        ------
        UnexpectedResponse
            If the body is not JSON, for example a proxy's login page.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json"):
            # Raised outside of the handler: the errors of json hold the whole body.
            with suppress(ValueError, RecursionError):  # also a bad charset, or deep nesting
                return json.loads(self.content)
            raise self.unexpected_response("the body is not valid JSON")
        raise self.unexpected_response(
            "expected JSON; the response may come from a proxy or a login page"
        )

    def with_content(self, content: bytes) -> Response:
        """Return the same response with this body."""
        return evolve(self, content=content)

    def redacted(self) -> Response:
        """Return the same response without the credentials, which some servers repeat."""
        return evolve(self, content=redact_body(self.content, self.secrets))

    def unexpected_response(self, reason: str) -> UnexpectedResponse:
        """Return the error for a response that does not fit the contract."""
        return self._error(UnexpectedResponse, reason)

    def too_large(self, reason: str) -> ResponseTooLarge:
        """Return the error for a body that exceeds a limit."""
        return self._error(ResponseTooLarge, f"stopped reading the body: {reason}")

    def integrity_error(self, reason: str, effect: str = "nothing was saved") -> IntegrityError:
        """Return the error for an incomplete or damaged file."""
        return IntegrityError(
            f"{reason}; {effect}",
            self.status,
            method=self.method,
            url=self.url,
            operation=self.operation,
            request_id=self.request_id,
        )

    def to_error(self, key_hint: str, status: int | None = None) -> ApiError:
        """Return the error for a response with an error status, or with `status` in its body."""
        return error_from_response(
            status or self.status,
            self.headers,
            self.redacted().content,
            method=self.method,
            url=self.url,
            operation=self.operation,
            key_hint=key_hint,
            credentials=self.secrets,
        )

    def _error(self, cls: type[U], reason: str) -> U:
        return cls(
            reason,
            self.status,
            content_type=self.headers.get("content-type"),
            snippet=redact_body(self.content[:1000], self.secrets),
            method=self.method,
            url=self.url,
            operation=self.operation,
            request_id=self.request_id,
        )


def redact_body(content: bytes, secrets: tuple[str, ...]) -> bytes:
    """Return a body without the credentials, in any charset that keeps ASCII, and in UTF-16."""
    for secret in secrets:
        for charset in ("utf-8", "utf-16-le", "utf-16-be"):
            content = content.replace(secret.encode(charset), REDACTED.encode(charset))
    return content


_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequest,
    401: AuthenticationFailed,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    422: ValidationFailed,
    429: RateLimited,
}


def error_from_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    method: str | None,
    url: str | None,
    operation: str | None,
    key_hint: str | None = None,
    now: datetime | None = None,
    credentials: Sequence[str] = (),
) -> ApiError:
    """Return the error for a response with an error status. Never raises.

    Parameters
    ----------
    status : int
        The HTTP status; it alone determines the class.
    headers : mapping
        The response headers; names in any case.
    body : bytes
        The body without its content encoding: JSON of any shape, HTML, XML, text or empty.
    method, url, operation : str or None
        The request. No part of the error contains secrets of the URL.
    key_hint : str, optional
        The source of the key, for the messages of 401 and 403. Empty if no key was sent.
    now : datetime, optional
        Reference for a ``Retry-After`` date if there is no ``Date`` header. Default: now.
    credentials : sequence of str, optional
        The keys of the client, which some servers repeat.
    """
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    secrets = (*credentials, *secret_values(url or ""))
    ids = (one_line(redact_text(lowered.get(h, ""), secrets), 200) for h in _REQUEST_IDS)
    answered_at = parse_http_date(lowered.get("date"))
    present = answered_at or now or datetime.now(UTC)
    cls = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    return cls(
        read_body(body, lowered.get("content-type", ""), secrets),
        status,
        request_id=next((found for found in ids if found), None),
        method=method,
        url=url,
        operation=operation,
        retry_after=parse_retry_after(lowered.get("retry-after"), present),
        key_hint=key_hint,
        answered_at=answered_at,
    )
