"""What is right and what is wrong about the end of a call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from signal import SIGINT
from typing import Any, Final, Literal

from rig import KEY
from scenes import SIGNATURES, Scene

OK: Final = "ok"
TOLD: Final = "error reported"
WRONG: Final = "WRONG"
NOTED_SECONDS = 5.0
SIGNED = re.compile(r"[?&]token=(?!REDACTED)\w")
Kind = Literal["ok", "error reported", "WRONG"]
Json = Any


@dataclass(frozen=True)
class Raised:
    """What an error says of itself."""

    name: str
    own: bool
    refusal: bool
    text: str
    status: int | None
    outcome: str | None
    request_id: str | None


@dataclass(frozen=True)
class Ended:
    """How a call ended: with a value or an error; `never` if it had to be ended.

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
    def said(self) -> str:
        """Everything that a user could read of it."""
        return " ".join([self.raised.text if self.raised else "", self.printed, *self.warned])


def read(found: Mapping[str, Json]) -> Ended:
    """Read what the driver told."""
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
    """A row ready to be played: where, what is called, and what of it would be right.

    Attributes
    ----------
    value
        Says what is wrong with what was returned; None if an error is what is expected.
    error
        Says what is wrong with the error that is expected; None if a value is.
    also
        Says what such an error leaves out that helps its reader.
    commits
        The operation that may be done once, and must be done if a value comes back.
    wire
        Says what is wrong with what went over the wire, whatever came of it.
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
    """A word, and what there is to say."""

    kind: Kind
    remark: str = ""

    def __str__(self) -> str:
        if not self.remark:
            return self.kind
        return (
            f"{self.kind}: {self.remark}" if self.kind == WRONG else f"{self.kind}, {self.remark}"
        )


def judged(trial: Trial, ended: Ended, patience: float) -> Verdict:
    """Judge an end by what holds for every row, then by what the row expects."""
    wrong = _wrong_anyhow(trial, ended, patience)
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


def _wrong_anyhow(trial: Trial, ended: Ended, patience: float) -> str:
    if trial.wire():
        return trial.wire()
    done = trial.scene.commits(trial.commits) if trial.commits else 0
    if done > 1:
        return f"done {done} times"
    if ended.never:
        return f"no end within {patience:.0f} s"
    if KEY in ended.said:
        return "the error shows the key"
    if SIGNATURES in ended.said or SIGNED.search(ended.said):
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
        return Verdict(TOLD, less)
    remark = ", ".join(filter(None, [_short(raised), took]))
    if trial.commits and trial.scene.commits(trial.commits) and raised.outcome != "unknown":
        return Verdict(WRONG, f"done, but reported as failed ({remark})")
    return Verdict(TOLD, remark)


def _status(ended: Ended) -> str:
    return f" ({ended.raised.status})" if ended.raised and ended.raised.status else ""


def _short(raised: Raised) -> str:
    return str(raised.status) if raised.status else f"`{raised.name}`"
