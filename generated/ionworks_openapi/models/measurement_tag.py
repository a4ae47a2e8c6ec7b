# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementTag of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_int,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class MeasurementTag(Record):
    """A tag, and how often it is used.

    Attributes
    ----------
    tag : str
        The tag.
    usage_count : int
        Number of measurements with this tag.
    """

    tag: str
    usage_count: int


MeasurementTag._declare(
    WireField("tag", "tag", read_str, required=True),
    WireField("usage_count", "usage_count", read_int, required=True),
)
