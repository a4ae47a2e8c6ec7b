"""Pauses between requests, and the clock that limits them. A replayed test skips all pauses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Skipped:
    """The seconds that were skipped instead of slept, while any block skips."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.blocks = 0
        self.seconds = 0.0


# One process has one time: a client that is replayed may have been made anywhere.
_skipped = _Skipped()


@contextmanager
def skip_waits() -> Iterator[None]:
    """Let every pause of the block, on any thread, end at once; `monotonic` counts it in full."""
    with _skipped.lock:
        _skipped.blocks += 1
    try:
        yield
    finally:
        with _skipped.lock:
            _skipped.blocks -= 1


def is_skipped(seconds: float) -> bool:
    """Return whether a pause is skipped; it then counts as having passed."""
    with _skipped.lock:
        if not _skipped.blocks:
            return False
        _skipped.seconds += seconds
        return True


def sleep(seconds: float) -> None:
    """Pause."""
    if not is_skipped(seconds):
        time.sleep(seconds)


def monotonic() -> float:
    """Return the seconds of a clock that skipped pauses move, too."""
    return time.monotonic() + _skipped.seconds
