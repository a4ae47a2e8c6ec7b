"""The layout of a Parquet file: where its row groups and columns are, and what is in them.

With the layout, some columns of some row groups can be read without the rest of the file.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import define, field, frozen

from ionworks.frames.footer import UnreadableFile, footer_size
from ionworks.frames.parquet import Leaf, chunk_span, count, leaves, structs, top_level_name
from ionworks.frames.thrift import Items, Struct, ThriftReader, write_struct
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

_MAGIC: Final = b"PAR1"
# Field numbers of parquet.thrift, in addition to those in `ionworks.frames.parquet`.
_SCHEMA, _NUM_ROWS, _ROW_GROUPS = 2, 3, 4
_TYPE, _NAME, _CONVERTED, _LOGICAL = 1, 4, 6, 10
_COLUMNS, _GROUP_SIZE, _GROUP_ROWS, _GROUP_OFFSET = 1, 2, 3, 5
_FILE_PATH, _CHUNK_OFFSET, _METADATA = 1, 2, 3
_OF_INDEXES, _ENCRYPTION = range(4, 8), (8, 9)
_PATH, _DATA_OFFSET, _INDEX_OFFSET, _DICTIONARY_OFFSET = 3, 9, 10, 11
_STATISTICS, _BLOOM = 12, (14, 15)
_OLD_MAX, _OLD_MIN, _NULLS, _MAX, _MIN = 1, 2, 3, 5, 6
_INTEGER_TYPE, _IS_SIGNED = 10, 2
_UNSIGNED: Final = range(11, 15)  # converted types UINT_8 to UINT_64
_FORMATS: Final = {1: "<i", 2: "<q", 4: "<f", 5: "<d"}
# Converted types of plain signed integers; None: the column has no converted type.
_SIGNED: Final = (None, *range(15, 19))


@frozen(order=True)
class Extent:
    """A range of bytes in a file."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.stop - self.start


class Contents(Protocol):
    """The contents of extents, each in one or several pieces."""

    def __getitem__(self, extent: Extent, /) -> Iterable[bytes | memoryview]: ...


@frozen
class Bounds:
    """The least and the greatest value of a column in a row group; NaN and null do not count."""

    least: float
    greatest: float


@frozen
class Chunk:
    """The values of one leaf column in one row group."""

    column: str
    extent: Extent
    bounds: Bounds | None
    raw: Struct = field(repr=False)


@frozen(slots=False)
class RowGroup:
    """A row group: its rows in the table, and its chunks in the order of the schema."""

    rows: range
    chunks: Sequence[Chunk]
    raw: Struct = field(repr=False)

    def bounds(self, column: str) -> Bounds | None:
        """Return the bounds of a column; None if the file does not have them."""
        found = self._chunks_of.get(column, [])
        return found[0].bounds if len(found) == 1 else None

    def extents(self, columns: Collection[str]) -> list[Extent]:
        """Return where these columns are."""
        return [each.extent for name in columns for each in self._chunks_of.get(name, [])]

    @cached_property
    def _chunks_of(self) -> Mapping[str, Sequence[Chunk]]:
        found: dict[str, list[Chunk]] = {}
        for each in self.chunks:
            found.setdefault(each.column, []).append(each)
        return found


