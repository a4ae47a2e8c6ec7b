"""Errors of data and settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ionworks._redact import encodable, redact_text
from ionworks.errors.base import IonworksError
from ionworks.errors.text import append_fields, join_sentences, show_value, storable_value


class ConfigurationError(IonworksError):
    """The settings are incomplete or wrong: key, address, profile."""


class PayloadError(IonworksError, ValueError):
    """A value that the contract does not allow; found before anything was sent.

    Parameters
    ----------
    field : str
        The dotted path of the field, or the keyword.
    value : object
        What was given there. Kept as it is where it is a plain scalar, else as a short text.
    reason : str
        What is wrong with it.
    fix : str, optional
        What to do instead.
    """

    def __init__(self, field: str, value: object, reason: str, fix: str | None = None) -> None:
        self.field = field
        self.value = storable_value(field, value)
        self.reason = redact_text(reason)
        self.fix = None if fix is None else redact_text(fix)
        what = f"{field} = {show_value(self.value, value)}: {self.reason}"
        super().__init__(join_sentences(what, self.fix or "").rstrip())


class MeasurementValidationError(IonworksError):
    """Measurement data that fail their checks; `errors` lists the findings."""

    def __init__(self, message: str, errors: Sequence[object] | None = None) -> None:
        super().__init__(message)
        self.errors: list[object] = list(errors or ())

    def has_code(self, code: str) -> bool:
        """Tell whether one of the findings has this code."""
        return any(getattr(error, "code", None) == code for error in self.errors)


class MeasurementProcessingError(IonworksError):
    """The server could not process uploaded data; `failures` maps measurement ids to reasons."""

    def __init__(self, message: str, failures: Mapping[str, str]) -> None:
        super().__init__(message)
        self.failures: dict[str, str] = {k: redact_text(v) for k, v in failures.items()}

    def __str__(self) -> str:
        lines = [encodable(f"{name}: {reason}") for name, reason in self.failures.items()]
        return append_fields(self.message, lines)
