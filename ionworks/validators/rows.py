"""The rows of a series as numbers, batch by batch, with what a rule needs of the rows before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from attrs import define, field

from ionworks.validators.columns import CYCLES, FREQUENCY, STEP, TIME

if TYPE_CHECKING:
    import polars

#: Rows of the batch before that are kept, as many as the longest rule on rows needs.
CONTEXT: Final = 10
_LARGEST: Final = 1e100  # a product of two is still finite
_IMPEDANCE: Final = 1e-8  # Hz; a row with more is one of an impedance spectrum
#: Columns without gaps: each row has the last known value.
KNOWN_TIME: Final = "time"
KNOWN_STEP: Final = "step"
KNOWN_CYCLE: Final = "cycle"
FILLED: Final = {KNOWN_TIME: TIME, KNOWN_STEP: STEP}


@define
class Rows:
    """Turns batches into rows of numbers.

    Parameters
    ----------
    columns : list of str
        The numeric columns of the series.
    continued : bool
        Whether the first row may be inside a step.
    """

    columns: list[str]
    continued: bool
    height: int = 0
    before: polars.DataFrame | None = field(default=None, repr=False)
    filled: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.filled = {key: name for key, name in FILLED.items() if name in self.columns}
        cycle = next((name for name in CYCLES if name in self.columns), None)
        if cycle is not None:
            self.filled[KNOWN_CYCLE] = cycle

    def add(self, batch: polars.DataFrame) -> polars.DataFrame:
        """Return the rows of a batch after the last rows of the batch before.

        Besides the columns they have their index `row`, `new` (false for rows of the batch before),
        `impedance`, the filled columns, and `begins`, whether a step begins.
        """
        import polars as pl

        spectrum = pl.col(FREQUENCY) > _IMPEDANCE if FREQUENCY in self.columns else pl.lit(False)
        rows = batch.select(
            pl.int_range(self.height, self.height + batch.height, dtype=pl.Int64).alias("row"),
            pl.lit(True).alias("new"),
            *(_numbers(batch[name]) for name in self.columns),
        ).with_columns(spectrum.fill_null(False).alias("impedance"))
        if self.before is not None:
            rows = pl.concat([self.before, rows], how="diagonal", rechunk=True)
        rows = rows.with_columns(self._filled(rows, key, name) for key, name in self.filled.items())
        rows = rows.with_columns(self._begins())
        self.height += batch.height
        self.before = rows.tail(CONTEXT).with_columns(pl.lit(False).alias("new")).drop("begins")
        return rows

    def _filled(self, rows: polars.DataFrame, key: str, name: str) -> polars.Expr:
        """Return a column with the last known value in its gaps."""
        import polars as pl

        if not rows[name].null_count():
            return pl.col(name).alias(key)
        known = pl.col(name) if self.before is None else pl.coalesce(key, name)
        return known.forward_fill().alias(key)

    def _begins(self) -> polars.Expr:
        """Return where a step begins: in the first row, and where its number changes."""
        import polars as pl

        first = (pl.col("row") == 0) & (not self.continued)
        if KNOWN_STEP not in self.filled:
            return first.alias("begins")
        return (first | (pl.col(KNOWN_STEP).diff() != 0).fill_null(False)).alias("begins")


def _numbers(column: polars.Series) -> polars.Series:
    """Return a column as Float64; what is not finite, or beyond 1e100, becomes null."""
    import polars as pl

    number = column.cast(pl.Float64, strict=False)
    low, high = number.min(), number.max()
    # The sum of a column with a NaN is NaN; extremes ignore it.
    if math.isfinite(number.sum()) and (low is None or -_LARGEST <= low <= high <= _LARGEST):  # type: ignore[operator]
        return number
    usable = number.is_finite() & (number.abs() <= _LARGEST)
    return number.zip_with(usable.fill_null(False), pl.Series([None], dtype=pl.Float64))
