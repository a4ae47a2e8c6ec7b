# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_components/{component_id}."""

from __future__ import annotations

from typing import Any

from ...models.component import Component
from ...types import Operation, Request


def build(component_id: str) -> Request:
    """Get a component of a specification

    Parameters
    ----------
    component_id : str
    """
    return Request(
        path={
            "component_id": component_id,
        },
    )


def read(status: int, data: Any) -> Component:
    """Read the answer of a 2xx status."""
    return Component.from_dict(data)


OPERATION = Operation(
    "get_cell_component",
    "GET",
    "/cell_components/{component_id}",
    build,
    read,
    "json",
    "idempotent",
)
