"""The findings on single rows, as sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
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


_TEXTS: Final = {
    "value_not_finite": "column {column!r} has {values}, {first}; leave out these rows, or fill the"
    " values",
    "time_missing_on_non_eis_row": "{column!r} is missing in {rows} without a frequency, {first};"
    " only rows of an impedance spectrum may lack it",
    "nan_run": "column {column!r} has {runs} of 10 or more rows without a number, {first}; look for"
    " an interruption of the recording",
    "value_out_of_range": "column {column!r} has {values} that cannot be measured, such as"
    " {value:g}, {first}; check the unit, and leave out markers for missing values",
    "time_not_monotonic": "'Time [s]' decreases in {rows}, {first}; it must never decrease: if the"
    " clock starts again with each step, add the end of the step before; otherwise sort, correct or"
    " leave out these rows",
    "time_duplicated": "'Time [s]' stays the same for 5 or more rows of one step, {times}, {first};"
    " use a time with more digits, or leave out the repeated rows",
    "time_gap_too_large": "'Time [s]' has {gaps} of more than 5 h, {first}; upload the parts as two"
    " measurements, or correct the time",
    "step_count_non_sequential": "'Step count' changes by other than 0 or 1 in {rows}, {first}; it"
    " must stay the same or increase by 1: check whether rows are missing, and count its changes,"
    " with frame.with_columns(pl.col('Step count').rle_id())",
    "step_too_few_points": "only one row in {steps}, {first}; leave out the row, or count it to the"
    " step before or after it",
    "cycle_changes_within_step": "{column!r} changes inside a step in {rows}, {first}; begin a new"
    " step there",
    "cycle_not_integer": "{column!r} has fractions in {rows}, such as {value:g}, {first}; it must"
    " be whole numbers{turns}",
    "cycle_count_decreased": "'Cycle count' decreases in {rows}, {first}; count the cycles from 0"
    " over the whole series",
    "cumulative_value_not_reset": "{column!r} is not 0 at the start of {steps}, such as {value:g},"
    " {first}; subtract the first value of each step",
    "cumulative_value_decreased": "{column!r} falls inside a step in {rows}, {first}; check where"
    " the cycler reset it, and begin a step there",
}
_COUNTED: Final = ("row", "step", "run", "time", "gap", "value")
_TURN: Final = 2 * math.pi


def _text(code: str, column: str, found: Found) -> str:
    """Return the sentence of a finding."""
    value = found.values[0] if found.values else math.nan
    turns = code == "cycle_not_integer" and abs(value / _TURN - round(value / _TURN)) < 1e-6
    counts = {f"{unit}s": _many(found.count, unit) for unit in _COUNTED}
    if code == "value_not_finite":
        counts["values"] = _many(found.count, "null, NaN or infinite value")
    return _TEXTS[code].format(
        column=column,
        value=value,
        first=_first(found),
        turns="; divide by 2 pi: turns were converted to radians" if turns else "",
        **counts,
    )


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
            _text(code, column, found),
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


def _first(found: Found) -> str:
    return f"first in row {found.rows[0]}"
