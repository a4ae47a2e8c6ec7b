# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_batches/{cell_batch_id}."""

from __future__ import annotations

from typing import Any

from ...models.cell_batch import CellBatch
from ...types import Operation, Request


def build(cell_batch_id: str) -> Request:
    """Get a batch

    Parameters
    ----------
    cell_batch_id : str
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
    )


def read(status: int, data: Any) -> CellBatch:
    """Read the answer of a 2xx status."""
    return CellBatch.from_dict(data)


OPERATION = Operation(
    "get_cell_batch", "GET", "/cell_batches/{cell_batch_id}", build, read, "json", "idempotent"
)
