"""Which rows of impedance data are one sweep of the frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

FREQUENCY: Final = "Frequency [Hz]"
_JUMP: Final = 1.5  # of the usual distance of two frequencies, on a logarithmic scale


def with_sweeps(rows: polars.DataFrame, counts: list[str]) -> polars.DataFrame:
    """Add `Sweep`, from 0, in the order of the rows.

    A sweep ends where one of the counts changes, and where the frequency jumps back against the
    direction of the sweep by more than the usual distance of two frequencies. A sweep down and up
    again without a jump is one.

    Parameters
    ----------
    rows : polars.DataFrame
        With frequencies above 0.
    counts : list of str
        Which of `Step count` and `Cycle count` there are.
    """
    import polars as pl

    block = pl.struct(counts).rle_id() if counts else pl.lit(0, pl.UInt32)
    moves = rows.select(block.alias("block"), pl.col(FREQUENCY).log().alias("log"))
    inside = (pl.col("block").diff() == 0).fill_null(False)
    moves = moves.with_columns(pl.when(inside).then(pl.col("log").diff()).alias("move"))
    moving = pl.col("move").filter(pl.col("move") != 0)
    moves = moves.with_columns(
        moving.sign().sum().over("block").alias("direction"),
        moving.abs().median().over("block").alias("usual"),
    )
    back = (pl.col("move") * pl.col("direction").sign()) < -_JUMP * pl.col("usual")
    new = (~inside | back.fill_null(False)).cum_sum() - 1
    return rows.with_columns(moves.select(new.cast(pl.Int64).alias("Sweep")).to_series())
