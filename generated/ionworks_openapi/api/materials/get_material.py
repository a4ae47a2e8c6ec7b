# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /materials/{material_id}."""

from __future__ import annotations

from typing import Any

from ...models.material import Material
from ...types import Operation, Request


def build(material_id: str) -> Request:
    """Get a material

    Parameters
    ----------
    material_id : str
    """
    return Request(
        path={
            "material_id": material_id,
        },
    )


def read(status: int, data: Any) -> Material:
    """Read the answer of a 2xx status."""
    return Material.from_dict(data)


OPERATION = Operation(
    "get_material", "GET", "/materials/{material_id}", build, read, "json", "idempotent"
)
