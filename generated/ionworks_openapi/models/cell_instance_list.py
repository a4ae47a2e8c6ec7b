# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellInstanceList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .cell_instance import CellInstance


@define(kw_only=True, repr=False)
class CellInstanceList(Page[CellInstance]):
    """One page of cell instances.

    Attributes
    ----------
    items : list[CellInstance]
        The instances on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[CellInstance]
    count: int | None = None
    total: int | None = None


CellInstanceList._declare(
    WireField("items", "items", lenient_list_of(CellInstance.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
