"""Read the file of a cycler, and convert it to the columns, units and sign of the service."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from ionworks.frames.convert import to_polars

SERVICE = ("Time [s]", "Voltage [V]", "Current [A]", "Step count")


def read_cell_data(path: str | Path) -> pl.DataFrame:
    """
    Read a Parquet or CSV file; current is positive on discharge in the result.

    The layout is detected from the columns: PyProBE, Neware, Battery Data Format, or the service's
    own, which is returned unchanged. Rows are not repaired, dropped or reordered: if time runs
    backwards in the file, the validation reports it.

    Raises
    ------
    ValueError
        If the columns match none of these layouts.
    """
    path = Path(path)
    frame = to_polars(path, "data")
    for columns, adapt in LAYOUTS.items():
        if set(columns) <= set(frame.columns):
            return adapt(frame)
    known = "; or ".join(", ".join(columns) for columns in LAYOUTS)
    raise ValueError(
        f"{path.name} has the columns {', '.join(frame.columns)}. Expected at least {known}."
    )


def from_pyprobe(frame: pl.DataFrame) -> pl.DataFrame:
    """Charge is positive; ``Event`` counts the executed steps, ``Step`` is the program's number."""
    return frame.select(
        from_zero("Time [s]"),
        pl.col("Voltage [V]"),
        flipped("Current [A]"),
        counted("Event", "Step count"),
        as_given("Step", "Step from cycler"),
        *cycles(frame, "Cycle"),
        pl.col("^Temperature \\[C\\]$").alias("Temperature [degC]"),
    )


def from_neware(frame: pl.DataFrame) -> pl.DataFrame:
    """Charge is positive; uA, mV, mA.s and mW.s; capacity and energy restart in each step."""
    discharging = pl.col("Step Type").cast(pl.String).str.contains("DChg")
    return frame.select(
        from_zero("Total Time"),
        (pl.col("Voltage(mV)").cast(pl.Float64) / 1e3).alias("Voltage [V]"),
        flipped("Current(uA)", per_ampere=1e6),
        counted("Step Count", "Step count"),
        as_given("Step Index", "Step from cycler"),
        *cycles(frame, "Cycle Index"),
        *(
            (pl.when(when).then(pl.col(column).cast(pl.Float64)).otherwise(0.0) / 3.6e6).alias(name)
            for when, column, name in (
                (discharging, "Capacity(mAs)", "Discharge capacity [A.h]"),
                (~discharging, "Capacity(mAs)", "Charge capacity [A.h]"),
                (discharging, "Energy(mWs)", "Discharge energy [W.h]"),
                (~discharging, "Energy(mWs)", "Charge energy [W.h]"),
            )
        ),
    )


def from_battery_data_format(frame: pl.DataFrame) -> pl.DataFrame:
    """Charge is positive; the first thermocouple is the cell's temperature."""
    return frame.select(
        from_zero("test_time_second"),
        pl.col("voltage_volt").alias("Voltage [V]"),
        flipped("current_ampere"),
        counted("step_index", "Step count"),
        as_given("step_index", "Step from cycler"),
        *cycles(frame, "cycle_count"),
        pl.col("^temperature_t1_celsius$").alias("Temperature [degC]"),
    )


def from_zero(time: str) -> pl.Expr:
    """Return the time, shifted to start at 0."""
    return (pl.col(time) - pl.col(time).first()).cast(pl.Float64).alias("Time [s]")


def flipped(current: str, per_ampere: float = 1.0) -> pl.Expr:
    """Convert a charge-positive current to a discharge-positive one in A."""
    return (-pl.col(current).cast(pl.Float64) / per_ampere).alias("Current [A]")


def counted(number: str, name: str) -> pl.Expr:
    """Return a count from 0 that increases by 1 when the cycler's number changes."""
    return pl.col(number).rle_id().cast(pl.Int64).alias(name)


def as_given(number: str, name: str) -> pl.Expr:
    """Return the cycler's own number as a column."""
    return pl.col(number).cast(pl.Int64).alias(name)


def cycles(frame: pl.DataFrame, number: str) -> list[pl.Expr]:
    """Return the cycle columns; a file without cycle numbers is one cycle."""
    if number not in frame.columns:
        return [pl.lit(0, dtype=pl.Int64).alias("Cycle count")]
    return [counted(number, "Cycle count"), as_given(number, "Cycle from cycler")]


LAYOUTS: dict[tuple[str, ...], Callable[[pl.DataFrame], pl.DataFrame]] = {
    SERVICE: lambda frame: frame,
    ("Time [s]", "Voltage [V]", "Current [A]", "Event", "Step"): from_pyprobe,
    (
        *("Total Time", "Voltage(mV)", "Current(uA)", "Step Count", "Step Index", "Step Type"),
        *("Cycle Index", "Capacity(mAs)", "Energy(mWs)"),
    ): from_neware,
    ("test_time_second", "voltage_volt", "current_ampere", "step_index"): from_battery_data_format,
}
