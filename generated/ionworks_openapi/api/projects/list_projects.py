# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /projects."""

from __future__ import annotations

from typing import Any

from ...models.project_list import ProjectList
from ...models.record_order_by import RecordOrderBy
from ...models.sort_order import SortOrder
from ...types import Operation, Request


def build(
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    order_by: RecordOrderBy | None = None,
    order: SortOrder | None = None,
) -> Request:
    """List the projects of the organization

    Parameters
    ----------
    limit : int
    offset : int
    name : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : RecordOrderBy
        The sort fields of projects, specifications and instances.
    order : SortOrder
        The direction in which a list is sorted.
    """
    return Request(
        query={
            "limit": limit,
            "offset": offset,
            "name": name,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "order_by": order_by,
            "order": order,
        },
    )


def read(status: int, data: Any) -> ProjectList:
    """Read the answer of a 2xx status."""
    return ProjectList.from_dict(data)


OPERATION = Operation("list_projects", "GET", "/projects", build, read, "json", "idempotent")
