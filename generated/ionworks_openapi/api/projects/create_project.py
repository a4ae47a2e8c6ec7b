# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.project import Project
from ...models.project_create import ProjectCreate
from ...types import Operation, Request


def build(*, body: ProjectCreate | Mapping[str, Any]) -> Request:
    """Create a project"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> Project:
    """Read the answer of a 2xx status."""
    return Project.from_dict(data)


OPERATION = Operation("create_project", "POST", "/projects", build, read, "json", "unique-name")
