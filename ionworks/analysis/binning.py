"""Amounts spread over even bins without loss, and smoothed without loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

_MOST_PIECES = 50_000_000
_FARTHEST = 1e12  # a bin, from 0: a larger float cannot resolve a position inside a bin
_REACH = 4.0  # standard deviations at which the Gaussian is cut off


def spread(
    segments: polars.DataFrame, amounts: list[str], *, by: str, step: float, name: str
) -> polars.DataFrame:
    """Lay each segment's amounts evenly between its two ends, and sum them by bin.

    Parameters
    ----------
    segments : polars.DataFrame
        With `by`, the columns `from` and `to`, in whatever order, and the amounts.
    amounts : list of str
        What to spread. A segment with two equal ends goes into one bin whole.
    by : str
        What is kept apart.
    step : float
        The width of a bin; its number times this is where it begins.
    name : str
        How an error calls the step.

    Returns
    -------
    polars.DataFrame
        `by`, `bin` and the amounts: every bin from the first to the last one, in order.

    Raises
    ------
    PayloadError
        If the step is so small that there would be too many bins.
    """
    import polars as pl

    # In units of the step the edges of the bins are whole numbers, so that no share gets lost.
    ends = [pl.col("from") / step, pl.col("to") / step]
    segments = segments.select(
        by, *amounts, pl.min_horizontal(ends).alias("low"), pl.max_horizontal(ends).alias("high")
    )
    first, last = pl.col("low").floor(), pl.col("high").ceil() - 1
    bins = segments.select(by, first.alias("first"), pl.max_horizontal(first, last).alias("last"))
    pieces = float(bins.select((pl.col("last") - pl.col("first") + 1).sum()).item())
    farthest = segments.select(pl.max_horizontal(pl.col("low", "high").abs().max())).item() or 0.0
    if pieces > _MOST_PIECES or farthest > _FARTHEST:
        raise PayloadError(
            name, step, f"cuts the series into {pieces:.0e} pieces", "make it larger"
        )
    bins = bins.cast({"first": pl.Int64, "last": pl.Int64})
    pieces_of = segments.with_columns(
        pl.int_ranges(bins["first"], bins["last"] + 1).alias("bin")
    ).explode("bin")
    length = pl.col("high") - pl.col("low")
    inside = pl.min_horizontal("high", pl.col("bin") + 1) - pl.max_horizontal("low", "bin")
    share = pl.when(length > 0).then(inside / length).otherwise(1.0)
    sums = pieces_of.group_by(by, "bin").agg((pl.col(amounts) * share).sum())
    every = bins.group_by(by).agg(pl.col("first").min(), pl.col("last").max())
    every = every.select(
        by, pl.int_ranges(pl.col("first"), pl.col("last") + 1).alias("bin")
    ).explode("bin")
    whole = every.join(sums, on=[by, "bin"], how="left").sort(by, "bin")
    return whole.with_columns(pl.col(amounts).fill_null(0.0))


def smooth(
    grid: polars.DataFrame, column: str, *, by: str, step: float, width: float, name: str
) -> polars.DataFrame:
    """Smooth a column with a Gaussian of the standard deviation `width`, each of `by` on its own.

    What would fall beyond an end is mirrored back: the sum stays, and so does a constant.

    Parameters
    ----------
    grid : polars.DataFrame
        Evenly spaced rows of each `by`, one after the other.
    column, by : str
        What is smoothed, and what is kept apart.
    step, width : float
        The distance of two rows and the standard deviation, in the same unit; 0 changes nothing.
    name : str
        How an error calls the width.

    Raises
    ------
    PayloadError
        If the width is too large for the step.
    """
    import polars as pl

    if width == 0 or grid.is_empty():
        return grid
    reach = math.ceil(_REACH * width / step)
    if reach > 10_000:
        reason = f"is {width / step:.0f} steps of {step:g} wide"
        raise PayloadError(name, width, reason, "make it smaller, or the step larger")
    weights = [math.exp(-0.5 * (k * step / width) ** 2) for k in range(-reach, reach + 1)]
    total = math.fsum(weights)
    rows = grid.get_column(by).rle_id()
    lengths = rows.to_frame("group").group_by("group", maintain_order=True).len()
    padded = lengths.select(
        pl.col("len").cast(pl.Int64),
        (pl.col("len").cum_sum() - pl.col("len")).cast(pl.Int64).alias("start"),
    ).with_columns(pl.int_ranges(-reach, pl.col("len") + reach).alias("at"))
    padded = padded.explode("at")
    period = 2 * pl.col("len")
    place = (pl.col("at") % period + period) % period
    mirrored = pl.min_horizontal(place, period - 1 - place) + pl.col("start")
    values = grid.get_column(column).gather(padded.select(mirrored).to_series())
    smoothed = values.rolling_sum(
        2 * reach + 1, weights=[weight / total for weight in weights], center=True
    )
    inside = padded.select(pl.col("at").is_between(0, pl.col("len") - 1)).to_series()
    return grid.with_columns(smoothed.filter(inside).alias(column))
