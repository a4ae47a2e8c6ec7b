"""The cycle table of a series, computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ionworks.analysis import counters
from ionworks.analysis.ledger import (
    CAPACITIES,
    COUNTERS,
    ENERGIES,
    INTEGRALS,
    MEAN_TEMPERATURE,
    TEMPERATURE,
    ledger,
)
from ionworks.analysis.step_table import step_table
from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

Efficiency: TypeAlias = Literal["discharge/charge", "charge/discharge"]


def check_efficiency(efficiency: str) -> None:
    """Refuse an efficiency that is neither of the two.

    Raises
    ------
    PayloadError
        If it is anything else.
    """
    if efficiency not in get_args(Efficiency):
        fix = "give 'discharge/charge', or 'charge/discharge' for a half cell"
        raise PayloadError("efficiency", efficiency, "is not an efficiency", fix)


def cycles(
    time_series: AnyTable, *, efficiency: Efficiency = "discharge/charge"
) -> polars.DataFrame:
    """Return the cycle table of a series: capacities, energies and efficiencies of each cycle.

    It has the columns of the service's cycle table, in the same order and units, and more. All
    values are computed from current, voltage and time, as in `steps`. Each row is counted to its
    own cycle, so a cycle may begin in the middle of a step.

    Parameters
    ----------
    time_series : AnyTable
        As in `steps`.
    efficiency : {"discharge/charge", "charge/discharge"}
        The definition of the efficiencies. For a full cell it is discharge divided by charge. In a
        half cell against lithium, the discharge inserts lithium into the electrode and the charge
        extracts it, so "charge/discharge" is the fraction that is extracted again.

    Returns
    -------
    polars.DataFrame
        Efficiencies, retentions and fades are ratios, not percent; retention is the discharge
        capacity relative to the first cycle. An undefined ratio is null. `Counter ...` columns and
        `Counter finding` are as in `steps`; the finding is the first one in the cycle.

    Warns
    -----
    CounterWarning
        As in `steps`.

    Raises
    ------
    PayloadError
        As in `steps`; or if the efficiency is neither of the two.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> table = cycles(SyntheticCell(seed=7).cycling(cycles=2))
    >>> table["Energy efficiency"].round(3).to_list()
    [0.92, 0.919]
    """
    import polars as pl

    check_efficiency(efficiency)
    rows = ledger(time_series)
    table = step_table(rows)
    counters.warn_of_findings(table, stacklevel=2)
    grouped = rows.with_columns(*counters.growth(rows)).group_by("Cycle count", maintain_order=True)
    result = grouped.agg(
        *(pl.col(of).sum().alias(name) for name, of in zip(COUNTERS, INTEGRALS, strict=True)),
        pl.col("Voltage [V]").min().alias("Min voltage [V]"),
        pl.col("Voltage [V]").max().alias("Max voltage [V]"),
        pl.col("Time [s]").min().alias("Start time [s]"),
        *_of_direction("discharge"),
        *_of_direction("charge"),
        _mean_temperature(),
        *counters.sums(),
    )
    result = result.join(_durations(rows), on="Cycle count", how="left", maintain_order="left")
    found = (
        table.drop_nulls(counters.FINDING)
        .group_by("Cycle count")
        .agg(pl.col(counters.FINDING).first())
    )
    result = result.join(found, on="Cycle count", how="left", maintain_order="left")
    return _selected(_with_ratios(result, efficiency), bool(rows[TEMPERATURE].count()))


def _of_direction(direction: str) -> list[polars.Expr]:
    """Return the mean current of a direction, weighted by time, and how long it lasted."""
    import polars as pl

    active = pl.col("Direction") == direction
    weight = pl.col("Weight [s]").filter(active)
    charge = (pl.col("Current [A]").filter(active) * weight).sum()
    return [
        _ratio(charge, weight.sum()).alias(f"Mean {direction} current [A]"),
        weight.sum().alias(f"{direction.capitalize()} duration [s]"),
    ]


def _mean_temperature() -> polars.Expr:
    import polars as pl

    value = pl.col(TEMPERATURE)
    weight = pl.when(value.is_not_null()).then(pl.col("Weight [s]"))
    weighted = _ratio((value * weight).sum(), weight.sum())
    return pl.coalesce(weighted, value.mean()).alias(MEAN_TEMPERATURE)


def _durations(rows: polars.DataFrame) -> polars.DataFrame:
    """Return how long the steps of each cycle lasted together."""
    import polars as pl

    time = pl.col("Time [s]")
    parts = rows.group_by("Cycle count", pl.col("Step count").rle_id().alias("block")).agg(
        (time.max() - time.min()).alias("Cycle duration [s]")
    )
    return parts.group_by("Cycle count").agg(pl.col("Cycle duration [s]").sum())


def _ratio(numerator: polars.Expr, denominator: polars.Expr) -> polars.Expr:
    import polars as pl

    return pl.when(denominator != 0).then(numerator / denominator)


def _with_ratios(table: polars.DataFrame, efficiency: str) -> polars.DataFrame:
    import polars as pl

    (capacity, charge), (energy, charged) = (
        (pl.col(out), pl.col(into)) for out, into in (CAPACITIES, ENERGIES)
    )
    pairs = [(capacity, charge), (energy, charged)]
    if efficiency == "charge/discharge":
        pairs = [(into, out) for out, into in pairs]
    return table.with_columns(
        _ratio(*pairs[0]).alias("Coulombic efficiency"),
        _ratio(*pairs[1]).alias("Energy efficiency"),
        _ratio(capacity, capacity.first()).alias("Capacity retention"),
        _ratio(energy, energy.first()).alias("Energy retention"),
        (capacity + charge).cum_sum().alias("Capacity throughput [A.h]"),
        (energy + charged).cum_sum().alias("Energy throughput [W.h]"),
    ).with_columns(
        (1 - pl.col("Capacity retention")).alias("Capacity fade"),
        (1 - pl.col("Energy retention")).alias("Energy fade"),
    )


def _selected(table: polars.DataFrame, has_temperature: bool) -> polars.DataFrame:
    return table.select(
        *("Cycle count", *CAPACITIES, *ENERGIES, "Min voltage [V]", "Max voltage [V]"),
        *("Cycle duration [s]", "Start time [s]", "Coulombic efficiency", "Energy efficiency"),
        *("Capacity retention", "Capacity fade", "Energy retention", "Energy fade"),
        *("Mean discharge current [A]", "Discharge duration [s]"),
        *("Mean charge current [A]", "Charge duration [s]"),
        *([MEAN_TEMPERATURE] if has_temperature else []),
        *("Capacity throughput [A.h]", "Energy throughput [W.h]"),
        *(*counters.COUNTED, counters.FINDING),
    )
