"""Errors for responses with an error status, one class per kind of status. Pure."""
# ruff: noqa: N818 - the names without "Error" are the public interface

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from ionworks._redact import redact_data, secret_values
from ionworks.errors.base import UNKNOWN_WRITE, Outcome, _RequestError, as_body
from ionworks.errors.body import ErrorBody, FieldError
from ionworks.errors.text import append_fields, format_wait, join_parts, status_phrase

_SIGNED_URL: Final = (
    "No API key was sent: storage rejected the signed URL. It may have expired; repeat the call"
    " to get a new URL."
)
#: The method that creates a record or gets the existing one, for operations where it has its own
#: name. An operation that begins with "create_" has `create_or_get`.
CREATE_OR_GET: Final = {
    "create_properties_measurement": "create_or_get_properties",
    "initiate_measurement_upload": "create_or_get (create_or_get_file for files)",
    "confirm_measurement_upload": "create_or_get (create_or_get_file for files)",
}
_EXISTING_ID_KEYS: Final = (
    "existing_id",
    "existing_cell_specification_id",
    "existing_cell_instance_id",
)


class ApiError(_RequestError):
    """Raised when the server responds with an error status.

    Attributes
    ----------
    detail : object
        The ``detail`` of the error body: text, object or list.
    request_id : str or None
        The server's id of this request; quote it to support.
    method, url, operation : str or None
        The request; the URL without secrets.
    outcome : {"not_sent", "rejected", "unknown"}
        ``"rejected"`` for a 4xx; ``"unknown"`` for a 5xx, because the change may have been applied,
        and for a change of which an earlier attempt may have been applied.
    retry_after : float or None
        Seconds to wait, as requested by the server.
    errors : list of FieldError
        The rejected fields, if the server names them.
    fix : str or None
        What to do, if that is known better than by the kind of error.
    answered_at : datetime or None
        Time of the response, by the server's clock.
    first_sent : datetime or None
        Time of the first attempt, by the server's clock. Set only if an attempt before the last one
        may have been applied.
    """

    first_sent: datetime | None = None
    fix: str | None = None

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
        body = as_body(message, secrets)
        super().__init__(
            body, status_code, method=method, url=url, operation=operation, request_id=request_id
        )
        self.error_code: str | None = error_code or body.error_code
        self.detail: object = body.detail if detail is None else redact_data(detail, secrets)
        self.errors: list[FieldError] = list(body.fields)
        self.outcome: Outcome = outcome or _outcome(status_code)
        self.retry_after = retry_after
        self.key_hint = key_hint
        self.answered_at = answered_at

    @property
    def existing_id(self) -> str | None:
        """Id of the conflicting record, if the server names it."""
        for place in (self.detail, self.data):
            inner = place.get("detail") if isinstance(place, Mapping) else None
            for level in (place, inner):
                found = _existing_id(level)
                if found:
                    return found
        return None

    def _summary(self) -> str:
        phrase = status_phrase(self.status_code)
        status = f"{self.status_code or ''} {phrase}".strip()
        message = "" if self.message.casefold() == phrase.casefold() else self.message
        return append_fields(join_parts(self._request_name(), status, message), self.errors)

    def _advice(self) -> str:
        return super()._advice() if self.fix is None else self.fix


class BadRequest(ApiError):
    """400: the request is malformed."""


class AuthenticationFailed(ApiError):
    """401: the key or token is missing, invalid or expired."""

    def _next_step(self) -> str:
        if self.key_hint == "":
            return _SIGNED_URL
        check = (
            f"The key came from {self.key_hint}: check it there"
            if self.key_hint
            else "Check the key"
        )
        return f"{check}, or create a new one in the Ionworks account settings."


class PermissionDenied(ApiError):
    """403: the key is valid, but has no permission for this request."""

    def _next_step(self) -> str:
        if self.key_hint == "":
            return _SIGNED_URL
        hint = f" ({self.key_hint})" if self.key_hint else ""
        return f"Check that the key{hint} belongs to an organization with access to this project."


class NotFound(ApiError):
    """404: no record has this id, the key has no access to it, or the address is wrong.

    Attributes
    ----------
    wrong_address : str or None
        The address of the service, if it may be wrong: the request has no id, or the address has a
        path.
    """

    wrong_address: str | None = None
    has_id: bool = True

    def _next_step(self) -> str:
        check = "Check the id, and that your key has access to the record"
        if self.wrong_address is None:
            return f"{check}."
        if not self.has_id:
            return f"Nothing is served at this address: check api_url, {self.wrong_address!r}."
        return f"{check}; and check the path in api_url, {self.wrong_address!r}."


class Conflict(ApiError):
    """409: a record with this name exists, or the record's state does not allow the change."""

    def _next_step(self) -> str:
        operation = self.operation or "create_"
        if operation.startswith("update_"):
            other = f" by {self.existing_id!r}" if self.existing_id else ""
            return f"If the name is taken{other}, choose another one."
        default = "create_or_get" if operation.startswith("create_") else None
        method = CREATE_OR_GET.get(operation, default)
        if method is None:  # a conflict with the state of a record, which the message explains
            return f"The record exists as {self.existing_id!r}." if self.existing_id else ""
        if self.existing_id:
            return f"The record exists as {self.existing_id!r}: use {method} to get it."
        return f"If the name is taken, use {method} to get the existing record."


class RecordDiffers(Conflict):
    """Raised by create_or_get if the existing record differs from the requested one.

    The existing record was not changed.
    """


class ValidationFailed(ApiError):
    """422: fields of the request are invalid; `errors` lists them."""

    def _next_step(self) -> str:
        return "Correct these fields and send the request again." if self.errors else ""


class RateLimited(ApiError):
    """429: too many requests; this one was not processed."""

    def _next_step(self) -> str:
        return f"Wait {format_wait(self.retry_after)} and try again."


class ServerError(ApiError):
    """5xx: the server failed; it may have applied the change nevertheless."""

    def _next_step(self) -> str:
        if self._is_write():
            return UNKNOWN_WRITE
        return f"Wait {format_wait(self.retry_after)} and try again."


def _outcome(status: int | None) -> Outcome:
    # Among the 5xx, only "not implemented" means that the server did not start on the request.
    rejected = status is not None and (400 <= status < 500 or status == HTTPStatus.NOT_IMPLEMENTED)
    return "rejected" if rejected else "unknown"


def _existing_id(place: object) -> str | None:
    if not isinstance(place, Mapping):
        return None
    found = (place.get(key) for key in _EXISTING_ID_KEYS)
    return next((item for item in found if isinstance(item, str) and item), None)
