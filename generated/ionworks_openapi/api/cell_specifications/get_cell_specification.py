# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_specifications/{cell_spec_id}."""

from __future__ import annotations

from typing import Any

from ...models.cell_specification import CellSpecification
from ...types import Operation, Request


def build(cell_spec_id: str) -> Request:
    """Get a cell specification with its components and materials

    Parameters
    ----------
    cell_spec_id : str
    """
    return Request(
        path={
            "cell_spec_id": cell_spec_id,
        },
    )


def read(status: int, data: Any) -> CellSpecification:
    """Read the answer of a 2xx status."""
    return CellSpecification.from_dict(data)


OPERATION = Operation(
    "get_cell_specification",
    "GET",
    "/cell_specifications/{cell_spec_id}",
    build,
    read,
    "json",
    "idempotent",
)
