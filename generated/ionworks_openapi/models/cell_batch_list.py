# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellBatchList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
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
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[CellBatch]
    count: int | None = None
    total: int | None = None


CellBatchList._declare(
    WireField("items", "items", each(CellBatch.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
