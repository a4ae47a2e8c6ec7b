"""Validates measurement data before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ionworks.errors import MeasurementValidationError
from ionworks.validators.batches import Source
from ionworks.validators.options import Options
from ionworks.validators.report import MeasurementDataWarning, ValidationIssue, ValidationReport
from ionworks.validators.rules import list_issues, raise_errors

if TYPE_CHECKING:
    from ionworks.frames.convert import AnyTable
    from ionworks.quantity import Quantity

__all__ = [
    "MeasurementDataWarning",
    "MeasurementValidationError",
    "ValidationIssue",
    "ValidationReport",
    "check_measurement_data",
    "find_issues",
]


def find_issues(
    frame: AnyTable,
    data_type: str | None = None,
    *,
    continued: bool = False,
    strict: bool = False,
    skip_checks: Iterable[str] | None = None,
    rated_capacity: float | Quantity | str | None = None,
    voltage_window: Sequence[float | Quantity | str] | None = None,
    start_time: datetime | str | None = None,
    end_time: datetime | str | None = None,
    max_rows: int | None = None,
) -> ValidationReport:
    """Find the problems of a time series.

    The series is read once, in batches: a Parquet file or a polars query may be larger than the
    memory.

    Parameters
    ----------
    frame : AnyTable
        One row per sample, with the service's columns: `Time [s]` starting at 0, `Voltage [V]`,
        `Current [A]` (+ = discharge), `Step count` 0, 1, 2, ... A frame of any kind, a polars
        query, or the path of a file.
    data_type : {"ocp", "eis"}, optional
        For OCP or EIS data, which require other columns than cycling data.
    continued : bool
        For rows that continue a stored series: time and steps need not start at 0.
    strict : bool
        Whether warnings are errors, and additional rules apply.
    skip_checks : iterable of str, optional
        Names of checks or codes that are not reported.
    rated_capacity : float or Quantity or str, optional
        The rated capacity of the cell in A.h, or with its unit. Without it, the rules that need it
        do not run.
    voltage_window : sequence of float or Quantity or str, optional
        The lowest and the highest voltage of the cell in V, or with their units.
    start_time, end_time : datetime or str, optional
        When the measurement started and ended, to be compared with `Time [s]`.
    max_rows : int, optional
        The largest number of rows that is allowed.

    Returns
    -------
    ValidationReport
        A list of `ValidationIssue`, empty if no problem was found.

    Raises
    ------
    PayloadError
        If `frame` is not a table, or another argument is not allowed.

    Examples
    --------
    >>> from ionworks.sandbox import SyntheticCell
    >>> from ionworks.validators import find_issues
    >>> time_series = SyntheticCell(seed=7).cycling(cycles=1)
    >>> find_issues(time_series)
    []
    >>> reversed_ = time_series.with_columns(-time_series["Current [A]"])
    >>> [issue.code for issue in find_issues(reversed_) if issue.severity == "error"]
    ['current_sign_reversed']
    """
    options = Options.of(
        data_type,
        continued=continued,
        strict=strict,
        skip_checks=skip_checks,
        rated_capacity=rated_capacity,
        voltage_window=voltage_window,
        start_time=start_time,
        end_time=end_time,
        max_rows=max_rows,
    )
    return list_issues(Source.of(frame), options)


def check_measurement_data(
    frame: AnyTable,
    data_type: str | None = None,
    *,
    continued: bool = False,
    strict: bool = False,
    skip_checks: Iterable[str] | None = None,
    rated_capacity: float | Quantity | str | None = None,
    voltage_window: Sequence[float | Quantity | str] | None = None,
    start_time: datetime | str | None = None,
    end_time: datetime | str | None = None,
    max_rows: int | None = None,
) -> None:
    """Raise an error if a time series is not valid; parameters as for `find_issues`.

    Raises
    ------
    MeasurementValidationError
        If there are errors; `.errors` holds all of them as `ValidationIssue`.
    PayloadError
        If `frame` is not a table, or another argument is not allowed.
    """
    options = Options.of(
        data_type,
        continued=continued,
        strict=strict,
        skip_checks=skip_checks,
        rated_capacity=rated_capacity,
        voltage_window=voltage_window,
        start_time=start_time,
        end_time=end_time,
        max_rows=max_rows,
    )
    raise_errors(list_issues(Source.of(frame), options))
