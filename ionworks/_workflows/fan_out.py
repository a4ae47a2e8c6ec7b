"""The one bounded fan-out: many calls at once, results in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")


def fan_out(calls: Sequence[Callable[[], T]], *, max_workers: int) -> list[T]:
    """Run the calls, at most `max_workers` at once, and return their results in order.

    With one worker, or one call, everything runs in this thread, one after the other: recordings
    made so are the same each time.

    Raises
    ------
    Exception
        The first error, in the order of `calls`; calls not yet begun are given up.
    """
    if max_workers <= 1 or len(calls) <= 1:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(max_workers, len(calls)), "ionworks") as pool:
        try:
            futures: list[Future[T]] = [pool.submit(call) for call in calls]
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:  # also when the user interrupts
            pool.shutdown(wait=False, cancel_futures=True)
    failed = [f for f in futures if not f.cancelled() and f.exception() is not None]
    return [f.result() for f in failed or futures]


def pair(first: Callable[[], T], second: Callable[[], U], *, max_workers: int) -> tuple[T, U]:
    """Run two calls of different kinds as `fan_out` does, and return both results."""
    calls: list[Callable[[], Any]] = [first, second]
    one, other = fan_out(calls, max_workers=max_workers)
    return one, other
