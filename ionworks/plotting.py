"""Pictures that people in the field expect, one call each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ionworks.errors import ConfigurationError, PayloadError
from ionworks.frames import to_polars

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

_HOUR = 3600.0


def plot_voltage_current(time_series: Any, *, ax: Axes | None = None, title: str = "") -> Axes:
    """Draw voltage and current over time, the current on an axis of its own to the right.

    Parameters
    ----------
    time_series : DataFrame
        With `Time [s]`, `Voltage [V]` and `Current [A]` (+ = discharge).
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the picture.

    Returns
    -------
    matplotlib Axes
        The axes of the voltage; time is in hours.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; names the extra.
    PayloadError
        If `time_series` is no table, or lacks a column or the numbers in it.
    """
    frame = to_polars(time_series)
    seconds = _numbers(frame, "Time [s]")
    volts = _numbers(frame, "Voltage [V]")
    amperes = _numbers(frame, "Current [A]")
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError:
            raise ConfigurationError(
                'pictures need matplotlib: pip install "ionworks-client[plot]"'
            ) from None
        _, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
    hours = (seconds / _HOUR).to_list()
    (voltage,) = ax.plot(hours, volts.to_list(), color="tab:blue", lw=1)
    right = ax.twinx()
    (current,) = right.plot(hours, amperes.to_list(), color="tab:red", lw=0.8, alpha=0.8)
    ax.set_xlabel("Time [h]")
    ax.set_ylabel("Voltage [V]", color=voltage.get_color())
    right.set_ylabel("Current [A], + = discharge", color=current.get_color())
    ax.set_title(title)
    return ax


def _numbers(frame: polars.DataFrame, name: str) -> polars.Series:
    if name not in frame.columns:
        there = ", ".join(frame.columns)
        raise PayloadError("time_series", "DataFrame", f"has no column {name!r}; there are {there}")
    column = frame.get_column(name)
    if not column.dtype.is_numeric():
        reason = f"column {name!r} is {column.dtype}, not numeric"
        raise PayloadError("time_series", "DataFrame", reason)
    return column
