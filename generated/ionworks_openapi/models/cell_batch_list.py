# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellBatchList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .cell_batch import CellBatch


@define(kw_only=True, repr=False)
class CellBatchList(Page[CellBatch]):
    """One page of batches.

    Attributes
    ----------
    items : list[CellBatch]
        The batches on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[CellBatch]
    count: int | None = None
    total: int | None = None


CellBatchList._declare(
    WireField("items", "items", lenient_list_of(CellBatch.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
