"""The register of the rows of the comparison, and checks that several rows share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from signal import SIGINT

from adapter import digest
from judge import Check, Ended, Trial
from scenes import Script

# Two are promised; the machine may be busy.
INTERRUPT_SECONDS = 5.0


@dataclass(frozen=True)
class Row:
    """A row: its number in the list of faults, the fault, and the operation."""

    number: str
    fault: str
    operation: str
    prepare: Callable[[ExitStack], Trial]


ROWS: list[Row] = []


def row(
    number: str, fault: str, operation: str
) -> Callable[[Callable[[ExitStack], Trial]], Callable[[ExitStack], Trial]]:
    """Register a row."""

    def enter(prepare: Callable[[ExitStack], Trial]) -> Callable[[ExitStack], Trial]:
        ROWS.append(Row(number, fault, operation, prepare))
        return prepare

    return enter


def nothing(ended: Ended) -> str:
    """Accept no value."""
    return "" if ended.returned is None else "returned something"


def status_is(status: int, scene: Script | None = None, requests: int = 0) -> Check:
    """Accept an error with this status after this number of requests."""

    def check(ended: Ended) -> str:
        if ended.raised is None or ended.raised.status != status:
            return f"no {status} in the error"
        sent = scene.requests() if scene else requests
        return "" if sent == requests else f"{sent} requests"

    return check


def says(text: str, otherwise: str) -> Check:
    """Accept an error with this in its text."""

    def check(ended: Ended) -> str:
        return "" if ended.raised and text in ended.raised.text else otherwise

    return check


def content_is(*contents: bytes) -> Check:
    """Accept the digest of one of these contents."""
    accepted = {digest(content) for content in contents}
    return lambda ended: "" if ended.returned in accepted else "returned other data"


def interrupted(trial: Trial, commits: str = "") -> Trial:
    """Return a trial whose program gets Ctrl-C when the planned faults occur."""

    def check(ended: Ended) -> str:
        if ended.raised is None or ended.raised.name != "KeyboardInterrupt":
            return "another error"
        if commits and trial.scene.commits(commits):
            return "interrupted, but done"
        late = ended.seconds > INTERRUPT_SECONDS
        return f"ends only after {ended.seconds:.0f} s" if late else ""

    return replace(trial, value=None, error=check, signal=SIGINT, commits="")


def any_error(ended: Ended) -> str:
    """Accept any error class of the client."""
    return ""
