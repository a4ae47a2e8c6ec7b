"""Every error that this package raises. Pure."""
# ruff: noqa: N818 - the names without "Error" are the public interface, read as sentences

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Literal, Self, TypeAlias

from ionworks._http.retry import READS
from ionworks._redact import (
    encodable,
    one_line,
    redact_data,
    redact_text,
    redact_url,
    secret_values,
)
from ionworks.errors.body import ErrorBody, FieldError, decode, read_json
from ionworks.errors.text import (
    LONGEST_SNIPPET,
    kept_value,
    phrase,
    sentences,
    shown,
    wait,
    with_fields,
)

__all__ = [
    "ApiError",
    "AuthenticationFailed",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "FieldError",
    "IonworksError",
    "MeasurementProcessingError",
    "MeasurementValidationError",
    "NotFound",
    "Outcome",
    "PayloadError",
    "PermissionDenied",
    "RateLimited",
    "RecordDiffers",
    "ResponseTooLarge",
    "ServerError",
    "TimedOut",
    "UnexpectedResponse",
    "ValidationFailed",
    "WriteOutcomeUnknown",
    "redact_url",
]

Outcome: TypeAlias = Literal["not_sent", "rejected", "unknown"]
"""What is known of a failed request. It never left, it was refused, or nobody can say."""

_NO_REASON: Final = "no reason was given"
_UNKNOWN_WRITE: Final = (
    "It is not known whether the change was made: look before you send it again."
)
_SIGNED_URL: Final = (
    "No key was sent: the signed URL itself was refused. It may have expired; begin again."
)
_NAMING: Final = (
    "create_",
    "update_",
    "initiate_measurement_upload",
    "confirm_measurement_upload",
)
_EXISTING_ID_KEYS: Final = (
    "existing_id",
    "existing_cell_specification_id",
    "existing_cell_instance_id",
)


class IonworksError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    message : str or mapping
        A sentence, or an error body as the server sends it: ``{"error_code", "message", "detail"}``
        or the older ``{"detail": ...}``.
    status_code : int, optional
        The HTTP status, if a server answered.

    Attributes
    ----------
    message : str
        What went wrong, always a string.
    data : dict or None
        The error object of the server, without secrets.
    status_code : int or None
        The HTTP status.
    error_code : str or None
        The server's code, for instance ``"NOT_FOUND"`` or ``"CONFLICT"``.
    earlier : tuple of str
        How the attempts before the last one ended: a status each, or the class of an error.
    """

    earlier: tuple[str, ...] = ()

    def __init__(
        self, message: str | Mapping[str, object] | ErrorBody, status_code: int | None = None
    ) -> None:
        body = _as_body(message)
        self.message: str = body.message or phrase(status_code) or _NO_REASON
        self.data: dict[str, object] | None = body.data
        self.status_code: int | None = status_code
        self.error_code: str | None = body.error_code
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        # The default calls the constructor with `args` alone and fails on keyword arguments.
        return _revive, (type(self), self.args), self.__dict__.copy()


class ApiError(IonworksError):
    """The server answered with an error.

    Attributes
    ----------
    detail : object
        The ``detail`` of the error body: text, object or list.
    request_id : str or None
        The server's name for this request; quote it to support.
    method, url, operation : str or None
        What was asked; the URL without secrets.
    outcome : {"not_sent", "rejected", "unknown"}
        ``"rejected"`` for a 4xx; ``"unknown"`` for a 5xx, where a change may have been made.
    retry_after : float or None
        Seconds that the server asks to wait.
    errors : list of FieldError
        The fields that the server refused, if it names them.
    answered_at : datetime or None
        When the server answered, by its own clock.
    first_sent : datetime or None
        When the request was first sent, by the server's clock, if an attempt before the last one
        may have been done; else None.
    """

    first_sent: datetime | None = None

    def __init__(
        self,
        message: str | Mapping[str, object] | ErrorBody,
        status_code: int | None = None,
        *,
        error_code: str | None = None,
        detail: object = None,
        request_id: str | None = None,
        method: str | None = None,
        url: str | None = None,
        operation: str | None = None,
        outcome: Outcome | None = None,
        retry_after: float | None = None,
        key_hint: str | None = None,
        answered_at: datetime | None = None,
    ) -> None:
        secrets = secret_values(url or "")
        body = _as_body(message, secrets)
        super().__init__(body, status_code)
        self.error_code = error_code or body.error_code
        self.detail: object = body.detail if detail is None else redact_data(detail, secrets)
        self.errors: list[FieldError] = list(body.fields)
        self.request_id = request_id
        self.method = method
        self.url = None if url is None else redact_url(url)
        self.operation = operation
        self.outcome: Outcome = outcome or _outcome(status_code)
        self.retry_after = retry_after
        self.key_hint = key_hint
        self.answered_at = answered_at

    @property
    def existing_id(self) -> str | None:
        """Id of the record that stands in the way, if the server names it."""
        for place in (self.detail, self.data):
            inner = place.get("detail") if isinstance(place, Mapping) else None
            for level in (place, inner):
                found = _existing_id(level)
                if found:
                    return found
        return None

    def _next_step(self) -> str:
        return ""

    def __str__(self) -> str:
        words = phrase(self.status_code)
        status = f"{self.status_code or ''} {words}".strip()
        said = "" if self.message.casefold() == words.casefold() else self.message
        what = ": ".join(part for part in (_request_name(self), status, said) if part)
        return sentences(with_fields(what, self.errors), self._next_step(), _tail(self))


class BadRequest(ApiError):
    """400: the server does not take the request as it is."""


class AuthenticationFailed(ApiError):
    """401: the key or token is missing, wrong or expired."""

    def _next_step(self) -> str:
        if self.key_hint == "":
            return _SIGNED_URL
        came = f"It came from {self.key_hint}: check it there" if self.key_hint else "Check the key"
        return f"{came}, or make a new one in the Ionworks account settings."


class PermissionDenied(ApiError):
    """403: the key is valid, but may not do this."""

    def _next_step(self) -> str:
        if self.key_hint == "":
            return _SIGNED_URL
        hint = f" ({self.key_hint})" if self.key_hint else ""
        return f"Check that the key{hint} belongs to an organization with access to this project."


class NotFound(ApiError):
    """404: there is nothing under this id, or the key may not see it."""

    def _next_step(self) -> str:
        return "Check the id, and that your key may see it."


class Conflict(ApiError):
    """409: a record of this name exists, or the record's state forbids the change."""

    def _next_step(self) -> str:
        if self.existing_id:
            return f"It exists already as {self.existing_id!r}: use create_or_get to take that one."
        # Of other calls, only the state of a record can be in the way, and the message says so.
        if self.operation is None or self.operation.startswith(_NAMING):
            return "If the name is taken, use create_or_get to take the record that exists."
        return ""


