"""Interrupts waits of other threads: for connections, and pauses between attempts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from types import TracebackType
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

    def add(self, wait: Wait) -> None:
        """Register `wait`, so that `cancel` ends it.

        Raises
        ------
        Cancelled
            If it was cancelled.
        """
        with self._lock:
            if self.is_over:
                raise Cancelled
            self._waits.add(wait)

    def remove(self, wait: Wait) -> None:
        """Remove `wait`; from now on, `cancel` does not touch it."""
        with self._lock:
            self._waits.discard(wait)

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


class _Interruptible:
    """Registers a wait during a block. A class, because each read and write needs one."""

    __slots__ = ("_cancellations", "_wait")

    def __init__(self, wait: Wait, cancellations: tuple[Cancellation, ...]) -> None:
        self._wait, self._cancellations = wait, cancellations

    def __enter__(self) -> None:
        try:
            for each in self._cancellations:
                each.add(self._wait)
        except BaseException:
            self._remove()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._remove()
        # Another exception, such as KeyboardInterrupt, takes precedence.
        replaces = kind is None or issubclass(kind, Exception)
        if replaces and any(each.is_over for each in self._cancellations):
            raise Cancelled from None

    def _remove(self) -> None:
        for each in self._cancellations:
            each.remove(self._wait)


def interruptible(wait: Wait, *owners: Cancellation) -> AbstractContextManager[None]:
    """Let the cancellation of this thread's composed call, and `owners`, end `wait` in the block.

    Raises
    ------
    Cancelled
        Before or after the block, if one of them was cancelled.
    """
    current = _CURRENT.get()
    return _Interruptible(wait, owners if current is None else (*owners, current))


def clean_up_after(clean: Callable[[], object]) -> AbstractContextManager[None]:
    """Let another thread call `clean` if this one cannot; see `Cancellation.clean_up_after`."""
    current = _CURRENT.get()
    return nullcontext() if current is None else current.clean_up_after(clean)
