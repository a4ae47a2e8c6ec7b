# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /materials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.material import Material
from ...models.material_input import MaterialInput
from ...types import Operation, Request


def build(*, body: MaterialInput | Mapping[str, Any]) -> Request:
    """Create a material of the organization"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> Material:
    """Read the answer of a 2xx status."""
    return Material.from_dict(data)


OPERATION = Operation("create_material", "POST", "/materials", build, read, "json", "none")
