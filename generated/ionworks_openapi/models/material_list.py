# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MaterialList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .material import Material


@define(kw_only=True, repr=False)
class MaterialList(Page[Material]):
    """One page of materials.

    Attributes
    ----------
    items : list[Material]
        The materials on this page.
    count : int
        Number of records on this page.
    total : int
        Number of records on all pages.
    """

    items: list[Material]
    count: int
    total: int


MaterialList._declare(
    WireField("items", "items", lenient_list_of(Material.from_dict), required=True),
    WireField("count", "count", read_int, required=True),
    WireField("total", "total", read_int, required=True),
)
