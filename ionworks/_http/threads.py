"""Threads that run the calls of one fan-out and can be interrupted at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, Generic, TypeVar

from ionworks._http.cancellation import TICK, Cancellation, Cancelled, clean_up_after, interruptible

T = TypeVar("T")

_GRACE: Final = 0.5  # seconds that cancelled threads have to end


class Threads(Generic[T]):
    """Runs calls in several threads.

    The threads are daemons: a process waits for all other threads before it ends, and a thread that
    resolves a host name cannot be interrupted.

    Parameters
    ----------
    calls : sequence of callables
        The calls to run.
    count : int
        The number of threads.
    """

    def __init__(self, calls: Sequence[Callable[[], T]], count: int) -> None:
        self._calls = calls
        self._next = iter(range(len(calls)))
        self._lock = threading.Lock()
        # Not join(): if it is interrupted, a running thread may count as ended.
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._working: set[int] = set()
        self._deadline: float | None = None
        self._results: dict[int, T] = {}
        self._errors: dict[int, BaseException] = {}
        self._cancellation = Cancellation()
        self._threads = [
            threading.Thread(target=self._work, args=(n,), name=f"ionworks_{n}", daemon=True)
            for n in range(count)
        ]

    def run(self) -> list[T]:
        """Run all calls; return their results in order, or raise the first error in their order.

        An error of a call, or an exception in the waiting thread such as KeyboardInterrupt, cancels
        all other calls and interrupts what they wait for, such as a pause before the next attempt;
        they clean up.
        """
        with interruptible(self._cancellation), clean_up_after(self._cancellation.clean_up):
            try:
                self._start()
                while self._working and not self._cancellation.is_over:
                    self._wait(TICK)
                if self._cancellation.is_over:  # cancelled by a thread, or by an outer fan-out
                    self._end()
            except BaseException:
                try:
                    self._end()
                finally:  # Ctrl-C may be pressed again, at any moment
                    self._end()
                raise
        for thread in self._threads:
            if not self._working and thread.is_alive():
                thread.join()  # its work is done, so it ends soon
        if self._errors:
            raise self._first_error()
        return [self._results[index] for index in range(len(self._calls))]

    def _start(self) -> None:
        for number, thread in enumerate(self._threads):
            self._working.add(number)
            try:
                thread.start()
            except RuntimeError:  # the system allows no more threads; one is enough
                self._working.discard(number)
                if not number:
                    raise
                return

    def _wait(self, seconds: float) -> None:
        """Wait until one more thread has ended, at most `seconds`."""
        with suppress(Empty):
            self._ended.get(timeout=seconds)

    def _work(self, number: int) -> None:
        try:
            with self._cancellation.activate():
                while (index := self._begin()) is not None:
                    try:
                        self._results[index] = self._calls[index]()
                    except BaseException as error:
                        self._errors[index] = error
                        self._cancellation.cancel()
        finally:
            self._working.discard(number)
            self._ended.put(None)

    def _begin(self) -> int | None:
        """Return the index of the next call; None if no further call may start."""
        with self._lock:
            if self._errors or self._cancellation.is_over:
                return None
            return next(self._next, None)

    def _first_error(self) -> BaseException:
        """Return the first error that is not the consequence of another one."""
        own = [n for n, e in self._errors.items() if not isinstance(e, Cancelled)]
        error = self._errors.pop(min(own or self._errors))
        self._errors.clear()  # their frames refer to this object, and it refers to all results
        return error

    def _end(self) -> None:
        """Cancel the threads and wait up to half a second for them; may be called again."""
        self._deadline = self._deadline or time.monotonic() + _GRACE
        while True:
            with suppress(KeyboardInterrupt):
                self._cancellation.cancel()
                while self._working and (left := self._deadline - time.monotonic()) > 0:
                    self._wait(left)
                self._cancellation.clean_up()
                return
