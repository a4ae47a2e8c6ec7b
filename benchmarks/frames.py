"""Cycling data that are made up: as many rows and steps as a row needs, valid for every check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

RATED_CAPACITY = 5.0  # A.h
VOLTAGE_WINDOW = (2.5, 4.2)
CURRENT = 5.0  # A
HIGH, LOW = 4.0, 3.4  # V, at rest after a charge and after a discharge
RESISTANCE = 0.02  # ohm
JITTER = 0.01  # s
SEED = 7
STEP_TYPES = ("Constant current discharge", "Rest", "Constant current charge", "Rest")
Values = npt.NDArray[np.floating]
COLUMNS = (
    *("Time [s]", "Voltage [V]", "Current [A]", "Temperature [degC]"),
    *("Discharge capacity [A.h]", "Charge capacity [A.h]", "Step count"),
)


@dataclass(frozen=True)
class Size:
    """The size of a frame of `COLUMNS`, each of which has 8 bytes in a row."""

    rows: int
    steps: int
    period: float = 1.0  # s from row to row

    @property
    def megabytes(self) -> int:
        """The size of the frame in memory."""
        return self.rows * len(COLUMNS) * 8 // 10**6


SMALL = Size(1_000, 4)
#: Few steps: the time of the vendor's checks grows with rows times steps, to minutes for thousands.
LARGE = Size(12_000_000, 240, period=0.1)
LONG = Size(10_000_000, 1_000)


def make_series(size: Size) -> pl.DataFrame:
    """Return a series of equally long steps: discharge, rest, charge, rest, and so on.

    Values keep all their digits, so they hardly compress: a Parquet file is nearly as large as the
    frame. This is the hard case for memory and for a transfer.
    """
    length = size.rows // size.steps
    shape = (size.steps, length)
    random = np.random.default_rng(SEED)
    seconds = np.arange(size.rows).reshape(shape) * size.period
    seconds += random.uniform(0, JITTER, shape)
    seconds[0, 0] = 0.0
    number = np.arange(size.steps)[:, np.newaxis]
    kind = number % len(STEP_TYPES)
    current = np.array([CURRENT, 0.0, -CURRENT, 0.0])[kind] * random.normal(1, 4e-4, shape)
    fall = (HIGH - LOW) * np.linspace(0, 1, length)
    at_rest = np.choose(kind, [HIGH - fall, LOW + 0 * fall, LOW + fall, HIGH + 0 * fall])
    voltage = at_rest - RESISTANCE * current + random.normal(scale=2e-4, size=shape)
    columns = {
        "Time [s]": seconds,
        "Voltage [V]": voltage,
        "Current [A]": current,
        "Temperature [degC]": random.normal(25, 0.05, shape),
        "Discharge capacity [A.h]": accumulated(current, seconds),
        "Charge capacity [A.h]": accumulated(-current, seconds),
        "Discharge energy [W.h]": accumulated(voltage * current, seconds),
        "Charge energy [W.h]": accumulated(-voltage * current, seconds),
        "Step count": np.broadcast_to(number, shape),
        "Cycle count": np.broadcast_to(number // len(STEP_TYPES), shape),
    }
    return pl.DataFrame({name: values.ravel() for name, values in columns.items()})


def accumulated(rate: Values, seconds: Values) -> Values:
    """Return the hours' integral of what is positive, from 0 in each step."""
    passed = np.diff(seconds, axis=1, prepend=seconds[:, :1])
    return (np.maximum(rate, 0) * passed).cumsum(axis=1) / 3600


def summarize_steps(series: pl.DataFrame) -> pl.DataFrame:
    """Return the step table that the vendor's strict checks read."""
    current = pl.col("Current [A]")
    moved = ("Discharge capacity [A.h]", "Charge capacity [A.h]")
    energies = ("Discharge energy [W.h]", "Charge energy [W.h]")
    steps = series.group_by("Step count", maintain_order=True).agg(
        current.mean().alias("Mean current [A]"),
        current.min().alias("Min current [A]"),
        current.max().alias("Max current [A]"),
        current.std().alias("Std current [A]"),
        (pl.col("Time [s]").last() - pl.col("Time [s]").first()).alias("Duration [s]"),
        pl.col(*moved, *energies).last(),
    )
    kind = pl.col("Step count") % len(STEP_TYPES)
    return steps.with_columns(
        kind.replace_strict(dict(enumerate(STEP_TYPES))).alias("Step type"),
    )
