"""Shortens the tracebacks of this package's errors to the frames of the project under test."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_KIT: Final = tuple(f"{_PACKAGE / name}{os.sep}" for name in ("testing", "sandbox"))
_INSTALLED: Final = tuple(
    f"{sysconfig.get_path(name)}{os.sep}" for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
#: Built-in errors by which the kit and the sandbox refuse an argument or a call.
_REFUSALS: Final = (ValueError, LookupError, RuntimeError)


def shorten_traceback(error: BaseException) -> bool:
    """Leave the frames of libraries out of an error and of those that it is chained to.

    The message of an error of this package says what happened; where it was raised in this package
    or in the HTTP library says nothing. Other errors keep their frames.

    Returns
    -------
    bool
        Whether a frame was left out.
    """
    dropped = [_drop_library_frames(each) for each in _chain(error) if _is_explained(each)]
    return any(dropped)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        for each in _parts(error):
            yield from _chain(each)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _parts(error: BaseException) -> tuple[BaseException, ...]:
    if isinstance(error, BaseExceptionGroup):
        return error.exceptions
    doctest = sys.modules.get("doctest")
    if doctest is not None and isinstance(error, doctest.UnexpectedException):
        return (error.exc_info[1],)
    return ()


def _is_explained(error: BaseException) -> bool:
    if type(error).__module__.partition(".")[0] == __name__.partition(".")[0]:
        return True
    paths = [_path(each.tb_frame) for each in _entries(error.__traceback__)]
    return type(error) in _REFUSALS and bool(paths) and paths[-1].startswith(_KIT)


def _drop_library_frames(error: BaseException) -> bool:
    """Unlink the frames of libraries, from those that call this package on."""
    entries = [*_entries(error.__traceback__)]
    ours = [number for number, each in enumerate(entries) if _is_ours(each.tb_frame)]
    own = [number for number, each in enumerate(entries) if not _is_library(each.tb_frame)]
    first = ours[0] if ours else len(entries)
    # Between the project's line and this package there may be contextlib or a pool of threads.
    first = max((number + 1 for number in own if number < first), default=first)
    kept = [*entries[:first], *(entries[number] for number in own if number >= first)]
    for each, after in zip(kept, [*kept[1:], None], strict=False):
        each.tb_next = after
    error.__traceback__ = kept[0] if kept else None
    return len(kept) < len(entries)


def _entries(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _path(frame: FrameType) -> str:
    return frame.f_code.co_filename


def _is_ours(frame: FrameType) -> bool:
    return _path(frame).startswith(_packages())


def _is_library(frame: FrameType) -> bool:
    return _path(frame).startswith((*_packages(), *_INSTALLED, "<"))


@cache
def _packages() -> tuple[str, ...]:
    generated = getattr(sys.modules.get("ionworks_openapi"), "__file__", None)
    folders = [_PACKAGE, *([Path(generated).parent] if generated else [])]
    return tuple(f"{each}{os.sep}" for each in folders)
