"""The findings on single rows, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ionworks.validators.columns import CYCLES, STEP, TIME, VOLTAGE
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue
from ionworks.validators.row_rules import JUMP, WINDOW_SHARE
from ionworks.validators.series_scan import Scan
from ionworks.validators.tally import KEPT, Found

_CONTINUITY: Final = 0.05  # of the pairs of rows
_FEWEST: Final = 20  # rows, for the continuity of the voltage without a window
_FEW_ROWS: Final = 10  # rows of a series in which steps of one row are no finding
_START_TOLERANCE: Final = 1e-6
_MODULE: Final = 10.0  # V; no single cell has more


def _not_finite(column: str, found: Found) -> str:
    return (
        f"column {column!r} has {_many(found.count, 'null, NaN or infinite value')},"
        f" {_first(found)}; leave out these rows, or fill the values"
    )


def _time_missing(column: str, found: Found) -> str:
    return (
        f"{column!r} is missing in {_many(found.count, 'row')} without a frequency,"
        f" {_first(found)}; only rows of an impedance spectrum may lack it"
    )


def _nan_run(column: str, found: Found) -> str:
    return (
        f"column {column!r} has {_many(found.count, 'run')} of 10 or more rows without a number,"
        f" {_first(found)}; look for an interruption of the recording"
    )


def _out_of_range(column: str, found: Found) -> str:
    return (
        f"column {column!r} has {_many(found.count, 'value')} that cannot be measured, such as"
        f" {found.values[0]:g}, {_first(found)}; check the unit, and leave out markers for missing"
        " values"
    )


def _time_back(_: str, found: Found) -> str:
    return (
        f"'Time [s]' decreases in {_many(found.count, 'row')}, {_first(found)}; it must never"
        " decrease: if the clock starts again with each step, add the end of the step before;"
        " otherwise sort, correct or leave out these rows"
    )


def _time_equal(_: str, found: Found) -> str:
    return (
        f"'Time [s]' stays the same for 5 or more rows of one step, {_many(found.count, 'time')},"
        f" {_first(found)}; use a time with more digits, or leave out the repeated rows"
    )


def _time_gap(_: str, found: Found) -> str:
    return (
        f"'Time [s]' has {_many(found.count, 'gap')} of more than 5 h, {_first(found)};"
        " upload the parts as two measurements, or correct the time"
    )


def _steps_jump(_: str, found: Found) -> str:
    return (
        f"'Step count' changes by other than 0 or 1 in {_many(found.count, 'row')},"
        f" {_first(found)}; it must stay the same or increase by 1: count its changes, with"
        " frame.with_columns(pl.col('Step count').rle_id())"
    )


def _one_row(_: str, found: Found) -> str:
    return (
        f"{_many(found.count, 'step')} {_has(found)} only one row, {_first(found)}; leave out the"
        " row, or count it to the step before or after it"
    )


def _cycle_changes(column: str, found: Found) -> str:
    return (
        f"{column!r} changes inside a step in {_many(found.count, 'row')}, {_first(found)}; begin a"
        " new step there"
    )


def _cycle_fraction(column: str, found: Found) -> str:
    value = found.values[0]
    turns = abs(value / 6.283185307179586 - round(value / 6.283185307179586)) < 1e-6
    hint = "; divide by 2 pi: turns were converted to radians" if turns else ""
    return (
        f"{column!r} has fractions in {_many(found.count, 'row')}, such as {value:g},"
        f" {_first(found)}; it must be whole numbers{hint}"
    )


def _cycle_falls(_: str, found: Found) -> str:
    return (
        f"'Cycle count' decreases in {_many(found.count, 'row')}, {_first(found)}; count the cycles"
        " from 0 over the whole series"
    )


def _not_reset(column: str, found: Found) -> str:
    return (
        f"{column!r} is not 0 at the start of {_many(found.count, 'step')}, such as"
        f" {found.values[0]:g}, {_first(found)}; subtract the first value of each step"
    )


def _falls(column: str, found: Found) -> str:
    return (
        f"{column!r} falls inside a step in {_many(found.count, 'row')}, {_first(found)}; check"
        " where the cycler reset it, and begin a step there"
    )


_TEXTS: Final[dict[str, Callable[[str, Found], str]]] = {
    "value_not_finite": _not_finite,
    "time_missing_on_non_eis_row": _time_missing,
    "nan_run": _nan_run,
    "value_out_of_range": _out_of_range,
    "time_not_monotonic": _time_back,
    "time_duplicated": _time_equal,
    "time_gap_too_large": _time_gap,
    "step_count_non_sequential": _steps_jump,
    "step_too_few_points": _one_row,
    "cycle_changes_within_step": _cycle_changes,
    "cycle_not_integer": _cycle_fraction,
    "cycle_count_decreased": _cycle_falls,
    "cumulative_value_not_reset": _not_reset,
    "cumulative_value_decreased": _falls,
}


def check_rows(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    """Find what is wrong in single rows: missing values, time, steps, cycles and counters."""
    yield from _check_start(scan, options)
    _add_last_step(scan, options)
    for key, found in scan.tally.found.items():
        code, _, column = key.partition(" ")
        if code not in _TEXTS or _is_harmless(code, column, scan, options):
            continue
        if code == "cycle_changes_within_step":
            column = next(name for name in CYCLES if name in scan.columns)
        payload = {"column": column} if column else {}
        yield ValidationIssue(
            code,
            _TEXTS[code](column, found),
            payload={**payload, "count": found.count, "row": found.rows[0]},
            rows=tuple(found.rows),
            count=found.count,
            values=tuple(found.values),
        )
    yield from _check_continuity(scan, options)


def _add_last_step(scan: Scan, options: Options) -> None:
    """Add the last row if it is a step of its own; rows that go on may continue it."""
    steps = scan.steps
    if not scan.last_begins or options.continued or steps is None or "step" not in steps.columns:
        return
    found = scan.tally.found.setdefault("step_too_few_points", Found())
    found.count += 1
    if len(found.rows) < KEPT:
        found.rows.append(scan.height - 1)
        found.values += steps["step"][-1:].drop_nulls().to_list()


def _is_harmless(code: str, column: str, scan: Scan, options: Options) -> bool:
    if code == "step_too_few_points":
        return not options.strict and scan.height < _FEW_ROWS
    # A column that is mostly empty was recorded only now and then.
    return code == "nan_run" and 2 * scan.empty.get(column, 0) > scan.height


def _check_start(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    if options.continued:
        return
    start = scan.first.get(TIME) if options.data_type is None else None
    if start is not None and abs(start) > _START_TOLERANCE:
        yield ValidationIssue(
            "time_does_not_start_at_zero",
            f"'Time [s]' starts at {start:g} s, but must start at 0; subtract the first value"
            " (start_time holds the date and time)",
            payload={"start": start},
            rows=(0,),
            count=1,
            values=(start,),
        )
    first = scan.first.get(STEP)
    if first is not None and first != 0:
        yield ValidationIssue(
            "step_count_does_not_start_at_zero",
            f"'Step count' starts at {first:g}, but must start at 0; subtract the first value",
            payload={"first": first},
            rows=(0,),
            count=1,
            values=(first,),
        )


def _check_continuity(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    found = scan.tally.get("voltage_continuity")
    if found is None or found.count <= _CONTINUITY * scan.pairs:
        return
    limit = JUMP
    if options.voltage_window is not None:
        limit = WINDOW_SHARE * (options.voltage_window[1] - options.voltage_window[0])
    elif scan.height < _FEWEST or _is_high(scan):
        return
    yield ValidationIssue(
        "voltage_continuity",
        f"'Voltage [V]' jumps by more than {limit:g} V in {_many(found.count, 'row')} of"
        f" {scan.height}, {_first(found)}; check whether two channels or two columns are mixed",
        payload={"count": found.count, "row": found.rows[0], "limit": limit},
        rows=tuple(found.rows),
        count=found.count,
        values=tuple(found.values),
    )


def _is_high(scan: Scan) -> bool:
    """Return whether a jump of 0.5 V is small: in mV, or of a module."""
    name = f"max {VOLTAGE}"
    highest = None if scan.steps is None else scan.steps[name].max()
    return isinstance(highest, float) and highest > _MODULE


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _has(found: Found) -> str:
    return "has" if found.count == 1 else "have"


def _first(found: Found) -> str:
    return f"first in row {found.rows[0]}"
