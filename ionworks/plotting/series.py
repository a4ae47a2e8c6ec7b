"""Plots of a time series as it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks.analysis.numeric import numbers
from ionworks.frames.downsampling import thin
from ionworks.plotting.canvas import Plot, axes, points, unit_of

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

    from ionworks.frames.convert import AnyTable

_DRAWN = ("Voltage [V]", "Current [A]")


def plot_voltage_current(
    time_series: AnyTable,
    *,
    ax: Axes | None = None,
    title: str = "",
    shade_steps: bool = False,
) -> Plot:
    """Draw voltage and current over time, the current on a second axis on the right.

    A long series is thinned to a few thousand points that keep the smallest and the largest value
    of each section. Missing values are gaps.

    Parameters
    ----------
    time_series : AnyTable
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge).
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.
    shade_steps : bool
        Whether every second step has a grey background; this needs `Step count`.

    Returns
    -------
    Plot
        `ax` has the voltage, `right` the current; `data` has `Time [h]`, `Voltage [V]` and
        `Current [A]`.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        If `time_series` is not a table or has no rows, or if a column is missing or not numeric.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> plot = plot_voltage_current(SyntheticCell(seed=7).cycling(cycles=1))
    >>> plot.right.get_ylabel(), plot.data.columns
    ('Current [A], + = discharge', ['Time [h]', 'Voltage [V]', 'Current [A]'])
    """
    import polars as pl

    steps = ("Step count",) if shade_steps else ()
    frame = numbers(time_series, ("Time [s]", *_DRAWN, *steps), table="time_series")
    frame = frame.select((pl.col("Time [s]") / 3600).alias("Time [h]"), *_DRAWN, *steps)
    data = thin(frame.select("Time [h]", *_DRAWN), _DRAWN)
    ax = axes(ax, (9, 4.5))
    if shade_steps:
        _shade(ax, frame)
    hours = points(data, "Time [h]")
    (voltage,) = ax.plot(hours, points(data, _DRAWN[0]), color="tab:blue", lw=1)
    right = ax.twinx()
    (current,) = right.plot(hours, points(data, _DRAWN[1]), color="tab:red", lw=0.8, alpha=0.8)
    ax.set_xlabel("Time [h]")
    ax.set_ylabel("Voltage [V]", color=voltage.get_color())
    unit = unit_of(right.yaxis, "Current [A]", data["Current [A]"])
    right.set_ylabel(f"{unit}, + = discharge", color=current.get_color())
    ax.set_title(title)
    return Plot(ax, ax.figure, data, right)


def _shade(ax: Axes, frame: polars.DataFrame) -> None:
    """Lay grey behind every second step, from its first row to that of the next one."""
    import polars as pl

    known = frame.drop_nulls(["Time [h]", "Step count"])
    if known.is_empty():
        return
    begins = known.group_by(pl.col("Step count").rle_id().alias("step"), maintain_order=True).agg(
        pl.col("Time [h]").first()
    )["Time [h]"]
    ends = begins.shift(-1).fill_null(known["Time [h]"][-1])
    spans = [(begin, end - begin) for begin, end in zip(begins, ends, strict=True)][1::2]
    # One artist for all of them: a long test has thousands of steps.
    ax.broken_barh(spans, (0, 1), transform=ax.get_xaxis_transform(), color="0.94", zorder=0)
