# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellMeasurementList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .cell_measurement import CellMeasurement


@define(kw_only=True, repr=False)
class CellMeasurementList(Page[CellMeasurement]):
    """One page of measurements.

    Attributes
    ----------
    items : list[CellMeasurement]
        The measurements on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[CellMeasurement]
    count: int | None = None
    total: int | None = None


CellMeasurementList._declare(
    WireField("items", "items", lenient_list_of(CellMeasurement.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
