"""Judges how a call ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from signal import SIGINT
from typing import Any, Final, Literal

from rig import KEY
from scenes import SIGNATURES, Scene

OK: Final = "ok"
REPORTED: Final = "error reported"
WRONG: Final = "WRONG"
NOTED_SECONDS = 5.0
SIGNED = re.compile(r"[?&]token=(?!REDACTED)\w")
Kind = Literal["ok", "error reported", "WRONG"]
Json = Any


@dataclass(frozen=True)
class Raised:
    """The class, the text and the attributes of an error."""

    name: str
    own: bool
    refusal: bool
    text: str
    status: int | None
    outcome: str | None
    request_id: str | None


@dataclass(frozen=True)
class Ended:
    """How a call ended: with a value or an error; `never` if it did not end in time.

    `files` are the temporary files that it left.
    """

    returned: Json = None
    raised: Raised | None = None
    seconds: float = 0.0
    megabytes: float = 0.0
    printed: str = ""
    warned: tuple[str, ...] = ()
    never: bool = False
    files: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything that a user could read."""
        return " ".join([self.raised.text if self.raised else "", self.printed, *self.warned])


def read(found: Mapping[str, Json]) -> Ended:
    """Read the result of the driver."""
    raised = found.get("raised")
    return Ended(
        found.get("returned"),
        raised
        and Raised(
            raised["class"],
            raised["own"],
            raised["refusal"],
            raised["text"],
            raised["status"],
            raised["outcome"],
            raised["request_id"],
        ),
        found["seconds"],
        found["megabytes"],
        found["printed"],
        tuple(found["warned"]),
    )


Check = Callable[[Ended], str]


@dataclass(frozen=True)
class Trial:
    """A prepared row: the server, the call, and the checks of its end.

    Attributes
    ----------
    value
        Names what is wrong with the returned value; None if an error is expected.
    error
        Names what is wrong with the expected error; None if a value is expected.
    also
        Names what the expected error should also contain.
    commits
        The operation that may be done once, and must be done if a value is returned.
    wire
        Names what is wrong with the requests, however the call ended.
    signal
        Is sent to the program when the planned faults occur. After SIGKILL, a second program makes
        the same call, and its end is judged.
    """

    scene: Scene
    call: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    value: Check | None = None
    error: Check | None = None
    also: Check = lambda ended: ""
    commits: str = ""
    wire: Callable[[], str] = lambda: ""
    options: Mapping[str, float] = field(default_factory=dict)
    refusal_is_fine: bool = False
    signal: int = 0
    most_megabytes: float = 1000.0


@dataclass(frozen=True)
class Verdict:
    """A verdict with a remark."""

    kind: Kind
    remark: str = ""

    def __str__(self) -> str:
        if not self.remark:
            return self.kind
        return (
            f"{self.kind}: {self.remark}" if self.kind == WRONG else f"{self.kind}, {self.remark}"
        )


def judged(trial: Trial, ended: Ended, patience: float) -> Verdict:
    """Judge an end by the rules of every row, then by the expectation of this row."""
    wrong = _always_wrong(trial, ended, patience)
    if wrong:
        return Verdict(WRONG, wrong)
    took = f"{ended.seconds:.0f} s" if ended.seconds >= NOTED_SECONDS else ""
    if ended.raised is not None:
        return _judged_error(trial, ended, ended.raised, took)
    if trial.value is None:
        return Verdict(WRONG, "no error")
    wrong = trial.value(ended)
    if not wrong and trial.commits and trial.scene.commits(trial.commits) != 1:
        wrong = "returned, but not done"
    return Verdict(WRONG, wrong) if wrong else Verdict(OK, took)


def _always_wrong(trial: Trial, ended: Ended, patience: float) -> str:
    if trial.wire():
        return trial.wire()
    done = trial.scene.commits(trial.commits) if trial.commits else 0
    if done > 1:
        return f"done {done} times"
    if ended.never:
        return f"no end within {patience:.0f} s"
    if KEY in ended.text:
        return "the error shows the key"
    if SIGNATURES in ended.text or SIGNED.search(ended.text):
        return f"the error shows the signed URL{_status(ended)}"
    if ended.files:
        return f"leaves {len(ended.files)} temporary files"
    if ended.megabytes > trial.most_megabytes:
        return f"took {ended.megabytes:.0f} MB of memory"
    return ""


def _judged_error(trial: Trial, ended: Ended, raised: Raised, took: str) -> Verdict:
    refused = trial.refusal_is_fine and raised.refusal
    interrupted = trial.signal == SIGINT and raised.name == "KeyboardInterrupt"
    if not raised.own and not refused and not interrupted:
        return Verdict(WRONG, f"`{raised.name}`, not an error class of the client")
    if trial.error is not None:
        wrong, less = trial.error(ended), trial.also(ended)
        if wrong or not less:
            return Verdict(WRONG, wrong) if wrong else Verdict(OK, took)
        return Verdict(REPORTED, less)
    remark = ", ".join(filter(None, [_short(raised), took]))
    if trial.commits and trial.scene.commits(trial.commits) and raised.outcome != "unknown":
        return Verdict(WRONG, f"done, but reported as failed ({remark})")
    return Verdict(REPORTED, remark)


def _status(ended: Ended) -> str:
    return f" ({ended.raised.status})" if ended.raised and ended.raised.status else ""


def _short(raised: Raised) -> str:
    return str(raised.status) if raised.status else f"`{raised.name}`"
