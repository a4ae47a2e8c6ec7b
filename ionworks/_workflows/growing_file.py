"""Reads a file that another program is still writing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, TypeVar

from ionworks._workflows.spool import Spool
from ionworks.errors import FileError, IntegrityError
from ionworks.frames.files import open_file

T = TypeVar("T")
_BLOCK: Final = 1 << 20


def read_complete_lines(path: Path, read: Callable[[Path], T], name: str) -> T:
    """Return what `read` returns for a file without a last line that is not complete.

    If the file grows while it is read, a copy of the lines that were complete before is read, so
    that no half of a line is taken for a row.

    Parameters
    ----------
    path : Path
        The file. One that is not text, such as a workbook, is read as it is.
    read : callable
        Reads the file, or the copy.
    name : str
        The name of the argument in error messages.

    Raises
    ------
    PayloadError
        If the file cannot be opened.
    FileError
        If the copy cannot be written.
    IntegrityError
        If it became shorter, or one that is not text changed.
    """
    with open_file(path, name) as file:
        before = _state(os.fstat(file.fileno()))
        size = _size_of_lines(file)
        if size is None or size == os.fstat(file.fileno()).st_size:
            try:
                found = read(path)
            except Exception:
                if _is_as_before(path, before):
                    raise
            else:
                if _is_as_before(path, before):
                    return found
        if size is None:
            raise _changed(path)
        with _temporary_file(path.name) as copy:
            with _writing(copy), copy.open("wb") as target:
                _copy(file, target, size, path)
            return read(copy)


@contextmanager
def _temporary_file(name: str) -> Iterator[Path]:
    """Yield the path of a temporary file with this name, in a new folder.

    The folder belongs to a spool: if the process is killed, the next one with it removes both.
    """
    with Spool(on_disk=True) as spool:
        folder = spool.written_path.with_suffix(".folder")
        shutil.rmtree(folder, ignore_errors=True)
        with _writing(folder):
            folder.mkdir(mode=0o700)
        try:
            yield folder / name
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError.of(error, "the temporary file cannot be written", path) from None


def _copy(file: IO[bytes], target: IO[bytes], size: int, path: Path) -> None:
    """Copy the first bytes of a file."""
    file.seek(0)
    for start in range(0, size, _BLOCK):
        block = file.read(min(_BLOCK, size - start))
        if start + len(block) < min(start + _BLOCK, size):
            raise _changed(path)
        target.write(block)


def _changed(path: Path) -> IntegrityError:
    return IntegrityError(
        f"the file {path.name!r} was written again while it was read; wait until the other program"
        " has finished, or read a copy",
        outcome="not_sent",
    )


def _is_as_before(path: Path, before: tuple[int, int, int]) -> bool:
    try:
        return _state(path.stat()) == before
    except OSError:  # it was removed
        return False


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _size_of_lines(file: IO[bytes]) -> int | None:
    """Return the size of the complete lines of a text file; None if it has none, or is no text."""
    if b"\0" in file.read(_BLOCK):
        return None
    position = file.seek(0, os.SEEK_END)
    while position:
        start = max(0, position - _BLOCK)
        file.seek(start)
        found = file.read(position - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        position = start
    return None
