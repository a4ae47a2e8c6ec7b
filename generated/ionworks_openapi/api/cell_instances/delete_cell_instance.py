# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_instances/{cell_instance_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(cell_instance_id: str) -> Request:
    """Delete a cell instance and its measurements

    Parameters
    ----------
    cell_instance_id : str
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_cell_instance",
    "DELETE",
    "/cell_instances/{cell_instance_id}",
    build,
    read,
    "nothing",
    "idempotent",
)
