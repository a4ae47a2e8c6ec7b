# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /projects/{project_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(project_id: str) -> Request:
    """Delete a project

    Parameters
    ----------
    project_id : str
    """
    return Request(
        path={
            "project_id": project_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_project", "DELETE", "/projects/{project_id}", build, read, "nothing", "idempotent"
)
