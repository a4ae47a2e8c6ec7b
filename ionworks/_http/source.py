"""Reads a file for an upload, and detects changes to it during the upload."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Final

from attrs import define, field, frozen

from ionworks._http.progress import NO_METER, Meter
from ionworks._http.response import Response
from ionworks._http.transfer import Digest, new_digest, new_md5, stored_digests, stored_size
from ionworks.errors import FileError, IntegrityError

_BLOCK: Final = 1 << 18
_ADVICE: Final = "wait until no other program writes to it, or send a copy"


@define(eq=False)
class Source:
    """An open file of a known size, or a part of one, read from its start for each attempt.

    Attributes
    ----------
    file : file
        Open for reading bytes.
    size : int
        How many bytes are sent.
    meter : Meter
        Counts the sent bytes.
    start : int
        Where a part begins.
    is_last : bool
        Whether the file ends with this part; then its end is checked.
    lock : context manager
        A lock, if several threads read the same open file.

    Raises
    ------
    IntegrityError
        During iteration, before the last block, if the size of the file has changed.
    FileError
        During iteration, if the file cannot be read.
    """

    file: IO[bytes]
    size: int
    meter: Meter = NO_METER
    start: int = 0
    is_last: bool = True
    lock: AbstractContextManager[object] = field(factory=nullcontext, repr=False)
    _position: int = field(default=0, init=False)
    _md5: Digest = field(factory=new_md5, init=False)
    _counted: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[bytes]:
        left, self._position = self.size, self.start
        self._md5 = new_md5()
        self.take_back()
        # In blocks also for a file in memory: a single large body is copied at each socket write.
        while left:
            block = self._read(min(_BLOCK, left))
            left -= len(block)
            if not block:
                raise self.changed_error(f"it had {self.size} bytes and now has {self.size - left}")
            if not left:
                self._check_end()
            self._md5.update(block)
            yield block
            self._counted += len(block)
            self.meter.advance(len(block))
        if not self.size:
            self._check_end()

    def take_back(self) -> None:
        """Count what was sent as not done."""
        self.meter.advance(-self._counted)
        self._counted = 0

    def compare(self, answer: Response) -> str | None:
        """Compare what was sent with what storage says that it stored.

        Returns
        -------
        str or None
            The strength of the comparison: the algorithm of a digest, "size", or None if storage
            says nothing.

        Raises
        ------
        IntegrityError
            If storage stored something else.
        """
        if answer.recorded or answer.status >= 300:
            return None
        claims = stored_digests(answer.headers)
        for claim in claims:
            if self.digest(claim.algorithm) != claim.digest:
                raise answer.integrity_error(
                    f"storage did not store what was sent: the {claim.algorithm} digest of the"
                    f" header {claim.header} differs",
                    "the upload was not confirmed",
                )
        size = stored_size(answer.headers)
        if size is not None and size != self.size:
            raise answer.integrity_error(
                f"storage stored {size} of {self.size} bytes", "the upload was not confirmed"
            )
        if claims:
            return claims[0].algorithm
        return None if size is None else "size"

    def digest(self, algorithm: str) -> bytes:
        """Return a digest of the content; for MD5 that of the bytes that were sent last."""
        if algorithm == "md5":
            return self._md5.digest()
        digest = new_digest(algorithm)
        left, self._position = self.size, self.start
        while left and (block := self._read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
        return digest.digest()

    def changed_error(self, how: str) -> IntegrityError:
        """Return the error for a file that has changed."""
        name = name_of(self.file)
        what = "the file" if name is None else f"the file {os.path.basename(name)!r}"  # noqa: PTH119
        return IntegrityError(
            f"{what} changed while it was sent: {how}; {_ADVICE}", outcome="rejected"
        )

    def _check_end(self) -> None:
        if self.is_last and self._read(1):
            raise self.changed_error(f"it had {self.size} bytes and now has more")

    def _read(self, size: int) -> bytes:
        try:
            with self.lock:
                self.file.seek(self._position)
                block = self.file.read(size)
        except (OSError, ValueError) as error:  # ValueError if the file is closed
            raise self._unreadable(error) from None
        self._position += len(block)
        return block

    def _unreadable(self, error: OSError | ValueError) -> FileError:
        known = error if isinstance(error, OSError) else OSError(str(error))
        return FileError.of(known, "could not be read while it was sent", name_of(self.file) or "")


@frozen
class FileState:
    """The state of a file, to detect changes without reading it.

    Attributes
    ----------
    facts : tuple of (int, int, bool), or None
        Size in bytes, modification time in ns, and whether the file still has a name on disk; None
        for a file in memory.
    in_place : bool
        Whether the path of the file still refers to it.
    """

    facts: tuple[int, int, bool] | None
    in_place: bool

    @classmethod
    def of(cls, file: IO[bytes]) -> FileState:
        """Return the current state of an open file."""
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
        """Return how a file has changed, as text, or None."""
        if self.facts is not None and later.facts is not None:
            if self.facts[0] != later.facts[0]:
                return f"it had {self.facts[0]} bytes and now has {later.facts[0]}"
            if self.facts[1] != later.facts[1]:
                return "it was modified"
        if self != later:
            return "it was deleted or replaced"
        return None


def name_of(file: IO[bytes]) -> str | None:
    """Return the path of an open file; None if it has none, like a temporary file."""
    name = getattr(file, "name", None)
    return os.fspath(name) if isinstance(name, str | os.PathLike) else None
