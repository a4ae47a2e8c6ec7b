"""Reads some columns and rows of a Parquet file, and of the file only what they need."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from ionworks.frames.column_types import (
    cast_exactly,
    holds_all,
    series_type,
    with_series_types,
    with_types,
)
from ionworks.frames.footer import UnreadableFile, footer_size
from ionworks.frames.layout import Bounds, Contents, Extent, Layout, RowGroup
from ionworks.frames.parquet import check_unpacked_size
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

    from ionworks.frames.selection import Selection

_log = logging.getLogger("ionworks")
#: Bytes of a file that are read and decoded at once.
_BATCH: Final = 64 << 20
#: The same for a whole file, so that little more memory is needed than for its table.
_WHOLE_BATCH: Final = 16 << 20
_EXACT: Final = 2**53

#: Returns the contents of these extents.
Read: TypeAlias = Callable[[Sequence[Extent]], Contents]


def read_selected(
    layout: Layout, selection: Selection, read: Read, *, save: str
) -> polars.DataFrame:
    """Return the selected part of a time series.

    Parameters
    ----------
    layout : Layout
        The layout of the file.
    selection : Selection
        The requested part.
    read : callable
        Reads extents of the file.
    save : str
        How to read a table of any size; part of an error message.

    Raises
    ------
    PayloadError
        If the series does not have a requested column.
    UnreadableFile
        If the file cannot be read, or its table is implausibly large.
    """
    selection.check(layout.schema)
    return PartialReader(layout, read, save).table(selection)


def read_whole(
    layout: Layout, read: Read, release: Callable[[int], None], *, save: str
) -> polars.DataFrame:
    """Return the whole table of a file in memory, and release the file meanwhile.

    Parameters
    ----------
    layout, read, save
        As for `read_selected`.
    release : callable
        Called with a position; the file is not read before it any more.

    Raises
    ------
    UnreadableFile
        If the file cannot be read, or its table is implausibly large.
    """
    import polars as pl

    names = list(layout.schema)
    batches = list(_batches(layout.groups, names, _WHOLE_BATCH))
    units = [
        (number, batch, some)
        for number, batch in enumerate(batches)
        for some in _column_batches(batch, names, _WHOLE_BATCH)
    ]
    starts = [min(each.start for each in _extents(batch, some)) for _, batch, some in units]
    later = [*accumulate(reversed(starts[1:]), min)][::-1]
    parts: list[list[polars.DataFrame]] = [[] for _ in batches]
    for (number, batch, some), stop in zip(units, [*later, layout.size], strict=True):
        content = layout.assemble(batch, some, read(_extents(batch, some)))
        release(stop)
        parts[number].append(_decode(layout, content, some, save))
        del content
    frames = [pl.concat(each, how="horizontal") if len(each) > 1 else each[0] for each in parts]
    return pl.concat(frames, rechunk=False) if frames else pl.DataFrame(schema=layout.schema)


def _decode(layout: Layout, content: bytes, columns: Sequence[str], save: str) -> polars.DataFrame:
    """Return columns of an assembled file; by position, because polars takes `*` for all columns.

    Raises
    ------
    UnreadableFile
        If it cannot be read, or the table is implausibly large.
    """
    import polars as pl

    with _reading():
        check_unpacked_size(content, save, set(columns))
        positions = [layout.positions[name] for name in columns]
        return pl.read_parquet(io.BytesIO(content), columns=positions)


def _reading() -> AbstractContextManager[None]:
    return translate_errors(lambda reason: UnreadableFile(f"not a readable Parquet file: {reason}"))


class PartialReader:
    """Reads parts of one file; the parameters are those of `read_selected`."""

    def __init__(self, layout: Layout, read: Read, save: str) -> None:
        self.layout: Layout = layout
        self._read, self._save = read, save
        self._types: dict[str, polars.DataType] = {}
        self._typed: set[str] = set()

    @classmethod
    def of_file(cls, path: Path) -> PartialReader:
        """Return the reader of a file on this machine."""

        def read(extents: Sequence[Extent]) -> Contents:
            with path.open("rb") as file:
                return {each: [_read_at(file, each)] for each in extents}

        size = path.stat().st_size
        tail = Extent(max(0, size - 8), size)
        end = Extent(max(0, size - footer_size(b"".join(read([tail])[tail]))), size)
        layout = Layout(b"".join(read([end])[end]), size)
        return cls(layout, read, "read it with polars.read_parquet")

    def bounds(self, group: RowGroup, column: str) -> Bounds | None:
        """Return the bounds of a column in a row group, if they hold for the time series too."""
        stored = self.layout.schema.get(column)
        # Such a column keeps its NaN, to which bounds do not apply.
        keeps_nan = stored is None or (stored.is_float() and column in self._types)
        return None if keeps_nan else group.bounds(column)

    def schema(self, columns: Sequence[str]) -> dict[str, polars.DataType]:
        """Return the types of these columns in the time series."""
        self._determine_types(columns)
        stored = self.layout.schema
        return {name: self._types.get(name, stored[name]) for name in columns}

    def fits_float(self, name: str) -> bool:
        """Return whether Float64 holds each value of a column of numbers."""
        import polars as pl

        wanted = pl.Float64()
        return self._is_exact(name, wanted) or cast_exactly(self._column(name), wanted) is not None

    def table(self, selection: Selection) -> polars.DataFrame:
        """Return the selected rows and columns."""
        import polars as pl

        if parts := list(self.iter_tables(selection)):
            return pl.concat(parts, rechunk=False)
        with _reading():
            return pl.DataFrame(schema=self.schema(selection.output(self.layout.schema)))

    def iter_tables(
        self, selection: Selection, keep: Callable[[RowGroup], bool] | None = None
    ) -> Iterator[polars.DataFrame]:
        """Yield the selected rows and columns in parts; `keep` may exclude row groups."""
        layout = self.layout
        wanted = {*selection.output(layout.schema), *selection.conditions}
        names = [name for name in layout.schema if name in wanted]
        self._determine_types(names)
        groups = [group for group in layout.groups if selection.may_match(group, layout.rows)]
        groups = groups if keep is None else [group for group in groups if keep(group)]
        self._log_plan(groups, names, selection)
        for batch in _batches(groups, names):
            read = self._fetch(batch, names)
            for run in _runs(batch):
                frame = with_types(self._decode(run, names, read), self._types)
                yield selection.apply(frame, run[0].rows.start, layout.rows)
                del frame
            del read

    def _fetch(self, batch: Sequence[RowGroup], names: Sequence[str]) -> Read:
        """Read a batch at once; return a function of its contents, or to read parts of it."""
        if len(list(_column_batches(batch, names))) > 1:
            return self._read  # a large row group, to be read column by column
        contents = self._read(_extents(batch, names))
        return lambda extents: contents  # noqa: ARG005 - of the batch

    def _decode(
        self, groups: Sequence[RowGroup], names: Sequence[str], read: Read
    ) -> polars.DataFrame:
        """Return consecutive row groups as a table; a large one column by column."""
        import polars as pl

        parts = []
        for some in _column_batches(groups, names):
            content = self.layout.assemble(groups, some, read(_extents(groups, some)))
            parts.append(_decode(self.layout, content, some, self._save))
            del content
        return parts[0] if len(parts) == 1 else pl.concat(parts, how="horizontal")

    def _determine_types(self, names: Sequence[str]) -> None:
        """Determine the types of columns as in the whole series, if necessary from all values."""
        stored = self.layout.schema
        for name in names:
            wanted = None if name in self._typed else series_type(name, stored[name])
            self._typed.add(name)
            if wanted is None:
                continue
            if not (holds_all(wanted, stored[name]) or self._is_exact(name, wanted)):
                _log.debug("the whole column %r is read: its type depends on all values", name)
                wanted = with_series_types(self._column(name).to_frame())[name].dtype
            self._types[name] = wanted

    def _is_exact(self, name: str, wanted: polars.DataType) -> bool:
        """Return whether the statistics show that Float64 holds all values of an integer column."""
        if not (self.layout.schema[name].is_integer() and wanted.is_float()):
            return False
        found = [group.bounds(name) for group in self.layout.groups if len(group.rows)]
        return all(b and b.least >= -_EXACT and b.greatest <= _EXACT for b in found)

    def _column(self, name: str) -> polars.Series:
        import polars as pl

        batches = _batches(self.layout.groups, [name])
        parts = [self._decode(batch, [name], self._read) for batch in batches]
        stored = {name: self.layout.schema[name]}
        whole = pl.concat(parts) if parts else pl.DataFrame(schema=stored)
        return whole[name]

    def _log_plan(
        self, groups: Sequence[RowGroup], names: Sequence[str], selection: Selection
    ) -> None:
        total = len(self.layout.groups)
        size = sum(extent.size for extent in _extents(groups, names))
        _log.debug(
            "read %d of %d row groups, %d of %d columns, %d of %d bytes",
            *(len(groups), total, len(names), len(self.layout.schema), size, self.layout.size),
        )
        if total == 1 and not selection.is_whole:
            _log.debug("the file has a single row group, so whole columns are read")


def _read_at(file: IO[bytes], extent: Extent) -> bytes:
    file.seek(extent.start)
    return file.read(extent.size)


def _extents(groups: Sequence[RowGroup], names: Collection[str]) -> list[Extent]:
    return [extent for group in groups for extent in group.extents(names)]


def _batches(
    groups: Sequence[RowGroup], names: Collection[str], limit: int | None = None
) -> Iterator[list[RowGroup]]:
    """Yield the row groups in batches of a limited number of bytes, at least one in each."""
    batch: list[RowGroup] = []
    size = 0
    for group in groups:
        more = sum(extent.size for extent in _extents([group], names))
        if batch and size + more > (limit or _BATCH):
            yield batch
            batch, size = [], 0
        batch.append(group)
        size += more
    if batch:
        yield batch


def _runs(groups: Sequence[RowGroup]) -> Iterator[list[RowGroup]]:
    """Yield the row groups in runs of consecutive ones."""
    run: list[RowGroup] = []
    for group in groups:
        if run and run[-1].rows.stop != group.rows.start:
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _column_batches(
    groups: Sequence[RowGroup], names: Sequence[str], limit: int | None = None
) -> Iterator[list[str]]:
    """Yield the columns in batches of a limited number of bytes, at least one in each."""
    batch: list[str] = []
    size = 0
    for name in names:
        more = sum(extent.size for extent in _extents(groups, [name]))
        if batch and size + more > (limit or _BATCH):
            yield batch
            batch, size = [], 0
        batch.append(name)
        size += more
    yield batch
