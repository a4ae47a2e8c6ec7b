"""A large file in memory, whose parts can be released before the rest is read."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Final

_BLOCK: Final = 4 << 20


class MemoryFile:
    """A file in memory, in blocks of the operating system, which are returned to it at once.

    Reading returns views, not copies. A view is valid until its block is released.
    """

    def __init__(self) -> None:
        self._blocks: dict[int, mmap.mmap] = {}
        self._position = 0
        self.size: int = 0

    def seek(self, position: int, /) -> int:
        """Set the position of the next `write` or `read`."""
        self._position = position
        return position

    def write(self, data: bytes, /) -> int:
        """Write at the current position."""
        left = memoryview(data)
        while left:
            number, offset = divmod(self._position, _BLOCK)
            some = left[: _BLOCK - offset]
            self._block(number)[offset : offset + len(some)] = some
            self._position += len(some)
            left = left[len(some) :]
        if data:
            self.size = max(self.size, self._position)
        return len(data)

    def truncate(self, size: int, /) -> int:
        """Cut the file to this size."""
        if size < self.size:
            for number in [each for each in self._blocks if each * _BLOCK >= size]:
                del self._blocks[number]
            self.size = size
        return size

    def read(self, size: int, /) -> bytes:
        """Read at most this number of bytes at the current position."""
        stop = min(self.size, self._position + size)
        content = b"".join(self.views(self._position, stop))
        self._position = max(self._position, stop)
        return content

    def views(self, start: int, stop: int) -> Iterator[memoryview]:
        """Yield the bytes from `start` to `stop` in pieces."""
        while start < stop:
            number, offset = divmod(start, _BLOCK)
            length = min(stop - start, _BLOCK - offset)
            yield memoryview(self._block(number))[offset : offset + length]
            start += length

    def release(self, stop: int) -> None:
        """Release the memory of all blocks before `stop`; they must not be read again."""
        for number in [each for each in self._blocks if (each + 1) * _BLOCK <= stop]:
            del self._blocks[number]

    def _block(self, number: int) -> mmap.mmap:
        if number not in self._blocks:
            self._blocks[number] = mmap.mmap(-1, _BLOCK)
        return self._blocks[number]
