"""A file that is being written beside the one that it will be; it is locked by its writer.

The name is always the same, so what a killed process left is found again without looking through
the folder, and the lock tells whether somebody is still writing it.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Final

# Windows needs no lock: there, nobody can remove what somebody else has open.
if sys.platform != "win32":
    import fcntl

_FLAGS: Final = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW: Final = os.O_CREAT | os.O_EXCL


class PartFile:
    """A file that is being written; made by `open_part_file`."""

    def __init__(self, path: Path, file: IO[bytes], mode: int | None) -> None:
        self._path: Path | None = path
        self._mode = mode
        self.file = file

    def commit(self, target: Path) -> None:
        """Put everything on the disk, and take the name of `target`."""
        if self._path is None:
            raise FileNotFoundError(None, "it was given up")
        self.file.flush()
        os.fsync(self.file.fileno())
        if sys.platform == "win32":
            self.file.close()  # it renames no open file
        if self._mode is not None:
            with suppress(OSError):  # some disks have no modes
                self._path.chmod(self._mode)
        self._path.replace(target)
        self._path = None

    def discard(self) -> None:
        """Remove it, unless it has become the file; may be called again."""
        if self._path is not None:
            with suppress(OSError):
                if sys.platform == "win32":
                    self.file.close()
                self._path.unlink()
            self._path = None
        # Last: closing it gives up the lock. What is still in its buffer is not wanted.
        with suppress(OSError):
            self.file.close()


def open_part_file(target: Path, mode: int | None) -> PartFile:
    """Open a new file beside `target`, with this mode or the usual one.

    What killed processes left there is removed.
    """
    numbers = count()
    while True:
        path = _part_name(target, next(numbers))
        _remove_abandoned(path)
        try:
            descriptor = os.open(path, _FLAGS | _NEW, 0o666 if mode is None else 0o600)
        except FileExistsError:  # its writer lives, or it is none of ours
            continue
        # Somebody may have taken it for a left one, as long as it was not locked.
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
    return target.with_name(f".{start}.{f'{number}.' if number else ''}ionworks.part")


def _remove_abandoned(path: Path) -> None:
    """Remove what a killed process left; not what its writer still writes, nor a stranger's."""
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
    """Whether an open file has this name still: its writer may have given it another."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _lock(descriptor: int, *, is_new: bool) -> bool:
    """Whether a file is ours alone now; where there are no locks, one that we made is."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return is_new
    return True
