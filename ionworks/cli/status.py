"""The exit statuses of the command, and the status of each kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

import click

from ionworks.cli.wording import OF_FILES, explain, in_options
from ionworks.errors import (
    AuthenticationFailed,
    ConfigurationError,
    IonworksError,
    NotFound,
    PayloadError,
    PermissionDenied,
    WriteOutcomeUnknown,
)

_READS: Final = ("GET", "HEAD")

#: Of a project that a call needs; one that is given is looked up before.
_WRONG_PROJECT: Final = (
    "It is the project of the profile or of IONWORKS_PROJECT_ID: give another one with --project,"
    " or store it with `ionworks login --project NAME`"
)


class Status(IntEnum):
    """The exit statuses, as `docs/cli.md` lists them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    ACCESS = 4
    UNKNOWN = 5
    DEFECT = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


_STATUSES: Final[Mapping[type[BaseException], Status]] = {
    click.exceptions.Abort: Status.INTERRUPTED,
    KeyboardInterrupt: Status.INTERRUPTED,
    BrokenPipeError: Status.BROKEN_PIPE,
    click.ClickException: Status.USAGE,
    PayloadError: Status.USAGE,
    NotFound: Status.NOT_FOUND,
    AuthenticationFailed: Status.ACCESS,
    PermissionDenied: Status.ACCESS,
    ConfigurationError: Status.ACCESS,
}


def status_of(error: BaseException) -> Status:
    """Return the exit status for an error."""
    if is_unknown(error):
        return Status.UNKNOWN
    if isinstance(error, PayloadError) and error.field in OF_FILES:
        return Status.FAILED
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            return status
    return Status.FAILED if isinstance(error, IonworksError) else Status.DEFECT


def is_unknown(error: BaseException) -> bool:
    """Return whether the service may have applied the change that failed."""
    if isinstance(error, WriteOutcomeUnknown):
        return True
    unknown = getattr(error, "outcome", None) == "unknown"
    method = getattr(error, "method", None)
    return unknown and method is not None and str(method).upper() not in _READS


def describe(error: BaseException) -> dict[str, object]:
    """Return an error as JSON: its type, message, outcome, request id and exit status."""
    return {
        "type": type(error).__name__,
        "message": message_of(error),
        "outcome": getattr(error, "outcome", None),
        "request_id": getattr(error, "request_id", None),
        "exit_status": int(status_of(error)),
    }


def message_of(error: BaseException) -> str:
    """Return the message of an error, in the options of the command."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if status_of(error) is Status.INTERRUPTED:
        return "interrupted"
    if isinstance(error, NotFound) and error.operation == "get_project":
        error.fix = _WRONG_PROJECT
    return explain(error) if isinstance(error, PayloadError) else in_options(str(error))
