# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecificationList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
)
from ionworks.records.record import Page

from .cell_specification import CellSpecification


@define(kw_only=True, repr=False)
class CellSpecificationList(Page[CellSpecification]):
    """One page of cell specifications.

    Attributes
    ----------
    items : list[CellSpecification]
        The specifications on this page.
    count : int | None
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[CellSpecification]
    count: int | None = None
    total: int | None = None


CellSpecificationList._declare(
    WireField("items", "items", each(CellSpecification.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
