# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_instances`: physical cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.cell_instance import CellInstance
from ..models.cell_instance_create import CellInstanceCreate
from ..models.cell_instance_list import CellInstanceList
from ..models.cell_instance_update import CellInstanceUpdate
from ..models.ids import (
    CellBatchId,
    CellInstanceId,
    CellSpecificationId,
)
from ..models.order import Order
from ..models.order_by import OrderBy
from ..types import Filter, Operation, Request


def _build_list_cell_instances(
    cell_spec_id: CellSpecificationId,
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    created_by_email: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    order_by: OrderBy | None = None,
    order: Order | None = None,
    batch_id: CellBatchId | None = None,
) -> Request:
    """List the cell instances of a specification

    Parameters
    ----------
    cell_spec_id : str or CellSpecification
    limit : int
    offset : int
    name : str
    created_by_email : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : OrderBy
        The sort fields of projects, specifications and instances.
    order : Order
        The direction in which a list is sorted.
    batch_id : str or CellBatch
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


def _read_list_cell_instances(status: int, data: Any) -> CellInstanceList:
    return CellInstanceList.from_dict(data)


list_cell_instances = Operation(
    "list_cell_instances",
    "GET",
    "/cell_specifications/{cell_spec_id}/cell_instances",
    _build_list_cell_instances,
    _read_list_cell_instances,
    "json",
    "idempotent",
    filters={
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "created_by_email": Filter("created_by_email", "contains"),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "order_by": Filter("order_by", "choice", ("name", "created_at", "updated_at")),
        "order": Filter("order", "choice", ("asc", "desc")),
        "batch_id": Filter("batch_id", "text", id_of="cell_batch"),
    },
)


def _build_create_cell_instance(
    cell_spec_id: CellSpecificationId, *, body: CellInstanceCreate | Mapping[str, Any]
) -> Request:
    """Create a cell instance of a specification

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


def _read_create_cell_instance(status: int, data: Any) -> CellInstance:
    return CellInstance.from_dict(data)


create_cell_instance = Operation(
    "create_cell_instance",
    "POST",
    "/cell_specifications/{cell_spec_id}/cell_instances",
    _build_create_cell_instance,
    _read_create_cell_instance,
    "json",
    "unique-name",
)


def _build_get_cell_instance(cell_instance_id: CellInstanceId) -> Request:
    """Get a cell instance

    Parameters
    ----------
    cell_instance_id : str or CellInstance
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
    )


def _read_get_cell_instance(status: int, data: Any) -> CellInstance:
    return CellInstance.from_dict(data)


get_cell_instance = Operation(
    "get_cell_instance",
    "GET",
    "/cell_instances/{cell_instance_id}",
    _build_get_cell_instance,
    _read_get_cell_instance,
    "json",
    "idempotent",
)


def _build_delete_cell_instance(cell_instance_id: CellInstanceId) -> Request:
    """Delete a cell instance and its measurements

    Parameters
    ----------
    cell_instance_id : str or CellInstance
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
    )


def _read_delete_cell_instance(status: int, data: Any) -> None:
    return None


delete_cell_instance = Operation(
    "delete_cell_instance",
    "DELETE",
    "/cell_instances/{cell_instance_id}",
    _build_delete_cell_instance,
    _read_delete_cell_instance,
    "nothing",
    "idempotent",
)


def _build_update_cell_instance(
    cell_instance_id: CellInstanceId, *, body: CellInstanceUpdate | Mapping[str, Any]
) -> Request:
    """Change a cell instance

    Parameters
    ----------
    cell_instance_id : str or CellInstance
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        body=body,
    )


def _read_update_cell_instance(status: int, data: Any) -> CellInstance:
    return CellInstance.from_dict(data)


update_cell_instance = Operation(
    "update_cell_instance",
    "PATCH",
    "/cell_instances/{cell_instance_id}",
    _build_update_cell_instance,
    _read_update_cell_instance,
    "json",
    "idempotent",
)
