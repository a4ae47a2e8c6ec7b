"""The rows of a table in batches: of a frame, of a query, or of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.errors import PayloadError
from ionworks.frames.convert import to_polars
from ionworks.frames.files import is_parquet, scan_parquet
from ionworks.frames.translate import check_polars_threads, translate_errors

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

#: Rows that are checked at once. All sources have the same batches, and so the same findings.
BATCH_ROWS: Final = 1 << 17
_PART_ROWS: Final = 1 << 22


@frozen
class Source:
    """A table that is read in batches: its columns, and where its rows are."""

    schema: dict[str, polars.DataType]
    table: polars.DataFrame | polars.LazyFrame
    part_rows: int | None = None

    @classmethod
    def of(cls, table: AnyTable) -> Source:
        """Open a table; the rows of a Parquet file or of a query are not read yet.

        Raises
        ------
        PayloadError
            If it is not a table, or the file cannot be read.
        """
        import polars as pl

        part_rows = None
        if is_parquet(table):
            table = scan_parquet(table, "time_series")  # type: ignore[arg-type]
            part_rows = _PART_ROWS
        if isinstance(table, pl.LazyFrame):
            check_polars_threads()
            with translate_errors(_unreadable):
                return cls(dict(table.collect_schema()), table, part_rows)
        frame = to_polars(table)
        return cls(dict(frame.schema), frame)

    @classmethod
    def of_parquet(cls, path: Path) -> Source:
        """Open a Parquet file of any name, whose structure is known to be sound."""
        import polars as pl

        query = pl.scan_parquet(path, glob=False)
        return cls(dict(query.collect_schema()), query, _PART_ROWS)

    def batches(self, columns: Sequence[str], size: int) -> Iterator[polars.DataFrame]:
        """Yield the columns, `size` rows at a time and fewer at the end.

        Raises
        ------
        PayloadError
            If the file or the query cannot be read.
        """
        import polars as pl

        if isinstance(self.table, pl.DataFrame):
            yield from self.table.select(columns).iter_slices(size)
            return
        query = self.table.select(columns)
        if self.part_rows is None:
            parts = _read(query, size)
        else:
            parts = _read_in_parts(query, self.height(), self.part_rows, size)
        yield from _equal(_translated(parts), size)

    def height(self) -> int:
        """Return the number of rows.

        Raises
        ------
        PayloadError
            If the file or the query cannot be read.
        """
        import polars as pl

        if isinstance(self.table, pl.DataFrame):
            return self.table.height
        with translate_errors(_unreadable):
            return int(self.table.select(pl.len()).collect().item())


def _unreadable(reason: str) -> PayloadError:
    return PayloadError("time_series", "LazyFrame", f"cannot be read: {reason}")


def _read(query: polars.LazyFrame, size: int) -> Iterator[polars.DataFrame]:
    if hasattr(query, "collect_batches"):
        yield from query.collect_batches(chunk_size=size, maintain_order=True)
        return
    start = 0
    while not (part := query.slice(start, size).collect()).is_empty():
        yield part
        start += size


def _read_in_parts(
    query: polars.LazyFrame, height: int, part_rows: int, size: int
) -> Iterator[polars.DataFrame]:
    """Read a file part by part: polars reads ahead without a limit."""
    for start in range(0, height, part_rows):
        yield from _read(query.slice(start, part_rows), size)


def _translated(parts: Iterator[polars.DataFrame]) -> Iterator[polars.DataFrame]:
    """Translate the errors of reading, and not those of what is done with the rows."""
    while True:
        with translate_errors(_unreadable):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _equal(parts: Iterable[polars.DataFrame], size: int) -> Iterator[polars.DataFrame]:
    """Join and cut parts of any size to parts of one size."""
    import polars as pl

    kept: list[polars.DataFrame] = []
    rows = 0
    for part in parts:
        kept.append(part)
        rows += part.height
        if rows < size:
            continue
        joined = pl.concat(kept)
        whole = rows - rows % size
        yield from joined.head(whole).iter_slices(size)
        kept, rows = [joined.tail(rows - whole)], rows - whole
    if rows:
        yield pl.concat(kept)
