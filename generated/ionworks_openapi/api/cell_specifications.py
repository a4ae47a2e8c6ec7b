# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_specifications`: kinds of cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..models.cell_specification import CellSpecification
from ..models.cell_specification_create import CellSpecificationCreate
from ..models.cell_specification_list import CellSpecificationList
from ..models.cell_specification_update import CellSpecificationUpdate
from ..models.ids import (
    CellSpecificationId,
    MaterialId,
    ProjectId,
)
from ..models.order import Order
from ..models.order_by import OrderBy
from ..types import Filter, Operation, Request


def _build_list_cell_specifications(
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
    order_by: OrderBy | None = None,
    order: Order | None = None,
    project_id: ProjectId | None = None,
    material_id: MaterialId | None = None,
    material_ids: Sequence[MaterialId] | None = None,
    anode_material_id: MaterialId | None = None,
    cathode_material_id: MaterialId | None = None,
    electrolyte_material_id: MaterialId | None = None,
    separator_material_id: MaterialId | None = None,
    case_material_id: MaterialId | None = None,
    exclude_cell_spec_id: CellSpecificationId | None = None,
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
    order_by : OrderBy
        The sort fields of projects, specifications and instances.
    order : Order
        The direction in which a list is sorted.
    project_id : str or Project
    material_id : str or Material
    material_ids : Sequence[str or Material]
    anode_material_id : str or Material
    cathode_material_id : str or Material
    electrolyte_material_id : str or Material
    separator_material_id : str or Material
    case_material_id : str or Material
    exclude_cell_spec_id : str or CellSpecification
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


def _read_list_cell_specifications(status: int, data: Any) -> CellSpecificationList:
    return CellSpecificationList.from_dict(data)


list_cell_specifications = Operation(
    "list_cell_specifications",
    "GET",
    "/cell_specifications",
    _build_list_cell_specifications,
    _read_list_cell_specifications,
    "json",
    "idempotent",
    filters={
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "form_factor": Filter("form_factor", "equals"),
        "created_by_email": Filter("created_by_email", "contains"),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "order_by": Filter("order_by", "choice", ("name", "created_at", "updated_at")),
        "order": Filter("order", "choice", ("asc", "desc")),
        "project_id": Filter("project_id", "text", constant=True, id_of="project"),
        "material_id": Filter("material_id", "text", id_of="material"),
        "material_ids": Filter("material_ids", "texts", id_of="material"),
        "anode_material_id": Filter("anode_material_id", "text", id_of="material"),
        "cathode_material_id": Filter("cathode_material_id", "text", id_of="material"),
        "electrolyte_material_id": Filter("electrolyte_material_id", "text", id_of="material"),
        "separator_material_id": Filter("separator_material_id", "text", id_of="material"),
        "case_material_id": Filter("case_material_id", "text", id_of="material"),
        "exclude_cell_spec_id": Filter(
            "exclude_cell_spec_id", "text", constant=True, id_of="cell_specification"
        ),
    },
)


def _build_create_cell_specification(
    *, body: CellSpecificationCreate | Mapping[str, Any]
) -> Request:
    """Create a cell specification with its components and materials"""
    return Request(
        body=body,
    )


def _read_create_cell_specification(status: int, data: Any) -> CellSpecification:
    return CellSpecification.from_dict(data)


create_cell_specification = Operation(
    "create_cell_specification",
    "POST",
    "/cell_specifications",
    _build_create_cell_specification,
    _read_create_cell_specification,
    "json",
    "unique-name",
)


def _build_get_cell_specification(cell_spec_id: CellSpecificationId) -> Request:
    """Get a cell specification with its components and materials

    Parameters
    ----------
    cell_spec_id : str or CellSpecification
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
    )


def _read_get_cell_specification(status: int, data: Any) -> CellSpecification:
    return CellSpecification.from_dict(data)


get_cell_specification = Operation(
    "get_cell_specification",
    "GET",
    "/cell_specifications/{cell_spec_id}",
    _build_get_cell_specification,
    _read_get_cell_specification,
    "json",
    "idempotent",
)


def _build_delete_cell_specification(cell_spec_id: CellSpecificationId) -> Request:
    """Delete a cell specification, its instances and their measurements

    Parameters
    ----------
    cell_spec_id : str or CellSpecification
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
    )


def _read_delete_cell_specification(status: int, data: Any) -> None:
    return None


delete_cell_specification = Operation(
    "delete_cell_specification",
    "DELETE",
    "/cell_specifications/{cell_spec_id}",
    _build_delete_cell_specification,
    _read_delete_cell_specification,
    "nothing",
    "idempotent",
)


def _build_update_cell_specification(
    cell_spec_id: CellSpecificationId, *, body: CellSpecificationUpdate | Mapping[str, Any]
) -> Request:
    """Change a cell specification

    Parameters
    ----------
    cell_spec_id : str or CellSpecification
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
        body=body,
    )


def _read_update_cell_specification(status: int, data: Any) -> CellSpecification:
    return CellSpecification.from_dict(data)


update_cell_specification = Operation(
    "update_cell_specification",
    "PATCH",
    "/cell_specifications/{cell_spec_id}",
    _build_update_cell_specification,
    _read_update_cell_specification,
    "json",
    "idempotent",
)
