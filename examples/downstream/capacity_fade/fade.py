"""Reads the cycles of a cell and computes its capacity retention."""

from __future__ import annotations

from datetime import UTC, datetime
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
UNKNOWN = datetime.max.replace(tzinfo=UTC)  # a test without a start time is the last


class NoSuchCellError(LookupError):
    """Raised if the cell does not exist."""


class TryLaterError(RuntimeError):
    """Raised if the service is temporarily not available."""


def find_cell(client: Ionworks, specification: str, cell: str) -> CellInstance:
    """Return a cell by its name and the name of its specification."""
    for spec in client.cell_spec.list(name=specification):
        for each in client.cell_instance.list(spec.id, name=cell):
            if (spec.name, each.name) == (specification, cell):
                return each
    raise NoSuchCellError(f"cell {cell} of {specification} does not exist")


def capacity_fade(
    client: Ionworks, specification: str, cell: str, tag: str = "cycling"
) -> pl.DataFrame:
    """Return a table with one row per cycle of a cell, oldest first.

    Retention is the discharge capacity divided by that of the first cycle. Cycles without discharge
    are left out, and so are measurements that the service is still processing.
    """
    found = find_cell(client, specification, cell)
    view = client.cell_instance.detail(found.id, include_steps=False, include_time_series=False)
    tests = [test for test in view.measurements if tag in (test.measurement.tags or ())]
    tests.sort(key=lambda test: test.measurement.start_time or UNKNOWN)
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


def describe_cell(cell: CellInstance) -> str:
    """Return the name of a cell with its batch and its measured mass, for the title of a plot."""
    mass = cell.quantities.get("measured_properties", {}).get("cell", {}).get("mass")
    parts = [cell.name, cell.batch and f"batch {cell.batch}", mass and str(mass)]
    return ", ".join(filter(None, parts))


def end_of_life(table: pl.DataFrame, limit: float = 0.8) -> int | None:
    """Return the first cycle with a retention below `limit`, or None."""
    below = table.filter(pl.col("Retention") < limit)
    return None if below.is_empty() else int(below["Cycle"][0])


def write_table(client: Ionworks, specification: str, cell: str, path: Path) -> pl.DataFrame:
    """Write the capacity fade of a cell as CSV, unless the service fails; return the table."""
    try:
        table = capacity_fade(client, specification, cell)
    except RateLimited as error:
        raise TryLaterError(f"too many requests: try again in {error.retry_after:g} s") from error
    except ServerError as error:
        raise TryLaterError("the service is not available") from error
    table.with_columns(pl.col(pl.Float64).round(4)).write_csv(path)
    return table
