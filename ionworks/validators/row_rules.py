"""The rules on single rows and their neighbours, as conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ionworks.validators.columns import (
    COUNTERS,
    CURRENT,
    CYCLES,
    FREQUENCY,
    REQUIRED,
    STEP,
    TEMPERATURE,
    TIME,
    VOLTAGE,
)
from ionworks.validators.options import Options
from ionworks.validators.rows import KNOWN_CYCLE, KNOWN_STEP, KNOWN_TIME

if TYPE_CHECKING:
    import polars

ORDER_TOLERANCE: Final = 1e-12  # s
RESET_TOLERANCE: Final = 1e-6  # A.h or W.h
LONGEST_GAP: Final = 5 * 3600.0  # s
JUMP: Final = 0.5  # V, without a voltage window
WINDOW_SHARE: Final = 0.8
RUN: Final = 10  # rows without a number
_EQUAL_TIMES: Final = 5
_RANGES: Final = {
    TIME: (-1e11, 1e11),
    VOLTAGE: (-1e4, 1e4),
    CURRENT: (-1e5, 1e5),
    TEMPERATURE: (-273.15, 2000.0),
}


class Condition(NamedTuple):
    """A condition on rows.

    Attributes
    ----------
    mask : polars.Expr
        Where it is true.
    shown : str, optional
        The column whose values a finding shows.
    empty : str, optional
        The column without which it is never true: only rows that lack it fulfil the condition.
    limits : tuple, optional
        A column and its range: only values outside of it fulfil the condition.
    begins : bool
        Whether it needs only the first rows of steps.
    back : int
        How many rows before those of the condition the finding begins.
    """

    mask: polars.Expr
    shown: str | None = None
    empty: str | None = None
    limits: tuple[str, float, float] | None = None
    begins: bool = False
    back: int = 0


def conditions(columns: list[str], options: Options) -> dict[str, Condition]:
    """Return the conditions that the columns allow, by kind of finding.

    A kind is a code, with the column after a space if several columns have it.
    """
    found = dict(_missing(columns, options))
    found |= dict(_ranges(columns))
    if options.data_type is None and TIME in columns:
        found |= dict(_times(columns))
    if STEP in columns:
        found |= dict(_steps(options))
        found |= dict(_counters(columns))
    found |= dict(_cycles(columns))
    if VOLTAGE in columns and options.data_type is None:
        found["voltage_continuity"] = Condition(_jumps(options), VOLTAGE)
    return found


def _missing(columns: list[str], options: Options) -> Iterator[tuple[str, Condition]]:
    """Values that are missing; rows of an impedance spectrum may lack all but the step."""
    import polars as pl

    cycling = options.data_type is None
    for name in REQUIRED[options.data_type]:
        if name in columns:
            absent = pl.col(name).is_null()
            absent = absent & ~pl.col("impedance") if cycling and name != STEP else absent
            late = cycling and name == TIME and FREQUENCY in columns
            code = "time_missing_on_non_eis_row" if late else "value_not_finite"
            yield f"{code} {name}", Condition(absent, empty=name)
    if not cycling:
        return
    for name in (TIME, VOLTAGE, CURRENT, TEMPERATURE, *COUNTERS):
        if name in columns:
            absent = (pl.col(name).is_null() & ~pl.col("impedance")).cast(pl.Int32)
            length = absent.rolling_sum(RUN, min_samples=1)
            starts = (length == RUN) & (length.shift() != RUN)
            yield f"nan_run {name}", Condition(starts, empty=name, back=RUN - 1)


def _ranges(columns: list[str]) -> Iterator[tuple[str, Condition]]:
    import polars as pl

    for name, (low, high) in _RANGES.items():
        if name in columns:
            outside = ~pl.col(name).is_between(low, high)
            yield f"value_out_of_range {name}", Condition(outside, name, limits=(name, low, high))


def _times(columns: list[str]) -> Iterator[tuple[str, Condition]]:
    import polars as pl

    change = pl.col(KNOWN_TIME).diff()
    yield "time_not_monotonic", Condition(change < -ORDER_TOLERANCE, TIME)
    yield "time_gap_too_large", Condition(change > LONGEST_GAP, TIME)
    equal = (pl.col(TIME).diff() == 0) & ~pl.col("impedance")
    if STEP in columns:
        equal = equal & ~pl.col("begins")
    repeated = pl.all_horizontal(equal.shift(n, fill_value=False) for n in range(_EQUAL_TIMES - 1))
    longer = equal.shift(_EQUAL_TIMES - 1, fill_value=False)
    yield "time_duplicated", Condition(repeated & ~longer, TIME, back=_EQUAL_TIMES - 2)


def _steps(options: Options) -> Iterator[tuple[str, Condition]]:
    import polars as pl

    change = pl.col(KNOWN_STEP).diff()
    yield "step_count_non_sequential", Condition((change != 0) & (change != 1), STEP)
    if options.data_type is None:
        alone = pl.col("begins") & pl.col("begins").shift()
        yield "step_too_few_points", Condition(alone, STEP, back=1)


def _cycles(columns: list[str]) -> Iterator[tuple[str, Condition]]:
    import polars as pl

    for name in CYCLES:
        if name in columns:
            yield f"cycle_not_integer {name}", Condition(pl.col(name) != pl.col(name).round(), name)
    if CYCLES[0] in columns:
        yield "cycle_count_decreased", Condition(pl.col(KNOWN_CYCLE).diff() < 0, CYCLES[0])
    there = [each for each in CYCLES if each in columns]
    if STEP in columns and there:
        inside = (pl.col(KNOWN_CYCLE).diff() != 0) & ~pl.col("begins")
        yield "cycle_changes_within_step", Condition(inside, there[0])


def _counters(columns: list[str]) -> Iterator[tuple[str, Condition]]:
    import polars as pl

    for name in COUNTERS:
        if name in columns:
            value = pl.col(name)
            high = value.abs() > RESET_TOLERANCE
            yield f"cumulative_value_not_reset {name}", Condition(high, name, begins=True)
            fall = ~pl.col("begins") & (value.diff() < -RESET_TOLERANCE)
            yield f"cumulative_value_decreased {name}", Condition(fall, name)


def _jumps(options: Options) -> polars.Expr:
    import polars as pl

    limit = JUMP
    if options.voltage_window is not None:
        low, high = options.voltage_window
        limit = WINDOW_SHARE * (high - low)
    return pl.col(VOLTAGE).diff().abs() > limit
