# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ValidationErrorContext of the contract."""

from ionworks.records.record import FreeForm


class ValidationErrorContext(FreeForm):
    """The limits and values of the violated rule."""
