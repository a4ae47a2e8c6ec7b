# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataMeasurementList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
    read_str,
)
from ionworks.records.record import Page


@define(kw_only=True, repr=False)
class RawDataMeasurementList(Page[str]):
    """The measurements of raw data.

    Attributes
    ----------
    items : list[str]
        The ids of the measurements.
    total : int | None
        Number of measurements.
    """

    items: list[str]
    total: int | None = None


RawDataMeasurementList._declare(
    WireField("items", "items", lenient_list_of(read_str), required=True),
    WireField("total", "total", read_int),
)
