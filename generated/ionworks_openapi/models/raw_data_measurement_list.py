# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataMeasurementList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
    text,
)
from ionworks.records.record import Page


@define(kw_only=True, repr=False)
class RawDataMeasurementList(Page[str]):
    """The measurements that raw data belong to.

    Attributes
    ----------
    items : list[str]
        The ids of the measurements.
    total : int | None
        How many there are.
    """

    items: list[str]
    total: int | None = None


RawDataMeasurementList._declare(
    WireField("items", "items", each(text), required=True),
    WireField("total", "total", integer),
)
