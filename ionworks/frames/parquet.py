"""Checks the structure of a Parquet file before polars reads it.

polars trusts the counts in a file: a damaged count can make it allocate exabytes, which kills the
process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from attrs import frozen

from ionworks.frames.thrift import Content, Struct, ThriftReader

_MAGIC: Final = b"PAR1"
_TAIL: Final = 8  # the length of the footer, then the magic bytes
_DEEPEST: Final = 64
# Bytes of one value in memory, by physical type; a string has a view of 16 bytes.
_WIDTHS: Final = {0: 1, 1: 4, 2: 8, 3: 12, 4: 4, 5: 8, 6: 16}
_FIXED_LENGTH: Final = 7
_REPEATED: Final = 2

# Field numbers of parquet.thrift: of the file, schema elements, row groups, column chunks,
# their metadata, page headers, and the type-specific page headers.
_SCHEMA, _NUM_ROWS, _ROW_GROUPS = 2, 3, 4
_TYPE, _TYPE_LENGTH, _REPETITION, _NUM_CHILDREN = 1, 2, 3, 5
_COLUMNS, _GROUP_ROWS = 1, 3
_METADATA, _PATH = 3, 3
_NUM_VALUES, _UNCOMPRESSED, _COMPRESSED, _DATA_OFFSET, _DICTIONARY_OFFSET = 5, 6, 7, 9, 11
_PAGE_KIND, _PAGE_UNCOMPRESSED, _PAGE_COMPRESSED = 1, 2, 3
_DATA_PAGE, _DICTIONARY_PAGE, _DATA_PAGE_V2 = 0, 2, 3
_PAGE_HEADER: Final = {_DATA_PAGE: 5, 1: 6, _DICTIONARY_PAGE: 7, _DATA_PAGE_V2: 8}
_PAGE_VALUES = 1
# A table is rejected if it is larger than this, and than this many times its file.
_LARGE: Final = 256 << 20
_LARGEST_RATIO: Final = 500


def check_unpacked_size(content: Content, way: str, columns: Collection[str] | None = None) -> None:
    """Check, by the footer alone, that a Parquet file does not fill the memory.

    Parameters
    ----------
    content : bytes or mmap
        The file.
    way : str
        How to read it in spite of its size; part of the message.
    columns : collection of str, optional
        The columns that are read; by default all.

    Raises
    ------
    ValueError
        If the table is far larger than the file, or as for `unpacked_size`.
    """
    packed, unpacked = len(content), unpacked_size(content, columns)
    if unpacked > max(_LARGE, _LARGEST_RATIO * packed):
        raise ValueError(
            f"it has {packed / 1e6:.1f} MB, but {unpacked / 1e6:.0f} MB in memory (if"
            f" this is expected, {way})"
        )


def unpacked_size(content: Content, columns: Collection[str] | None = None) -> int:
    """Return the approximate size in bytes of a Parquet file's table in memory.

    With `columns`, only these are checked and counted.

    Raises
    ------
    ValueError
        If the content is not a Parquet file, or its metadata are inconsistent.
    """
    start, end = _footer(content)
    try:
        footer = ThriftReader(content, start, end).struct()
        found = list(leaves(structs(footer, _SCHEMA)))
        groups = structs(footer, _ROW_GROUPS)
        rows = [count(group, _GROUP_ROWS) for group in groups]
        if count(footer, _NUM_ROWS) != sum(rows):
            raise ValueError("the row counts of the file and of its row groups differ")
        size = 0
        for group, group_rows in zip(groups, rows, strict=True):
            chunks = structs(group, _COLUMNS)
            if len(chunks) != len(found):
                raise ValueError("a row group and the schema differ in the number of columns")
            for chunk, leaf in zip(chunks, found, strict=True):
                if columns is None or top_level_name(chunk) in columns:
                    size += _chunk_size(content, chunk, leaf, group_rows, start)
    except ValueError as error:
        raise ValueError(f"it is damaged: {error}") from None
    return size


def _footer(content: Content) -> tuple[int, int]:
    """Return the start and the end of the footer."""
    end = len(content) - _TAIL
    if end < len(_MAGIC) or content[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it is not a Parquet file")
    tail = content[end : end + _TAIL]
    if tail[4:] == b"PARE":
        raise ValueError("it is encrypted")
    start = end - int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or start < len(_MAGIC):
        raise ValueError("its end is missing; the file was not written or copied completely")
    return start, end


@frozen
class Leaf:
    """A column of the file: the bytes of one value, and whether each row has exactly one value."""

    width: int
    flat: bool


def leaves(elements: Sequence[Struct]) -> Iterator[Leaf]:
    """Yield the columns of a schema, which is a tree in depth-first order."""
    waiting, flats = [1], [True]  # for each open node: remaining children, and whether flat
    for position, element in enumerate(elements):
        while waiting and not waiting[-1]:
            waiting.pop()
            flats.pop()
        if not waiting or len(waiting) > _DEEPEST:
            raise ValueError("its schema is not a tree")
        waiting[-1] -= 1
        flat = flats[-1] and (not position or count(element, _REPETITION, 0) != _REPEATED)
        if children := count(element, _NUM_CHILDREN, 0):
            waiting.append(children)
            flats.append(flat)
        elif position:
            kind = count(element, _TYPE)
            fixed = kind == _FIXED_LENGTH
            yield Leaf(count(element, _TYPE_LENGTH) if fixed else _WIDTHS.get(kind, 0), flat)
    if any(waiting):
        raise ValueError("its schema is incomplete")


def _chunk_size(content: Content, chunk: Struct, leaf: Leaf, rows: int, footer: int) -> int:
    """Return the size of a column chunk in memory."""
    metadata, start, _ = chunk_span(chunk, leaf, rows, footer)
    values = count(metadata, _NUM_VALUES)
    pages = _pages_size(ThriftReader(content, start, footer), values)
    return max(values * leaf.width, pages, count(metadata, _UNCOMPRESSED))


def top_level_name(chunk: Struct) -> str:
    """Return the name of the column of the table to which a column chunk belongs.

    Raises
    ------
    ValueError
        If it has none.
    """
    metadata = chunk.get(_METADATA)
    path = metadata.get(_PATH) if isinstance(metadata, Struct) else None
    if not isinstance(path, list) or not path or not isinstance(path[0], bytes):
        raise ValueError("a column has no name")
    return path[0].decode(errors="replace")


def chunk_span(chunk: Struct, leaf: Leaf, rows: int, footer: int) -> tuple[Struct, int, int]:
    """Return the metadata of a column chunk, and where it starts and ends in the file.

    Raises
    ------
    ValueError
        If the metadata are missing, or contradict the number of rows or the size of the file.
    """
    metadata = chunk.get(_METADATA)
    if not isinstance(metadata, Struct):
        raise ValueError("a column has no metadata")
    values = count(metadata, _NUM_VALUES)
    if leaf.flat and values != rows:
        raise ValueError("the number of values in a column is not the number of rows")
    start = count(metadata, _DATA_OFFSET)
    if dictionary := count(metadata, _DICTIONARY_OFFSET, 0):
        start = min(start, dictionary)
    stop = start + count(metadata, _COMPRESSED)
    if stop > footer:
        raise ValueError("the data of a column are missing")
    return metadata, start, stop


def _pages_size(reader: ThriftReader, values: int) -> int:
    """Return the uncompressed size of the pages that hold the given number of values."""
    found = size = 0
    while found < values:
        page = reader.struct()
        reader.position += count(page, _PAGE_COMPRESSED)
        page_size = count(page, _PAGE_UNCOMPRESSED)
        size += page_size
        kind = count(page, _PAGE_KIND)
        header = page.get(_PAGE_HEADER.get(kind, 0))
        if not isinstance(header, Struct):
            raise ValueError("a page has an unknown type")
        for field, number in header.items():
            if type(number) is int:
                count(header, field)
        if kind == _DICTIONARY_PAGE:
            if count(header, _PAGE_VALUES) > page_size:  # each has at least one byte
                raise ValueError("a dictionary is longer than its page")
        elif kind in (_DATA_PAGE, _DATA_PAGE_V2):
            found += count(header, _PAGE_VALUES)
    if found != values or reader.position > reader.end:
        raise ValueError("the pages and the metadata of a column differ in the number of values")
    return size


def structs(struct: Struct, field: int) -> list[Struct]:
    """Return a list of structs in a struct.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = struct.get(field)
    if not isinstance(found, list) or not all(isinstance(each, Struct) for each in found):
        raise ValueError("a list in its metadata is missing")
    return found


def count(struct: Struct, field: int, default: int | None = None) -> int:
    """Return a number of a struct.

    Raises
    ------
    ValueError
        If there is none, or it is negative.
    """
    found = struct.get(field, default)
    if type(found) is not int or found < 0:
        raise ValueError("a number in its metadata is missing or negative")
    return found
