"""Reports the progress of a call: to a bar in a terminal or a notebook, or to a function."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from ionworks.errors import PayloadError

if TYPE_CHECKING:
    from tqdm import tqdm

Unit = Literal["B", "table", "file", "request"]
# A bar of a short call would only flicker.
_DELAY: Final = 0.5


@frozen
class ProgressUpdate:
    """The progress of a call, as a callback gets it.

    Attributes
    ----------
    operation : str
        What is done, such as ``"time_series"`` or ``"notes.txt"``.
    done : int
        The finished amount. It decreases if a transfer starts again.
    total : int or None
        The whole amount; None if it is not known.
    unit : {"B", "table", "file", "request"}
        What is counted; ``"B"`` are bytes.
    """

    operation: str
    done: int
    total: int | None
    unit: str


#: "auto": a bar in a terminal or a notebook, if the call takes longer than half a second. True: a
#: bar in any case. False: none. Or a function that is called with each `ProgressUpdate`.
Progress: TypeAlias = Literal["auto"] | bool | Callable[[ProgressUpdate], None]


class Meter:
    """Counts the progress of one call; any thread may count.

    Examples
    --------
    >>> with measure(print, "time_series", "B", total=10) as meter:
    ...     meter.advance(4)
    ...     meter.advance(-4)  # the transfer starts again
    ProgressUpdate(operation='time_series', done=4, total=10, unit='B')
    ProgressUpdate(operation='time_series', done=0, total=10, unit='B')
    """

    def __init__(
        self,
        report: Callable[[ProgressUpdate], None] | None,
        operation: str,
        unit: Unit,
        total: int | None,
    ) -> None:
        self._report = report
        self._operation, self._unit = operation, unit
        self._done, self._total = 0, total
        self._lock = Lock()

    def advance(self, amount: int = 1) -> None:
        """Count a finished amount; a negative amount takes it back."""
        if self._report is not None and amount:
            with self._lock:
                self._done += amount
                self._report(self._update())

    def expect(self, amount: int) -> None:
        """Add to the total; a negative amount takes it back."""
        if self._report is not None:
            with self._lock:
                self._total = (self._total or 0) + amount

    def _update(self) -> ProgressUpdate:
        return ProgressUpdate(self._operation, self._done, self._total, self._unit)


#: Reports nothing.
NO_METER: Final = Meter(None, "", "B", None)


@contextmanager
def measure(
    progress: Progress, operation: str, unit: Unit, *, total: int | None = None
) -> Iterator[Meter]:
    """Yield the meter of a call; a bar is closed at the end, also after an error.

    Parameters
    ----------
    progress : "auto", bool or callable
        Where the progress is reported.
    operation : str
        What is done; the text before the bar.
    unit : {"B", "table", "file", "request"}
        What is counted.
    total : int, optional
        The whole amount, if it is known; `Meter.expect` adds to it.

    Raises
    ------
    PayloadError
        If `progress` is none of these.
    """
    if callable(progress):
        yield Meter(progress, operation, unit, total)
        return
    if progress not in ("auto", True, False):
        raise PayloadError("progress", progress, "give 'auto', True, False, or a function")
    if progress is False or (progress == "auto" and not _is_watched()):
        yield Meter(None, operation, unit, total)
        return
    bar = _Bar(0.0 if progress is True else _DELAY)
    try:
        yield Meter(bar.show, operation, unit, total)
    finally:
        bar.close()


class _Bar:
    """A bar on stderr, which appears after a delay."""

    def __init__(self, delay: float) -> None:
        self._from = time.monotonic() + delay
        self._bar: tqdm[Any] | None = None

    def show(self, update: ProgressUpdate) -> None:
        """Draw the progress."""
        if self._bar is None:
            if time.monotonic() < self._from:
                return
            self._bar = self._open(update)
        self._bar.total = update.total
        self._bar.update(update.done - self._bar.n)

    def close(self) -> None:
        """End the line of the bar, if it was drawn."""
        if self._bar is not None:
            self._bar.close()

    def _open(self, update: ProgressUpdate) -> tqdm[Any]:
        from tqdm.auto import tqdm

        is_bytes = update.unit == "B"
        return tqdm(
            desc=update.operation,
            total=update.total,
            unit=update.unit,
            unit_scale=is_bytes,
            unit_divisor=1000,
            file=sys.stderr,
        )


def _is_watched() -> bool:
    """Return whether stderr is a terminal, or the process runs a notebook."""
    try:
        if sys.stderr is not None and sys.stderr.isatty():
            return True
    except (AttributeError, ValueError):  # replaced, or closed
        return False
    shell = sys.modules.get("IPython")
    session = None if shell is None else shell.get_ipython()
    return session is not None and hasattr(session, "kernel")
