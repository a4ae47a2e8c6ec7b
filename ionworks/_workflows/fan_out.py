"""The one bounded fan-out: many calls at once, results in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ionworks._workflows.threads import Threads

T = TypeVar("T")
U = TypeVar("U")


def fan_out(calls: Sequence[Callable[[], T]], *, max_workers: int) -> list[T]:
    """Run the calls, at most `max_workers` at once, and return their results in order.

    With one worker, or one call, everything runs in this thread, one after the other: recordings
    made so are the same each time.

    Raises
    ------
    Exception
        The first error, in the order of `calls`; calls not yet begun are given up. An interrupt
        breaks off those that are under way.
    """
    if max_workers <= 1 or len(calls) <= 1:
        return [call() for call in calls]
    return Threads(calls, min(max_workers, len(calls))).run()


def pair(first: Callable[[], T], second: Callable[[], U], *, max_workers: int) -> tuple[T, U]:
    """Run two calls of different kinds as `fan_out` does, and return both results."""
    calls: list[Callable[[], Any]] = [first, second]
    one, other = fan_out(calls, max_workers=max_workers)
    return one, other
