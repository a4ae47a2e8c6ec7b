# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /materials/{material_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.material import Material
from ...models.material_update import MaterialUpdate
from ...types import Operation, Request


def build(material_id: str, *, body: MaterialUpdate | Mapping[str, Any]) -> Request:
    """Change a material

    Parameters
    ----------
    material_id : str
    """
    return Request(
        path={
            "material_id": material_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> Material:
    """Read the answer of a 2xx status."""
    return Material.from_dict(data)


OPERATION = Operation(
    "update_material", "PATCH", "/materials/{material_id}", build, read, "json", "idempotent"
)
