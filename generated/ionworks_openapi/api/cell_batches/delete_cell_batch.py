# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_batches/{cell_batch_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(cell_batch_id: str) -> Request:
    """Delete a batch

    Parameters
    ----------
    cell_batch_id : str
    """
    return Request(
        path={
            "cell_batch_id": cell_batch_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_cell_batch",
    "DELETE",
    "/cell_batches/{cell_batch_id}",
    build,
    read,
    "nothing",
    "idempotent",
)
