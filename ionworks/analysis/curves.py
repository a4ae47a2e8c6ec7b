"""The curves that are read from a cycled cell: voltage over capacity, dQ/dV and dV/dQ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ionworks.analysis.binning import smooth, spread
from ionworks.analysis.half_cycles import (
    CAPACITY,
    CURVE,
    LEFT_OUT,
    VOLTAGE,
    half_cycle_rows,
    left_out,
    segments,
)
from ionworks.analysis.numeric import size, two_digits
from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable


def capacity_curves(
    time_series: AnyTable, cycles: int | Iterable[int] | None = None
) -> polars.DataFrame:
    """Return the capacity since the start of each charge and each discharge.

    A half cycle ends when the direction or `Cycle count` changes. A rest does not end it, so the
    constant-current and the constant-voltage part of a charge are one half cycle. Direction and
    rest are determined for blocks of rows, as `docs/plots.md` explains; rests are left out.

    Capacity is the integral of the current by the trapezoidal rule, between consecutive rows of a
    half cycle. Nothing is counted across a rest, or across missing steps.

    Parameters
    ----------
    time_series : AnyTable
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge). `Cycle count` and
        `Step count` are used if present; without cycles all rows are cycle 0. Rows without a time
        or a current are ignored.
    cycles : int or iterable of int, optional
        Which cycles; by default all.

    Returns
    -------
    polars.DataFrame
        A row for each row with a current: `Cycle count`, `Half cycle` (from 0, in order of time),
        `Direction` ("charge" or "discharge"), `Capacity [A.h]`, `Voltage [V]` and `Current [A]`.

    Raises
    ------
    PayloadError
        If it is not a table, has no rows, no current, or none of the cycles; if a column is missing
        or not numeric; or if the time decreases.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> curves = capacity_curves(SyntheticCell(seed=7).cycling(cycles=2), cycles=1)
    >>> ends = curves.group_by("Direction", maintain_order=True).last()
    >>> ends["Direction"].to_list(), ends["Capacity [A.h]"].round(2).to_list()
    (['discharge', 'charge'], [4.92, 4.92])
    """
    rows = half_cycle_rows(time_series, cycles)
    return rows.select(*CURVE, CAPACITY, VOLTAGE, "Current [A]")


def incremental_capacity(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    voltage_step: float = 0.005,
    smoothing: float = 0.01,
    holds: bool = False,
) -> polars.DataFrame:
    """Return dQ/dV over voltage, for each charge and each discharge.

    The charge between two rows is distributed evenly between their voltages, and summed in equal
    bins. So noise of the voltage causes no infinite values, and no charge is lost: the sum of the
    absolute dQ/dV times the step is the capacity. Smoothing does not change this sum.

    A constant-voltage hold is not part of the curve, because all its charge would form a false peak
    in one bin. A half cycle that ends in a hold is cut within 10 mV of the voltage limit.

    Parameters
    ----------
    time_series : AnyTable
        As in `capacity_curves`.
    cycles : int or iterable of int, optional
        Which cycles; by default all.
    voltage_step : float
        Width of the bins, in V. Their edges are multiples of it, so all cycles have the same bins.
    smoothing : float
        Standard deviation of the Gaussian, in V; 0 for no smoothing.
    holds : bool
        Whether to count the constant-voltage holds, too.

    Returns
    -------
    polars.DataFrame
        `Cycle count`, `Half cycle`, `Direction`, `Voltage [V]` (the middle of the bin),
        `dQ/dV [A.h/V]` and `Smoothing [V]`. dQ/dV is positive on charge, and negative on discharge,
        because the voltage falls.

    Raises
    ------
    PayloadError
        As in `capacity_curves`; or if a step or width is not a number above 0, or nothing is left
        without the holds.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> curve = incremental_capacity(SyntheticCell(seed=7).pseudo_ocv())
    >>> highest = curve.sort("dQ/dV [A.h/V]").row(-1, named=True)
    >>> highest["Direction"], round(highest["Voltage [V]"], 2)
    ('charge', 4.05)
    """
    import polars as pl

    step = size("voltage_step", voltage_step)
    width = size("smoothing", smoothing, positive=False)
    rows = half_cycle_rows(time_series, cycles)
    drawn = _drawn(rows, VOLTAGE, holds)
    grid = spread(drawn.drop("change"), ["charge"], by="Half cycle", step=step, name="voltage_step")
    grid = smooth(grid, "charge", by="Half cycle", step=step, width=width, name="smoothing")
    sign = pl.when(pl.col("Direction") == "charge").then(1.0).otherwise(-1.0)
    return _named(grid, left_out(rows, drawn, holds=holds)).select(
        *CURVE,
        ((pl.col("bin") + 0.5) * step).alias(VOLTAGE),
        (sign * pl.col("charge") / step).alias("dQ/dV [A.h/V]"),
        pl.lit(width).alias("Smoothing [V]"),
        *LEFT_OUT,
    )


def differential_voltage(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    capacity_step: float | None = None,
    smoothing: float | None = None,
    holds: bool = False,
) -> polars.DataFrame:
    """Return dV/dQ over capacity, for each charge and each discharge.

    The voltage change between two rows is distributed evenly over the charge between them, and
    summed in equal bins. Rests, constant-voltage holds (see `incremental_capacity`) and bins that a
    half cycle fills only in part are left out.

    Parameters
    ----------
    time_series : AnyTable
        As in `capacity_curves`.
    cycles : int or iterable of int, optional
        Which cycles; by default all.
    capacity_step : float, optional
        Width of the bins, in A.h; by default a 500th of the largest capacity, to two digits.
    smoothing : float, optional
        Standard deviation of the Gaussian, in A.h; by default a 100th of the largest capacity, to
        two digits; 0 for no smoothing.
    holds : bool
        Whether to count the constant-voltage holds, too.

    Returns
    -------
    polars.DataFrame
        `Cycle count`, `Half cycle`, `Direction`, `Capacity [A.h]` (the middle of the bin),
        `dV/dQ [V/(A.h)]` and `Smoothing [A.h]`: positive on charge, negative on discharge.

    Raises
    ------
    PayloadError
        As in `incremental_capacity`.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> curve = differential_voltage(SyntheticCell(seed=7).pseudo_ocv())
    >>> curve["Smoothing [A.h]"][0], curve["Direction"].unique(maintain_order=True).to_list()
    (0.05, ['discharge', 'charge'])
    """
    import polars as pl

    rows = half_cycle_rows(time_series, cycles)
    drawn = _drawn(rows, CAPACITY, holds)
    largest = float(drawn.select(pl.col("to").abs().max()).item())
    default = two_digits(largest / 500), two_digits(largest / 100)
    step = size("capacity_step", default[0] if capacity_step is None else capacity_step)
    width = size("smoothing", default[1] if smoothing is None else smoothing, positive=False)
    amounts = ["charge", "change"]
    grid = spread(drawn, amounts, by="Half cycle", step=step, name="capacity_step")
    grid = grid.filter(pl.col("charge") > (1 - 1e-9) * step).with_columns(
        pl.col("change") / pl.col("charge"),
        # Each side of a hold is smoothed on its own.
        (pl.col("bin") - pl.int_range(pl.len())).rle_id().alias("part"),
    )
    grid = smooth(grid, "change", by="part", step=step, width=width, name="smoothing")
    return _named(grid, left_out(rows, drawn, holds=holds)).select(
        *CURVE,
        ((pl.col("bin") + 0.5) * step).alias(CAPACITY),
        pl.col("change").alias("dV/dQ [V/(A.h)]"),
        pl.lit(width).alias("Smoothing [A.h]"),
        *LEFT_OUT,
    )


def _drawn(rows: polars.DataFrame, along: str, holds: bool) -> polars.DataFrame:
    """Return what a curve is made of, or say that there is nothing."""
    drawn = segments(rows, along, holds=holds)
    if drawn.is_empty():
        only_holds = not holds and bool(rows["Hold"].any())
        reason = (
            "has only constant-voltage holds" if only_holds else "passes no charge at a voltage"
        )
        fix = (
            "holds=True includes them" if only_holds else "give a charge or discharge of more rows"
        )
        raise PayloadError("time_series", "DataFrame", reason, fix)
    return drawn


def _named(grid: polars.DataFrame, halves: polars.DataFrame) -> polars.DataFrame:
    """Add cycle, direction and what is left out; a half cycle without a curve keeps one row."""
    import polars as pl

    lost = halves.filter(pl.col("Reason").is_not_null())
    lost = lost.join(grid, on="Half cycle", how="anti")
    grid = grid.join(halves, on="Half cycle", how="left")
    return pl.concat([grid, lost], how="diagonal_relaxed").sort("Half cycle", "bin")
