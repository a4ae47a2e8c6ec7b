"""Applies all rules to a series, and reports what they find."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ionworks.errors import MeasurementValidationError
from ionworks.validators.batches import BATCH_ROWS, Source
from ionworks.validators.capacities import check_capacities
from ionworks.validators.codes import CODES
from ionworks.validators.columns import check_columns
from ionworks.validators.current_sign import check_sign
from ionworks.validators.impedance import check_impedance
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue, ValidationReport
from ionworks.validators.row_findings import check_rows
from ionworks.validators.series_scan import Scan, scan
from ionworks.validators.timing import check_timing
from ionworks.validators.units import check_units

_ORDER = {code: place for place, code in enumerate(CODES)}
_OF_COLUMNS = frozenset(
    {"column_missing", "column_not_numeric", "value_not_finite", "step_count_missing"}
)
_RULES = (check_sign, check_units, check_capacities, check_impedance, check_timing)


def list_issues(
    source: Source, options: Options, *, batch_rows: int = BATCH_ROWS
) -> ValidationReport:
    """Find the problems of a series.

    Raises
    ------
    PayloadError
        If the file or the query cannot be read.
    """
    found = scan(source, options, batch_rows)
    if not found.height:
        text = "the time series has no rows; give at least one"
        return ValidationReport([ValidationIssue("time_series_empty", text)])
    issues = [*check_columns(source.schema, options), *_issues(found, options)]
    reported = (_with_severity(issue, options) for issue in issues)
    return ValidationReport(sorted(filter(None, reported), key=_place))


def raise_errors(report: ValidationReport) -> None:
    """Raise an error if there are errors in a report.

    Raises
    ------
    MeasurementValidationError
        If there are errors; `.errors` holds all of them as `ValidationIssue`.
    """
    if errors := report.errors:
        more = len(report) - len(errors)
        text = "; ".join(map(str, errors))
        if more:
            text += (
                f"; and {more} warning{'s' * (more > 1)} (use find_issues() to see all findings)"
            )
        raise MeasurementValidationError(text, errors=errors)


def _issues(found: Scan, options: Options) -> Iterator[ValidationIssue]:
    if options.max_rows is not None and found.height > options.max_rows:
        yield ValidationIssue(
            "time_series_row_count_exceeded",
            f"the series has {found.height} rows, but at most {options.max_rows} are allowed; thin"
            " it, or split it",
            payload={"rows": found.height, "max_rows": options.max_rows},
        )
    yield from check_rows(found, options)
    for rule in _RULES:
        yield from rule(found, options)


def _with_severity(issue: ValidationIssue, options: Options) -> ValidationIssue | None:
    """Return a finding with the severity of its code; None if it is not reported.

    A warning says how to confirm it; a rule that is not certain itself gives no error by default.
    """
    severity = options.severity(issue.code)
    if severity is None:
        return None
    if issue.severity == "warning" and not options.strict:
        severity = "warning"
    if severity == "error":
        return evolve(issue, severity="error")
    silence = f"; if the data are right, pass skip_checks=({issue.code!r},)"
    return evolve(issue, severity="warning", message=issue.message + silence)


def _place(issue: ValidationIssue) -> tuple[int, int]:
    """Return where a finding is in a report: as in the table of codes, columns in their order."""
    from ionworks.validators.columns import KNOWN

    if issue.code in _OF_COLUMNS:
        column = issue.payload.get("column", "Step count")
        return 0, KNOWN.index(column) if column in KNOWN else len(KNOWN)
    return 1, _ORDER[issue.code]
