"""Statistics of columns as plain floats."""

from __future__ import annotations


def number(value: object) -> float:
    """Return a statistic of a column as a float; 0.0 where there is none.

    The types of polars allow any value there, as a column may hold any.
    """
    return float(value) if isinstance(value, int | float) else 0.0
