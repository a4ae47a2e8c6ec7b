"""Saves files safely: whole or not at all, and never outside the folder that was named."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from ionworks.errors import PayloadError, UnexpectedResponse
from ionworks.records.base import is_plain

_LONGEST_NAME: Final = 255
# Windows opens a device, not a file, under these names, whatever the ending.
_PORTS: Final = {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
_DEVICES: Final = {"con", "prn", "aux", "nul"} | _PORTS
_FORBIDDEN: Final = set('/\\:*?"<>|')


@contextmanager
def whole_file(target: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a new file beside `target` that takes its name when the block ends without an error."""
    path = Path(target)
    # Hidden, and with a name of its own for each writer: two may save the same file at once.
    start = path.name.encode(errors="replace")[:200].decode(errors="ignore")
    part = path.with_name(f".{start}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def places(directory: str | os.PathLike[str], names: Iterable[str]) -> dict[str, Path]:
    """Return where each file goes in `directory`: names that come from a server are only data.

    Raises
    ------
    PayloadError
        If the directory is none.
    UnexpectedResponse
        If a name would leave the directory, or is none on some system, or if two names would be
        one file where case does not count; says which, and what to do.
    """
    folder = Path(directory)
    if not folder.is_dir():
        raise PayloadError("directory", str(directory), "is no directory; make it first")
    found: dict[str, Path] = {}
    taken: dict[str, str] = {}
    for name in names:
        if reason := _unsafe(name):
            raise UnexpectedResponse(
                f"the file name {name!r} {reason}; read it with get_file() and save it yourself"
            )
        if other := taken.get(name.casefold()):
            raise UnexpectedResponse(f"{other!r} and {name!r} would be one file on some systems")
        taken[name.casefold()] = name
        found[name] = folder / name
    return found


def _unsafe(name: str) -> str | None:
    if name in ("", ".", "..") or set(name) & _FORBIDDEN or not is_plain(name):
        return "cannot stand in a folder"
    if name.partition(".")[0].strip().casefold() in _DEVICES or name[-1] in " .":
        return "means something else on Windows"
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return "is too long"
    return None