@define(slots=False)
class Layout:
    """The layout of a Parquet file.

    Parameters
    ----------
    end : bytes
        The end of the file, with at least the whole footer.
    size : int
        The size of the file in bytes.

    Raises
    ------
    UnreadableFile
        If the footer cannot be read, or is inconsistent.
    """

    end: bytes = field(repr=False)
    size: int

    def __attrs_post_init__(self) -> None:
        length = footer_size(self.end)
        if not len(_MAGIC) + length <= self.size or length > len(self.end):
            raise UnreadableFile("not a readable Parquet file: its footer is incomplete")
        self.data_end: int = self.size - length
        try:
            stop = len(self.end) - 8
            self._footer = ThriftReader(self.end, len(self.end) - length, stop).struct()
            self._leaves = list(leaves(structs(self._footer, _SCHEMA)))
            self.groups: Sequence[RowGroup] = list(self._iter_groups())
        except ValueError as error:
            raise UnreadableFile(f"not a readable Parquet file: it is damaged: {error}") from None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.groups[-1].rows.stop if self.groups else 0

    @cached_property
    def schema(self) -> Mapping[str, polars.DataType]:
        """The names and types of the columns, as polars reads them."""
        import polars as pl

        with translate_errors(
            lambda reason: UnreadableFile(f"not a readable Parquet file: {reason}")
        ):
            return dict(pl.read_parquet_schema(io.BytesIO(self.end)))

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each column in the table."""
        return {name: position for position, name in enumerate(self.schema)}

    def assemble(
        self, groups: Sequence[RowGroup], columns: Collection[str], read: Contents
    ) -> bytes:
        """Return a valid Parquet file of these row groups, which holds only these columns.

        Parameters
        ----------
        groups : sequence of RowGroup
            The row groups.
        columns : collection of str
            The columns that will be read. The others are in the schema, without data.
        read : Contents
            The content of each of their chunks.
        """
        parts: list[bytes | memoryview] = [_MAGIC]
        length = len(_MAGIC)
        kept = set(columns)
        written = []
        for group in groups:
            chunks = []
            for chunk in group.chunks:
                chunks.append(_moved(chunk, length - chunk.extent.start))
                if chunk.column in kept:
                    parts.extend(read[chunk.extent])
                    length += chunk.extent.size
            moved = Struct(group.raw)
            moved[_COLUMNS] = Items(moved[_COLUMNS].kind, chunks)
            moved.pop(_GROUP_OFFSET, None)
            written.append(moved)
        footer = Struct(self._footer)
        footer[_ROW_GROUPS] = Items(footer[_ROW_GROUPS].kind or 12, written)
        footer[_NUM_ROWS] = sum(len(group.rows) for group in groups)
        content = write_struct(footer)
        return b"".join([*parts, content, len(content).to_bytes(4, "little"), _MAGIC])

    def _iter_groups(self) -> Iterator[RowGroup]:
        elements = structs(self._footer, _SCHEMA)
        leaf_elements = [each for each in elements[1:] if not each.get(5)]
        first = 0
        for raw in structs(self._footer, _ROW_GROUPS):
            chunks = structs(raw, _COLUMNS)
            rows = count(raw, _GROUP_ROWS)
            if len(chunks) != len(self._leaves):
                raise ValueError("a row group and the schema differ in the number of columns")
            found = [
                self._chunk(chunk, leaf, element, rows)
                for chunk, leaf, element in zip(chunks, self._leaves, leaf_elements, strict=True)
            ]
            yield RowGroup(range(first, first + rows), found, raw)
            first += rows
        if count(self._footer, _NUM_ROWS) != first:
            raise ValueError("the row counts of the file and of its row groups differ")

    def _chunk(self, raw: Struct, leaf: Leaf, element: Struct, rows: int) -> Chunk:
        if raw.get(_FILE_PATH) or any(number in raw for number in _ENCRYPTION):
            raise ValueError("a column is encrypted, or in another file")
        metadata, start, stop = chunk_span(raw, leaf, rows, self.data_end)
        name = top_level_name(raw)
        bounds = _bounds(metadata, element) if len(metadata[_PATH]) == 1 else None
        return Chunk(name, Extent(start, stop), bounds, raw)


def _moved(chunk: Chunk, by: int) -> Struct:
    """Return the entry of a chunk at another place, without what refers to other places."""
    raw = Struct(chunk.raw)
    for number in _OF_INDEXES:
        raw.pop(number, None)
    metadata = Struct(raw[_METADATA])
    for number in (_STATISTICS, *_BLOOM):
        metadata.pop(number, None)
    for number in (_DATA_OFFSET, _INDEX_OFFSET, _DICTIONARY_OFFSET):
        # 0 says that there is none.
        if metadata.get(number):
            metadata[number] = max(0, metadata[number] + by)
    raw[_CHUNK_OFFSET] = max(0, chunk.extent.start + by)
    raw.kinds[_CHUNK_OFFSET] = 6
    raw[_METADATA] = metadata
    return raw


def _bounds(metadata: Struct, element: Struct) -> Bounds | None:
    """Return the bounds of a column of numbers from its statistics, if they can be trusted."""
    stated = metadata.get(_STATISTICS)
    kind = element.get(_TYPE)
    if not isinstance(stated, Struct) or kind not in _FORMATS:
        return None
    unsigned = _is_unsigned(element)
    if unsigned is None:
        return None
    code = _FORMATS[kind]
    ends = (stated.get(_MIN), stated.get(_MAX))
    if ends == (None, None) and not unsigned:  # the old fields compare bytes as signed numbers
        ends = (stated.get(_OLD_MIN), stated.get(_OLD_MAX))
    values = [_number(each, code.upper() if unsigned else code) for each in ends]
    least, greatest = values
    if least is None or greatest is None or not least <= greatest:
        return None
    return Bounds(least, greatest)


def _is_unsigned(element: Struct) -> bool | None:
    """Return whether a column has unsigned integers; None if it has no plain numbers."""
    logical, converted = element.get(_LOGICAL), element.get(_CONVERTED)
    if isinstance(logical, Struct) and logical:
        of_integers = logical.get(_INTEGER_TYPE)
        return not of_integers.get(_IS_SIGNED) if isinstance(of_integers, Struct) else None
    if converted in _UNSIGNED:
        return True
    return False if converted in _SIGNED else None


def _number(value: Any, code: str) -> float | None:
    if not isinstance(value, bytes) or len(value) != struct.calcsize(code):
        return None
    found: float = struct.unpack(code, value)[0]
    return None if math.isnan(found) else found
