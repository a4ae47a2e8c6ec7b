"""The step table of a series, computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.analysis import counters
from ionworks.analysis.ledger import (
    CAPACITIES,
    COUNTERS,
    ENERGIES,
    FROM_CYCLER,
    INTEGRALS,
    MEAN_TEMPERATURE,
    TEMPERATURE,
    ledger,
)
from ionworks.analysis.step_types import facts, step_type, with_pulses

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

_STATISTICS: Final = {
    "voltage [V]": "Voltage [V]",
    "current [A]": "Current [A]",
    "power [W]": "power",
    "frequency [Hz]": "Frequency [Hz]",
}
_OF_CYCLE: Final = {
    "Cycle charge capacity [A.h]": "charged",
    "Cycle discharge capacity [A.h]": "discharged",
    "Cycle charge energy [W.h]": "energy in",
    "Cycle discharge energy [W.h]": "energy out",
}
_GAP: Final = 10.0  # usual intervals of a step; a longer one is a gap
_SERVICE: Final = (
    *("Start index", "End index", "Start time [s]", "End time [s]"),
    *("Start voltage [V]", "End voltage [V]", *CAPACITIES, *ENERGIES),
    *(f"{kind} {name}" for name in _STATISTICS for kind in ("Min", "Max", "Std", "Mean")),
    *("Step count", "Step from cycler", "Cycle count", "Cycle from cycler"),
    *("Duration [s]", "Step type", "Label", "Group number", *_OF_CYCLE),
)


def steps(time_series: AnyTable) -> polars.DataFrame:
    """Return the step table of a series: type, capacity, energy and duration of each step.

    It has the columns of the service's step table, in the same order and units, and more. The
    counters of the cycler are not used: capacity and energy are integrals of current and power over
    time, by the trapezoidal rule. The interval between two steps is divided equally between them.
    The capacity of a rest is 0, and of rows inside a step whose current is below 0.1 % of the
    largest one of the series. The charge that these rows recorded, such as the offset of a channel
    or a long hold at a small current, is `Rest charge [A.h]`.

    Parameters
    ----------
    time_series : AnyTable
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge). A step is a sequence of
        rows with equal `Step count`, or else with equal `Step from cycler`. Without both, a step
        begins where the direction changes, or where one constant current follows another. Cycles
        are those of `Cycle count`, or of `Cycle from cycler`. Without both, a cycle begins with
        each discharge, or with each charge if the series begins with a charge.

    Returns
    -------
    polars.DataFrame
        `Step type` is "Rest", "Constant current charge", "Constant voltage charge", "Constant power
        charge" (or discharge), "EIS" or "Unknown step type", as in the service's table. Two types
        are additional: "CCCV charge", a constant current and a constant-voltage hold in one step,
        and "Pulse charge", a constant current next to a rest that lasts at most 60 s and has at
        most 5 % of the largest capacity.

        Further columns: `Rest charge [A.h]` (net, + = discharge); `Counter discharge capacity
        [A.h]` and three more, the increase of the cycler's counter in the step; and `Counter
        finding`, null if counter and integral agree within 2 %.

    Warns
    -----
    CounterWarning
        Once, if a counter falls inside a step or differs from the integral.

    Raises
    ------
    PayloadError
        If it is not a table or has no rows, if a column is missing or not numeric, or if the time
        decreases.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> table = steps(SyntheticCell(seed=7).cycling(cycles=1)[:, :3])
    >>> table["Step type"].to_list()
    ['Constant current discharge', 'Rest', 'CCCV charge', 'Rest']
    >>> table["Charge energy [W.h]"].round(1).to_list()
    [0.0, 0.0, 18.8, 0.0]
    """
    table = step_table(ledger(time_series))
    counters.warn_of_findings(table, stacklevel=2)
    return table


def step_table(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the step table of a ledger."""
    import polars as pl

    power = (pl.col("Voltage [V]") * pl.col("Current [A]")).alias("power")
    noise = rows.filter(pl.col("Direction").is_null())["Current [A]"].std() or 0.0
    blocks = rows.with_columns(
        power,
        pl.col("Step count").rle_id().alias("block"),
        *counters.growth(rows),
        *(pl.col(of).sum().over("Cycle count").alias(name) for name, of in _OF_CYCLE.items()),
    )
    table = blocks.group_by("block", maintain_order=True).agg(
        *_measured(), *_statistics(), *counters.sums(), *facts(), *_largest()
    )
    table = table.with_columns(
        pl.col("^(Min|Max|Mean) frequency.*$", "^Std .*$").fill_null(0.0),
        (pl.col("End time [s]") - pl.col("Start time [s]")).alias("Duration [s]"),
        pl.lit("").alias("Label"),
        pl.lit(None, pl.Float64).alias("Group number"),
    )
    # Six standard deviations hold the spread of nine in ten rows of a noisy current well.
    kind = step_type(noise=6 * float(noise))  # type: ignore[arg-type]
    table = with_pulses(table.with_columns(kind.alias("Step type"), counters.finding()))
    return table.select(
        *_SERVICE,
        *([MEAN_TEMPERATURE] if rows[TEMPERATURE].count() else []),
        *("Rest charge [A.h]", *counters.COUNTED, counters.FINDING),
    )


def _measured() -> list[polars.Expr]:
    import polars as pl

    def first(name: str) -> polars.Expr:
        return pl.col(name).drop_nulls().first()

    def last(name: str) -> polars.Expr:
        return pl.col(name).drop_nulls().last()

    return [
        pl.col("row").first().alias("Start index"),
        pl.col("row").last().alias("End index"),
        first("Time [s]").alias("Start time [s]"),
        last("Time [s]").alias("End time [s]"),
        first("Voltage [V]").alias("Start voltage [V]"),
        last("Voltage [V]").alias("End voltage [V]"),
        *(pl.col(of).sum().alias(name) for name, of in zip(COUNTERS, INTEGRALS, strict=True)),
        pl.col("Step count", "Cycle count", *_OF_CYCLE).first(),
        *(first(name).cast(pl.Int64, strict=False).alias(name) for name in FROM_CYCLER),
        pl.col("rested").sum().alias("Rest charge [A.h]"),
        pl.col(TEMPERATURE).mean().alias(MEAN_TEMPERATURE),
    ]


def _statistics() -> list[polars.Expr]:
    import polars as pl

    return [
        statistic.alias(f"{kind} {name}")
        for name, source in _STATISTICS.items()
        for kind, statistic in (
            ("Min", pl.col(source).min()),
            ("Max", pl.col(source).max()),
            ("Std", pl.col(source).std()),
            ("Mean", pl.col(source).mean()),
        )
    ]


def _largest() -> list[polars.Expr]:
    """Return the most that passes between two rows, and so what a counter may be ahead.

    What passes in a gap does not count: in a pause of the cycler, only the integral grows.
    """
    import polars as pl

    interval = pl.col("Time [s]").diff()
    longest = pl.min_horizontal(interval.max(), _GAP * interval.median()).fill_null(0.0)
    charge = pl.col("Current [A]").abs().max() * longest / 3600
    energy = charge * pl.col("Voltage [V]").abs().max()
    return [
        charge.fill_null(0.0).alias("largest charge"),
        energy.fill_null(0.0).alias("largest energy"),
    ]
