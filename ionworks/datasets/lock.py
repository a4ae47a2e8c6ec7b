"""Locks a folder, so that one export at a time writes it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ionworks.errors import FileError, PayloadError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NAME: Final = ".lock"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system releases it if the process is killed.

    Raises
    ------
    PayloadError
        If another export holds it, of this process or of another one.
    FileError
        If the file of the lock cannot be written.
    """
    file = folder / _NAME
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise FileError.of(error, "cannot be locked", file) from None
    try:
        if not _acquire(descriptor):
            reason = "another export writes this folder"
            raise PayloadError("path", str(folder), reason, "Wait for it, or use another folder")
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    """Return whether the file is locked now; True on a file system without locks."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return sys.platform != "win32"  # there, the lock of another process is an OSError
    return True
