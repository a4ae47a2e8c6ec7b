# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `projects`: projects of an organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.ids import (
    ProjectId,
)
from ..models.order import Order
from ..models.order_by import OrderBy
from ..models.project import Project
from ..models.project_create import ProjectCreate
from ..models.project_list import ProjectList
from ..models.project_update import ProjectUpdate
from ..types import Filter, Operation, Request


def _build_list_projects(
    *,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    order_by: OrderBy | None = None,
    order: Order | None = None,
) -> Request:
    """List the projects of the organization

    Parameters
    ----------
    limit : int
    offset : int
    name : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : OrderBy
        The sort fields of projects, specifications and instances.
    order : Order
        The direction in which a list is sorted.
    """
    return Request(
        query={
            "limit": limit,
            "offset": offset,
            "name": name,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "order_by": order_by,
            "order": order,
        },
    )


def _read_list_projects(status: int, data: Any) -> ProjectList:
    return ProjectList.from_dict(data)


list_projects = Operation(
    "list_projects",
    "GET",
    "/projects",
    _build_list_projects,
    _read_list_projects,
    "json",
    "idempotent",
    filters={
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "order_by": Filter("order_by", "choice", ("name", "created_at", "updated_at")),
        "order": Filter("order", "choice", ("asc", "desc")),
    },
)


def _build_create_project(*, body: ProjectCreate | Mapping[str, Any]) -> Request:
    """Create a project"""
    return Request(
        body=body,
    )


def _read_create_project(status: int, data: Any) -> Project:
    return Project.from_dict(data)


create_project = Operation(
    "create_project",
    "POST",
    "/projects",
    _build_create_project,
    _read_create_project,
    "json",
    "unique-name",
)


def _build_get_project(project_id: ProjectId) -> Request:
    """Get a project

    Parameters
    ----------
    project_id : str or Project
    """
    return Request(
        path={
            "project_id": project_id,
        },
    )


def _read_get_project(status: int, data: Any) -> Project:
    return Project.from_dict(data)


get_project = Operation(
    "get_project",
    "GET",
    "/projects/{project_id}",
    _build_get_project,
    _read_get_project,
    "json",
    "idempotent",
)


def _build_delete_project(project_id: ProjectId) -> Request:
    """Delete a project

    Parameters
    ----------
    project_id : str or Project
    """
    return Request(
        path={
            "project_id": project_id,
        },
    )


def _read_delete_project(status: int, data: Any) -> None:
    return None


delete_project = Operation(
    "delete_project",
    "DELETE",
    "/projects/{project_id}",
    _build_delete_project,
    _read_delete_project,
    "nothing",
    "idempotent",
)


def _build_update_project(
    project_id: ProjectId, *, body: ProjectUpdate | Mapping[str, Any]
) -> Request:
    """Change a project

    Parameters
    ----------
    project_id : str or Project
    """
    return Request(
        path={
            "project_id": project_id,
        },
        body=body,
    )


def _read_update_project(status: int, data: Any) -> Project:
    return Project.from_dict(data)


update_project = Operation(
    "update_project",
    "PATCH",
    "/projects/{project_id}",
    _build_update_project,
    _read_update_project,
    "json",
    "idempotent",
)
