"""Curves, step and cycle tables and C-rates computed from tables, in polars."""

from ionworks.analysis.counters import CounterWarning
from ionworks.analysis.curves import (
    capacity_curves,
    differential_voltage,
    incremental_capacity,
)
from ionworks.analysis.cycle_table import Efficiency, cycles
from ionworks.analysis.rate_capability import rate_capability
from ionworks.analysis.step_table import steps

__all__ = [
    "CounterWarning",
    "Efficiency",
    "capacity_curves",
    "cycles",
    "differential_voltage",
    "incremental_capacity",
    "rate_capability",
    "steps",
]
