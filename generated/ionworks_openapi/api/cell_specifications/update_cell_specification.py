# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /cell_specifications/{cell_spec_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_specification import CellSpecification
from ...models.cell_specification_update import CellSpecificationUpdate
from ...types import Operation, Request


def build(cell_spec_id: str, *, body: CellSpecificationUpdate | Mapping[str, Any]) -> Request:
    """Change a cell specification

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


def read(status: int, data: Any) -> CellSpecification:
    """Read the answer of a 2xx status."""
    return CellSpecification.from_dict(data)


OPERATION = Operation(
    "update_cell_specification",
    "PATCH",
    "/cell_specifications/{cell_spec_id}",
    build,
    read,
    "json",
    "idempotent",
)
