# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_instances/{cell_instance_id}."""

from __future__ import annotations

from typing import Any

from ...models.cell_instance import CellInstance
from ...types import Operation, Request


def build(cell_instance_id: str) -> Request:
    """Get a cell instance

    Parameters
    ----------
    cell_instance_id : str
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
    )


def read(status: int, data: Any) -> CellInstance:
    """Read the answer of a 2xx status."""
    return CellInstance.from_dict(data)


OPERATION = Operation(
    "get_cell_instance",
    "GET",
    "/cell_instances/{cell_instance_id}",
    build,
    read,
    "json",
    "idempotent",
)
