"""Pictures that people in the field expect, one call each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ionworks.errors import ConfigurationError
from ionworks.frames import to_polars

if TYPE_CHECKING:
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
    """
    frame = to_polars(time_series)
    if ax is None:
        try:
            from matplotlib import pyplot as plt
        except ImportError:
            raise ConfigurationError(
                'pictures need matplotlib: pip install "ionworks-client[plot]"'
            ) from None
        _, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
    hours = (frame.get_column("Time [s]") / _HOUR).to_list()
    (voltage,) = ax.plot(hours, frame.get_column("Voltage [V]").to_list(), color="tab:blue", lw=1)
    right = ax.twinx()
    (current,) = right.plot(
        hours, frame.get_column("Current [A]").to_list(), color="tab:red", lw=0.8, alpha=0.8
    )
    ax.set_xlabel("Time [h]")
    ax.set_ylabel("Voltage [V]", color=voltage.get_color())
    right.set_ylabel("Current [A], + = discharge", color=current.get_color())
    ax.set_title(title)
    return ax
