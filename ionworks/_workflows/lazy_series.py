"""Reads a time series lazily: what a polars query needs, when it is collected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import evolve

from ionworks._workflows.time_series import SeriesSource
from ionworks.errors import IntegrityError
from ionworks.frames.concat import pick
from ionworks.frames.layout import RowGroup
from ionworks.frames.partial import PartialReader
from ionworks.frames.predicate import parse_predicate
from ionworks.frames.selection import Selection

if TYPE_CHECKING:
    import polars

    from ionworks._http.session import Session


def scan_time_series(
    session: Session, measurement_id: str, selection: Selection
) -> polars.LazyFrame:
    """Return a time series, or the selected part of it, as a lazy frame.

    Only the footer of the file is read now.

    Raises
    ------
    PayloadError, UnexpectedResponse, IntegrityError
        As for `read_time_series`, now or when the frame is collected.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    schema = SeriesSource(session, measurement_id).read(
        lambda reader: reader.schema(selection.output(reader.layout.schema)), selection
    )

    def read(
        with_columns: list[str] | None,
        predicate: polars.Expr | None,
        n_rows: int | None,
        batch_size: int | None,  # noqa: ARG001 - polars accepts frames of any size
    ) -> Iterator[polars.DataFrame]:
        columns = with_columns or list(schema)[: None if with_columns is None else 1]
        if predicate is not None:
            roots = predicate.meta.root_names()
            columns = [*columns, *(name for name in roots if name not in columns)]
        part = evolve(selection, columns=tuple(columns))
        # A new source, because the known one may have a small file completely, which is old by now.
        frames = SeriesSource(session, measurement_id).read(
            lambda reader: list(_iter_parts(reader, part, predicate, n_rows)), part
        )
        for frame in frames:
            if dict(frame.schema) != {name: schema[name] for name in columns}:
                raise IntegrityError(
                    f"the columns of the time series of measurement {measurement_id} changed since"
                    " it was opened; open it again"
                )
            yield frame if with_columns is None else pick(frame, with_columns)

    return register_io_source(read, schema=pl.Schema(schema))


def _iter_parts(
    reader: PartialReader,
    part: Selection,
    predicate: polars.Expr | None,
    n_rows: int | None,
) -> Iterator[polars.DataFrame]:
    """Yield the rows of a query. `n_rows` counts the rows before the predicate."""
    if n_rows is not None and not part.conditions:
        rows = part.row_range(reader.layout.rows)
        part = evolve(part, rows=(rows.start, min(rows.stop, rows.start + n_rows)))
    may_match = None if predicate is None or n_rows is not None else parse_predicate(predicate)

    def keep(group: RowGroup) -> bool:
        return may_match is None or may_match(lambda column: reader.bounds(group, column))

    left = n_rows
    for frame in reader.iter_tables(part, keep):
        if left is not None:
            frame, left = frame.head(left), max(0, left - frame.height)
        yield frame if predicate is None else frame.filter(predicate)
        if left == 0:
            return
