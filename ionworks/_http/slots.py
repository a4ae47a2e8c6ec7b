"""Limits how many threads do something at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Slots:
    """A number of slots, each held by one thread.

    A semaphore would lose a slot for good if Ctrl-C interrupts a thread that has just got it.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._holders: set[int] = set()
        self._free = threading.Condition()

    @contextmanager
    def hold(self, timeout: float) -> Iterator[bool]:
        """Hold a slot during the block, or yield False if none became free in time."""
        thread = threading.get_ident()
        try:
            with self._free:
                held = self._free.wait_for(lambda: self._has_slot(thread), timeout)
                if held:
                    self._holders.add(thread)
            yield held
        finally:
            with self._free:
                self._holders.discard(thread)
                self._free.notify()

    def _has_slot(self, thread: int) -> bool:
        return thread in self._holders or len(self._holders) < self._size
