# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_specifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.cell_specification_list import CellSpecificationList
from ...models.record_order_by import RecordOrderBy
from ...models.sort_order import SortOrder
from ...types import Operation, Request


def build(
    *,
    full: bool | None = None,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    form_factor: str | None = None,
    created_by_email: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    order_by: RecordOrderBy | None = None,
    order: SortOrder | None = None,
    project_id: str | None = None,
    material_id: str | None = None,
    material_ids: Sequence[str] | None = None,
    anode_material_id: str | None = None,
    cathode_material_id: str | None = None,
    electrolyte_material_id: str | None = None,
    separator_material_id: str | None = None,
    case_material_id: str | None = None,
    exclude_cell_spec_id: str | None = None,
) -> Request:
    """List cell specifications

    Parameters
    ----------
    full : bool
    limit : int
    offset : int
    name : str
    form_factor : str
    created_by_email : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : RecordOrderBy
        The sort fields of projects, specifications and instances.
    order : SortOrder
        The direction in which a list is sorted.
    project_id : str
    material_id : str
    material_ids : Sequence[str]
    anode_material_id : str
    cathode_material_id : str
    electrolyte_material_id : str
    separator_material_id : str
    case_material_id : str
    exclude_cell_spec_id : str
    """
    return Request(
        query={
            "full": full,
            "limit": limit,
            "offset": offset,
            "name": name,
            "form_factor": form_factor,
            "created_by_email": created_by_email,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "order_by": order_by,
            "order": order,
            "project_id": project_id,
            "material_id": material_id,
            "material_ids": material_ids,
            "anode_material_id": anode_material_id,
            "cathode_material_id": cathode_material_id,
            "electrolyte_material_id": electrolyte_material_id,
            "separator_material_id": separator_material_id,
            "case_material_id": case_material_id,
            "exclude_cell_spec_id": exclude_cell_spec_id,
        },
    )


def read(status: int, data: Any) -> CellSpecificationList:
    """Read the answer of a 2xx status."""
    return CellSpecificationList.from_dict(data)


OPERATION = Operation(
    "list_cell_specifications", "GET", "/cell_specifications", build, read, "json", "idempotent"
)
