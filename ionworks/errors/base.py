"""The base class of all errors, and the outcome of a failed request. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from ionworks._redact import encodable, redact_text, redact_url, secret_values
from ionworks.errors.body import ErrorBody, read_json
from ionworks.errors.text import join_parts, join_sentences, status_phrase

Outcome: TypeAlias = Literal["not_sent", "rejected", "unknown"]
"""Effect of a failed request on the server: never sent, rejected, or unknown (maybe applied)."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing on the server."""

_NO_REASON: Final = "no reason was given"
UNKNOWN_WRITE: Final = "The server may have applied this change. Check before you try again."


class IonworksError(Exception):
    """Base class of all errors of this package.

    Parameters
    ----------
    message : str or mapping
        A sentence, or an error body as the server sends it: ``{"error_code", "message", "detail"}``
        or the older ``{"detail": ...}``.
    status_code : int, optional
        The HTTP status, if the server responded.

    Attributes
    ----------
    message : str
        The description of the error, always a string.
    data : dict or None
        The server's error object, without secrets.
    status_code : int or None
        The HTTP status.
    error_code : str or None
        The server's code, for example ``"NOT_FOUND"`` or ``"CONFLICT"``.
    previous_attempts : tuple of str
        Results of the attempts before the last one, each an HTTP status or the name of an error
        class.
    """

    previous_attempts: tuple[str, ...] = ()

    def __init__(
        self, message: str | Mapping[str, object] | ErrorBody, status_code: int | None = None
    ) -> None:
        body = as_body(message)
        self.message: str = body.message or status_phrase(status_code) or _NO_REASON
        self.data: dict[str, object] | None = body.data
        self.status_code: int | None = status_code
        self.error_code: str | None = body.error_code
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        # The default passes only `args` to the constructor and fails on keyword arguments.
        return _unpickle, (type(self), self.args), self.__dict__.copy()


class _RequestError(IonworksError):
    """An error of one request, with the request and its outcome."""

    def __init__(
        self,
        message: str | ErrorBody,
        status_code: int | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(as_body(message, secret_values(url or "")), status_code)
        self.method = method
        self.url: str | None = None if url is None else redact_url(url)
        self.operation = operation
        self.request_id = request_id
        self.outcome: Outcome = "unknown"

    def _is_write(self) -> bool:
        return self.method is not None and self.method.upper() not in SAFE_METHODS

    def _request_name(self) -> str:
        return self.operation or " ".join(part for part in (self.method, self.url) if part)

    def _summary(self) -> str:
        return join_parts(self._request_name(), self.message)

    def _next_step(self) -> str:
        """Return what to do after any error of this kind."""
        return ""

    def _advice(self) -> str:
        """Return what to do after this error."""
        return self._next_step()

    def _details(self) -> str:
        """Return the earlier attempts and the request id in brackets."""
        attempts = ", ".join(self.previous_attempts)
        before = f"previous attempts: {attempts}" if attempts else ""
        identity = f"request id {self.request_id}" if self.request_id else ""
        facts = [fact for fact in (before, identity) if fact]
        return f"({'; '.join(facts)})" if facts else ""

    def __str__(self) -> str:
        return join_sentences(self._summary(), self._advice(), self._details())


def _unpickle(cls: type[IonworksError], args: tuple[object, ...]) -> IonworksError:
    """Create an error without running its constructor; pickle then restores its attributes."""
    return cls.__new__(cls, *args)


def as_body(message: object, secrets: Sequence[str] = ()) -> ErrorBody:
    """Return a message or a decoded error body as an `ErrorBody`, without secrets."""
    if isinstance(message, ErrorBody):
        return message
    if isinstance(message, str):
        return ErrorBody(message=encodable(redact_text(message, secrets)))
    return read_json(message, secrets)
