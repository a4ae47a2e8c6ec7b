"""Saves files atomically, and only inside the given folder."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ionworks._http.cancellation import clean_up_after
from ionworks._http.part_file import PART_ENDING, open_part_file
from ionworks.errors import FileError, IonworksError, PayloadError, UnexpectedResponse
from ionworks.records.base import is_printable_line

_LONGEST_NAME: Final = 255
# Windows opens a device, not a file, under these names, with any extension.
_PORTS: Final = {f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"}
_DEVICES: Final = {"con", "conin$", "conout$", "prn", "aux", "nul"} | _PORTS
_FORBIDDEN: Final = set('/\\:*?"<>|')


@contextmanager
def atomic_write(target: str | os.PathLike[str], *, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a temporary file that is renamed to `target` when the block ends without an error.

    An existing file is replaced, and its mode is kept, unless `mode` is given. If `target` is a
    symbolic link, the file that it points to is replaced.

    Raises
    ------
    PayloadError
        If `target` is not a valid file path.
    FileError
        If `target` is not a regular file, or cannot be written.
    """
    path = _checked_target(target)
    try:
        kept = _mode_of(target)
        part = open_part_file(path, kept if mode is None else mode)
        with clean_up_after(part.discard):
            try:
                yield part.file
                part.commit(path)
            finally:
                try:
                    part.discard()
                finally:  # again, because Ctrl-C may interrupt the first call
                    part.discard()
    except OSError as error:
        if isinstance(error, IonworksError):
            raise
        # Without its cause: the frames of the block hold signed URLs.
        raise FileError.of(error, "cannot be saved", target) from None


def _checked_target(target: str | os.PathLike[str]) -> Path:
    """Return the path with symbolic links resolved; raise `PayloadError` if it is invalid."""
    text = os.fspath(target) if isinstance(target, str | os.PathLike) else None
    if not isinstance(text, str):
        raise PayloadError("target", target, "is not a path; give a str or a Path")
    if os.path.basename(text) in ("", ".", ".."):  # noqa: PTH119 - Path drops the last part
        reason = "does not end with a file name"
        raise PayloadError("target", text, reason, "Give the path of a file")
    try:
        encoded = os.fsencode(text)
    except ValueError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise PayloadError("target", text, "contains a character that is not allowed in a path")
    return Path(os.path.realpath(text))


def _mode_of(target: str | os.PathLike[str]) -> int | None:
    """Return the mode of the existing file, or None; raise `OSError` if it is not a file."""
    try:
        mode = Path(target).stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe; only regular files can be replaced")
    return stat.S_IMODE(mode) & 0o777


def safe_paths(directory: str | os.PathLike[str], names: Iterable[str]) -> dict[str, Path]:
    """Return the path in `directory` for each file name from a server.

    Raises
    ------
    PayloadError
        If `directory` is not an existing directory.
    FileError
        If `directory` cannot be accessed.
    UnexpectedResponse
        If a name leads outside of `directory`, or is not valid on every system, or if two names are
        equal on a system that ignores case.
    """
    try:
        folder = Path(directory)
        there = folder.is_dir()
    except TypeError:
        raise PayloadError("directory", directory, "is not a path; give a str or a Path") from None
    except OSError as error:
        raise FileError.of(error, "cannot be accessed", directory) from None
    if not there:
        raise PayloadError("directory", str(directory), "is not a directory; create it first")
    found: dict[str, Path] = {}
    taken: dict[str, str] = {}
    for name in names:
        if reason := _unsafe(name):
            raise UnexpectedResponse(
                f"the file name {name!r} {reason}; read the file with get_file() and save it under"
                " another name"
            )
        # Some systems ignore case, and some normalize Unicode.
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if other := taken.get(key):
            raise UnexpectedResponse(f"{other!r} and {name!r} are the same file on some systems")
        taken[key] = name
        found[name] = folder / name
    return found


def is_device_name(name: str) -> bool:
    """Return whether Windows opens a device under this file name, with any extension.

    Examples
    --------
    >>> is_device_name("aux.txt"), is_device_name("auxiliary.txt")
    (True, False)
    """
    return name.partition(".")[0].strip().casefold() in _DEVICES


def _unsafe(name: str) -> str | None:
    if name in ("", ".", "..") or set(name) & _FORBIDDEN or not is_printable_line(name):
        return "is not a valid file name"
    if is_device_name(name) or name[-1] in " .":
        return "is not a valid file name on Windows"
    if name.casefold().endswith(PART_ENDING):
        return "is that of an unfinished download"
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return "is too long"
    return None
