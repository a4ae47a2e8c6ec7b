"""Tells how far a call of many requests is: nothing unless asked for, a bar, or a callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TypeAlias, TypeVar

from ionworks._workflows.fan_out import fan_out

T = TypeVar("T")

#: False for none; True for a bar, where there is a terminal or a notebook; or a function that is
#: given how many are done, and of how many.
Progress: TypeAlias = bool | Callable[[int, int], None]


def fan_out_told(
    calls: Sequence[Callable[[], T]], *, max_workers: int, progress: Progress, what: str
) -> list[T]:
    """Run calls as `fan_out` does, and tell of each that is done.

    A callback is called by one thread at a time; what it raises ends the call.
    """
    if progress is False or not calls:
        return fan_out(calls, max_workers=max_workers)
    with _teller(progress, len(calls), what) as tell:
        return fan_out([_told(call, tell) for call in calls], max_workers=max_workers)


def _told(call: Callable[[], T], tell: Callable[[], None]) -> Callable[[], T]:
    def told() -> T:
        result = call()
        tell()
        return result

    return told


@contextmanager
def _teller(progress: Progress, total: int, what: str) -> Iterator[Callable[[], None]]:
    lock, done = Lock(), 0
    if callable(progress):
        report = progress

        def tell() -> None:
            nonlocal done
            with lock:
                done += 1
                report(done, total)

        yield tell
        return
    from tqdm.auto import tqdm

    with tqdm(total=total, desc=what, unit="table", disable=None) as bar:

        def advance() -> None:
            with lock:
                bar.update()

        yield advance
