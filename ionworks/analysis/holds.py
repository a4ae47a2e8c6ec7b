"""Constant-voltage holds: where the voltage is flat while the current falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.analysis.blocks import WEAK
from ionworks.analysis.rows import is_stage, median_of_three, noise_of

if TYPE_CHECKING:
    import polars

_BAND: Final = 0.010  # V from the level of a hold: that far a regulator overshoots
_FALLS: Final = 0.97  # of the current on arrival
_RISES: Final = 1.2  # from one row to the next: the current of another step
_MANY: Final = 10  # rows that have a mean which noise does not decide
_FEW: Final = 3  # rows of a hold that was hardly recorded


def with_holds(rows: polars.DataFrame) -> polars.DataFrame:
    """Add `Hold`: whether a row lies in a constant-voltage hold.

    A hold is looked for in each stretch of one direction that no rest, no new step, no rise of the
    current and no other constant current interrupts. It is where the voltage stays within 10 mV of
    the highest one of a charge (the lowest one of a discharge) while the current falls, and goes on
    falling: a stage that ends at the limit falls once and is not a hold. The row on which the
    current begins to fall is the last one before the hold.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows in time order, with `Base`, `Direction` (null at rest), voltage and current.
    """
    import polars as pl

    rows = rows.with_columns(
        median_of_three("Current [A]").abs().alias("size"),
        (pl.col("Direction") == "charge").fill_null(False).alias("charging"),
        median_of_three("Voltage [V]").forward_fill().alias("voltage"),
    )
    rows = rows.with_columns(noise_of("size").alias("noise"))
    rows = rows.with_columns(_stretch().alias("stretch"), _level().alias("level"))
    limits = rows.group_by("stretch").agg(
        pl.col("level").max().alias("limit"), pl.len().alias("rows of stretch")
    )
    rows = rows.join(limits, on="stretch", how="left", maintain_order="left")
    near = pl.col("level") >= pl.col("limit") - _BAND
    rows = rows.with_columns(
        (near & pl.col("Direction").is_not_null()).fill_null(False).alias("near")
    ).with_columns(pl.struct("stretch", "near").rle_id().alias("run"))
    held = rows.filter("near").group_by("run").agg(*_of_run()).filter("held")
    first = rows.join(held.select("run", "begin"), on="run", how="left", maintain_order="left")
    hold = (first["row"] > first["begin"]).fill_null(False)
    helpers = [
        "size",
        "noise",
        "charging",
        "voltage",
        "stretch",
        "level",
        "limit",
        "rows of stretch",
    ]
    return rows.with_columns(hold.alias("Hold")).drop(*helpers, "near", "run")


def _stretch() -> polars.Expr:
    """Count the stretches that no rest, new step, rise or other level of the current interrupts."""
    import polars as pl

    size, more = pl.col("size"), pl.col("size").diff()
    least = pl.max_horizontal(WEAK * size.max(), "noise")
    rise = (size > _RISES * size.shift(1)) & (more > least)
    new = (pl.struct("Base", "Direction").rle_id().diff() != 0) | rise | is_stage("size")
    return new.fill_null(False).cum_sum()


def _level() -> polars.Expr:
    """Return the voltage, counted in the direction in which it goes."""
    import polars as pl

    return pl.when("charging").then(pl.col("voltage")).otherwise(-pl.col("voltage"))


def _of_run() -> list[polars.Expr]:
    """Whether a run of rows near the limit is a hold, and the last row before it."""
    import polars as pl

    size, rows = pl.col("size"), pl.len()
    arrival = size.head(3).max()
    fallen = size < _FALLS * arrival
    lower = size.filter(fallen)
    goes_on = (lower.len() >= 2) & (lower.last() <= _FALLS * lower.first())
    falls = size.max() - size.min() > pl.col("noise").first()
    part = pl.max_horizontal(rows // 5, 1)
    noise = (size.diff().std() / 2**0.5).fill_null(0.0) / part.sqrt()
    drop = size.head(part).mean() - size.tail(part).mean()
    clear = (rows < _MANY) | (drop > pl.max_horizontal((1 - _FALLS) * arrival, 4 * noise))
    alone = (rows == pl.col("rows of stretch").first()) & (rows <= _FEW) & (lower.len() >= 1)
    begin = pl.col("row").filter(~fallen).last().fill_null(pl.col("row").first())
    return [((goes_on & clear & falls) | alone).alias("held"), begin.alias("begin")]
