"""The measured rows of a time series, and how long each of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ionworks.analysis.numeric import numbers
from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

NEEDED: Final = ("Time [s]", "Voltage [V]", "Current [A]")
COUNTS: Final = ("Cycle count", "Step count")
_CALM: Final = 0.01  # of the current: rows of one level
_STAGE: Final = 0.1  # of the current: another level
_KNOWN: Final = 100  # rows of a series that are enough to estimate its noise


def read_rows(time_series: AnyTable, wanted: Sequence[str] = ()) -> polars.DataFrame:
    """Return all rows of a series as numbers, with their index as `row`.

    `Step count` and `Cycle count` are filled where they have gaps, and absent where the series has
    none.
    """
    import polars as pl

    frame = numbers(time_series, NEEDED, table="time_series", wanted=(*COUNTS, *wanted))
    counted = [name for name in COUNTS if name in frame.columns and frame[name].count()]
    return frame.drop(set(COUNTS) - set(counted), strict=False).select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        pl.exclude(counted),
        *(pl.col(name).forward_fill().backward_fill().cast(pl.Int64) for name in counted),
    )


def measured_rows(rows: polars.DataFrame) -> polars.DataFrame:
    """Keep the rows with a time and a current; number their steps as `Base` and weigh them.

    `Base` is a stretch of equal `Step count` and `Cycle count`. `Weight [s]` is half the interval
    before a row and half the one after it: the sum of current times weight is the integral by the
    trapezoid rule. At the border of two steps a row counts for no longer than inside its own step,
    since the rows of a rest may be an hour apart where those of a pulse are a second apart; and
    where rows were taken out (`Step count` leaps), nothing counts between them.

    Raises
    ------
    PayloadError
        If a time runs backwards.
    """
    import polars as pl

    rows = rows.drop_nulls(["Time [s]", "Current [A]"])
    back = rows.filter(pl.col("Time [s]").diff() < 0)
    if not back.is_empty():
        reason = f"'Time [s]' runs backwards at row {back['row'][0]}"
        raise PayloadError("time_series", "DataFrame", reason, "correct or leave out these rows")
    rows = rows.with_columns(
        pl.lit(0, pl.Int64).alias(name) for name in COUNTS if name not in rows.columns
    )
    keys = ["Cycle count"] if _is_step_of_rows(rows) else list(COUNTS)
    rows = rows.with_columns(pl.struct(keys).rle_id().cast(pl.Int64).alias("Base"))
    return rows.with_columns(_weight().alias("Weight [s]"))


def median_of_three(name: str) -> polars.Expr:
    """Return the median of a row and its two neighbours: a single row that is off disappears.

    Needs the column `Base`: neighbours are of the same step. The first and the last row of a
    step stay as they are.
    """
    import polars as pl

    value = pl.col(name)
    before, after = value.shift(1), value.shift(-1)
    same = pl.col("Base").diff() == 0
    low, high = pl.min_horizontal(before, value), pl.max_horizontal(before, value)
    median = pl.max_horizontal(low, pl.min_horizontal(high, after))
    return pl.when(same & same.shift(-1) & value.is_not_null()).then(median).otherwise(value)


def noise_of(name: str) -> polars.Expr:
    """Return the change from row to row that may be noise; of few rows it is not known, and 0."""
    import polars as pl

    change = pl.col(name).diff().abs().quantile(0.75)
    return pl.when(pl.len() < _KNOWN).then(0.0).otherwise(6 * change)


def is_stage(name: str) -> polars.Expr:
    """Return on which rows one constant current follows another, at once and for several rows."""
    import polars as pl

    size = pl.col(name).abs()
    change = (size - size.shift(1)).abs()
    noise = noise_of(name)
    calm = (change <= pl.max_horizontal(_CALM * size, noise / 2)).fill_null(False)
    level = ~calm & (change > pl.max_horizontal(_STAGE * size.shift(1), noise))
    before = calm.shift(1, fill_value=False) & calm.shift(2, fill_value=False)
    after = calm.shift(-1, fill_value=False) & calm.shift(-2, fill_value=False)
    return level & before & after


def _is_step_of_rows(rows: polars.DataFrame) -> bool:
    """Return whether `Step count` numbers the rows instead of the steps."""
    return rows.height > 2 and rows["Step count"].rle_id().n_unique() > rows.height / 2


def _weight() -> polars.Expr:
    """Half the interval on each side of a row, by the rule of `measured_rows`."""
    import polars as pl

    elapsed = pl.col("Time [s]").diff()
    inside = (pl.col("Base").diff() == 0).fill_null(False)
    follows = pl.col("Step count").diff().is_between(0, 1)
    own_before = pl.when(inside).then(elapsed)
    own_after = own_before.shift(-1)
    # A step of one row has no interval of its own: the shorter neighbouring interval is used.
    alone = pl.min_horizontal(elapsed, elapsed.shift(-1))
    own = pl.coalesce(own_before, own_after, alone)
    own_next = pl.coalesce(own_after, own_before, alone)
    border_before = pl.when(~inside & follows).then(pl.min_horizontal(elapsed, own_next))
    leaves = (~inside & follows).shift(-1)
    border_after = pl.when(leaves).then(pl.min_horizontal(elapsed.shift(-1), own))
    before = pl.coalesce(own_before, border_before).fill_null(0.0)
    after = pl.coalesce(own_after, border_after).fill_null(0.0)
    return (before + after) / 2
