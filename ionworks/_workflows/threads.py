"""Threads for the calls of one fan-out; an interrupt ends them, whatever they wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

from ionworks._http.cancellation import Cancellation, Cancelled, waiting

T = TypeVar("T")

_GRACE: Final = 1.0  # seconds for threads to end in, once they are told to
_TICK: Final = 0.5  # on some systems nothing interrupts a wait


class Threads(Generic[T]):
    """Runs calls, some at once.

    The threads are daemons, because a process does not end before all others, and one that looks up
    a name cannot be ended.

    Parameters
    ----------
    calls : sequence of callables
        What to run.
    count : int
        How many threads.
    """

    def __init__(self, calls: Sequence[Callable[[], T]], count: int) -> None:
        self._calls = calls
        self._next = iter(range(len(calls)))
        self._lock = threading.Lock()
        self._results: dict[int, T] = {}
        self._errors: dict[int, BaseException] = {}
        self._cancellation = Cancellation()
        self._threads = [
            threading.Thread(target=self._work, name=f"ionworks_{number}", daemon=True)
            for number in range(count)
        ]

    def run(self) -> list[T]:
        """Run all calls; return their results in order, or raise the first error in their order.

        After an error no further call begins. What ends the waiting thread, such as Ctrl-C, ends
        all calls: what they wait for is broken off, and they leave nothing behind.
        """
        with waiting(self._cancellation):
            try:
                for thread in self._threads:
                    thread.start()
                for thread in self._threads:
                    while thread.is_alive() and not self._cancellation.is_over:
                        thread.join(_TICK)
                if self._cancellation.is_over:  # by one of them, or by an outer fan-out
                    self._end()
            except BaseException:
                try:
                    self._end()
                finally:  # Ctrl-C may be pressed again, at any moment
                    self._end()
                raise
        if self._errors:
            raise self._first_error()
        return [self._results[index] for index in range(len(self._calls))]

    def _work(self) -> None:
        with self._cancellation.entered():
            while (index := self._begin()) is not None:
                try:
                    self._results[index] = self._calls[index]()
                except Exception as error:
                    self._errors[index] = error
                except BaseException as error:
                    self._errors[index] = error
                    self._cancellation.cancel()

    def _begin(self) -> int | None:
        """Return the number of the next call, or None."""
        with self._lock:
            if self._errors or self._cancellation.is_over:
                return None
            return next(self._next, None)

    def _first_error(self) -> BaseException:
        """Return the first error that is not only the consequence of another one."""
        own = [n for n, e in self._errors.items() if not isinstance(e, Cancelled)]
        error = self._errors.pop(min(own or self._errors))
        self._errors.clear()  # their frames hold this object, and it all results
        return error

    def _end(self) -> None:
        """End the threads, within a second."""
        deadline = time.monotonic() + _GRACE
        while True:
            with suppress(KeyboardInterrupt):
                self._cancellation.cancel()
                for thread in self._threads:
                    if thread.is_alive():
                        thread.join(max(0.0, deadline - time.monotonic()))
                self._cancellation.clean_up()
                return
