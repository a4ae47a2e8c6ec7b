"""Reads and writes Thrift's compact protocol, the format of the metadata in Parquet files."""

from __future__ import annotations

from typing import Any, Final, Protocol

from attrs import define

_DEEPEST: Final = 64
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT, _UUID = 1, 2, 3, 7, 8, 12, 13
_INTEGERS, _LISTS = (4, 5, 6), (9, 10)
_LONG_LIST: Final = 15


class Struct(dict[int, Any]):
    """The values of a struct by field number; `kinds` has the type of each field on the wire."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.kinds: dict[int, int] = dict(getattr(given[0], "kinds", {})) if given else {}


class Items(list[Any]):
    """The items of a list; `kind` is their type on the wire."""

    def __init__(self, kind: int, items: list[Any]) -> None:
        super().__init__(items)
        self.kind = kind


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
        found = Struct()
        number = 0
        while kind := (head := self._byte()) & 0x0F:
            number = number + (head >> 4) if head >> 4 else self._integer()
            # The type of a boolean field includes its value.
            found[number] = kind == _TRUE if kind in (1, 2) else self._value(kind, depth)
            found.kinds[number] = kind
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

    def _list(self, depth: int) -> Items:
        head = self._byte()
        size = head >> 4 if head >> 4 < _LONG_LIST else self._varint()
        if size > self.end - self.position:  # each item has at least one byte
            raise ValueError("it has a list that is longer than the data")
        kind = head & 0x0F
        return Items(kind, [self._value(kind, depth + 1) for _ in range(size)])

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


def write_struct(struct: Struct) -> bytes:
    """Return a struct from `ThriftReader` as bytes; values may have been replaced or removed."""
    out = bytearray()
    _write_struct(out, struct)
    return bytes(out)


def _write_struct(out: bytearray, struct: Struct) -> None:
    last = 0
    for number in sorted(struct):
        value, kind = struct[number], struct.kinds[number]
        if kind in (_TRUE, _FALSE):
            kind = _TRUE if value else _FALSE
        if 0 < number - last < 16:
            out.append((number - last) << 4 | kind)
        else:
            out.append(kind)
            _write_integer(out, number)
        if kind not in (_TRUE, _FALSE):
            _write_value(out, value, kind)
        last = number
    out.append(0)


def _write_value(out: bytearray, value: Any, kind: int) -> None:
    if kind in _INTEGERS:
        _write_integer(out, value)
    elif kind in _LISTS:
        long = len(value) >= _LONG_LIST
        out.append((_LONG_LIST if long else len(value)) << 4 | value.kind)
        if long:
            _write_varint(out, len(value))
        for each in value:
            _write_value(out, each, value.kind)
    elif kind == _STRUCT:
        _write_struct(out, value)
    elif kind == _BYTE:
        out.append(value)
    elif kind in (_TRUE, _FALSE):  # an item of a list
        out.append(_TRUE if value else _FALSE)
    else:
        if kind == _BINARY:
            _write_varint(out, len(value))
        out += value


def _write_integer(out: bytearray, value: int) -> None:
    _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def _write_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
