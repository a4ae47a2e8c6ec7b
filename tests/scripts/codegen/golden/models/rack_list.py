# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RackList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .rack import Rack


@define(kw_only=True, repr=False)
class RackList(Page[Rack]):
    """Schema RackList of the contract.

    Attributes
    ----------
    items : list[Rack]
    total : int | None
    """

    items: list[Rack]
    total: int | None = None


RackList._declare(
    WireField("items", "items", lenient_list_of(Rack.from_dict), required=True),
    WireField("total", "total", read_int),
)
