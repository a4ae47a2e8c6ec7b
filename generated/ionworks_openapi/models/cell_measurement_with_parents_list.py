# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellMeasurementWithParentsList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .cell_measurement_with_parents import CellMeasurementWithParents


@define(kw_only=True, repr=False)
class CellMeasurementWithParentsList(Page[CellMeasurementWithParents]):
    """One page of measurements with their parents.

    Attributes
    ----------
    items : list[CellMeasurementWithParents]
        The measurements on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[CellMeasurementWithParents]
    count: int | None = None
    total: int | None = None


CellMeasurementWithParentsList._declare(
    WireField(
        "items", "items", lenient_list_of(CellMeasurementWithParents.from_dict), required=True
    ),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
