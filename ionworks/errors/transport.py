"""Errors of requests without a usable answer. Pure."""
# ruff: noqa: N818 - the names without "Error" are the public interface, read as sentences

from __future__ import annotations

from typing import Self

from ionworks._redact import one_line, redact_text, secret_values
from ionworks.errors.api import ApiError
from ionworks.errors.base import UNKNOWN_WRITE, IonworksError, Outcome, _RequestError
from ionworks.errors.body import decode
from ionworks.errors.text import LONGEST_SNIPPET, join_sentences, status_phrase


class _NoAnswer(_RequestError):
    """What a request without an answer leaves behind."""

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
        self.outcome = outcome

    def _next_step(self) -> str:
        if self.outcome == "not_sent":
            return "Nothing was sent: check the address and the network."
        return UNKNOWN_WRITE if self._is_write() else "Try again."


class ConnectionFailed(_NoAnswer):
    """The server was not reached, or the connection broke before the full answer.

    Attributes
    ----------
    outcome : {"not_sent", "rejected", "unknown"}
        ``"not_sent"`` if nothing left this machine, else ``"unknown"``.
    method, url, operation : str or None
        What was asked; the URL without secrets.
    request_id : str or None
        The server's name for this request, if the head of an answer came.
    """


class TimedOut(_NoAnswer):
    """No full answer came in time. Attributes as in `ConnectionFailed`."""


class UnexpectedResponse(_RequestError):
    """A success status with a body that is not what the contract says: a login page, for instance.

    Attributes
    ----------
    content_type : str or None
        The media type that came.
    snippet : str
        The start of the body in one line, at most 200 characters, without secrets.
    method, url, request_id, operation : str or None
        What was asked; the URL without secrets.
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
        self.snippet = one_line(redact_text(text, secret_values(url or "")), LONGEST_SNIPPET)

    def __str__(self) -> str:
        facts = (
            self.status_code and f"status {self.status_code}",
            self.content_type and f"content type {one_line(self.content_type, 100)}",
            self.operation and self.url and f"from {self.url}",
            self.snippet and f"starting with {self.snippet!r}",
            self.request_id and f"request id {self.request_id}",
        )
        came = ", ".join(fact for fact in facts if fact)
        step = "Check that api_url is the API's address and that no proxy or login page answers."
        return join_sentences(self._summary(), f"It came with {came}." if came else "", step)


class ResponseTooLarge(UnexpectedResponse):
    """The body is larger than any answer of this kind; reading it was given up."""


class ListChanged(IonworksError):
    """A list changed each time that it was read, so a complete list cannot be returned."""


class WriteOutcomeUnknown(_RequestError):
    """A record was sent, and nothing tells whether it was made; ``__cause__`` is the last error.

    Attributes
    ----------
    method, url, operation, request_id : str or None
        What was asked; the URL without secrets.
    """

    @classmethod
    def of(cls, error: ApiError | ConnectionFailed | TimedOut) -> Self:
        """Make the error of a creation that ended with `error`."""
        words = status_phrase(error.status_code)
        said = f"{error.status_code} {words}: " if error.status_code else ""
        made = cls(
            error.message if error.message == words else said + error.message,
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
