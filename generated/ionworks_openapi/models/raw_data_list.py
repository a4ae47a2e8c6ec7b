# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .raw_data import RawData


@define(kw_only=True, repr=False)
class RawDataList(Page[RawData]):
    """One page of raw data.

    Attributes
    ----------
    items : list[RawData]
        The raw data on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[RawData]
    count: int | None = None
    total: int | None = None


RawDataList._declare(
    WireField("items", "items", lenient_list_of(RawData.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
