# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /cell_batches/{cell_batch_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_batch import CellBatch
from ...models.cell_batch_update import CellBatchUpdate
from ...types import Operation, Request


def build(cell_batch_id: str, *, body: CellBatchUpdate | Mapping[str, Any]) -> Request:
    """Change a batch

    Parameters
    ----------
    cell_batch_id : str
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> CellBatch:
    """Read the answer of a 2xx status."""
    return CellBatch.from_dict(data)


OPERATION = Operation(
    "update_cell_batch", "PATCH", "/cell_batches/{cell_batch_id}", build, read, "json", "idempotent"
)
