"""The cycler's own counters of capacity and energy, compared with the integral of the current."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

from ionworks.analysis.ledger import COUNTERS

if TYPE_CHECKING:
    import polars

#: Columns that both tables have after those of the service.
COUNTED: Final = tuple(f"Counter {name[0].lower()}{name[1:]}" for name in COUNTERS)
FINDING: Final = "Counter finding"
_TOLERANCE: Final = 0.02  # of the larger of the two
_FLOOR: Final = 1e-3  # of the largest step


class CounterWarning(UserWarning):
    """A counter of a series falls inside a step, or differs from the integral of the current."""


def growth(rows: polars.DataFrame) -> polars.DataFrame:
    """Return how far each counter grew since the row before in the same step."""
    import polars as pl

    same = pl.col("Step count").diff() == 0
    return rows.select(
        pl.when(same).then(pl.col(name).forward_fill().diff()).alias(counted)
        for name, counted in zip(COUNTERS, COUNTED, strict=True)
    )


def sums() -> list[polars.Expr]:
    """Return what the counters say of a group of rows; null where there is no counter."""
    import polars as pl

    return [
        pl.when(pl.col(name).count() > 1)
        .then(pl.col(counted).clip(lower_bound=0.0).sum())
        .alias(counted)
        for name, counted in zip(COUNTERS, COUNTED, strict=True)
    ] + [
        pl.col("row")
        .filter(pl.col(counted) < -1e-6 * pl.col(name).abs().max() - 1e-12)
        .first()
        .alias(f"fall {name}")
        for name, counted in zip(COUNTERS, COUNTED, strict=True)
    ]


def finding() -> polars.Expr:
    """Say of each step where its counters fall, or how they disagree with the integrals.

    Two values agree within 2 %, 0.1 % of the largest step, or what passes between two rows.
    """
    import polars as pl

    parts = []
    for name, counted in zip(COUNTERS, COUNTED, strict=True):
        ours, theirs, fall = pl.col(name), pl.col(counted), pl.col(f"fall {name}")
        between = pl.col("largest energy" if "energy" in name else "largest charge")
        allowed = pl.max_horizontal(
            _TOLERANCE * pl.max_horizontal(ours, theirs), _FLOOR * ours.max(), between
        )
        off = (theirs - ours).abs() > allowed + 1e-12
        differs = pl.format(
            "{} grows by {}, the integral is {}",
            pl.lit(name),
            theirs.round_sig_figs(4),
            ours.round_sig_figs(4),
        )
        parts += [
            pl.when(fall.is_not_null()).then(pl.format("{} falls at row {}", pl.lit(name), fall)),
            pl.when(off).then(differs),
        ]
    text = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(text != "").then(text).alias(FINDING)


def warn_of_findings(steps: polars.DataFrame, stacklevel: int) -> None:
    """Warn once of all findings of a step table."""
    import polars as pl

    found = steps.filter(pl.col(FINDING).is_not_null())
    if found.is_empty():
        return
    text = (
        f"The counters of {found.height} of {steps.height} steps disagree with the integral of the"
        f" current, first in step {found['Step count'][0]}: {found[FINDING][0]}. The table has the"
        f" integrals; its column {FINDING!r} has the findings"
    )
    warnings.warn(text, CounterWarning, stacklevel=stacklevel + 1)
