"""Plots of a cycle table: capacity over cycles, and at several rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ionworks.analysis.cycle_table import Efficiency, check_efficiency
from ionworks.analysis.numeric import numbers
from ionworks.analysis.rate_capability import rate_capability
from ionworks.plotting.canvas import (
    Plot,
    Shades,
    axes,
    bulk,
    entitle,
    legend,
    mark_outside,
    points,
    sample,
    unit_of,
)

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

    from ionworks.frames.convert import AnyTable
    from ionworks.quantity.value import QuantityLike

_DISCHARGE, _CHARGE = "Discharge capacity [A.h]", "Charge capacity [A.h]"
_EFFICIENCY = "Coulombic efficiency"
_MANY = 60  # markers that do not overlap
_LABELS = 10  # rates that can be written next to their cycles


def plot_capacity(
    cycles: AnyTable,
    *,
    charge: bool = False,
    efficiency: Efficiency | None = None,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw the discharge capacity and the coulombic efficiency over cycles.

    Parameters
    ----------
    cycles : AnyTable
        A cycle table, such as `client.cell_measurement.cycles` returns: `Cycle count`,
        `Discharge capacity [A.h]` and `Coulombic efficiency` (a ratio).
    charge : bool
        Whether to draw `Charge capacity [A.h]`, too.
    efficiency : {"discharge/charge", "charge/discharge"}, optional
        How to compute the efficiency from both capacities: "charge/discharge" for a half cell (see
        `ionworks.analysis.cycles`). By default, the efficiency of the table is drawn.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `ax` has the capacity, `right` the efficiency; `data` has the drawn columns, the efficiency
        as `Coulombic efficiency [%]`. The axes show the range of most values. A triangle at the
        edge marks a value outside this range; if there are few, the value is written next to it.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        If `cycles` is not a table or has no rows, if a column is missing or not numeric, or if the
        efficiency is neither of the two.

    Examples
    --------
    >>> plot = plot_capacity(client.cell_measurement.cycles(measurement_id))
    >>> plot.ax.get_ylabel(), plot.right.get_ylabel()
    ('Discharge capacity [A·h]', 'Coulombic efficiency [%]')
    """
    import polars as pl

    drawn = [_DISCHARGE, *([_CHARGE] if charge else [])]
    needed, ratio = _efficiency(efficiency)
    table = numbers(cycles, ("Cycle count", *dict.fromkeys([*drawn, *needed])), table="cycles")
    data = table.select(
        pl.col("Cycle count").cast(pl.Int64), *drawn, (100 * ratio).alias(f"{_EFFICIENCY} [%]")
    )
    own = ax is None
    ax = axes(ax)
    number, size = points(data, "Cycle count"), 4 if data.height <= _MANY else 2
    style: dict[str, Any] = {"lw": 0.8, "ms": size, "color": "tab:blue"}
    handles = ax.plot(number, points(data, _DISCHARGE), "o-", label="discharge", **style)
    if charge:  # behind the discharge
        empty = {**style, "mfc": "white", "label": "charge", "zorder": 1.9}
        handles += ax.plot(number, points(data, _CHARGE), "o--", **empty)
    right = ax.twinx()
    percent = points(data, f"{_EFFICIENCY} [%]")
    style = {"ms": size - 0.5, "color": "tab:green", "label": "coulombic efficiency"}
    handles += right.plot(number, percent, "s", **style)
    _part(ax, right, data, drawn)
    ax.set_xlabel("Cycle count")
    name = "Capacity [A.h]" if charge else _DISCHARGE
    ax.set_ylabel(unit_of(ax.yaxis, name, data[_DISCHARGE]), color="tab:blue")
    which = f", {efficiency}" if efficiency else ""
    right.set_ylabel(f"{_EFFICIENCY}{which} [%]", color="tab:green")
    ax.locator_params(axis="x", integer=True)
    entitle(ax, title, legend(ax, handles, own=own) if charge else 0.0)
    return Plot(ax, ax.figure, data, right)


def _efficiency(efficiency: Efficiency | None) -> tuple[list[str], polars.Expr]:
    """Return the columns that an efficiency needs, and the efficiency as a ratio."""
    import polars as pl

    if efficiency is None:
        return [_EFFICIENCY], pl.col(_EFFICIENCY)
    check_efficiency(efficiency)
    over, under = (
        (_CHARGE, _DISCHARGE) if efficiency == "charge/discharge" else (_DISCHARGE, _CHARGE)
    )
    return [over, under], pl.when(pl.col(under) != 0).then(pl.col(over) / pl.col(under))


