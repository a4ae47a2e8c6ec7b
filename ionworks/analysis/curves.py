"""The curves that are read from a cycled cell: voltage over capacity, dQ/dV and dV/dQ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ionworks.analysis.binning import smooth, spread
from ionworks.analysis.numeric import numbers, selected, size, two_digits
from ionworks.analysis.rate_capability import rate_capability as rate_capability
from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

#: Of the largest current of the series; what is below is rest.
REST: Final = 1e-3
_LIMIT = 0.010  # V from the limit of voltage: that far a regulator overshoots
_TAPERED = 0.95  # of the current on arrival at the limit
_CURVE = ("Cycle count", "Half cycle", "Direction")


def capacity_curves(
    time_series: AnyTable, cycles: int | Iterable[int] | None = None
) -> polars.DataFrame:
    """Return the capacity passed since each charge and each discharge began.

    A half cycle is what lies between two changes of direction, or of `Cycle count`. Rests do not
    end it, so the constant-current and the constant-voltage part of a charge are one. A rest is a
    row whose current is at most 0.1 % of the largest of the series; rests are left out.

    Capacity is the integral of the current's size by the trapezoid rule, over two rows that follow
    each other in the same half cycle; nothing is counted across a rest, or where `Step count`
    leaps, because rows were taken out.

    Parameters
    ----------
    time_series : AnyTable
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge). `Cycle count` and
        `Step count` are used where present; without cycles everything is cycle 0. Rows without
        a time or a current are passed over.
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
        If it is no table, has no rows or no current, lacks a column or the numbers in it, has a
        time that runs backwards, or none of the cycles.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> curves = capacity_curves(SyntheticCell(seed=7).cycling(cycles=2), cycles=1)
    >>> ends = curves.group_by("Direction", maintain_order=True).last()
    >>> ends["Direction"].to_list(), ends["Capacity [A.h]"].round(2).to_list()
    (['discharge', 'charge'], [4.92, 4.92])
    """
    import polars as pl

    rows = _measured(time_series)
    current, before = pl.col("Current [A]"), pl.col("Current [A]").shift(1)
    limit = REST * (rows.select(current.abs().max()).item() or 0.0)
    rows = rows.with_columns(
        pl.when(current > limit)
        .then(pl.lit("discharge"))
        .when(current < -limit)
        .then(pl.lit("charge"))
        .alias("Direction")
    )
    goes_on = pl.all_horizontal(
        *(pl.col(name) == pl.col(name).shift(1) for name in ("Direction", "Cycle count")),
        pl.col("Step count").diff().is_between(0, 1),
    )
    passed = (current + before).abs() / 2 * pl.col("Time [s]").diff() / 3600
    rows = rows.with_columns(pl.when(goes_on).then(passed).otherwise(0.0).alias("Capacity [A.h]"))
    rows = rows.drop_nulls("Direction").with_columns(
        pl.struct("Cycle count", "Direction").rle_id().cast(pl.Int64).alias("Half cycle")
    )
    if rows.is_empty():
        reason = "has no row with a current: it is one long rest"
        raise PayloadError("time_series", "DataFrame", reason, "give a charge or a discharge")
    rows = rows.with_columns(pl.col("Capacity [A.h]").cum_sum().over("Half cycle"))
    chosen = selected(rows, cycles, table="time_series")
    return chosen.select(*_CURVE, "Capacity [A.h]", "Voltage [V]", "Current [A]")


def incremental_capacity(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    voltage_step: float = 0.005,
    smoothing: float = 0.01,
    holds: bool = False,
) -> polars.DataFrame:
    """Return dQ/dV over voltage, for each charge and each discharge.

    The charge between two rows is spread evenly between their two voltages, and summed in even
    bins; noise that lets the voltage run back makes no infinities so, and no charge gets lost: the
    size of dQ/dV times the step, summed, is the capacity passed. The smoothing keeps that sum.

    A constant-voltage hold is no part of the curve: all its charge would stand in one bin, as a
    peak that is none. Where a half cycle ends in one, it is cut within 10 mV of its limit of
    voltage.

    Parameters
    ----------
    time_series : AnyTable
        As in `capacity_curves`.
    cycles : int or iterable of int, optional
        Which cycles; by default all.
    voltage_step : float
        Width of the bins, in V; their edges are multiples of it, the same in every cycle.
    smoothing : float
        Standard deviation of the Gaussian, in V; 0 smooths nothing.
    holds : bool
        Whether to count the constant-voltage holds, too.

    Returns
    -------
    polars.DataFrame
        `Cycle count`, `Half cycle`, `Direction`, `Voltage [V]` (the middle of the bin),
        `dQ/dV [A.h/V]` and `Smoothing [V]`. It is the derivative of the capacity passed: positive
        on charge, negative on discharge, where the voltage falls.

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
    curves = _with_voltage(time_series, cycles, holds)
    segments = _segments(curves, "Voltage [V]").select("Half cycle", "from", "to", "charge")
    grid = spread(segments, ["charge"], by="Half cycle", step=step, name="voltage_step")
    grid = smooth(grid, "charge", by="Half cycle", step=step, width=width, name="smoothing")
    sign = pl.when(pl.col("Direction") == "charge").then(1.0).otherwise(-1.0)
    return _named(grid, curves).select(
        *_CURVE,
        ((pl.col("bin") + 0.5) * step).alias("Voltage [V]"),
        (sign * pl.col("charge") / step).alias("dQ/dV [A.h/V]"),
        pl.lit(width).alias("Smoothing [V]"),
    )


