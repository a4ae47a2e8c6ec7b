"""Threads that a block has started and left running: waited for, and known afterwards."""

from __future__ import annotations

import selectors
import sys
import threading
import time
from concurrent.futures import thread as executors
from types import FrameType
from typing import Final, TypeAlias

Place: TypeAlias = tuple[str | None, str]
_MOST_SECONDS: Final = 1.0
_PAUSE: Final = 0.002
_LOOKS: Final = 2
# The frame on top of a thread that waits for work, which may never come.
_IDLE: Final[set[Place]] = {(executors.__file__, "_worker"), (selectors.__file__, "select")}
_WAITING: Final[set[Place]] = {*_IDLE, (threading.__file__, "wait")}


def running_threads() -> set[threading.Thread]:
    """Return the threads that run now."""
    return {*threading.enumerate()}


def wait_for_threads(before: set[threading.Thread]) -> None:
    """Wait up to a second until the threads started since end, or wait for something themselves."""
    end = time.monotonic() + _MOST_SECONDS
    quiet = 0
    # Two looks: between the first and its work a thread may be about to take the latter.
    while quiet < _LOOKS and time.monotonic() < end:
        started = _started(before)
        if not started:
            return
        quiet = 0 if _busy(started, _WAITING) else quiet + 1
        time.sleep(_PAUSE)


def outliving_threads(before: set[threading.Thread]) -> set[threading.Thread]:
    """Return the threads started since that may still do something by themselves.

    Not the workers of a pool and event loops, which do what somebody gives them later.
    """
    return _busy(_started(before), _IDLE)


def _started(before: set[threading.Thread]) -> set[threading.Thread]:
    return {
        each
        for each in threading.enumerate()
        if each not in before and each.is_alive() and each is not threading.current_thread()
    }


def _busy(threads: set[threading.Thread], idle: set[Place]) -> set[threading.Thread]:
    frames = sys._current_frames()
    return {each for each in threads if _place(frames.get(each.ident or 0)) not in idle}


def _place(frame: FrameType | None) -> Place | None:
    return None if frame is None else (frame.f_code.co_filename, frame.f_code.co_name)
