"""Reads the cycles of a cell and computes how much of its capacity is left."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ionworks import Ionworks
from ionworks.errors import RateLimited, ServerError
from ionworks.models import CellInstance

CAPACITY = "Discharge capacity [A.h]"
COLUMNS = {
    "Measurement": pl.String,
    "Cycle": pl.Int64,
    CAPACITY: pl.Float64,
    "Retention": pl.Float64,
}


class NoSuchCellError(LookupError):
    """The service knows no cell of this name."""


class TryLaterError(RuntimeError):
    """The service has no answer just now."""


def find_cell(client: Ionworks, specification: str, cell: str) -> CellInstance:
    """Return a cell by the names of its specification and its own."""
    for spec in client.cell_spec.list(name=specification):
        for each in client.cell_instance.list(spec.id, name=cell):
            if (spec.name, each.name) == (specification, cell):
                return each
    raise NoSuchCellError(f"there is no cell {cell} of {specification}")


def capacity_fade(
    client: Ionworks, specification: str, cell: str, tag: str = "cycling"
) -> pl.DataFrame:
    """Return one row for each whole cycle of a cell, oldest first.

    Retention is the discharge capacity over that of the first cycle. Measurements that the
    service still works on are left out.
    """
    found = find_cell(client, specification, cell)
    view = client.cell_instance.detail(found.id, include_steps=False, include_time_series=False)
    tests = [test for test in view.measurements if tag in (test.measurement.tags or ())]
    tests.sort(key=lambda test: test.measurement.start_time)
    tables = [
        test.cycles.select(
            pl.lit(test.measurement.name).alias("Measurement"),
            pl.col("Cycle count"),
            pl.col(CAPACITY),
        )
        for test in tests
        if test.cycles is not None
    ]
    if not tables:
        return pl.DataFrame(schema=COLUMNS)
    table = pl.concat(tables).filter(pl.col(CAPACITY) > 0)
    return table.select(
        "Measurement",
        pl.int_range(1, pl.len() + 1).alias("Cycle"),
        CAPACITY,
        (pl.col(CAPACITY) / pl.col(CAPACITY).first()).alias("Retention"),
    )


def end_of_life(table: pl.DataFrame, limit: float = 0.8) -> int | None:
    """Return the first cycle below a retention; None if there is none yet."""
    below = table.filter(pl.col("Retention") < limit)
    return None if below.is_empty() else int(below["Cycle"][0])


def write_table(client: Ionworks, specification: str, cell: str, path: Path) -> pl.DataFrame:
    """Write the fade of a cell as CSV, and return it; if the service fails nothing is written."""
    try:
        table = capacity_fade(client, specification, cell)
    except RateLimited as error:
        raise TryLaterError(f"too many requests: ask again in {error.retry_after:g} s") from error
    except ServerError as error:
        raise TryLaterError("the service is out of order") from error
    table.with_columns(pl.col(pl.Float64).round(4)).write_csv(path)
    return table
