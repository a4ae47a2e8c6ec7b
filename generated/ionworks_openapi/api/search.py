# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `search`: records of every kind by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..models.ids import (
    ProjectId,
)
from ..models.search_results import SearchResults
from ..types import Filter, Operation, Request


def _build_search(
    *,
    q: str,
    limit: int | None = None,
    offset: int | None = None,
    per_type: int | None = None,
    entity_types: Sequence[str] | None = None,
    project_id: ProjectId | None = None,
) -> Request:
    """Find records of every kind by name

    Parameters
    ----------
    q : str
    limit : int
    offset : int
    per_type : int
    entity_types : Sequence[str]
    project_id : str or Project
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


def _read_search(status: int, data: Any) -> SearchResults:
    return SearchResults.from_dict(data)


search = Operation(
    "search",
    "GET",
    "/search",
    _build_search,
    _read_search,
    "json",
    "idempotent",
    filters={
        "per_type": Filter("per_type"),
        "entity_types": Filter("entity_types", "texts"),
        "project_id": Filter("project_id", "text", constant=True, id_of="project"),
    },
)
