"""What the sandbox answers when it refuses a call, in the contract's error shapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

Json = dict[str, object]


class Problem(Exception):  # noqa: N818 -- a refusal is an answer here, no error of the server
    """A refusal, raised by any module; the application returns it as the error envelope."""

    content_type: ClassVar[str] = "application/json"

    def __init__(self, status: int, error_code: str, message: str, detail: object = None) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.message = message
        self.detail = detail
        self.headers: dict[str, str] = {}

    def content(self) -> bytes:
        """Return the answer, of the type `content_type`."""
        return json.dumps(self.body(), separators=(",", ":")).encode()

    def body(self) -> Json:
        """Return the JSON body of the answer."""
        return {"error_code": self.error_code, "message": self.message, "detail": self.detail}


class NotFound(Problem):
    """404: nothing has this id, or nothing answers at this path."""

    def __init__(self, message: str) -> None:
        super().__init__(404, "NOT_FOUND", message)


class BadRequest(Problem):
    """400: well formed, but it makes no sense for this record."""

    def __init__(self, message: str, detail: object = None) -> None:
        super().__init__(400, "BAD_REQUEST", message, detail)


class Conflict(Problem):
    """409: the name is taken; the detail names the record that has it."""

    def __init__(self, message: str, existing_id: str) -> None:
        super().__init__(409, "CONFLICT", message, {"existing_id": existing_id})


class WrongState(Problem):
    """409: the record is in a state that forbids the call; the detail has the state."""

    def __init__(self, message: str, status: object, error: object = None) -> None:
        detail = {"processing_status": status, "processing_error": error}
        super().__init__(409, "CONFLICT", message, detail)


class Unauthorized(Problem):
    """401: no key, or not the key of this sandbox."""

    def __init__(self) -> None:
        super().__init__(401, "UNAUTHORIZED", "A valid API key is required for this call.")


class Forbidden(Problem):
    """403: a signed URL that is expired, altered, or no longer writable."""

    def __init__(self, message: str) -> None:
        super().__init__(403, "FORBIDDEN", message)


class MethodNotAllowed(Problem):
    """405: the path exists, with other methods."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        message = f"{method} is not served at this path; it has {', '.join(allowed)}."
        super().__init__(405, "METHOD_NOT_ALLOWED", message)
        self.headers["allow"] = ", ".join(allowed)


class TooLarge(Problem):
    """413: the body is larger than the sandbox reads."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, "PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes.")


class NotServed(Problem):
    """501: in the contract, but not in this sandbox."""

    def __init__(self, operation_id: str, parameter: str | None = None) -> None:
        what = f"operation {operation_id}"
        detail: Json = {"operation_id": operation_id}
        if parameter is not None:
            what = f"parameter {parameter} of the {what}"
            detail["parameter"] = parameter
        super().__init__(501, "NOT_IMPLEMENTED", f"The sandbox does not serve the {what}.", detail)


class Invalid(Problem):
    """422: the list of what is wrong, each with its place, as FastAPI writes it."""

    def __init__(self, errors: Sequence[Json]) -> None:
        super().__init__(422, "VALIDATION_ERROR", "The request is not valid.", list(errors))

    def body(self) -> Json:
        """Return the JSON body, which has the detail alone."""
        return {"detail": self.detail}


def invalid(kind: str, place: Sequence[str | int], message: str, value: object) -> Invalid:
    """Return a 422 with one entry."""
    return Invalid([{"type": kind, "loc": list(place), "msg": message, "input": value}])
