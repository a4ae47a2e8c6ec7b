# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_specifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_specification import CellSpecification
from ...models.cell_specification_create import CellSpecificationCreate
from ...types import Operation, Request


def build(*, body: CellSpecificationCreate | Mapping[str, Any]) -> Request:
    """Create a cell specification with its components and materials"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> CellSpecification:
    """Read the answer of a 2xx status."""
    return CellSpecification.from_dict(data)


OPERATION = Operation(
    "create_cell_specification", "POST", "/cell_specifications", build, read, "json", "unique-name"
)
