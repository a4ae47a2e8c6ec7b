"""Decide whether to send a request again, and after how long. Clock and dice are given."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from attrs import Attribute, field, frozen

from ionworks.errors import Outcome

RETRY_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525), 529})
# Refusals that pass: the server did not take the request up.
_NOT_NOW: Final = frozenset({408, 429})
Idempotency: TypeAlias = Literal["idempotent", "unique-name", "none"]
"""What comes of sending again what was done: the same, a conflict, or a second one."""

_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


def _not_negative(_: object, attribute: Attribute[Any], value: Any) -> None:
    if value is None and attribute.name.endswith("deadline"):
        return
    whole = attribute.name == "max_retries"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise TypeError(f"{attribute.name} = {value!r}: give a {'whole ' if whole else ''}number")
    if not value >= 0:
        raise ValueError(f"{attribute.name} = {value!r}: give 0 or more")


@frozen
class RetryPolicy:
    """How often, and for how long, a request is sent again.

    Attributes
    ----------
    max_retries : int
        Retries after the first attempt; 0 sends everything once.
    base, cap : float
        The wait in seconds is drawn between 0 and ``min(cap, base * 2**attempt)``.
    max_retry_after : float
        The longest wait in seconds that a server may ask for; above it the error is raised at once.
    deadline : float or None
        Seconds for one operation: all its attempts and the waits between them. None sets no limit.
    transfer_deadline : float or None
        The same for tables and files, which take as long as they take while they come.

    Raises
    ------
    ValueError, TypeError
        For a negative number, NaN, or something that is no number.
    """

    max_retries: int = field(default=3, validator=_not_negative)
    base: float = field(default=0.5, validator=_not_negative)
    cap: float = field(default=8.0, validator=_not_negative)
    max_retry_after: float = field(default=120.0, validator=_not_negative)
    deadline: float | None = field(default=60.0, validator=_not_negative)
    transfer_deadline: float | None = field(default=None, validator=_not_negative)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a ``Retry-After`` header.

    Parameters
    ----------
    value : str or None
        Seconds (``"3"``, ``"1.5"``) or an HTTP date.
    now : datetime
        The moment to count from, with a time zone; best the ``Date`` of the same answer, which
        makes the wait independent of a local clock that goes wrong.

    Returns
    -------
    float or None
        Seconds, never negative. None where the header is absent, a date in the past, or garbage.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    moment = parse_http_date(text)
    if moment is None:
        return None
    seconds = (moment - now).total_seconds()
    return seconds if seconds >= 0 else None


def parse_http_date(value: str | None) -> datetime | None:
    """Read an HTTP date as an aware datetime; None where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def delay(
    policy: RetryPolicy,
    attempt: int,
    retry_after: float | None,
    rand: Callable[[], float],
    left: float | None,
) -> float | None:
    """Return the wait in seconds before the next attempt; None to give up.

    Parameters
    ----------
    policy : RetryPolicy
        The bounds.
    attempt : int
        Retries already made: 0 after the first failure.
    retry_after : float or None
        What the server asked for, in seconds. Honoured exactly, or not at all: a wait above
        ``policy.max_retry_after`` or beyond what is left means giving up now.
    rand : callable
        Draws a number from 0 to 1 (full jitter, so that many clients do not come back at once).
    left : float or None
        Seconds that are left for the call; None without a limit.
    """
    if attempt >= policy.max_retries:
        return None
    if retry_after is None:
        # Beyond 2**60 the cap has long decided, and floats would overflow.
        wait = rand() * min(policy.cap, policy.base * 2.0 ** min(attempt, 60))
    elif retry_after <= policy.max_retry_after:
        wait = max(retry_after, 0.0)
    else:
        return None
    return wait if left is None or wait < left else None


def may_retry(idempotency: Idempotency, outcome: Outcome, status: int | None = None) -> bool:
    """Whether a request may be sent again as it is.

    What was not sent, or was turned away for now, may always. What may have been done already may
    only where a second time does no harm.

    Parameters
    ----------
    idempotency : {"idempotent", "unique-name", "none"}
        What comes of a second time.
    outcome : {"not_sent", "rejected", "unknown"}
        What is known of the failed attempt.
    status : int or None
        The status of the answer, if there was one.
    """
    if outcome == "not_sent" or status in _NOT_NOW:
        return True
    if outcome == "rejected" or idempotency == "none":
        return False
    return status is None or status in RETRY_STATUSES


class RetryBudget:
    """What all calls of one client may spend together on sending again.

    A retry takes `cost` of the budget, and each success pays a little back. When a service fails
    for everybody, many calls at once stop asking again soon, and do not make it worse.

    Parameters
    ----------
    capacity : int
        What there is at first, and at most.
    cost : int
        What one retry takes; paid back when that retry succeeds.
    """

    def __init__(self, capacity: int = 500, cost: int = 5) -> None:
        self._capacity, self._cost = capacity, cost
        self._left = capacity
        self._lock = threading.Lock()

    def acquire(self) -> bool:
        """Take what one retry costs; False if that much is not left."""
        with self._lock:
            if self._left < self._cost:
                return False
            self._left -= self._cost
            return True

    def release(self, *, retried: bool) -> None:
        """Pay back after a success: what the last retry cost, or one for a first attempt."""
        with self._lock:
            self._left = min(self._capacity, self._left + (self._cost if retried else 1))
