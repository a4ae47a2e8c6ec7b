"""The threads started during a block: waited for at its end, and known afterwards."""

from __future__ import annotations

import gc
import selectors
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import thread as executors
from types import FrameType
from typing import Final

_MOST_SECONDS: Final = 1.0
_PAUSE: Final = 0.002
_collector: Final = threading.Lock()


class Threads:
    """The threads at the begin of a block."""

    def __init__(self) -> None:
        self._all = _other_threads()
        self._busy = _drop_idle(self._all, _is_waiting)

    def wait(self, but: Iterable[threading.Thread] = ()) -> None:
        """Wait, a second at most, until those that the block has given work are done with it."""
        known = self._busy.union(but)
        end = time.monotonic() + _MOST_SECONDS
        quiet = False
        while time.monotonic() < end:
            others = _other_threads() - known
            busy = _drop_idle(others, _is_waiting)
            # Two quiet looks: at the first a thread may be about to take up its work.
            if not others or (quiet and not busy):
                return
            quiet = not busy
            time.sleep(_PAUSE)

    def list_running(self) -> set[threading.Thread]:
        """Return those started since that may still do something by themselves.

        Not the workers of a pool and event loops, which do what somebody gives them later.
        """
        return _drop_idle(_other_threads() - self._all, _is_pooled)


def _other_threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each is not threading.current_thread()}


def _drop_idle(
    threads: set[threading.Thread], idle: Callable[[FrameType], bool]
) -> set[threading.Thread]:
    """Return the threads except those whose innermost frame shows that they are idle."""
    frames = _current_frames() if threads else {}
    found = {each: frames.get(each.ident or 0) for each in threads}
    return {each for each, frame in found.items() if frame is None or not idle(frame)}


def _current_frames() -> dict[int, FrameType]:
    # A collection meanwhile may lock the interpreter up: github.com/python/cpython/issues/106883
    with _collector:
        enabled = gc.isenabled()
        gc.disable()
        try:
            return sys._current_frames()
        finally:
            if enabled:
                gc.enable()


def _is_pooled(frame: FrameType) -> bool:
    """Whether a thread of a pool, or of an event loop, has nothing to do."""
    code, values = frame.f_code, frame.f_locals
    if (code.co_filename, code.co_name) == (executors.__file__, "_worker"):
        queue = values.get("work_queue")
        return values.get("work_item") is None and (queue is None or queue.empty())
    return (code.co_filename, code.co_name) == (selectors.__file__, "select")


def _is_waiting(frame: FrameType) -> bool:
    """Whether a thread waits: for a queue, an event, a future."""
    code, values = frame.f_code, frame.f_locals
    if (code.co_filename, code.co_name) == (threading.__file__, "wait"):
        waiter = values.get("waiter")
        # A thread that was notified but has not run yet no longer holds this lock.
        return waiter is not None and waiter.locked() and not values.get("gotit")
    return _is_pooled(frame)