def differential_voltage(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    capacity_step: float | None = None,
    smoothing: float | None = None,
    holds: bool = False,
) -> polars.DataFrame:
    """Return dV/dQ over the capacity passed, for each charge and each discharge.

    The change of voltage between two rows is spread evenly over the charge between them, and
    summed in even bins. What a voltage does at rest is left out, as are constant-voltage holds
    (see `incremental_capacity`), and a bin that a half cycle does not fill.

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
        two digits; 0 smooths nothing.
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

    curves = _with_voltage(time_series, cycles, holds)
    passed = _segments(curves, "Capacity [A.h]").filter(pl.col("charge") > 0)
    if passed.is_empty():
        raise _nothing_left()
    largest = float(passed.select(pl.col("to").max()).item())
    default = two_digits(largest / 500), two_digits(largest / 100)
    step = size("capacity_step", default[0] if capacity_step is None else capacity_step)
    width = size("smoothing", default[1] if smoothing is None else smoothing, positive=False)
    amounts = ["charge", "change"]
    grid = spread(passed, amounts, by="Half cycle", step=step, name="capacity_step")
    grid = grid.filter(pl.col("charge") > (1 - 1e-9) * step).with_columns(
        pl.col("change") / pl.col("charge")
    )
    grid = smooth(grid, "change", by="Half cycle", step=step, width=width, name="smoothing")
    return _named(grid, curves).select(
        *_CURVE,
        ((pl.col("bin") + 0.5) * step).alias("Capacity [A.h]"),
        pl.col("change").alias("dV/dQ [V/(A.h)]"),
        pl.lit(width).alias("Smoothing [A.h]"),
    )


def _measured(time_series: AnyTable) -> polars.DataFrame:
    """Rows with a time and a current, with a cycle and a step each."""
    import polars as pl

    needed = ("Time [s]", "Voltage [V]", "Current [A]")
    counts = ("Cycle count", "Step count")
    frame = numbers(time_series, needed, table="time_series", wanted=counts)
    frame = frame.with_row_index("row").with_columns(
        (pl.col(name).forward_fill().backward_fill() if name in frame.columns else pl.lit(None))
        .fill_null(0)
        .cast(pl.Int64)
        .alias(name)
        for name in counts
    )
    frame = frame.drop_nulls(["Time [s]", "Current [A]"])
    back = frame.filter(pl.col("Time [s]").diff() < 0)
    if not back.is_empty():
        reason = f"'Time [s]' runs backwards at row {back['row'][0]}"
        raise PayloadError("time_series", "DataFrame", reason, "mend or leave out these rows")
    return frame


def _with_voltage(
    time_series: AnyTable, cycles: int | Iterable[int] | None, holds: bool
) -> polars.DataFrame:
    curves = capacity_curves(time_series, cycles).drop_nulls("Voltage [V]")
    curves = curves if holds else _without_holds(curves)
    if curves.is_empty():
        raise _nothing_left()
    return curves


def _without_holds(curves: polars.DataFrame) -> polars.DataFrame:
    """Cut each half cycle where it arrives at its limit, if its current falls there later.

    A step's type would not tell: many cyclers log the two parts of a charge as one step.
    """
    import polars as pl

    charging = pl.col("Direction") == "charge"
    rising = pl.when(charging).then(pl.col("Voltage [V]")).otherwise(-pl.col("Voltage [V]"))
    curves = curves.with_columns((rising >= rising.max() - _LIMIT).over("Half cycle").alias("near"))
    current = pl.col("Current [A]").abs()
    arrived = pl.col("near").cum_max().over("Half cycle")
    on_arrival = current.filter(pl.col("near")).first().over("Half cycle")
    held = (pl.col("near") & (current < _TAPERED * on_arrival)).any().over("Half cycle")
    return curves.filter(~(arrived & held)).drop("near")


def _nothing_left() -> PayloadError:
    reason = "has no constant-current part with a voltage"
    return PayloadError("time_series", "DataFrame", reason, "holds=True takes the holds, too")


def _segments(curves: polars.DataFrame, along: str) -> polars.DataFrame:
    """Two rows that follow each other in a half cycle: where from and to, and what passed."""
    import polars as pl

    def before(name: str) -> polars.Expr:
        return pl.col(name).shift(1).over("Half cycle")

    return curves.select(
        "Half cycle",
        before(along).alias("from"),
        pl.col(along).alias("to"),
        (pl.col("Capacity [A.h]") - before("Capacity [A.h]")).alias("charge"),
        (pl.col("Voltage [V]") - before("Voltage [V]")).alias("change"),
    ).drop_nulls()


def _named(grid: polars.DataFrame, curves: polars.DataFrame) -> polars.DataFrame:
    names = curves.select(_CURVE).unique(maintain_order=True)
    return grid.join(names, on="Half cycle", how="left").sort("Half cycle", "bin")
