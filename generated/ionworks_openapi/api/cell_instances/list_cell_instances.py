# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_specifications/{cell_spec_id}/cell_instances."""

from __future__ import annotations

from typing import Any

from ...models.cell_instance_list import CellInstanceList
from ...models.record_order_by import RecordOrderBy
from ...models.sort_order import SortOrder
from ...types import Operation, Request


def build(
    cell_spec_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    created_by_email: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    order_by: RecordOrderBy | None = None,
    order: SortOrder | None = None,
    batch_id: str | None = None,
) -> Request:
    """List the cell instances of a specification

    Parameters
    ----------
    cell_spec_id : str
    limit : int
    offset : int
    name : str
    created_by_email : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : RecordOrderBy
        The sort fields of projects, specifications and instances.
    order : SortOrder
        The direction in which a list is sorted.
    batch_id : str
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
        query={
            "limit": limit,
            "offset": offset,
            "name": name,
            "created_by_email": created_by_email,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "order_by": order_by,
            "order": order,
            "batch_id": batch_id,
        },
    )


def read(status: int, data: Any) -> CellInstanceList:
    """Read the answer of a 2xx status."""
    return CellInstanceList.from_dict(data)


OPERATION = Operation(
    "list_cell_instances",
    "GET",
    "/cell_specifications/{cell_spec_id}/cell_instances",
    build,
    read,
    "json",
    "idempotent",
)