class RecordDiffers(Conflict):
    """create_or_get found a record that is not what was asked for; it was left as it is."""

    def _next_step(self) -> str:
        return ""


class ValidationFailed(ApiError):
    """422: fields of the request are wrong; `errors` names them."""

    def _next_step(self) -> str:
        return "Correct these fields and send it again." if self.errors else ""


class RateLimited(ApiError):
    """429: too many requests; nothing was done."""

    def _next_step(self) -> str:
        return f"Wait {wait(self.retry_after)} and try again."


class ServerError(ApiError):
    """5xx: the server failed; a change may have been made nevertheless."""

    def _next_step(self) -> str:
        if _is_write(self.method):
            return _UNKNOWN_WRITE
        return f"Wait {wait(self.retry_after)} and try again."


class _NoAnswer(IonworksError):
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
        super().__init__(_as_body(message, secret_values(url or "")))
        self.outcome: Outcome = outcome
        self.request_id = request_id
        self.method = method
        self.url = None if url is None else redact_url(url)
        self.operation = operation

    def _next_step(self) -> str:
        if self.outcome == "not_sent":
            return "Nothing was sent: check the address and the network."
        return _UNKNOWN_WRITE if _is_write(self.method) else "Try again."

    def __str__(self) -> str:
        what = ": ".join(part for part in (_request_name(self), self.message) if part)
        return sentences(what, self._next_step(), _tail(self))


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


class UnexpectedResponse(IonworksError):
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
        secrets = secret_values(url or "")
        super().__init__(_as_body(message, secrets), status_code)
        text = decode(snippet, content_type or "") if isinstance(snippet, bytes) else snippet
        self.content_type = content_type
        self.snippet = one_line(redact_text(text, secrets), LONGEST_SNIPPET)
        self.method = method
        self.url = None if url is None else redact_url(url)
        self.request_id = request_id
        self.operation = operation
        self.outcome: Outcome = "unknown"

    def __str__(self) -> str:
        what = ": ".join(part for part in (_request_name(self), self.message) if part)
        facts = (
            self.status_code and f"status {self.status_code}",
            self.content_type and f"content type {one_line(self.content_type, 100)}",
            self.operation and self.url and f"from {self.url}",
            self.snippet and f"starting with {self.snippet!r}",
            self.request_id and f"request id {self.request_id}",
        )
        came = ", ".join(fact for fact in facts if fact)
        step = "Check that api_url is the API's address and that no proxy or login page answers."
        return sentences(what, f"It came with {came}." if came else "", step)


