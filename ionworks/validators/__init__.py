"""Checks of measurement data, before anything is sent."""

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
    """List what is wrong with a time series.

    Parameters
    ----------
    frame : AnyTable
        One row for each sample, in the service's columns: `Time [s]` from 0 on, `Voltage [V]`,
        `Current [A]` with + = discharge, `Step count` 0, 1, 2, ...
    data_type : {"ocp", "eis"}, optional
        For data that are no cycling data, and so need other columns.
    continued : bool
        For rows that go on where others ended: time and steps need not begin at 0.

    Returns
    -------
    ValidationReport
        A list of `ValidationIssue`, empty if nothing was found.

    Raises
    ------
    PayloadError
        If `frame` is no table.
    """
    return list_issues(to_polars(frame), data_type, continued=continued)


def check_measurement_data(
    frame: AnyTable, data_type: str | None = None, *, continued: bool = False
) -> None:
    """Refuse a time series with errors; parameters as for `find_issues`.

    Raises
    ------
    MeasurementValidationError
        Names every error; `.errors` holds them as `ValidationIssue`.
    PayloadError
        If `frame` is no table.
    """
    check_frame(to_polars(frame), data_type, continued=continued)
