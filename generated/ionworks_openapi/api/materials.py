# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `materials`: materials of cell components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.component import Component
from ..models.ids import (
    ComponentId,
    MaterialId,
    ProjectId,
)
from ..models.material import Material
from ..models.material_input import MaterialInput
from ..models.material_list import MaterialList
from ..models.material_update import MaterialUpdate
from ..types import Filter, Operation, Request


def _build_list_materials(
    *,
    include_system: bool | None = None,
    project_id: ProjectId | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Request:
    """List the materials of the organization

    Parameters
    ----------
    include_system : bool
    project_id : str or Project
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


def _read_list_materials(status: int, data: Any) -> MaterialList:
    return MaterialList.from_dict(data)


list_materials = Operation(
    "list_materials",
    "GET",
    "/materials",
    _build_list_materials,
    _read_list_materials,
    "json",
    "idempotent",
    filters={
        "include_system": Filter("include_system"),
        "project_id": Filter("project_id", "text", constant=True, id_of="project"),
    },
)


def _build_create_material(*, body: MaterialInput | Mapping[str, Any]) -> Request:
    """Create a material of the organization"""
    return Request(
        body=body,
    )


def _read_create_material(status: int, data: Any) -> Material:
    return Material.from_dict(data)


create_material = Operation(
    "create_material",
    "POST",
    "/materials",
    _build_create_material,
    _read_create_material,
    "json",
    "none",
)


def _build_get_material(material_id: MaterialId) -> Request:
    """Get a material

    Parameters
    ----------
    material_id : str or Material
    """
    return Request(
        path={
            "material_id": material_id,
        },
    )


def _read_get_material(status: int, data: Any) -> Material:
    return Material.from_dict(data)


get_material = Operation(
    "get_material",
    "GET",
    "/materials/{material_id}",
    _build_get_material,
    _read_get_material,
    "json",
    "idempotent",
)


def _build_update_material(
    material_id: MaterialId, *, body: MaterialUpdate | Mapping[str, Any]
) -> Request:
    """Change a material

    Parameters
    ----------
    material_id : str or Material
    """
    return Request(
        path={
            "material_id": material_id,
        },
        body=body,
    )


def _read_update_material(status: int, data: Any) -> Material:
    return Material.from_dict(data)


update_material = Operation(
    "update_material",
    "PATCH",
    "/materials/{material_id}",
    _build_update_material,
    _read_update_material,
    "json",
    "idempotent",
)


def _build_get_cell_component(component_id: ComponentId) -> Request:
    """Get a component of a specification

    Parameters
    ----------
    component_id : str or Component
    """
    return Request(
        path={
            "component_id": component_id,
        },
    )


def _read_get_cell_component(status: int, data: Any) -> Component:
    return Component.from_dict(data)


get_cell_component = Operation(
    "get_cell_component",
    "GET",
    "/cell_components/{component_id}",
    _build_get_cell_component,
    _read_get_cell_component,
    "json",
    "idempotent",
)
