"""A temporary file in the folder of its target, locked by the process that writes it.

The name is derived from the target, so a file left by a killed process is found without listing the
folder. The lock shows whether a process is still writing it.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Final

# Windows needs no lock: it does not remove a file that another process has open.
if sys.platform != "win32":
    import fcntl

_FLAGS: Final = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
#: How the names of temporary files end; such a file may be removed at any time.
PART_ENDING: Final = ".ionworks.part"
_NEW: Final = os.O_CREAT | os.O_EXCL


class PartFile:
    """A temporary file that is being written; returned by `open_part_file`."""

    def __init__(self, path: Path, file: IO[bytes], mode: int | None) -> None:
        self._path: Path | None = path
        self._mode = mode
        self.file = file

    @property
    def path(self) -> Path:
        """Where the file is until it is committed."""
        assert self._path is not None
        return self._path

    def commit(self, target: Path) -> None:
        """Flush the file to the disk and rename it to `target`."""
        if self._path is None:
            raise FileNotFoundError(None, "the write was cancelled")
        self.file.flush()
        os.fsync(self.file.fileno())
        if sys.platform == "win32":
            self.file.close()  # Windows does not rename an open file
        if self._mode is not None:
            with suppress(OSError):  # some file systems have no modes
                self._path.chmod(self._mode)
        self._path.replace(target)
        self._path = None

    def discard(self) -> None:
        """Remove the file, unless it was committed; may be called again."""
        if self._path is not None:
            with suppress(OSError):
                if sys.platform == "win32":
                    self.file.close()
                self._path.unlink()
            self._path = None
        # Last, because closing releases the lock. Errors from unwritten data do not matter.
        with suppress(OSError):
            self.file.close()


def open_part_file(target: Path, mode: int | None) -> PartFile:
    """Open a temporary file in the folder of `target`, with this mode or the default one.

    Files left by killed processes are removed.
    """
    numbers = count()
    while True:
        path = _part_name(target, next(numbers))
        _remove_abandoned(path)
        try:
            descriptor = os.open(path, _FLAGS | _NEW, 0o666 if mode is None else 0o600)
        except FileExistsError:  # still being written, or not ours
            continue
        # Before it was locked, another process may have removed it as abandoned.
        if _lock(descriptor, is_new=True) and _is_at(path, descriptor):
            break
        os.close(descriptor)
    part = PartFile(path, os.fdopen(descriptor, "r+b"), mode)
    try:
        while (path := _part_name(target, next(numbers))).exists():
            _remove_abandoned(path)
    except BaseException:
        part.discard()
        raise
    return part


def _part_name(target: Path, number: int) -> Path:
    start = target.name.encode(errors="replace")[:200].decode(errors="ignore")
    return target.with_name(f".{start}{f'.{number}' if number else ''}{PART_ENDING}")


def _remove_abandoned(path: Path) -> None:
    """Remove a file left by a killed process, but not one in use or of another user."""
    if sys.platform == "win32":
        with suppress(OSError):
            path.unlink()
        return
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return
    try:
        found = os.fstat(descriptor)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if ours and _lock(descriptor, is_new=False) and _is_at(path, descriptor):
            path.unlink()
    finally:
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Return whether an open file still has this name; its writer may have renamed it."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor: int, *, is_new: bool) -> bool:
    """Lock a file; return whether it worked, or without support for locks whether it is new."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return is_new
    return True
