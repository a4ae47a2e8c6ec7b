"""Leaves out rows of a long series that do not change its line."""

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
    """Return a few thousand rows that draw the same line.

    The rows are cut into buckets of equal length. Each keeps its first and its last row, those with
    the least and the largest value of each column, and one without a value, where the line is
    interrupted.

    Parameters
    ----------
    frame : polars.DataFrame
        In the order of drawing.
    columns : sequence of str
        What is drawn upwards.
    by : str, optional
        A column that tells lines apart; a bucket has rows of one line only.
    most : int
        About how many rows to return at most.
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
