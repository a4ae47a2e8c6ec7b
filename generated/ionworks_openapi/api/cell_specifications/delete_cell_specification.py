# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_specifications/{cell_spec_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(cell_spec_id: str) -> Request:
    """Delete a cell specification, its instances and their measurements

    Parameters
    ----------
    cell_spec_id : str
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_cell_specification",
    "DELETE",
    "/cell_specifications/{cell_spec_id}",
    build,
    read,
    "nothing",
    "idempotent",
)
