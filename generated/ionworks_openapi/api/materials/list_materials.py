# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /materials."""

from __future__ import annotations

from typing import Any

from ...models.material_list import MaterialList
from ...types import Operation, Request


def build(
    *,
    include_system: bool | None = None,
    project_id: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Request:
    """List the materials of the organization

    Parameters
    ----------
    include_system : bool
    project_id : str
    limit : int
    offset : int
    """
    return Request(
        query={
            "include_system": include_system,
            "project_id": project_id,
            "limit": limit,
            "offset": offset,
        },
    )


def read(status: int, data: Any) -> MaterialList:
    """Read the answer of a 2xx status."""
    return MaterialList.from_dict(data)


OPERATION = Operation("list_materials", "GET", "/materials", build, read, "json", "idempotent")
