# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementTagsUpdated of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    integer,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class MeasurementTagsUpdated(Record):
    """How far a change of tags reached.

    Attributes
    ----------
    updated_count : int
        How many measurements were changed.
    """

    updated_count: int


MeasurementTagsUpdated._declare(
    WireField("updated_count", "updated_count", integer, required=True),
)
