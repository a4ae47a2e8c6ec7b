# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_specifications/{cell_spec_id}/cell_instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_instance import CellInstance
from ...models.cell_instance_create import CellInstanceCreate
from ...types import Operation, Request


def build(cell_spec_id: str, *, body: CellInstanceCreate | Mapping[str, Any]) -> Request:
    """Create a cell instance of a specification

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


def read(status: int, data: Any) -> CellInstance:
    """Read the answer of a 2xx status."""
    return CellInstance.from_dict(data)


OPERATION = Operation(
    "create_cell_instance",
    "POST",
    "/cell_specifications/{cell_spec_id}/cell_instances",
    build,
    read,
    "json",
    "unique-name",
)
