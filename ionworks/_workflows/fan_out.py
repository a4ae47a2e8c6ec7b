"""Runs calls in a limited number of threads and reports progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from ionworks._workflows.threads import Threads

T = TypeVar("T")
U = TypeVar("U")

#: False for none; True for a progress bar in a terminal or a notebook; or a function that is called
#: with the number of finished calls and the total.
Progress: TypeAlias = bool | Callable[[int, int], None]


def fan_out(
    calls: Sequence[Callable[[], T]],
    *,
    max_workers: int,
    progress: Progress = False,
    label: str = "",
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
    progress : bool or callable
        Whether to show a progress bar, or a callback. The callback is called by one thread at a
        time; an exception that it raises ends the fan-out.
    label : str
        Text before the bar.

    Raises
    ------
    Exception
        The first error, in the order of `calls`; calls that have not started are dropped. An
        interrupt also ends the running ones.
    """
    if progress is False or not calls:
        return _run(calls, max_workers)
    with _reporter(progress, len(calls), label) as report:
        return _run([_with_report(call, report) for call in calls], max_workers)


def run_pair(first: Callable[[], T], second: Callable[[], U], *, max_workers: int) -> tuple[T, U]:
    """Run two calls of different kinds as `fan_out` does, and return both results."""
    calls: list[Callable[[], Any]] = [first, second]
    one, other = fan_out(calls, max_workers=max_workers)
    return one, other


def _run(calls: Sequence[Callable[[], T]], max_workers: int) -> list[T]:
    if max_workers <= 1 or len(calls) <= 1:
        return [call() for call in calls]
    return Threads(calls, min(max_workers, len(calls))).run()


def _with_report(call: Callable[[], T], report: Callable[[], None]) -> Callable[[], T]:
    def run() -> T:
        result = call()
        report()
        return result

    return run


@contextmanager
def _reporter(progress: Progress, total: int, label: str) -> Iterator[Callable[[], None]]:
    """Yield a function to be called after each finished call."""
    lock, done = Lock(), 0
    if callable(progress):
        callback = progress

        def report() -> None:
            nonlocal done
            with lock:
                done += 1
                callback(done, total)

        yield report
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, desc=label, unit="table", disable=None) as bar:

        def advance() -> None:
            with lock:
                bar.update()

        yield advance
