"""Reads Thrift's compact protocol, the format of the metadata in Parquet files."""

from __future__ import annotations

from typing import Any, Final, Protocol, TypeAlias

from attrs import define

Struct: TypeAlias = dict[int, Any]
_DEEPEST: Final = 64


class Content(Protocol):
    """Bytes, or a file mapped into memory."""

    def __len__(self) -> int: ...
    def __getitem__(self, key: slice, /) -> bytes: ...


@define
class ThriftReader:
    """Reads consecutive structs from `content`, starting at `position`.

    A struct is returned as a dictionary by field number. Invalid data raise a `ValueError`.
    """

    content: Content
    position: int
    end: int

    def struct(self, depth: int = 0) -> Struct:
        """Read the next struct.

        Raises
        ------
        ValueError
            If the data end too early, are nested too deeply, or have a value of unknown type.
        """
        found: Struct = {}
        number = 0
        while kind := (head := self._byte()) & 0x0F:
            number = number + (head >> 4) if head >> 4 else self._integer()
            # The type of a boolean field includes its value.
            found[number] = kind == 1 if kind in (1, 2) else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
        match kind:
            case 1 | 2:  # an item of a list
                return self._byte() == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._integer()
            case 7:
                return self._take(8)
            case 8:
                return self._take(self._varint())
            case 9 | 10:
                return self._list(depth)
            case 12:
                return self.struct(depth + 1)
            case 13:
                return self._take(16)
        raise ValueError("it has a value of an unknown type")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        if size > self.end - self.position:  # each item has at least one byte
            raise ValueError("it has a list that is longer than the data")
        return [self._value(head & 0x0F, depth + 1) for _ in range(size)]

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("it has a number that is too long")
        return value | byte << shift

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        stop = self.position + size
        if stop > self.end:
            raise ValueError("it ends too early")
        taken = self.content[self.position : stop]
        self.position = stop
        return taken
