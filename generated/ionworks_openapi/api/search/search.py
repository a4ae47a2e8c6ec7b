# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.search_results import SearchResults
from ...types import Operation, Request


def build(
    *,
    q: str,
    limit: int | None = None,
    offset: int | None = None,
    per_type: int | None = None,
    entity_types: Sequence[str] | None = None,
    project_id: str | None = None,
) -> Request:
    """Find records of every kind by name

    Parameters
    ----------
    q : str
    limit : int
    offset : int
    per_type : int
    entity_types : Sequence[str]
    project_id : str
    """
    return Request(
        query={
            "q": q,
            "limit": limit,
            "offset": offset,
            "per_type": per_type,
            "entity_types": entity_types,
            "project_id": project_id,
        },
    )


def read(status: int, data: Any) -> SearchResults:
    """Read the answer of a 2xx status."""
    return SearchResults.from_dict(data)


OPERATION = Operation("search", "GET", "/search", build, read, "json", "idempotent")
