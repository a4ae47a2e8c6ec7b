"""The uploaded time series: a step of a discharge, and a second step."""

from __future__ import annotations

import polars as pl

ROWS = 60
SECONDS = 10.0


def frame(part: int = 0) -> pl.DataFrame:
    """Return the rows of a step; its time continues that of the step before."""
    numbers = range(part * ROWS, (part + 1) * ROWS)
    return pl.DataFrame(
        {
            "Time [s]": [number * SECONDS for number in numbers],
            "Voltage [V]": [4.1 - number / 150 for number in numbers],
            "Current [A]": [1.0 for _ in numbers],
            "Step count": [part for _ in numbers],
        }
    )


def stored(parts: int = 1) -> dict[str, list[float]]:
    """Return the stored columns after a number of steps."""
    return pl.concat([frame(part) for part in range(parts)]).to_dict(as_series=False)
