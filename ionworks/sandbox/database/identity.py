"""Who the sandbox belongs to, what time it has, and the ids that it hands out."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEEDED_START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """The one user of a sandbox and the organization that the user's key belongs to."""

    user_id: str
    organization_id: str
    email: str = "user@sandbox.example"
    organization_name: str = "Sandbox organization"


class Source(Protocol):
    """Clock and ids. Times are whole microseconds since 1970, so that SQL compares instants."""

    def now(self) -> int:
        """Return the time of an answer."""

    def tick(self) -> int:
        """Return the time of a write, later than every write before it."""

    def new_id(self) -> str:
        """Return an id that was never handed out."""

    def state(self) -> str:
        """Return what the source must remember over a restart."""

    def restore(self, state: str) -> None:
        """Go back to a remembered state."""


class RealSource:
    """The machine's clock and random ids."""

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> int:
        """Return the machine's time."""
        return time.time_ns() // 1000

    def tick(self) -> int:
        """Return the machine's time, at least a microsecond after the last write."""
        self._last = max(self._last + 1, self.now())
        return self._last

    def new_id(self) -> str:
        """Return a random id."""
        return str(uuid.uuid4())

    def state(self) -> str:
        """Return the time of the last write."""
        return str(self._last)

    def restore(self, state: str) -> None:
        """Keep later writes after the remembered one."""
        self._last = int(state)


class SeededSource:
    """A clock that moves one second for each write, and a fixed sequence of ids."""

    def __init__(self) -> None:
        self._writes = 0
        self._ids = 0

    def now(self) -> int:
        """Return the time of the last write."""
        return microseconds(SEEDED_START) + self._writes * SECOND

    def tick(self) -> int:
        """Move the clock by a second and return it."""
        self._writes += 1
        return self.now()

    def new_id(self) -> str:
        """Return the next id of the sequence, shaped like a random one."""
        self._ids += 1
        digest = hashlib.sha256(f"ionworks sandbox {self._ids}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def state(self) -> str:
        """Return both counters."""
        return f"{self._writes} {self._ids}"

    def restore(self, state: str) -> None:
        """Set both counters."""
        writes, ids = state.split()
        self._writes, self._ids = int(writes), int(ids)


def microseconds(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def format_datetime(instant: int) -> str:
    """Return microseconds since 1970 as ISO 8601 in UTC, ending in Z."""
    moment = EPOCH + timedelta(microseconds=instant)
    return moment.isoformat().replace("+00:00", "Z")


def parse_instant(text: str) -> int:
    """Return a date or date-time as microseconds since 1970; without a zone it is UTC.

    Raises
    ------
    ValueError
        If the text is not an ISO 8601 date or date-time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return microseconds(moment.astimezone(UTC))
    except OverflowError:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from None
