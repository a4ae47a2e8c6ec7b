"""Plots that people in the field expect, one call each."""

from ionworks.plotting.canvas import Plot
from ionworks.plotting.curves import (
    plot_differential_voltage,
    plot_incremental_capacity,
    plot_voltage_capacity,
)
from ionworks.plotting.cycles import plot_capacity, plot_rate_capability
from ionworks.plotting.impedance import plot_nyquist
from ionworks.plotting.series import plot_voltage_current

__all__ = [
    "Plot",
    "plot_capacity",
    "plot_differential_voltage",
    "plot_incremental_capacity",
    "plot_nyquist",
    "plot_rate_capability",
    "plot_voltage_capacity",
    "plot_voltage_current",
]
