"""The half cycles of a series: what passed in each of them, and what curves leave out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ionworks.analysis.blocks import with_directions
from ionworks.analysis.holds import with_holds
from ionworks.analysis.numeric import selected
from ionworks.analysis.rows import measured_rows, read_rows
from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

CURVE: Final = ("Cycle count", "Half cycle", "Direction")
LEFT_OUT: Final = ("Left out [A.h]", "Reason")
CAPACITY: Final = "Capacity [A.h]"
VOLTAGE: Final = "Voltage [V]"
#: Why charge is left out of a curve.
REASONS: Final = ("constant-voltage hold", "no voltage", "rest")
_SHARE: Final = 1e-4  # of the capacity of a half cycle: less is not worth a word


def half_cycle_rows(
    time_series: AnyTable, cycles: int | Iterable[int] | None = None
) -> polars.DataFrame:
    """Return the rows with a current, by half cycle, with the charge since the row before.

    `Passed [A.h]` is net: the noise of a current adds nothing. It is 0 on the first row of a half
    cycle, after a rest, and where rows were taken out. `Hold` marks constant-voltage holds, and
    `Rested [A.h]` is the charge that was recorded in the rests after the row.

    Raises
    ------
    PayloadError
        As in `capacity_curves`.
    """
    import polars as pl

    rows = with_directions(measured_rows(read_rows(time_series)))
    current = pl.col("Current [A]")
    sign = pl.when(pl.col("Direction") == "charge").then(-1.0).otherwise(1.0)
    goes_on = pl.all_horizontal(
        *(pl.col(name) == pl.col(name).shift(1) for name in ("Direction", "Cycle count")),
        pl.col("Step count").diff().is_between(0, 1),
    )
    passed = sign * (current + current.shift(1)) / 2 * pl.col("Time [s]").diff() / 3600
    rows = rows.with_columns(pl.when(goes_on).then(passed).otherwise(0.0).alias("Passed [A.h]"))
    if rows["Direction"].null_count() == rows.height:
        reason = "has no row with a current: it is one long rest"
        raise PayloadError("time_series", "DataFrame", reason, "give a charge or a discharge")
    rows = with_holds(rows)
    rested = rows.select(
        pl.col("Direction").is_not_null().cum_sum().alias("place"),
        pl.when(pl.col("Direction").is_null())
        .then((current * pl.col("Weight [s]")) / 3600)
        .otherwise(0.0)
        .alias("Rested [A.h]"),
    )
    rested = rested.group_by("place").agg(pl.col("Rested [A.h]").sum()).filter(pl.col("place") > 0)
    rows = rows.drop_nulls("Direction").with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("place"),
        pl.struct("Cycle count", "Direction").rle_id().cast(pl.Int64).alias("Half cycle"),
    )
    rows = rows.join(
        rested.cast({"place": pl.UInt32}), on="place", how="left", maintain_order="left"
    )
    rows = rows.with_columns(pl.col("Passed [A.h]").cum_sum().over("Half cycle").alias(CAPACITY))
    return selected(rows, cycles, table="time_series")


def segments(rows: polars.DataFrame, along: str, *, holds: bool) -> polars.DataFrame:
    """Two rows that follow each other in a half cycle: from where to where, and what passed.

    The charge of a hold is left out, unless `holds`, and so is what was passed without a voltage
    at both ends of a half cycle.
    """
    import polars as pl

    kept = pl.col("Passed [A.h]") if holds else pl.when("Hold").then(0.0).otherwise("Passed [A.h]")
    known = rows.with_columns(kept.cum_sum().over("Half cycle").alias("kept"))
    known = known.drop_nulls(VOLTAGE)
    same = pl.col("Half cycle").diff() == 0

    def change(name: str) -> polars.Expr:
        return pl.col(name) - pl.col(name).shift(1)

    return (
        known.select(
            "Half cycle",
            same.alias("same"),
            pl.col(along).shift(1).alias("from"),
            pl.col(along).alias("to"),
            change("kept").alias("charge"),
            change(VOLTAGE).alias("change"),
        )
        .filter(pl.col("same") & (pl.col("charge") != 0))
        .drop("same")
    )


def left_out(rows: polars.DataFrame, drawn: polars.DataFrame, *, holds: bool) -> polars.DataFrame:
    """Say of each half cycle what charge its curve leaves out, and why.

    Returns
    -------
    polars.DataFrame
        `Cycle count`, `Half cycle`, `Direction`, `Left out [A.h]` and `Reason`, which is null where
        nothing was left out.
    """
    import polars as pl

    hold = pl.lit(0.0) if holds else pl.col("Passed [A.h]").filter("Hold").sum()
    table = rows.group_by("Half cycle", maintain_order=True).agg(
        pl.col("Cycle count", "Direction").first(),
        pl.col("Passed [A.h]").sum().alias("passed"),
        hold.alias("hold"),
        pl.col("Rested [A.h]").sum().alias("rest"),
    )
    shown = drawn.group_by("Half cycle").agg(pl.col("charge").sum().alias("shown"))
    table = table.join(shown, on="Half cycle", how="left", maintain_order="left").with_columns(
        (pl.col("passed") - pl.col("hold") - pl.col("shown").fill_null(0.0)).alias("unknown")
    )
    reasons = dict(zip(("hold", "unknown", "rest"), REASONS, strict=True))
    least = pl.max_horizontal(_SHARE * pl.col("passed").abs(), 1e-12)
    parts = [
        pl.when(pl.col(name).abs() > least).then(
            pl.format("{} {} A.h", pl.lit(reason), pl.col(name).round_sig_figs(4))
        )
        for name, reason in reasons.items()
    ]
    left = pl.col("hold") + pl.col("unknown")
    reason = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return table.select(
        *CURVE,
        pl.when(left.abs() > 1e-12).then(left).otherwise(0.0).alias("Left out [A.h]"),
        pl.when(reason != "").then(reason).alias("Reason"),
    )
