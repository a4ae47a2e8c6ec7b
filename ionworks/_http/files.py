"""Saves files safely: whole or not at all, and never outside the folder that was named."""

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
from ionworks._http.part_file import open_part_file
from ionworks.errors import FileError, IonworksError, PayloadError, UnexpectedResponse
from ionworks.records.base import is_printable_line

_LONGEST_NAME: Final = 255
# Windows opens a device, not a file, under these names, whatever the ending.
_PORTS: Final = {f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"}
_DEVICES: Final = {"con", "conin$", "conout$", "prn", "aux", "nul"} | _PORTS
_FORBIDDEN: Final = set('/\\:*?"<>|')


@contextmanager
def atomic_write(target: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a new file beside `target` that takes its name when the block ends without an error.

    A file that has the name already is replaced, and its mode kept. Behind a symbolic link, that is
    the file that the link leads to.

    Raises
    ------
    PayloadError
        If `target` cannot be the name of a file.
    FileError
        If it is something else than a file, or cannot be written.
    """
    path = _checked_target(target)
    try:
        part = open_part_file(path, _mode_of(target))
        with clean_up_after(part.discard):
            try:
                yield part.file
                part.commit(path)
            finally:
                try:
                    part.discard()
                finally:  # a second Ctrl-C may come during the first time
                    part.discard()
    except OSError as error:
        if isinstance(error, IonworksError):
            raise
        # Without its cause: the frames of the block hold addresses with signatures.
        raise FileError.of(error, "cannot be saved", target) from None


def _checked_target(target: str | os.PathLike[str]) -> Path:
    """Return the file that is meant, behind links, or refuse what cannot be the name of one."""
    text = os.fspath(target) if isinstance(target, str | os.PathLike) else None
    if not isinstance(text, str):
        raise PayloadError("target", target, "is no path; give a text or a Path")
    if os.path.basename(text) in ("", ".", ".."):  # noqa: PTH119 - Path forgets what comes last
        raise PayloadError("target", text, "names no file", "Give a path that ends with a name")
    try:
        encoded = os.fsencode(text)
    except ValueError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise PayloadError("target", text, "has a character that no name of a file has")
    return Path(os.path.realpath(text))


def _mode_of(target: str | os.PathLike[str]) -> int | None:
    """Return the mode of the file that will be replaced, or refuse what is no file."""
    try:
        mode = Path(target).stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, and only files are replaced")
    return stat.S_IMODE(mode) & 0o777


def safe_paths(directory: str | os.PathLike[str], names: Iterable[str]) -> dict[str, Path]:
    """Return where each file goes in `directory`: names that come from a server are only data.

    Raises
    ------
    PayloadError
        If the directory is none.
    FileError
        If it cannot be looked into.
    UnexpectedResponse
        If a name would leave the directory, or is none on some system, or if two names would be
        one file where case does not count; says which, and what to do.
    """
    try:
        folder = Path(directory)
        there = folder.is_dir()
    except TypeError:
        raise PayloadError("directory", directory, "is no path; give a text or a Path") from None
    except OSError as error:
        raise FileError.of(error, "cannot be looked into", directory) from None
    if not there:
        raise PayloadError("directory", str(directory), "is no directory; make it first")
    found: dict[str, Path] = {}
    taken: dict[str, str] = {}
    for name in names:
        if reason := _unsafe(name):
            raise UnexpectedResponse(
                f"the file name {name!r} {reason}; read it with get_file() and save it yourself"
            )
        # Some systems do not tell cases apart, and some not the ways to write an accent.
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if other := taken.get(key):
            raise UnexpectedResponse(f"{other!r} and {name!r} would be one file on some systems")
        taken[key] = name
        found[name] = folder / name
    return found


def is_device_name(name: str) -> bool:
    """Whether Windows opens a device under this file name, whatever the ending.

    Examples
    --------
    >>> is_device_name("aux.txt"), is_device_name("auxiliary.txt")
    (True, False)
    """
    return name.partition(".")[0].strip().casefold() in _DEVICES


def _unsafe(name: str) -> str | None:
    if name in ("", ".", "..") or set(name) & _FORBIDDEN or not is_printable_line(name):
        return "cannot stand in a folder"
    if is_device_name(name) or name[-1] in " .":
        return "means something else on Windows"
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return "is too long"
    return None
