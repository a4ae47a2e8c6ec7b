"""The validation rules for a time series, as a polars frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ionworks.errors import MeasurementValidationError
from ionworks.validators.report import ValidationIssue, ValidationReport

if TYPE_CHECKING:
    import polars

_CYCLING = ("Time [s]", "Voltage [V]", "Current [A]", "Step count")
_REQUIRED = {
    "ocp": ("Voltage [V]", "Step count"),
    "eis": ("Frequency [Hz]", "Z_Re [Ohm]", "Z_Im [Ohm]", "Step count"),
}
_BEGINNING = ("time_does_not_start_at_zero", "step_count_does_not_start_at_zero")
_START_TOLERANCE = 1e-6
_ORDER_TOLERANCE = 1e-12


def list_issues(
    frame: polars.DataFrame, data_type: str | None = None, *, continued: bool = False
) -> ValidationReport:
    """Find the problems of a frame; parameters as for `ionworks.validators.find_issues`."""
    required = _REQUIRED.get(data_type or "", _CYCLING)
    issues = list(_check_columns(frame, required))
    if not issues:
        if "Time [s]" in required:
            issues += _check_time(frame)
        issues += _check_steps(frame)
    begins = _BEGINNING if continued else ()
    return ValidationReport(issue for issue in issues if issue.code not in begins)


def check_frame(
    frame: polars.DataFrame, data_type: str | None = None, *, continued: bool = False
) -> None:
    """Raise an error if a frame is not valid; parameters as for `ionworks.validators.find_issues`.

    Raises
    ------
    MeasurementValidationError
        If there are errors; `.errors` holds all of them as `ValidationIssue`.
    """
    found = list_issues(frame, data_type, continued=continued)
    errors = [issue for issue in found if issue.severity == "error"]
    if errors:
        raise MeasurementValidationError("; ".join(map(str, errors)), errors=errors)


def _check_columns(frame: polars.DataFrame, required: tuple[str, ...]) -> Iterator[ValidationIssue]:
    import polars as pl

    if frame.height == 0:
        yield ValidationIssue("time_series_empty", "the time series has no rows")
        return
    for name in required:
        if name not in frame.columns:
            code = "step_count_missing" if name == "Step count" else "column_missing"
            found = ", ".join(frame.columns)
            yield ValidationIssue(code, f"column {name!r} is missing; found {found}")
            continue
        column = frame.get_column(name)
        if not column.dtype.is_numeric():
            yield ValidationIssue(
                "column_not_numeric", f"column {name!r} is {column.dtype}, not numeric"
            )
            continue
        bad = column.cast(pl.Float64).is_finite().not_().fill_null(True)
        if count := int(bad.sum()):
            row = bad.arg_max()
            yield ValidationIssue(
                "value_not_finite",
                f"column {name!r} has {count} null, NaN or infinite values, first in row {row}",
                payload={"column": name, "count": count, "row": row},
            )


def _check_time(frame: polars.DataFrame) -> Iterator[ValidationIssue]:
    import polars as pl

    time = frame.get_column("Time [s]").cast(pl.Float64)
    if abs(start := float(time[0])) > _START_TOLERANCE:
        yield ValidationIssue(
            "time_does_not_start_at_zero",
            f"'Time [s]' starts at {start:g} s, but must start at 0; subtract the first value"
            " (start_time holds the date and time)",
            payload={"start": start},
        )
    back = time.diff() < -_ORDER_TOLERANCE
    if count := int(back.sum()):
        row = back.arg_max()
        yield ValidationIssue(
            "time_not_monotonic",
            f"'Time [s]' decreases in {count} rows, first in row {row}; it must never decrease",
            payload={"count": count, "row": row},
        )


def _check_steps(frame: polars.DataFrame) -> Iterator[ValidationIssue]:
    import polars as pl

    steps = frame.get_column("Step count")
    if (first := steps[0]) != 0:
        yield ValidationIssue(
            "step_count_does_not_start_at_zero",
            f"'Step count' starts at {first}, but must start at 0",
            payload={"first": first},
        )
    change = steps.cast(pl.Float64).diff().fill_null(0)  # small integers would overflow
    wrong = ((change != 0) & (change != 1)).arg_true()
    if len(wrong):
        yield ValidationIssue(
            "step_count_non_sequential",
            f"'Step count' changes by other than 0 or 1 in {len(wrong)} rows, first in row"
            f" {wrong[0]}; it must stay the same or increase by 1",
            payload={"count": len(wrong), "row": wrong[0]},
        )
