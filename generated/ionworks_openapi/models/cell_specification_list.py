# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecificationList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
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
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[CellSpecification]
    count: int | None = None
    total: int | None = None


CellSpecificationList._declare(
    WireField("items", "items", lenient_list_of(CellSpecification.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
