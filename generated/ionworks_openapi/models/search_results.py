# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema SearchResults of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    integer,
    listed,
    text,
)
from ionworks.records.record import Record

from .search_hit import SearchHit


@define(kw_only=True, repr=False)
class SearchResults(Record):
    """One page of what was found.

    Attributes
    ----------
    results : list[SearchHit]
        The records.
    query : str
        The text that was looked for.
    total : int
        How many there are on all pages.
    limit : int
        How many fit on this page.
    offset : int
        How many were passed over before the page begins.
    """

    results: list[SearchHit]
    query: str
    total: int
    limit: int
    offset: int


SearchResults._declare(
    WireField("results", "results", listed(SearchHit.from_dict), required=True),
    WireField("query", "query", text, required=True),
    WireField("total", "total", integer, required=True),
    WireField("limit", "limit", integer, required=True),
    WireField("offset", "offset", integer, required=True),
)
