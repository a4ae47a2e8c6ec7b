# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_specifications/{cell_spec_id}/cell_batches."""

from __future__ import annotations

from typing import Any

from ...models.cell_batch_list import CellBatchList
from ...types import Operation, Request


def build(
    cell_spec_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
) -> Request:
    """List the batches of a specification

    Parameters
    ----------
    cell_spec_id : str
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


def read(status: int, data: Any) -> CellBatchList:
    """Read the answer of a 2xx status."""
    return CellBatchList.from_dict(data)


OPERATION = Operation(
    "list_cell_batches",
    "GET",
    "/cell_specifications/{cell_spec_id}/cell_batches",
    build,
    read,
    "json",
    "idempotent",
)
