"""Faults on request: what goes wrong with the next calls, and a ledger of what was done."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

FaultKind = Literal[
    "status",
    "reset",
    "close",
    "cut",
    "stall",
    "drip",
    "login-page",
    "empty",
    "flip",
    "gzip-bomb",
    "expired",
    "short",
    "wrong-etag",
]

KINDS: Mapping[str, FaultKind] = {kind: kind for kind in get_args(FaultKind) if kind != "status"}
#: These change the answer, so there must be one.
ON_ANSWER = {"cut", "drip", "flip", "short", "wrong-etag"}
WITH_NUMBER = ("cut", "gzip-bomb")
WITH_HEADER = ("status", "login-page")
GRAMMAR = re.compile(
    r"(?P<what>[a-z-]+|[1-9]\d\d)(?: (?P<number>\d+))?(?P<after> after commit)?"
    r"(?: (?P<name>[A-Za-z-]+): (?P<value>[!-~]+(?: [!-~]+)*))?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one call.

    ``kind`` is the kind of fault; ``number`` is the status, the number of bytes before the cut, or
    the size in megabytes of the decompressed body. ``committed`` says whether the call is done
    before the fault. ``headers`` are added to the response of the fault.
    """

    text: str
    kind: FaultKind
    number: int
    committed: bool
    headers: Mapping[str, str]


def read_fault(text: str) -> Fault:
    """Read a fault.

    In place of the call: ``"503"`` or ``"503 retry-after: 7"`` answers with this status;
    ``"reset"`` and ``"close"`` end the connection; ``"stall"`` sends nothing; ``"login-page"``
    sends a login page; ``"empty"`` sends an empty 200; ``"gzip-bomb 300"`` sends gzip that expands
    to 300 MB; ``"expired"`` is the answer of storage to an expired signed URL. With
    ``after commit`` at the end, the call is done first.

    After the call: ``"cut 20"`` sends 20 bytes of the body and closes; ``"flip"`` changes one bit
    of the body; ``"drip"`` sends the body byte by byte; ``"short"`` stores an upload without its
    last byte; ``"wrong-etag"`` states another ETag for it.

    Raises
    ------
    ValueError
        If `text` is not such a fault.
    """
    match = GRAMMAR.fullmatch(text.strip())
    if match is None or (match["what"] not in KINDS and not match["what"].isdigit()):
        raise ValueError(
            f"{text!r} is not a known fault; use a status or one of {', '.join(KINDS)}"
        )
    what = match["what"]
    kind = KINDS.get(what, "status")
    if kind == "status" and not 200 <= int(what) < 600:
        raise ValueError(f"{text!r} has an invalid status; use 200 to 599")
    if match["number"] is None and kind == "gzip-bomb":
        raise ValueError(f"{text!r} has no size; give the megabytes, as in 'gzip-bomb 300'")
    if match["number"] is not None and kind not in WITH_NUMBER:
        raise ValueError(f"{text!r} has a number; only cut and gzip-bomb take one")
    if match["name"] and kind not in WITH_HEADER:
        raise ValueError(f"{text!r} has a header; only a status and login-page take one")
    number = int(what) if kind == "status" else int(match["number"] or 0)
    headers = {match["name"].lower(): match["value"]} if match["name"] else {}
    return Fault(text, kind, number, bool(match["after"]) or kind in ON_ANSWER, headers)


@dataclass(frozen=True, slots=True)
class Commit:
    """A completed change, independent of the response that the client received."""

    operation: str
    path: str
    status: int
    record_id: str | None


class Faults:
    """The plans of a sandbox, one for each operation, and the ledger. Used by several threads.

    Parameters
    ----------
    operations
        Returns the names of the operations that can be planned; without it any name is accepted.
    """

    def __init__(self, operations: Callable[[], Iterable[str]] | None = None) -> None:
        self._operations = operations
        self._plans: dict[str, deque[Fault]] = {}
        self._ledger: list[Commit] = []
        self._lock = threading.Lock()

    def plan(self, operation: str, *faults: str) -> None:
        """Plan faults for the next calls of an operation, one for each call.

        ``operation`` is an operationId of the contract, or ``put_object`` or ``get_object`` for
        the storage, or one of an upload in parts: ``create_multipart_upload``, ``upload_part``,
        ``complete_multipart_upload``, ``head_object``, ``abort_multipart_upload``. ``"none"``
        among the faults lets one call pass.

        Raises
        ------
        ValueError
            If one of them is not a fault, or the operation does not exist; no fault is planned
            then.
        """
        self._check(operation)
        read = [PASS if each.strip() == "none" else read_fault(each) for each in faults]
        with self._lock:
            self._plans.setdefault(operation, deque()).extend(read)

    def _check(self, operation: str) -> None:
        known = [operation] if self._operations is None else [*self._operations()]
        if operation not in known:
            near = get_close_matches(operation, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "use an operationId of the contract"
            raise ValueError(f"there is no operation {operation!r}; {hint}")

    def next(self, operation: str) -> Fault | None:
        """Take the next fault of an operation."""
        with self._lock:
            plan = self._plans.get(operation)
            fault = plan.popleft() if plan else None
        return None if fault is PASS else fault

    @property
    def left(self) -> dict[str, list[str]]:
        """The planned faults that have not occurred yet, by operation."""
        with self._lock:
            plans = {name: [each.text for each in plan] for name, plan in self._plans.items()}
        return {name: texts for name, texts in plans.items() if texts}

    def clear(self) -> None:
        """Forget all plans."""
        with self._lock:
            self._plans.clear()

    def commit(self, commit: Commit) -> None:
        """Add a change to the ledger."""
        with self._lock:
            self._ledger.append(commit)

    @property
    def ledger(self) -> list[Commit]:
        """All completed changes since the sandbox started, in order."""
        with self._lock:
            return [*self._ledger]

    def commits(self, operation: str) -> int:
        """Return how often an operation was completed."""
        return sum(each.operation == operation for each in self.ledger)


def read_plan(body: object) -> tuple[str, list[str]]:
    """Read a plan as it comes over the wire: ``{"operation": ..., "plan": [...]}``.

    Raises
    ------
    ValueError
        If it is not a plan.
    """
    if isinstance(body, Mapping):
        operation, plan = body.get("operation"), body.get("plan")
        texts = [each for each in plan if isinstance(each, str)] if isinstance(plan, list) else []
        if isinstance(operation, str) and texts and texts == plan:
            return operation, texts
    raise ValueError('a plan is {"operation": "...", "plan": ["503", ...]}')


PASS = Fault("none", "status", 0, committed=False, headers={})
