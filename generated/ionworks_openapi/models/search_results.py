"""Schema SearchResults of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_int,
    read_str,
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
    WireField("results", "results", list_of(SearchHit.from_dict), required=True),
    WireField("query", "query", read_str, required=True),
    WireField("total", "total", read_int, required=True),
    WireField("limit", "limit", read_int, required=True),
    WireField("offset", "offset", read_int, required=True),
)
