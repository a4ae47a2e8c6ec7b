"""Series of real cells that are as they should be, in the service's columns, and parts of them.

The files lie beside the project. Each is read here by its names and units alone: nothing is
repaired but the time of the first row, and steps are the changes of step and cycle of the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from measured import DATA, measured

TIME, VOLTAGE, CURRENT, STEP = "Time [s]", "Voltage [V]", "Current [A]", "Step count"
FREQUENCY = "Frequency [Hz]"
CYCLERS = DATA / "cyclers"


def converted(
    frame: pl.DataFrame,
    time: str | pl.Expr,
    voltage: str | pl.Expr,
    current: str | pl.Expr,
    steps: list[str],
    **more: pl.Expr,
) -> pl.DataFrame:
    """The four columns, and more of them by name; current is negated: + = charge in the files."""
    seconds, volts, amperes = (
        pl.col(each) if isinstance(each, str) else each for each in (time, voltage, current)
    )
    numbers = frame.select(
        seconds.cast(pl.Float64).alias(TIME),
        volts.cast(pl.Float64).alias(VOLTAGE),
        (-amperes.cast(pl.Float64)).alias(CURRENT),
        (pl.struct(steps).rle_id() if steps else pl.lit(0)).cast(pl.Int64).alias(STEP),
        **more,
    )
    return numbers.with_columns(pl.col(TIME) - pl.col(TIME).first())


def text(name: str, lines: int = 0, **options: object) -> pl.DataFrame:
    """Read a text file after so many lines before the names."""
    content = (CYCLERS / name).read_bytes().decode("latin-1")
    body = "\n".join(content.splitlines()[lines:])
    return pl.read_csv(
        io.StringIO(body), infer_schema_length=None, truncate_ragged_lines=True, **options
    )


def clock(name: str) -> pl.Expr:
    """Seconds of a clock such as 30:49:13 or 2d 18:47:23."""
    parts = pl.col(name).str.strip_chars().str.extract_groups(r"^(?:(\d+)d )?(\d+):(\d+):([\d.]+)$")
    days, hours, minutes, seconds = (
        parts.struct[n].cast(pl.Float64).fill_null(0.0) for n in range(4)
    )
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


def of_state(state: str, amperes: str) -> pl.Expr:
    """The current with the sign of a Maccor state: C charges, D discharges."""
    value = pl.col(amperes).cast(pl.Float64)
    return pl.when(pl.col(state).str.strip_chars() == "D").then(-value).otherwise(value)


def from_arbin() -> pl.DataFrame:
    frame = pl.read_parquet(DATA / "arbin_18_cycles.parquet")
    return converted(frame, "test_time", "voltage", "current", ["step_index", "cycle_index"])


def from_bdf(name: str, steps: list[str]) -> pl.DataFrame:
    frame = pl.read_csv(CYCLERS / name, infer_schema_length=None)
    return converted(frame, "test_time_second", "voltage_volt", "current_ampere", steps)


def files() -> Iterator[tuple[str, pl.DataFrame]]:
    """Each file as a whole."""
    for name in ("lgm50_rpt0", "m50t_7_cycles", "neware_54_cycles"):
        yield name, measured(f"{name}.parquet")
    yield "arbin_18_cycles", from_arbin()
    frame = text("arbin_fast_charge.csv")
    yield (
        "arbin_fast_charge",
        converted(frame, "Test_Time", "Voltage", "Current", ["Step_Index", "Cycle_Index"]),
    )
    yield "landt_coin", from_bdf("bdf_landt_coin.bdf.csv", ["step_index"])
    yield "neware_charge", from_bdf("bdf_neware_cycle_2pi.bdf.csv", ["step_count"])
    frame = pl.read_parquet(CYCLERS / "bdf_legacy_ms.bdf.parquet")
    yield (
        "coin_cell",
        converted(
            frame, pl.col("test_time_millisecond") / 1000, "voltage_volt", "current_ampere", []
        ),
    )
    frame = text("neware_half_cell.csv")
    yield (
        "neware_half_cell",
        converted(
            frame,
            clock("Cumulative Time"),
            "Voltage(V)",
            "Current(A)",
            ["Step Index", "Cycle Index"],
        ),
    )
    frame = text("batterydata_eis_inside.csv", null_values=["NaN"])
    spectrum = pl.col("Frequency_Hz").is_not_null()
    yield (
        "impedance_inside",
        converted(
            frame,
            "Time_s",
            pl.when(~spectrum).then("Voltage_V"),
            pl.when(~spectrum).then("Current_A"),
            ["Step", "Cycle_Index"],
            **{
                FREQUENCY: pl.col("Frequency_Hz"),
                "Z_Re [Ohm]": pl.col("Z_Real_Ohm"),
                "Z_Im [Ohm]": pl.col("Z_Imag_Ohm"),
            },
        ),
    )
    frame = text("maccor_formation.062", 1, separator="\t")
    yield (
        "maccor_formation",
        converted(
            frame.filter(pl.col("Volts") > 0),
            60 * pl.col("Test (Min)"),
            "Volts",
            of_state("State", "Amps"),
            ["Step", "Cyc#"],
        ),
    )
    frame = text("novonix_uhpc.csv", 20)
    yield (
        "novonix",
        converted(
            frame, 3600 * pl.col("Run Time (h)"), "Potential (V)", "Current (A)", ["Step Number"]
        ),
    )


def parts() -> Iterator[tuple[str, pl.DataFrame]]:
    """Steps and cycles of the long files, as series of their own."""
    m50t = measured("m50t_7_cycles.parquet")
    for cycle in m50t["Cycle count"].unique().sort():
        yield f"m50t cycle {cycle}", part(m50t, pl.col("Cycle count") == cycle)
    neware = measured("neware_54_cycles.parquet")
    for first in (1, 20, 40):
        rows = pl.col("Cycle count").is_between(first, first + 4)
        yield f"neware cycles from {first}", part(neware, rows)
    arbin = from_arbin()
    steps = arbin[STEP].n_unique()
    for first in (0, steps // 2):
        rows = pl.col(STEP).is_between(first, first + steps // 3)
        yield f"arbin steps from {first}", part(arbin, rows)
    lgm50 = measured("lgm50_rpt0.parquet")
    for step in lgm50[STEP].unique().sort():
        rows = lgm50.filter(pl.col(STEP) == step)
        if rows.height > 1000:
            yield f"lgm50 step {step}", part(lgm50, pl.col(STEP) == step)


def part(frame: pl.DataFrame, rows: pl.Expr) -> pl.DataFrame:
    """Some rows, with time and steps from 0."""
    chosen = frame.filter(rows)
    return chosen.with_columns(
        pl.col(TIME) - pl.col(TIME).first(), pl.col(STEP).rle_id().cast(pl.Int64)
    )


def available() -> bool:
    """Whether the files are beside the project."""
    return Path(CYCLERS).is_dir()
