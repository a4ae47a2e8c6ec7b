# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /projects/{project_id}."""

from __future__ import annotations

from typing import Any

from ...models.project import Project
from ...types import Operation, Request


def build(project_id: str) -> Request:
    """Get a project

    Parameters
    ----------
    project_id : str
    """
    return Request(
        path={
            "project_id": project_id,
        },
    )


def read(status: int, data: Any) -> Project:
    """Read the answer of a 2xx status."""
    return Project.from_dict(data)


OPERATION = Operation(
    "get_project", "GET", "/projects/{project_id}", build, read, "json", "idempotent"
)
