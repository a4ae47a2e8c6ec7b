"""Ends what threads wait for, from another thread: connections, and pauses between attempts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Final, Protocol

_TICK: Final = 0.5  # on some systems nothing interrupts a wait


class Cancelled(BaseException):
    """Nobody waits for this thread's call any longer. Never leaves the package."""


class Wait(Protocol):
    """Something that a thread waits for, and that another one can end."""

    def end(self) -> None:
        """Let the wait end at once, in whatever way."""


class Pause:
    """A pause that can be ended."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def end(self) -> None:
        """Let the pause be over."""
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over, or the pause is ended."""
        until = time.monotonic() + seconds
        with interruptible(self):
            while (left := until - time.monotonic()) > 0 and not self._over.is_set():
                self._over.wait(min(left, _TICK))


class Cancellation:
    """What the threads of one composed call wait for; all of it ends together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._waits: set[Wait] = set()
        self._remains: set[Callable[[], object]] = set()

    @property
    def is_over(self) -> bool:
        """Whether it was cancelled."""
        return self._over.is_set()

    def cancel(self) -> None:
        """End all waits of these threads, those to come included."""
        with self._lock:
            self._over.set()
            # Under the lock: what is registered has not been closed yet.
            for wait in self._waits:
                wait.end()

    # So that the wait for a composed call inside of another ends with that one.
    end = cancel

    @contextmanager
    def interruptible(self, wait: Wait) -> Iterator[None]:
        """Let `wait` be ended during the block.

        Raises
        ------
        Cancelled
            Before or after the block, if these threads are to end.
        """
        with self._lock:
            if self.is_over:
                raise Cancelled
            self._waits.add(wait)
        try:
            yield
        except Exception:
            if self.is_over:
                raise Cancelled from None
            raise
        finally:
            with self._lock:
                self._waits.discard(wait)
        if self.is_over:
            raise Cancelled

    @contextmanager
    def activate(self) -> Iterator[None]:
        """Make it the one of this thread during the block."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    @contextmanager
    def clean_up_after(self, clean: Callable[[], object]) -> Iterator[None]:
        """Let `clean` be called by `clean_up` if the thread never gets to the end of the block."""
        self._remains.add(clean)
        try:
            yield
        finally:
            self._remains.discard(clean)

    def clean_up(self) -> None:
        """Clean up for threads that cannot be ended: the system looks up a name, for example."""
        for clean in [*self._remains]:
            with suppress(OSError):
                clean()


_CURRENT: ContextVar[Cancellation | None] = ContextVar("ionworks_cancellation", default=None)


def interruptible(wait: Wait) -> AbstractContextManager[None]:
    """Let `wait` be ended during the block if this thread belongs to a composed call."""
    current = _CURRENT.get()
    return nullcontext() if current is None else current.interruptible(wait)


def clean_up_after(clean: Callable[[], object]) -> AbstractContextManager[None]:
    """Let `clean` be called by somebody else if this thread cannot; see `Cancellation`."""
    current = _CURRENT.get()
    return nullcontext() if current is None else current.clean_up_after(clean)
