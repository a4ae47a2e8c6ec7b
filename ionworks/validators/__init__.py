"""Validates measurement data before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks.errors import MeasurementValidationError
from ionworks.frames.convert import to_polars
from ionworks.validators.report import ValidationIssue, ValidationReport
from ionworks.validators.rules import check_frame, list_issues

if TYPE_CHECKING:
    from ionworks.frames.convert import AnyTable

__all__ = [
    "MeasurementValidationError",
    "ValidationIssue",
    "ValidationReport",
    "check_measurement_data",
    "find_issues",
]


def find_issues(
    frame: AnyTable, data_type: str | None = None, *, continued: bool = False
) -> ValidationReport:
    """Find the problems of a time series.

    Parameters
    ----------
    frame : AnyTable
        One row per sample, with the service's columns: `Time [s]` starting at 0, `Voltage [V]`,
        `Current [A]` (+ = discharge), `Step count` 0, 1, 2, ...
    data_type : {"ocp", "eis"}, optional
        For OCP or EIS data, which require other columns than cycling data.
    continued : bool
        For rows that continue a stored series: time and steps need not start at 0.

    Returns
    -------
    ValidationReport
        A list of `ValidationIssue`, empty if no problem was found.

    Raises
    ------
    PayloadError
        If `frame` is not a table.
    """
    return list_issues(to_polars(frame), data_type, continued=continued)


def check_measurement_data(
    frame: AnyTable, data_type: str | None = None, *, continued: bool = False
) -> None:
    """Raise an error if a time series is not valid; parameters as for `find_issues`.

    Raises
    ------
    MeasurementValidationError
        If there are errors; `.errors` holds all of them as `ValidationIssue`.
    PayloadError
        If `frame` is not a table.
    """
    check_frame(to_polars(frame), data_type, continued=continued)