class WriteOutcomeUnknown(IonworksError):
    """A record was sent, and nothing tells whether it was made; ``__cause__`` is the last error.

    Attributes
    ----------
    method, url, operation, request_id : str or None
        What was asked; the URL without secrets.
    """

    def __init__(
        self,
        message: str,
        status_code: int | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(_as_body(message, secret_values(url or "")), status_code)
        self.method = method
        self.url = None if url is None else redact_url(url)
        self.operation = operation
        self.request_id = request_id
        self.outcome: Outcome = "unknown"

    @classmethod
    def of(cls, error: ApiError | ConnectionFailed | TimedOut) -> Self:
        """Make the error of a creation that ended with `error`."""
        words = phrase(error.status_code)
        said = f"{error.status_code} {words}: " if error.status_code else ""
        made = cls(
            error.message if error.message == words else said + error.message,
            error.status_code,
            method=error.method,
            url=error.url,
            operation=error.operation,
            request_id=getattr(error, "request_id", None),
        )
        made.data, made.error_code, made.earlier = error.data, error.error_code, error.earlier
        return made

    def __str__(self) -> str:
        what = ": ".join(part for part in (_request_name(self), self.message) if part)
        return sentences(what, _UNKNOWN_WRITE, _tail(self))


class ResponseTooLarge(UnexpectedResponse):
    """The body is larger than any answer of this kind; reading it was given up."""


class ConfigurationError(IonworksError):
    """The settings are incomplete or wrong: key, address, profile."""


class PayloadError(IonworksError, ValueError):
    """A value that the contract does not allow; found before anything was sent.

    Parameters
    ----------
    field : str
        The dotted path of the field, or the keyword.
    value : object
        What was given there. Kept as it is where it is a plain scalar, else as a short text.
    reason : str
        What is wrong with it.
    fix : str, optional
        What to do instead.
    """

    def __init__(self, field: str, value: object, reason: str, fix: str | None = None) -> None:
        self.field = field
        self.value = kept_value(field, value)
        self.reason = redact_text(reason)
        self.fix = None if fix is None else redact_text(fix)
        what = f"{field} = {shown(self.value, value)}: {self.reason}"
        super().__init__(sentences(what, self.fix or "").rstrip())


class MeasurementValidationError(IonworksError):
    """Measurement data that fail their checks; `errors` lists the findings."""

    def __init__(self, message: str, errors: Sequence[object] | None = None) -> None:
        super().__init__(message)
        self.errors: list[object] = list(errors or ())

    def has_code(self, code: str) -> bool:
        """Tell whether one of the findings has this code."""
        return any(getattr(error, "code", None) == code for error in self.errors)


class MeasurementProcessingError(IonworksError):
    """The server could not process uploaded data; `failures` maps measurement ids to reasons."""

    def __init__(self, message: str, failures: Mapping[str, str]) -> None:
        super().__init__(message)
        self.failures: dict[str, str] = {k: redact_text(v) for k, v in failures.items()}

    def __str__(self) -> str:
        lines = [encodable(f"{name}: {reason}") for name, reason in self.failures.items()]
        return with_fields(self.message, lines)


def _revive(cls: type[IonworksError], args: tuple[object, ...]) -> IonworksError:
    """Make an error without running its constructor; pickle then restores its attributes."""
    return cls.__new__(cls, *args)


def _as_body(message: object, secrets: Sequence[str] = ()) -> ErrorBody:
    if isinstance(message, ErrorBody):
        return message
    if isinstance(message, str):
        return ErrorBody(message=encodable(redact_text(message, secrets)))
    return read_json(message, secrets)


def _outcome(status: int | None) -> Outcome:
    # Of the 5xx, only "not implemented" says that nothing was begun.
    refused = status is not None and (400 <= status < 500 or status == HTTPStatus.NOT_IMPLEMENTED)
    return "rejected" if refused else "unknown"


def _is_write(method: str | None) -> bool:
    return method is not None and method.upper() not in READS


def _existing_id(place: object) -> str | None:
    if not isinstance(place, Mapping):
        return None
    found = (place.get(key) for key in _EXISTING_ID_KEYS)
    return next((item for item in found if isinstance(item, str) and item), None)


def _request_name(error: Any) -> str:
    return error.operation or " ".join(part for part in (error.method, error.url) if part)


def _tail(error: IonworksError) -> str:
    """Tell in brackets what else is known: earlier attempts, the request id."""
    before = f"before it: {', '.join(error.earlier)}" if error.earlier else ""
    named = getattr(error, "request_id", None)
    facts = [part for part in (before, f"request id {named}" if named else "") if part]
    return f"({'; '.join(facts)})" if facts else ""
