"""Tables that are read once, in parts: queries, iterators of frames, Arrow streams, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import frozen

from ionworks.errors import IntegrityError, PayloadError
from ionworks.frames.column_types import cast_exactly, series_type
from ionworks.frames.convert import AnyTable, to_polars
from ionworks.frames.files import is_parquet, open_file, scan_parquet
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import os

    import polars

#: A table, or an iterable of tables that follow one another.
TableSource: TypeAlias = AnyTable | Iterable[AnyTable]
#: Rows that are converted and written at once.
PART_ROWS: Final = 100_000
# Rows of a file that are read by one query: polars reads ahead without a limit.
_QUERY_ROWS: Final = 1 << 21
_FIX: Final = "Give all frames the same columns with the same types"


@frozen
class TableStream:
    """A table that is read once, part by part.

    Attributes
    ----------
    schema : dict of str to polars.DataType
        The names and types of the columns.
    parts : iterator of polars.DataFrame
        The rows, in parts of any size.
    """

    schema: Mapping[str, polars.DataType]
    parts: Iterator[polars.DataFrame]


def open_stream(data: TableSource | object, name: str = "time_series") -> TableStream | None:
    """Return a table that is not in memory as a stream; None for any other table.

    Parameters
    ----------
    data : TableSource
        A polars LazyFrame, the path of a Parquet file, an iterator of tables, or an object with the
        Arrow stream interface and no length, such as a `pyarrow.RecordBatchReader`.
    name : str
        The name of the table in error messages.

    Raises
    ------
    PayloadError
        If the first part is not a table, or the file or the query cannot be read.
    """
    import polars as pl

    if is_parquet(data):
        scan_parquet(data, name)  # type: ignore[arg-type] # checks its structure
        return _of_query(pl.scan_parquet(data, glob=False), name, _QUERY_ROWS, data)  # type: ignore[arg-type]
    if isinstance(data, pl.LazyFrame):
        return _of_query(data, name)
    if hasattr(data, "__arrow_c_stream__"):
        return None if hasattr(data, "__len__") or hasattr(data, "frame") else _of_arrow(data, name)
    if not isinstance(data, Iterable) or hasattr(data, "dtype"):
        return None
    is_parts = isinstance(data, Iterator) or _holds_tables(data)
    return _of_tables(iter(data), name) if is_parts else None


def scan_spooled(path: Path, name: str) -> TableStream:
    """Return a Parquet file of our own as a stream."""
    import polars as pl

    return _of_query(pl.scan_parquet(path, glob=False), name, _QUERY_ROWS)


def _holds_tables(data: Iterable[object]) -> bool:
    if isinstance(data, str | bytes | Mapping):
        return False
    if not isinstance(data, list | tuple):
        return not hasattr(data, "__getitem__")
    return bool(data) and all(hasattr(each, "__arrow_c_stream__") for each in data)


def _of_query(
    query: polars.LazyFrame,
    name: str,
    rows: int | None = None,
    path: str | os.PathLike[str] | None = None,
) -> TableStream:
    def refuse(reason: str) -> PayloadError:
        return PayloadError(
            name, "LazyFrame" if path is None else str(path), f"cannot be read: {reason}"
        )

    with translate_errors(refuse):
        schema = dict(query.collect_schema())

    def parts() -> Iterator[polars.DataFrame]:
        import polars as pl

        if rows is None:
            yield from _batches(query)
            return
        height = int(query.select(pl.len()).collect().item())
        for start in range(0, height, rows):
            yield from _batches(query.slice(start, rows))

    found = parts() if path is None else _unchanged(parts(), path, name)
    return TableStream(schema, _translated(found, refuse))


def _batches(query: polars.LazyFrame) -> Iterator[polars.DataFrame]:
    if hasattr(query, "collect_batches"):
        yield from query.collect_batches(chunk_size=PART_ROWS, maintain_order=True)
        return
    start = 0
    while not (part := query.slice(start, PART_ROWS).collect()).is_empty():
        yield part
        start += PART_ROWS


def _unchanged(
    parts: Iterator[polars.DataFrame], path: str | os.PathLike[str], name: str
) -> Iterator[polars.DataFrame]:
    """Yield the parts of a file, and check that it did not change meanwhile."""
    import os

    def state() -> tuple[int, int, int]:
        with open_file(path, name) as file:
            found = os.fstat(file.fileno())
        return found.st_ino, found.st_size, found.st_mtime_ns

    before = state()
    yield from parts
    if state() != before:
        raise IntegrityError(
            f"the file {os.path.basename(path)!r} changed while it was read; wait until no other"  # noqa: PTH119
            " program writes to it, or send a copy",
            outcome="not_sent",
        )


def _of_arrow(data: Any, name: str) -> TableStream | None:
    """Return an Arrow stream; without pyarrow, polars reads all of it at once."""
    import polars as pl

    try:
        import pyarrow as pa
    except ImportError:
        return None

    def refuse(reason: str) -> PayloadError:
        return PayloadError(name, type(data).__name__, f"cannot be read: {reason}")

    with translate_errors(refuse):
        reader = pa.RecordBatchReader.from_stream(data)
        empty = to_polars(pa.Table.from_batches([], schema=reader.schema), name)

    def parts() -> Iterator[polars.DataFrame]:
        for batch in reader:
            yield pl.DataFrame(batch)

    return TableStream(dict(empty.schema), _translated(parts(), refuse))


def _of_tables(tables: Iterator[object], name: str) -> TableStream:
    """Return tables that follow one another; the first one has the types of all."""
    frames = (to_polars(each, f"{name}[{number}]") for number, each in enumerate(tables))
    first = next(frames, None)
    if first is None:
        raise PayloadError(name, "iterator", "it has no tables", "Give at least one")
    schema = {column.name: _wider(column) for column in first}
    parts = (
        _with_types(frame, schema, name, number)
        for number, frame in enumerate(chain([first], frames))
    )
    return TableStream(schema, parts)


def _wider(column: polars.Series) -> polars.DataType:
    """Return the type that can hold the values of later tables too."""
    wanted = series_type(column.name, column.dtype)
    if wanted is None or not wanted.is_float() or cast_exactly(column, wanted) is None:
        return column.dtype
    return wanted


def _with_types(
    frame: polars.DataFrame, schema: Mapping[str, polars.DataType], table: str, number: int
) -> polars.DataFrame:
    """Return a later table with the types of the first one.

    Raises
    ------
    PayloadError
        If it has other columns, or a value changes with the type.
    """
    if set(frame.columns) != set(schema):
        others = sorted(set(frame.columns) ^ set(schema))
        problem = f"frame {number} and the first one differ in the columns {', '.join(others)}"
        raise PayloadError(table, "iterator", problem, _FIX)
    columns = []
    for name, dtype in schema.items():
        column = frame[name]
        if column.dtype != dtype:
            cast = cast_exactly(column, dtype)
            if cast is None:
                problem = (
                    f"column {name!r} has the type {column.dtype} in frame {number}, and not all of"
                    f" its values can be stored as {dtype}, as in the frames before"
                )
                raise PayloadError(table, "iterator", problem, _FIX)
            column = cast
        columns.append(column)
    return frame.select(columns)


def _translated(parts: Iterator[polars.DataFrame], refuse: Any) -> Iterator[polars.DataFrame]:
    """Translate the errors of reading, and not those of what is done with the rows."""
    while True:
        with translate_errors(refuse):
            part = next(parts, None)
        if part is None:
            return
        yield part
