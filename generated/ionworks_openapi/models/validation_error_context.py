"""Schema ValidationErrorContext of the contract."""

from ionworks.records.record import FreeForm


class ValidationErrorContext(FreeForm):
    """The limits and values of the violated rule."""
