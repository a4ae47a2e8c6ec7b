"""Plots of charge and discharge curves: voltage over capacity, dQ/dV and dV/dQ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ionworks.analysis.curves import capacity_curves, differential_voltage, incremental_capacity
from ionworks.analysis.half_cycles import REASONS
from ionworks.errors import PayloadError
from ionworks.frames.downsampling import thin
from ionworks.plotting.canvas import (
    Plot,
    Shades,
    axes,
    entitle,
    legend,
    note,
    points,
    sample,
    unit_of,
)

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

    from ionworks.frames.convert import AnyTable

_STYLES = {"discharge": "-", "charge": "--"}
_COLOURS = {"discharge": "tab:blue", "charge": "tab:red"}


def plot_voltage_capacity(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw voltage over the capacity since the start of each charge and each discharge.

    Discharge is a solid line, charge is a dashed line. A single cycle has one colour for each
    direction. Several cycles have colours from dark to light, with a legend for up to six cycles
    and a colour bar for more. Long series are thinned as in `plot_voltage_current`.

    Parameters
    ----------
    time_series : AnyTable
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge); `Cycle count` and
        `Step count` are used if present.
    cycles : int or iterable of int, optional
        Which cycles; by default all.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `data` is the result of `capacity_curves`, thinned if it is long.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        As in `capacity_curves`.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> plot = plot_voltage_capacity(SyntheticCell(seed=7).cycling(cycles=2), cycles=[0, 1])
    >>> plot.ax.get_xlabel(), len(plot.ax.get_lines())
    ('Capacity [A·h]', 4)
    """
    curves = capacity_curves(time_series, cycles)
    halves = curves["Half cycle"].n_unique()
    data = thin(curves, ["Voltage [V]"], by="Half cycle", most=min(4000 + 200 * halves, 40_000))
    return _draw(data, "Capacity [A.h]", "Voltage [V]", ax, title)


def plot_incremental_capacity(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    voltage_step: float = 0.005,
    smoothing: float = 0.01,
    holds: bool = False,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw dQ/dV over voltage: charge upwards, discharge downwards.

    Parameters
    ----------
    time_series, cycles, voltage_step, smoothing, holds
        As in `incremental_capacity`. The plot states the width of the smoothing and the charge
        that is left out.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `data` is the result of `incremental_capacity`.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        As in `incremental_capacity`.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> plot = plot_incremental_capacity(SyntheticCell(seed=7).pseudo_ocv(), smoothing=0.008)
    >>> plot.ax.get_ylabel(), plot.ax.texts[0].get_text()
    ('dQ/dV [A·h/V]', 'Gaussian smoothing, sd 8 mV')
    """
    data = incremental_capacity(
        time_series, cycles, voltage_step=voltage_step, smoothing=smoothing, holds=holds
    )
    plot = _draw(data, "Voltage [V]", "dQ/dV [A.h/V]", ax, title)
    _mark_derivative(plot.ax, 1000 * smoothing, "mV", top=False)
    _note_left_out(plot.ax, data, top=False)
    return plot


def plot_differential_voltage(
    time_series: AnyTable,
    cycles: int | Iterable[int] | None = None,
    *,
    capacity_step: float | None = None,
    smoothing: float | None = None,
    holds: bool = False,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw dV/dQ over capacity: charge upwards, discharge downwards.

    At both ends of a charge or discharge, dV/dQ is many times larger than in the middle. The
    vertical axis shows the middle; `plot.ax.autoscale()` shows all points.

    Parameters
    ----------
    time_series, cycles, capacity_step, smoothing, holds
        As in `differential_voltage`. The plot states the width of the smoothing, the charge that
        is left out, and the number of points outside the axis.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `data` is the result of `differential_voltage`.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        As in `differential_voltage`.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> plot = plot_differential_voltage(SyntheticCell(seed=7).pseudo_ocv())
    >>> plot.ax.get_ylabel(), plot.ax.texts[0].get_text()
    ('dV/dQ [V/(A·h)]', 'Gaussian smoothing, sd 0.05 A·h')
    """
    data = differential_voltage(
        time_series, cycles, capacity_step=capacity_step, smoothing=smoothing, holds=holds
    )
    plot = _draw(data, "Capacity [A.h]", "dV/dQ [V/(A.h)]", ax, title)
    values = data["dV/dQ [V/(A.h)]"].drop_nulls()
    # Twice what nine in ten points stay below: the ends would make a flat line of the rest.
    most = 2 * float(values.abs().quantile(0.9) or 0.0)
    if most > 0:
        low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]
        plot.ax.set_ylim(max(-most, min(1.05 * low, -0.05 * most)), min(most, 1.05 * high))
    width = data["Smoothing [A.h]"].drop_nulls()[0]
    _mark_derivative(plot.ax, width, "A·h", top=True)
    noted = _note_left_out(plot.ax, data, top=True)
    bottom, top = plot.ax.get_ylim()
    outside = int((~values.is_between(bottom, top)).sum())
    if outside:
        share = 100 * outside / len(values)
        note(
            plot.ax,
            f"{share:.2g} % of the points lie outside the axis",
            top=True,
            line=2 if noted else 1,
        )
    return plot


