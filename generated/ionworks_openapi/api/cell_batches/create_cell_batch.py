# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_specifications/{cell_spec_id}/cell_batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_batch import CellBatch
from ...models.cell_batch_create import CellBatchCreate
from ...types import Operation, Request


def build(cell_spec_id: str, *, body: CellBatchCreate | Mapping[str, Any]) -> Request:
    """Create a batch of a specification

    Parameters
    ----------
    cell_spec_id : str
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> CellBatch:
    """Read the answer of a 2xx status."""
    return CellBatch.from_dict(data)


OPERATION = Operation(
    "create_cell_batch",
    "POST",
    "/cell_specifications/{cell_spec_id}/cell_batches",
    build,
    read,
    "json",
    "unique-name",
)
