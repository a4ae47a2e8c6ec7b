"""Errors of requests without a usable response. Pure."""
# ruff: noqa: N818 - the names without "Error" are the public interface

from __future__ import annotations

from typing import Self

from ionworks._redact import one_line, redact_text, secret_values
from ionworks.errors.api import ApiError
from ionworks.errors.base import UNKNOWN_WRITE, IonworksError, Outcome, _RequestError
from ionworks.errors.body import decode
from ionworks.errors.text import (
    LONGEST_SNIPPET,
    append_fields,
    join_sentences,
    status_phrase,
)


class _NoAnswer(_RequestError):
    """Base of the errors of a request that got no complete response."""

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome = "unknown",
        method: str | None = None,
        url: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(
            message, method=method, url=url, operation=operation, request_id=request_id
        )
        self.outcome: Outcome = outcome

    def _next_step(self) -> str:
        if self.outcome == "not_sent":
            return "Nothing was sent: check the address and the network."
        return UNKNOWN_WRITE if self._is_write() else "Try again."


class ConnectionFailed(_NoAnswer):
    """Raised when the server is not reached, or the connection breaks during the response.

    Attributes
    ----------
    outcome : {"not_sent", "rejected", "unknown"}
        ``"not_sent"`` if the request was not sent, else ``"unknown"``.
    method, url, operation : str or None
        The request; the URL without secrets.
    request_id : str or None
        The server's id of this request, if the response headers arrived.
    """


class TimedOut(_NoAnswer):
    """Raised when no complete response arrives in time. Attributes as in `ConnectionFailed`."""


class UnexpectedResponse(_RequestError):
    """Raised for a response that does not fit the contract, such as a login page with status 200.

    Attributes
    ----------
    content_type : str or None
        The media type of the response.
    snippet : str
        The start of the body in one line, at most 200 characters, without secrets.
    method, url, request_id, operation : str or None
        The request; the URL without secrets.
    """

    def __init__(
        self,
        message: str,
        status_code: int | None = None,
        *,
        content_type: str | None = None,
        snippet: str | bytes = "",
        method: str | None = None,
        url: str | None = None,
        request_id: str | None = None,
        operation: str | None = None,
    ) -> None:
        super().__init__(
            message,
            status_code,
            method=method,
            url=url,
            operation=operation,
            request_id=request_id,
        )
        text = decode(snippet, content_type or "") if isinstance(snippet, bytes) else snippet
        self.content_type = content_type
        self.snippet: str = one_line(redact_text(text, secret_values(url or "")), LONGEST_SNIPPET)

    def __str__(self) -> str:
        facts = (
            self.status_code and f"status {self.status_code}",
            self.content_type and f"content type {one_line(self.content_type, 100)}",
            self.operation and self.url and f"from {self.url}",
            self.snippet and f"starting with {self.snippet!r}",
            self.request_id and f"request id {self.request_id}",
        )
        response = ", ".join(fact for fact in facts if fact)
        step = "Check that api_url is the address of the API, and that no proxy or login page"
        step += " intercepts the request."
        described = f"Response: {response}." if response else ""
        return join_sentences(self._summary(), described, step)


class ResponseTooLarge(UnexpectedResponse):
    """Raised when the response body is larger than allowed; the client stopped reading it."""


class ListChanged(IonworksError):
    """Raised when a list changes during each attempt to read it, so no complete list exists."""


class WriteOutcomeUnknown(_RequestError):
    """Raised when the server may or may not have applied a change.

    ``__cause__`` is the last error.

    Attributes
    ----------
    method, url, operation, request_id : str or None
        The request; the URL without secrets.
    """

    @classmethod
    def of(cls, error: ApiError | ConnectionFailed | TimedOut) -> Self:
        """Return the error for a request that ended with `error`."""
        phrase = status_phrase(error.status_code)
        status = f"{error.status_code} {phrase}: " if error.status_code else ""
        said = error.message if error.message == phrase else status + error.message
        made = cls(
            append_fields(said, error.errors) if isinstance(error, ApiError) else said,
            error.status_code,
            method=error.method,
            url=error.url,
            operation=error.operation,
            request_id=error.request_id,
        )
        made.data, made.error_code, made.previous_attempts = (
            error.data,
            error.error_code,
            error.previous_attempts,
        )
        return made

    def _next_step(self) -> str:
        return UNKNOWN_WRITE
