"""Interrupts waits of other threads: for connections, and pauses between attempts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Final, Protocol

TICK: Final = 0.5  # some systems cannot interrupt a wait


class Cancelled(BaseException):
    """Raised in a thread whose call was cancelled. Never leaves the package."""


class Wait(Protocol):
    """A wait that another thread can end."""

    def end(self) -> None:
        """End the wait at once."""


class Pause:
    """A pause that another thread can end."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def end(self) -> None:
        """End the pause."""
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`, or until the pause is ended."""
        until = time.monotonic() + seconds
        with interruptible(self):
            while (left := until - time.monotonic()) > 0 and not self._over.is_set():
                self._over.wait(min(left, TICK))


class Cancellation:
    """The waits of all threads of one composed call, which are cancelled together."""

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
        """End all current and future waits of these threads."""
        with self._lock:
            self._over.set()
            # Under the lock, so that no registered wait is closed meanwhile.
            for wait in self._waits:
                wait.end()

    # A nested composed call is itself a wait of the outer one.
    end = cancel

    @contextmanager
    def interruptible(self, wait: Wait) -> Iterator[None]:
        """Register `wait`, so that `cancel` can end it, during the block.

        Raises
        ------
        Cancelled
            Before or after the block, if the call was cancelled.
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
        """Make this the cancellation of the current thread during the block."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    @contextmanager
    def clean_up_after(self, clean: Callable[[], object]) -> Iterator[None]:
        """Let `clean_up` call `clean` if the thread does not reach the end of the block."""
        self._remains.add(clean)
        try:
            yield
        finally:
            self._remains.discard(clean)

    def clean_up(self) -> None:
        """Clean up for threads that cannot be interrupted, for example in a host name lookup."""
        for clean in [*self._remains]:
            with suppress(OSError):
                clean()


_CURRENT: ContextVar[Cancellation | None] = ContextVar("ionworks_cancellation", default=None)


def interruptible(wait: Wait) -> AbstractContextManager[None]:
    """Make `wait` interruptible during the block, if this thread belongs to a composed call."""
    current = _CURRENT.get()
    return nullcontext() if current is None else current.interruptible(wait)


def clean_up_after(clean: Callable[[], object]) -> AbstractContextManager[None]:
    """Let another thread call `clean` if this one cannot; see `Cancellation.clean_up_after`."""
    current = _CURRENT.get()
    return nullcontext() if current is None else current.clean_up_after(clean)
