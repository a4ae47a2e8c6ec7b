# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementTagsUpdated of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_int,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class MeasurementTagsUpdated(Record):
    """The result of a change of tags.

    Attributes
    ----------
    updated_count : int
        Number of changed measurements.
    """

    updated_count: int


MeasurementTagsUpdated._declare(
    WireField("updated_count", "updated_count", read_int, required=True),
)
