# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellInstanceList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
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
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[CellInstance]
    count: int | None = None
    total: int | None = None


CellInstanceList._declare(
    WireField("items", "items", each(CellInstance.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
