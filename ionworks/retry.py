"""Decide whether to send a request again, and after how long. Pure: clock and dice are given."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import Attribute, field, frozen

if TYPE_CHECKING:
    from ionworks.errors import Outcome

RETRY_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525), 529})
READS: Final = frozenset({"GET", "HEAD"})

_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


def _not_negative(_: object, attribute: Attribute[Any], value: float) -> None:
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
    deadline : float
        Seconds since the first attempt after which nothing is sent again.

    Raises
    ------
    ValueError, TypeError
        For a negative number, NaN, or something that is no number.
    """

    max_retries: int = field(default=3, validator=_not_negative)
    base: float = field(default=0.5, validator=_not_negative)
    cap: float = field(default=8.0, validator=_not_negative)
    max_retry_after: float = field(default=120.0, validator=_not_negative)
    deadline: float = field(default=60.0, validator=_not_negative)


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
    elapsed: float,
    rand: Callable[[], float],
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
        ``policy.max_retry_after`` or beyond the deadline means giving up now.
    elapsed : float
        Seconds since the first attempt was sent.
    rand : callable
        Draws a number from 0 to 1 (full jitter, so that many clients do not come back at once).
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
    return wait if elapsed + wait <= policy.deadline else None


def may_retry(method: str, outcome: Outcome, status: int | None = None) -> bool:
    """Whether a request may be sent again as it is.

    A read may after any failure that can pass; anything else only if it was certainly not sent.

    Parameters
    ----------
    method : str
        The HTTP method, in any case.
    outcome : {"not_sent", "rejected", "unknown"}
        What is known of the failed attempt.
    status : int or None
        The status of the answer, if there was one.
    """
    if outcome == "not_sent":
        return True
    if method.upper() not in READS:
        return False
    return outcome == "unknown" if status is None else status in RETRY_STATUSES
