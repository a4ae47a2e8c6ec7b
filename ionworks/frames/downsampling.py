"""Reduces long series for drawing, without a visible change of the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

_MOST_POINTS = 4000


def thin(
    frame: polars.DataFrame,
    columns: Sequence[str],
    *,
    by: str | None = None,
    most: int = _MOST_POINTS,
) -> polars.DataFrame:
    """Return a subset of the rows that draws the same line.

    The rows are split into buckets of equal length. Each bucket keeps its first and last row, the
    rows with the smallest and the largest value of each column, and a row with a null, which
    interrupts the line.

    Parameters
    ----------
    frame : polars.DataFrame
        The rows in drawing order.
    columns : sequence of str
        The columns on the y axis.
    by : str, optional
        The column that identifies the line of a row; a bucket has rows of one line only.
    most : int
        Approximate maximum number of rows to return.
    """
    import polars as pl

    length = -(-frame.height * (2 + 2 * len(columns)) // most)
    if length <= 2 + 2 * len(columns):
        return frame
    row, keys = pl.int_range(pl.len()).alias("row"), [pl.int_range(pl.len()) // length]
    keys += [pl.col(by).rle_id()] if by else []
    rows = frame.select(
        row, *columns, pl.struct(k.alias(str(n)) for n, k in enumerate(keys)).alias("bucket")
    )
    at = pl.col("row")
    kept = rows.group_by("bucket").agg(
        at.first().alias("first"),
        at.last().alias("last"),
        *(at.get(pl.col(name).arg_min()).alias(f"least {name}") for name in columns),
        *(at.get(pl.col(name).arg_max()).alias(f"most {name}") for name in columns),
        *(at.filter(pl.col(name).is_null()).first().alias(f"no {name}") for name in columns),
    )
    places = pl.concat([kept[name] for name in kept.columns if name != "bucket"], how="vertical")
    return frame[places.drop_nulls().unique().sort()]