def _note_left_out(ax: Axes, data: polars.DataFrame, *, top: bool) -> bool:
    """Write how much charge the curves leave out, and why; return whether they do."""
    halves = data.unique("Half cycle").drop_nulls("Reason")
    # What a channel recorded at rest is not part of a charge or discharge.
    kinds = [each for each in REASONS[:2] if halves["Reason"].str.contains(each).any()]
    if not kinds:
        return False
    charge = float(halves["Left out [A.h]"].sum())
    note(ax, f"left out: {charge:.3g} A·h ({', '.join(kinds)})", top=top, line=1)
    return True


def _mark_derivative(ax: Axes, width: float, unit: str, *, top: bool) -> None:
    """Draw the zero line, and write the width of the smoothing."""
    ax.axhline(0, color="0.7", lw=0.6, zorder=0)
    note(ax, f"Gaussian smoothing, sd {width:g} {unit}" if width else "not smoothed", top=top)


def _with_gaps(data: polars.DataFrame) -> polars.DataFrame:
    """Put an empty row after each half cycle but the last: a drive cycle has thousands of them."""
    import polars as pl

    halves = data.get_column("Half cycle").unique()
    if len(halves) == 1:
        return data
    together = pl.concat([data, halves.to_frame()], how="diagonal")
    return together.sort("Half cycle", maintain_order=True)[:-1]


def _draw(data: polars.DataFrame, x: str, y: str, ax: Axes | None, title: str) -> Plot:
    """Draw a line for each direction of a cycle, with gaps between its half cycles."""
    if data.is_empty():
        reason = "has no charge or discharge that is long enough for a curve"
        raise PayloadError("time_series", "DataFrame", reason, "give more rows, or a smaller step")
    own = ax is None
    ax = axes(ax)
    shades = Shades(data["Cycle count"].unique().to_list())
    one = len(shades.keys) == 1
    parts = data.drop_nulls(x).partition_by(
        "Cycle count", "Direction", maintain_order=True, as_dict=True
    )
    for (cycle, direction), half_cycles in parts.items():
        part = _with_gaps(half_cycles.select("Half cycle", x, y))
        ax.plot(
            points(part, x),
            points(part, y),
            ls=_STYLES[direction],
            color=_COLOURS[direction] if one else shades[cycle],
            lw=1.3 if shades.few else 0.9,
        )
    there = [each for each in _STYLES if each in data["Direction"].unique()]
    keys = [sample(d, ls=_STYLES[d], **({"color": _COLOURS[d]} if one else {})) for d in there]
    if not one and shades.few:
        keys += [sample(f"cycle {each}", color=shades[each]) for each in shades.keys]
    elif not one:
        shades.bar(ax, "Cycle count")
    entitle(ax, title, legend(ax, keys, own=own))
    ax.set_xlabel(unit_of(ax.xaxis, x, data[x]))
    ax.set_ylabel(unit_of(ax.yaxis, y, data[y]))
    return Plot(ax, ax.figure, data)
