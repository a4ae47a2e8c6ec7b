# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /projects/{project_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.project import Project
from ...models.project_update import ProjectUpdate
from ...types import Operation, Request


def build(project_id: str, *, body: ProjectUpdate | Mapping[str, Any]) -> Request:
    """Change a project

    Parameters
    ----------
    project_id : str
    """
    return Request(
        path={
            "project_id": project_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> Project:
    """Read the answer of a 2xx status."""
    return Project.from_dict(data)


OPERATION = Operation(
    "update_project", "PATCH", "/projects/{project_id}", build, read, "json", "idempotent"
)
