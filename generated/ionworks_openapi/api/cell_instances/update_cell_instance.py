# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /cell_instances/{cell_instance_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_instance import CellInstance
from ...models.cell_instance_update import CellInstanceUpdate
from ...types import Operation, Request


def build(cell_instance_id: str, *, body: CellInstanceUpdate | Mapping[str, Any]) -> Request:
    """Change a cell instance

    Parameters
    ----------
    cell_instance_id : str
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> CellInstance:
    """Read the answer of a 2xx status."""
    return CellInstance.from_dict(data)


OPERATION = Operation(
    "update_cell_instance",
    "PATCH",
    "/cell_instances/{cell_instance_id}",
    build,
    read,
    "json",
    "idempotent",
)
