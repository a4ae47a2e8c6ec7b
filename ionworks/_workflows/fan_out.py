"""Runs calls in a limited number of threads and reports progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ionworks._http.progress import Meter, Progress, Unit, measure
from ionworks._http.threads import Threads

T = TypeVar("T")
U = TypeVar("U")


def fan_out(
    calls: Sequence[Callable[[], T]],
    *,
    max_workers: int,
    progress: Progress = False,
    label: str = "",
    unit: Unit = "table",
) -> list[T]:
    """Run the calls, at most `max_workers` at once, and return their results in order.

    With one worker, or one call, all calls run sequentially in this thread, so that recordings are
    reproducible.

    Parameters
    ----------
    calls : sequence of callables
        Each is called once, without arguments.
    max_workers : int
        Maximum number of threads.
    progress : "auto", bool or callable
        Where the number of finished calls is reported; see `Progress`. A callback is called by one
        thread at a time; an exception that it raises ends the fan-out.
    label : str
        The text before the bar.
    unit : str
        What each call finishes.

    Raises
    ------
    Exception
        The first error. It cancels the other calls, as an interrupt does; if several failed at
        once, the error is the first in the order of `calls`.
    """
    if progress is False or not calls:
        return _run(calls, max_workers)
    with measure(progress, label, unit, total=len(calls)) as meter:
        return _run([_counted(call, meter) for call in calls], max_workers)


def run_pair(first: Callable[[], T], second: Callable[[], U], *, max_workers: int) -> tuple[T, U]:
    """Run two calls of different kinds as `fan_out` does, and return both results."""
    calls: list[Callable[[], Any]] = [first, second]
    one, other = fan_out(calls, max_workers=max_workers)
    return one, other


def _run(calls: Sequence[Callable[[], T]], max_workers: int) -> list[T]:
    if max_workers <= 1 or len(calls) <= 1:
        return [call() for call in calls]
    return Threads(calls, min(max_workers, len(calls))).run()


def _counted(call: Callable[[], T], meter: Meter) -> Callable[[], T]:
    def run() -> T:
        result = call()
        meter.advance()
        return result

    return run
