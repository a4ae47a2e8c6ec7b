"""Curves and C-rates computed from tables, in polars."""

from ionworks.analysis.curves import (
    capacity_curves,
    differential_voltage,
    incremental_capacity,
)
from ionworks.analysis.rate_capability import rate_capability

__all__ = [
    "capacity_curves",
    "differential_voltage",
    "incremental_capacity",
    "rate_capability",
]
