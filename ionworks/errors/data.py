"""Errors of data and settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ionworks._redact import encodable, redact_text
from ionworks.errors.base import IonworksError
from ionworks.errors.text import append_fields, join_sentences, show_value, storable_value


class ConfigurationError(IonworksError):
    """Raised when the settings (key, address, profile) are incomplete or invalid."""


class PayloadError(IonworksError, ValueError):
    """Raised for a value that the contract does not allow, before anything is sent.

    Parameters
    ----------
    field : str
        The dotted path of the field, or the keyword.
    value : object
        The given value. Plain scalars are kept as they are, other values as a short text.
    reason : str
        Why the value is not allowed.
    fix : str, optional
        What to do instead.
    """

    def __init__(self, field: str, value: object, reason: str, fix: str | None = None) -> None:
        self.field = field
        self.value: object = storable_value(field, value)
        self.reason: str = redact_text(reason)
        self.fix: str | None = None if fix is None else redact_text(fix)
        what = f"{field} = {show_value(self.value, value)}: {self.reason}"
        super().__init__(join_sentences(what, self.fix or "").rstrip())


class MeasurementValidationError(IonworksError):
    """Raised when measurement data fail validation; `errors` lists the findings."""

    def __init__(self, message: str, errors: Sequence[object] | None = None) -> None:
        super().__init__(message)
        self.errors: list[object] = list(errors or ())

    def has_code(self, code: str) -> bool:
        """Return whether one of the findings has this code."""
        return any(getattr(error, "code", None) == code for error in self.errors)


class MeasurementProcessingError(IonworksError):
    """Raised when the server could not process uploaded data.

    `failures` maps measurement ids to reasons.
    """

    def __init__(self, message: str, failures: Mapping[str, str]) -> None:
        super().__init__(message)
        self.failures: dict[str, str] = {k: redact_text(v) for k, v in failures.items()}

    def __str__(self) -> str:
        lines = [encodable(f"{name}: {reason}") for name, reason in self.failures.items()]
        return append_fields(self.message, lines)


class ExportIncomplete(IonworksError):  # noqa: N818 - named like the other errors
    """Raised at the end of an export if measurements could not be fetched.

    Attributes
    ----------
    report : ExportReport
        What was exported, and the error of each measurement. The same call continues the export.
    """

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report
