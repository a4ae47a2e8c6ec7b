# Generated from openapi.yaml. Do not edit: run make generate.
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
    """One page of search results.

    Attributes
    ----------
    results : list[SearchHit]
        The records.
    query : str
        The text of the search.
    total : int
        Number of records on all pages.
    limit : int
        Maximum number of records on this page.
    offset : int
        Number of records skipped before this page.
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
