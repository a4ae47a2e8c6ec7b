# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_batches`: cells that were made together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.cell_batch import CellBatch
from ..models.cell_batch_create import CellBatchCreate
from ..models.cell_batch_list import CellBatchList
from ..models.cell_batch_update import CellBatchUpdate
from ..models.ids import (
    CellBatchId,
    CellSpecificationId,
)
from ..types import Filter, Operation, Request


def _build_list_cell_batches(
    cell_spec_id: CellSpecificationId,
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
) -> Request:
    """List the batches of a specification

    Parameters
    ----------
    cell_spec_id : str or CellSpecification
    limit : int
    offset : int
    name : str
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
        query={
            "limit": limit,
            "offset": offset,
            "name": name,
        },
    )


def _read_list_cell_batches(status: int, data: Any) -> CellBatchList:
    return CellBatchList.from_dict(data)


list_cell_batches = Operation(
    "list_cell_batches",
    "GET",
    "/cell_specifications/{cell_spec_id}/cell_batches",
    _build_list_cell_batches,
    _read_list_cell_batches,
    "json",
    "idempotent",
    filters={"name": Filter("name", "contains"), "name_exact": Filter("name", "equals")},
)


def _build_create_cell_batch(
    cell_spec_id: CellSpecificationId, *, body: CellBatchCreate | Mapping[str, Any]
) -> Request:
    """Create a batch of a specification

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


def _read_create_cell_batch(status: int, data: Any) -> CellBatch:
    return CellBatch.from_dict(data)


create_cell_batch = Operation(
    "create_cell_batch",
    "POST",
    "/cell_specifications/{cell_spec_id}/cell_batches",
    _build_create_cell_batch,
    _read_create_cell_batch,
    "json",
    "unique-name",
)


def _build_get_cell_batch(cell_batch_id: CellBatchId) -> Request:
    """Get a batch

    Parameters
    ----------
    cell_batch_id : str or CellBatch
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
    )


def _read_get_cell_batch(status: int, data: Any) -> CellBatch:
    return CellBatch.from_dict(data)


get_cell_batch = Operation(
    "get_cell_batch",
    "GET",
    "/cell_batches/{cell_batch_id}",
    _build_get_cell_batch,
    _read_get_cell_batch,
    "json",
    "idempotent",
)


def _build_delete_cell_batch(cell_batch_id: CellBatchId) -> Request:
    """Delete a batch

    Parameters
    ----------
    cell_batch_id : str or CellBatch
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
    )


def _read_delete_cell_batch(status: int, data: Any) -> None:
    return None


delete_cell_batch = Operation(
    "delete_cell_batch",
    "DELETE",
    "/cell_batches/{cell_batch_id}",
    _build_delete_cell_batch,
    _read_delete_cell_batch,
    "nothing",
    "idempotent",
)


def _build_update_cell_batch(
    cell_batch_id: CellBatchId, *, body: CellBatchUpdate | Mapping[str, Any]
) -> Request:
    """Change a batch

    Parameters
    ----------
    cell_batch_id : str or CellBatch
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
        body=body,
    )


def _read_update_cell_batch(status: int, data: Any) -> CellBatch:
    return CellBatch.from_dict(data)


update_cell_batch = Operation(
    "update_cell_batch",
    "PATCH",
    "/cell_batches/{cell_batch_id}",
    _build_update_cell_batch,
    _read_update_cell_batch,
    "json",
    "idempotent",
)
