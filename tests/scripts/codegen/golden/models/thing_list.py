# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ThingList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .thing import Thing


@define(kw_only=True, repr=False)
class ThingList(Page[Thing]):
    """Schema ThingList of the contract.

    Attributes
    ----------
    items : list[Thing]
    count : int | None
    total : int | None
    """

    items: list[Thing]
    count: int | None = None
    total: int | None = None


ThingList._declare(
    WireField("items", "items", lenient_list_of(Thing.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
