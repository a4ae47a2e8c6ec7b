"""The rows that are uploaded: one step of a discharge, and the step that may follow it."""

from __future__ import annotations

import polars as pl

ROWS = 60
SECONDS = 10.0


def frame(part: int = 0) -> pl.DataFrame:
    """Return the rows of a step, whose time goes on from the step before."""
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
    """Return the columns that are stored after so many steps."""
    return pl.concat([frame(part) for part in range(parts)]).to_dict(as_series=False)
