"""Decides whether and when to retry a request. The clock and random numbers are injected."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from attrs import Attribute, evolve, field, frozen

from ionworks._forks import ForkSafeLock
from ionworks.errors import ConfigurationError, Outcome

RETRY_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525), 529})
# Temporary rejections: the server did not process the request.
_NOT_NOW: Final = frozenset({408, 429})
Idempotency: TypeAlias = Literal["idempotent", "unique-name", "none"]
"""Effect of repeating a processed request: the same result, a name conflict, or a duplicate."""

_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


def _not_negative(_: object, attribute: Attribute[Any], value: Any) -> None:
    if value is None and attribute.name.endswith("deadline"):
        return
    whole = attribute.name == "max_retries"
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        kind = "a whole number" if whole else "a number"
        raise TypeError(f"{attribute.name} = {value!r}: must be {kind}")
    if not value >= 0:
        raise ValueError(f"{attribute.name} = {value!r}: must be 0 or more")


@frozen
class RetryPolicy:
    """The number of retries, the pauses between them, and the deadlines.

    Attributes
    ----------
    max_retries : int
        Retries after the first attempt; 0 disables retries.
    base, cap : float
        The pause in seconds is random between 0 and ``min(cap, base * 2**attempt)``.
    max_retry_after : float
        The longest pause in seconds that a server may request; above it the error is raised at
        once.
    deadline : float or None
        Seconds for one operation, including all attempts and pauses. None sets no limit.
    transfer_deadline : float or None
        The deadline of table and file transfers.

    Raises
    ------
    ValueError, TypeError
        If a value is negative, NaN or not a number.
    """

    max_retries: int = field(default=3, validator=_not_negative)
    base: float = field(default=0.5, validator=_not_negative)
    cap: float = field(default=8.0, validator=_not_negative)
    max_retry_after: float = field(default=120.0, validator=_not_negative)
    deadline: float | None = field(default=60.0, validator=_not_negative)
    transfer_deadline: float | None = field(default=None, validator=_not_negative)

    def with_limits(self, max_retries: int | None, deadline: float | None) -> RetryPolicy:
        """Return the policy with other limits; None keeps one."""
        retries = self.max_retries if max_retries is None else max_retries
        policy = evolve(self, max_retries=retries)
        if deadline is None:
            return policy
        seconds = check_positive("deadline", deadline)
        return evolve(policy, deadline=seconds, transfer_deadline=seconds)


def check_positive(name: str, seconds: float, unit: str = "number of seconds") -> float:
    """Return `seconds` as a float.

    Raises
    ------
    ConfigurationError
        If it is not a number above 0.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise ConfigurationError(f"{name} is {seconds!r}; give a {unit} above 0")
    return float(min(seconds, 1e308))  # an int may be too large for a float


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Parse a ``Retry-After`` header.

    Parameters
    ----------
    value : str or None
        Seconds (``"3"``, ``"1.5"``) or an HTTP date.
    now : datetime
        The reference for a date, with a time zone; preferably the ``Date`` of the same response,
        which does not depend on the local clock.

    Returns
    -------
    float or None
        Seconds, never negative. None if the header is missing, invalid, or a date in the past.
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
    """Parse an HTTP date as an aware datetime; None if it is invalid."""
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
    """Return the pause in seconds before the next attempt; None to give up.

    Parameters
    ----------
    policy : RetryPolicy
        The limits.
    attempt : int
        Number of retries so far: 0 after the first failure.
    retry_after : float or None
        The pause that the server requests, in seconds. It is used exactly; if it exceeds
        ``policy.max_retry_after`` or `left`, the client gives up at once.
    rand : callable
        Returns a random number from 0 to 1 (full jitter, so that many clients do not retry at the
        same time).
    left : float or None
        The remaining seconds of the call; None without a limit.
    """
    if attempt >= policy.max_retries:
        return None
    if retry_after is None:
        # Limited to 2**60, because floats would overflow.
        wait = rand() * min(policy.cap, policy.base * 2.0 ** min(attempt, 60))
    elif retry_after <= policy.max_retry_after:
        wait = max(retry_after, 0.0)
    else:
        return None
    return wait if left is None or wait < left else None


def may_retry(idempotency: Idempotency, outcome: Outcome, status: int | None = None) -> bool:
    """Return whether a request may be sent again.

    A request that was not sent or was rejected temporarily may always be retried. One that may have
    been processed is retried only if repeating it is safe.

    Parameters
    ----------
    idempotency : {"idempotent", "unique-name", "none"}
        The effect of sending the request twice.
    outcome : {"not_sent", "rejected", "unknown"}
        The outcome of the failed attempt.
    status : int or None
        The HTTP status, if there was a response.
    """
    if outcome == "not_sent" or status in _NOT_NOW:
        return True
    if outcome == "rejected" or idempotency == "none":
        return False
    return status is None or status in RETRY_STATUSES


class RetryBudget:
    """The retry budget that all calls of one client share.

    A retry takes `cost` from the budget, and each success returns some of it. During an outage the
    budget is soon empty, so that many concurrent calls do not add load to the service.

    Parameters
    ----------
    capacity : int
        The initial and maximum budget.
    cost : int
        The cost of one retry, returned if the retry succeeds.
    """

    def __init__(self, capacity: int = 500, cost: int = 5) -> None:
        self._capacity, self._cost = capacity, cost
        self._left = capacity
        self._lock = ForkSafeLock()

    def acquire(self) -> bool:
        """Take the cost of one retry; return False if the budget is too low."""
        with self._lock:
            if self._left < self._cost:
                return False
            self._left -= self._cost
            return True

    def release(self, *, retried: bool) -> None:
        """Return budget after a success: the cost of a retry, or 1 for a first attempt."""
        with self._lock:
            self._left = min(self._capacity, self._left + (self._cost if retried else 1))
