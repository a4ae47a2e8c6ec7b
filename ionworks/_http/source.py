"""Reads a file while it is sent, and notices when it is not the same any longer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Final

from attrs import frozen

from ionworks.errors import FileError, IntegrityError

_BLOCK: Final = 1 << 18
_ADVICE: Final = "wait until nothing writes it any longer, or send a copy"


@frozen
class Source:
    """An open file of a known size; read from its start each time that it is sent.

    Raises
    ------
    IntegrityError
        While it is read, if it is longer or shorter by now: before its last byte is sent.
    FileError
        If it cannot be read.
    """

    file: IO[bytes]
    size: int

    def __iter__(self) -> Iterator[bytes]:
        left = self.size
        self._seek()
        # Piece by piece also for what is in memory: one large body is copied again at each send.
        while left:
            block = self._read(min(_BLOCK, left))
            left -= len(block)
            if not block:
                raise self.changed_error(
                    f"it had {self.size} bytes, and now has {self.size - left}"
                )
            if not left:
                self._check_end()
            yield block
        if not self.size:
            self._check_end()

    def changed_error(self, how: str) -> IntegrityError:
        """Make the error for a file that is not what it was."""
        name = name_of(self.file)
        what = "the file" if name is None else f"the file {os.path.basename(name)!r}"  # noqa: PTH119
        return IntegrityError(
            f"{what} changed while it was sent: {how}; {_ADVICE}", outcome="rejected"
        )

    def _check_end(self) -> None:
        if self._read(1):
            raise self.changed_error(f"it had {self.size} bytes, and now has more")

    def _seek(self) -> None:
        try:
            self.file.seek(0)
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from None

    def _read(self, size: int) -> bytes:
        try:
            return self.file.read(size)
        except (OSError, ValueError) as error:  # a ValueError where it was closed
            raise self._unreadable(error) from None

    def _unreadable(self, error: OSError | ValueError) -> FileError:
        known = error if isinstance(error, OSError) else OSError(str(error))
        return FileError.of(known, "could not be read while it was sent", name_of(self.file) or "")


@frozen
class FileState:
    """What tells whether a file is the same as before, without reading it.

    Attributes
    ----------
    facts : tuple of int, or None
        Size and time of its last change, and whether it is still in a folder; None where a file is
        only in memory.
    in_place : bool
        Whether its name leads to it.
    """

    facts: tuple[int, int, bool] | None
    in_place: bool

    @classmethod
    def of(cls, file: IO[bytes]) -> FileState:
        """Look at an open file."""
        try:
            found = os.fstat(file.fileno())
        except (AttributeError, OSError, ValueError):
            return cls(None, in_place=False)
        name = name_of(file)
        try:
            in_place = name is not None and os.path.samestat(os.stat(name), found)  # noqa: PTH116
        except (OSError, ValueError):
            in_place = False
        return cls((found.st_size, found.st_mtime_ns, found.st_nlink > 0), in_place)

    def difference(self, later: FileState) -> str | None:
        """Say how a file differs from what it was, or None."""
        if self.facts is not None and later.facts is not None:
            if self.facts[0] != later.facts[0]:
                return f"it had {self.facts[0]} bytes, and now has {later.facts[0]}"
            if self.facts[1] != later.facts[1]:
                return "it was written to"
        if self != later:
            return "it was deleted or replaced"
        return None


def name_of(file: IO[bytes]) -> str | None:
    """Return the path of an open file; None where it has none, as a temporary file."""
    name = getattr(file, "name", None)
    return os.fspath(name) if isinstance(name, str | os.PathLike) else None
