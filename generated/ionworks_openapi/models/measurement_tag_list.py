# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementTagList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .measurement_tag import MeasurementTag


@define(kw_only=True, repr=False)
class MeasurementTagList(Page[MeasurementTag]):
    """The tags of a project's measurements.

    Attributes
    ----------
    items : list[MeasurementTag]
        The tags.
    count : int | None
        Number of tags in this response.
    total : int | None
        Total number of tags.
    """

    items: list[MeasurementTag]
    count: int | None = None
    total: int | None = None


MeasurementTagList._declare(
    WireField("items", "items", lenient_list_of(MeasurementTag.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
