# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellMeasurementList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
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
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[CellMeasurement]
    count: int | None = None
    total: int | None = None


CellMeasurementList._declare(
    WireField("items", "items", each(CellMeasurement.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
