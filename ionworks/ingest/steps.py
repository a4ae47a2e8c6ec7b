"""Counts the steps and cycles of a test; the numbers of the cycler may repeat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ionworks.analysis.ledger import ledger
from ionworks.analysis.rows import COUNTS
from ionworks.ingest.report import Log

if TYPE_CHECKING:
    import polars

_OF_STEP: Final = ("own_step", "step_run", "step")
_CYCLES: Final = ("own_cycle", "cycle", "half_cycle")
_COUNTED: Final = "counted here"
MEASURED: Final = {"time": "Time [s]", "voltage": "Voltage [V]", "current": "Current [A]"}


def with_counts(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Add `Step count` and `Cycle count` from 0, and the numbers of the cycler."""
    frame = _checked(frame, log)
    cycle = next((name for name in _CYCLES if name in frame.columns), None)
    frame = _with_cycles(frame, cycle, log)
    keys: list[str] = [name for name in _OF_STEP if name in frame.columns]
    if not keys and "state" in frame.columns:
        keys = ["state"]
    if not keys:
        frame = _by_current(frame, "Step count", "step", log).rename({"Step count": _COUNTED})
        keys = [_COUNTED]
    frame = _with_steps(frame, keys, cycle, log)
    if cycle is None:
        frame = _by_current(frame, "Cycle count", "cycle", log)
    return _with_cycler_numbers(frame)


def _checked(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Drop numbers that count nothing, such as cycles of 6.2832."""
    import polars as pl

    for name in (*_OF_STEP, *_CYCLES):
        if name not in frame.columns:
            continue
        values = frame[name].drop_nulls()
        if ((values - values.round()).abs() < 1e-6).all():
            frame = frame.with_columns(pl.col(name).round().cast(pl.Int64, strict=False))
            continue
        kind = "cycle" if name in _CYCLES else "step"
        log.leave_out(f"{kind.capitalize()} from cycler", f"begins the {kind}s")
        turns = values / math.tau
        if ((turns - turns.round()).abs() < 1e-6).all():
            log.add(
                "cycle_two_pi",
                f"the {kind} numbers are multiples of 2 pi, such as {values[0]:.4f}: a library took"
                " them for turns. The cycles are counted by their changes; repair='divide cycles by"
                " 2 pi' gives back the numbers",
                "warning",
            )
        else:
            log.add(
                "cycle_not_whole",
                f"the {kind} numbers are not whole, such as {values[0]:g}; they are used to see"
                " where one begins, and left out",
                "warning",
            )
        frame = frame.with_columns(pl.col(name).rle_id().cast(pl.Int64).alias(name)).with_columns(
            pl.lit(True).alias(f"{name} unusable")
        )
    return frame


def _with_cycles(frame: polars.DataFrame, cycle: str | None, log: Log) -> polars.DataFrame:
    import polars as pl

    if cycle is None:
        return frame
    number = pl.col(cycle).forward_fill().backward_fill()
    if cycle == "half_cycle":
        number = number // 2
    counted = pl.struct(number, "visit").rle_id().cast(pl.Int64).alias("Cycle count")
    frame = frame.with_columns(counted)
    if cycle == "own_cycle":
        return frame
    if cycle == "half_cycle":
        log.add("cycles_from_halves", "two half cycles of the file make one cycle")
    count = int(frame["Cycle count"][-1]) + 1 if frame.height else 0
    falls = (pl.col(cycle).diff() < 0) & (pl.col("visit").diff() == 0)
    fallen = frame.filter(falls)["row"].to_list()
    log.add(
        "cycles_counted",
        f"{count} {'cycle' if count == 1 else 'cycles'}, from 0, by the numbers of the cycler",
    )
    if fallen:
        log.add(
            "cycle_numbers_fall",
            "the cycle numbers of the cycler fall; each change begins a cycle",
            "warning",
            fallen,
        )
    return frame


def _with_steps(
    frame: polars.DataFrame, keys: list[str], cycle: str | None, log: Log
) -> polars.DataFrame:
    """Begin a step where a number changes, the time within it falls, or a file does not go on."""
    import polars as pl

    filled = [
        pl.col(name).forward_fill().backward_fill() for name in (*keys, *([cycle] if cycle else []))
    ]
    if "frequency" in frame.columns:
        filled.append(pl.col("frequency").is_not_null().alias("in a spectrum"))
    turn = (pl.struct(*filled, "visit").rle_id().diff() != 0).fill_null(False)
    again = pl.lit(False)
    if "step_time" in frame.columns and "own_step" not in keys:
        # A whole row may be out of place by rounding; a restart falls to its first interval.
        fall = pl.col("step_time") < 0.5 * pl.col("step_time").shift(1)
        again = (fall & ~pl.col("spectrum")).fill_null(False)
    restart = _restarted_spectra(frame)
    marked = frame.select(
        (turn | again | restart).cum_sum().cast(pl.Int64).alias("Step count"),
        (again & ~turn).alias("again"),
    )
    frame = frame.with_columns(marked["Step count"])
    count = int(frame["Step count"][-1]) + 1 if frame.height else 0
    distinct = frame.select(pl.struct(keys).n_unique()).item()
    more = f"; the {distinct} step numbers of the cycler repeat" if distinct < count else ""
    if "own_step" not in keys and _COUNTED not in keys:
        log.add("steps_counted", f"{count} steps, from 0{more}")
    if marked["again"].any():
        rows = frame.filter(marked["again"])["row"].to_list()
        log.add(
            "step_visited_again", "a step begins where only the time within it restarts", rows=rows
        )
    return frame


def _restarted_spectra(frame: polars.DataFrame) -> polars.Expr:
    """Return where a new spectrum begins: the frequency leaps back."""
    import polars as pl

    if "frequency" not in frame.columns:
        return pl.lit(False)
    ratio = pl.col("frequency") / pl.col("frequency").shift(1)
    way = frame.select(ratio.log().median()).item() or -1.0
    back = ratio > 2 if way < 0 else ratio < 0.5
    return back.fill_null(False)


def _by_current(frame: polars.DataFrame, name: str, what: str, log: Log) -> polars.DataFrame:
    """Count steps or cycles by the current, as `ionworks.analysis` does; without one, all are 0."""
    import polars as pl

    if any(each not in frame.columns for each in MEASURED):
        return frame.with_columns(pl.lit(0, pl.Int64).alias(name))
    names = {**MEASURED, "frequency": "Frequency [Hz]"}
    series = frame.select(
        pl.col(each).alias(names.get(each, each))
        for each in frame.columns
        if each in names or each in COUNTS
    )
    counts = ledger(series)[name].rle_id().cast(pl.Int64)
    count = counts.n_unique()
    log.add(
        f"{what}s_by_current",
        f"the file has no {what}s; {count} {what if count == 1 else what + 's'} counted by the"
        " direction of the current",
    )
    return frame.with_columns(counts.alias(name))


def _with_cycler_numbers(frame: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    added: list[tuple[str, str]] = []
    step = next((name for name in ("step", "step_run") if name in frame.columns), None)
    if step is not None and not (step == "step_run" and "own_step" in frame.columns):
        added.append((step, "Step from cycler"))
    if "cycle" in frame.columns:
        added.append(("cycle", "Cycle from cycler"))
    return frame.with_columns(
        pl.col(name).alias(target)
        for name, target in added
        if f"{name} unusable" not in frame.columns
    )