def plot_rate_capability(
    cycles: AnyTable,
    rated_capacity: float | str | QuantityLike,
    *,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw the discharge capacity over cycles, with one colour for each C-rate.

    Parameters
    ----------
    cycles : AnyTable
        A cycle table, such as `client.cell_measurement.cycles` returns.
    rated_capacity : float, str or Quantity
        A number in A.h, a text such as "5 A*h", or a quantity.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `right` has the retention relative to the slowest rate, in percent; `data` is the result of
        `rate_capability`.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        As in `rate_capability`.

    Examples
    --------
    >>> plot = plot_rate_capability(client.cell_measurement.cycles(measurement_id), "5 A*h")
    >>> [text.get_text() for text in plot.ax.texts]
    ['1C']
    """
    data = rate_capability(cycles, rated_capacity)
    own = ax is None
    ax = axes(ax)
    rates = dict(data.select("Nominal C-rate", "Rate").unique().sort("Nominal C-rate").iter_rows())
    shades = Shades(range(len(rates)), few=True)
    colours = {rate: shades[place] for place, rate in enumerate(rates)}
    runs = data.with_columns(data["Nominal C-rate"].rle_id().alias("run")).partition_by("run")
    for run in runs:
        colour, number = colours[run["Nominal C-rate"][0]], points(run, "Cycle count")
        size = 5 if data.height <= _MANY else 3
        ax.plot(number, points(run, _DISCHARGE), "o-", color=colour, lw=0.8, ms=size)
        if len(runs) <= _LABELS:
            place = (sum(number) / len(number), float(run[_DISCHARGE].max()))  # type: ignore[arg-type]
            ax.annotate(
                *(run["Rate"][0], place, (0, 7), "data", "offset points"),
                ha="center",
                fontsize="small",
                color=colour,
            )
    above = 0.0
    if len(runs) > _LABELS:
        keys = [sample(text, marker="o", ls="", color=colours[r]) for r, text in rates.items()]
        above = legend(ax, keys, own=own)
    slowest = data[_DISCHARGE][0] / data["Retention"][0]
    right = ax.twinx()
    ax.callbacks.connect(
        "ylim_changed", lambda left: right.set_ylim(*(100 * y / slowest for y in left.get_ylim()))
    )
    right.set_ylabel(f"Retention against {next(iter(rates.values()))} [%]")
    least, most = float(data[_DISCHARGE].min()), float(data[_DISCHARGE].max())  # type: ignore[arg-type]
    bottom = 0.0 if least < most / 2 else least - 0.2 * (most - least) - 0.01 * most
    ax.set_ylim(bottom, most + 0.12 * (most - bottom))
    ax.set_xlabel("Cycle count")
    ax.set_ylabel(unit_of(ax.yaxis, _DISCHARGE, data[_DISCHARGE]))
    ax.locator_params(axis="x", integer=True)
    entitle(ax, title, above)
    return Plot(ax, ax.figure, data, right)


def _part(ax: Axes, right: Axes, data: polars.DataFrame, drawn: list[str]) -> None:
    """Give the efficiency the upper quarter of the plot, and the capacity what is below.

    Both axes show the bulk of the values, and mark what lies outside: a cycle that was cut short
    would make a flat line of the others.
    """
    import polars as pl

    number = points(data, "Cycle count")
    capacity = pl.concat([data[name].alias("") for name in drawn])
    shown = bulk(capacity, 0.02 * abs(float(capacity.median() or 0.0)))  # type: ignore[arg-type]
    if shown is not None:
        margin = 0.05 * max(shown[1] - shown[0], 1e-3 * max(map(abs, shown)), 1e-12)
        low, high = shown[0] - margin, shown[1] + margin
        ax.set_ylim(low, high + 0.35 * (high - low))
        for name in drawn:
            mark_outside(ax, number, points(data, name), "tab:blue")
    shown = bulk(data[f"{_EFFICIENCY} [%]"], 0.5)
    if shown is not None:
        bottom, top = shown
        height = max(top - bottom, 0.1, 1e-6 * max(map(abs, shown)))  # what a float can resolve
        right.set_ylim(max(bottom - 3.3 * height, min(0.0, bottom)), top + 0.2 * height)
        mark_outside(right, number, points(data, f"{_EFFICIENCY} [%]"), "tab:green")
