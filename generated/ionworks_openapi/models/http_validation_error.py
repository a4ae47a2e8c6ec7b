# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema HTTPValidationError of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
)
from ionworks.records.record import Record

from .validation_error import ValidationError


@define(kw_only=True, repr=False)
class HTTPValidationError(Record):
    """All violations of the contract.

    Attributes
    ----------
    detail : list[ValidationError] | None
        One entry for each finding.
    """

    detail: list[ValidationError] | None = None


HTTPValidationError._declare(
    WireField("detail", "detail", list_of(ValidationError.from_dict)),
)
