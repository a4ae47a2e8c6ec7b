"""Keeps forked processes working: locks and imports of other threads, and the threads of polars.

A fork copies one thread. A lock that another thread held stays locked in the child for good, and
so does the lock of a module that another thread was importing.
"""

from __future__ import annotations

import _imp
import importlib
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final
from weakref import WeakSet

_TASKS: Final = Path("/proc/self/task")
_POOL: Final = re.compile(r"polars-\d")  # polars has threads of other names from the start
_LONGEST_WAIT: Final = 5.0


class ForkSafeLock:
    """A lock that is free in a forked process, whichever thread held it in the parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _STATE.locks.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def release_in_child(self) -> None:
        """Free the lock in a forked process."""
        self._lock = threading.Lock()


class _ForkState:
    """What this process must know of forks: the locks, and whether polars lost its threads."""

    def __init__(self) -> None:
        self.locks: WeakSet[ForkSafeLock] = WeakSet()
        self.guard = threading.Lock()
        self.lost_polars = False
        self._has_guard = False
        self._polars_runs = False

    def before(self) -> None:
        """Let other threads complete what a fork would break, and look for threads of polars."""
        end = time.monotonic() + _LONGEST_WAIT
        self._has_guard = self.guard.acquire(timeout=_LONGEST_WAIT)
        _imp.acquire_lock()
        while _is_importing() and time.monotonic() < end:
            _imp.release_lock()
            time.sleep(0.002)
            _imp.acquire_lock()
        # The lock of all imports is kept, so that no other begins.
        self._polars_runs = "polars" in sys.modules and _runs_polars()

    def after_in_parent(self) -> None:
        """Let other threads go on."""
        _imp.release_lock()
        if self._has_guard:
            self.guard.release()

    def after_in_child(self) -> None:
        """Free the locks; polars does not start its threads again."""
        _imp.release_lock()
        self.guard = threading.Lock()
        self.lost_polars = self.lost_polars or self._polars_runs
        for lock in [*self.locks]:
            lock.release_in_child()


@contextmanager
def delaying_forks() -> Iterator[None]:
    """Let forks by other threads wait for the end of the block, which must be short.

    For calls of a library with locks of its own, which would stay locked in the child.
    """
    with _STATE.guard:
        yield


def has_lost_polars() -> bool:
    """Return whether this process was forked after polars had started its threads.

    Then most calls of polars never return. This is known on Linux only.
    """
    return _STATE.lost_polars


def _is_importing() -> bool:
    """Return whether another thread is importing a module, or about to begin."""
    # There is no public function for this. Without these attributes, a fork does not wait.
    references = getattr(getattr(importlib, "_bootstrap", None), "_module_locks", {})
    locks = [lock for reference in [*references.values()] if (lock := reference()) is not None]
    return any(getattr(lock, "owner", None) != threading.get_ident() for lock in locks)


def _runs_polars() -> bool:
    try:
        names = [(task / "comm").read_text(errors="replace") for task in _TASKS.iterdir()]
        return any(_POOL.match(name) for name in names)
    except OSError:  # not Linux, or the thread has ended
        return False


_STATE: Final = _ForkState()

# `logging` holds its lock during a fork, and imports need it. The hooks run in reverse order: as
# `logging` is imported first, this one waits before it takes the lock.
if hasattr(os, "register_at_fork") and logging:
    os.register_at_fork(
        before=_STATE.before,
        after_in_parent=_STATE.after_in_parent,
        after_in_child=_STATE.after_in_child,
    )
