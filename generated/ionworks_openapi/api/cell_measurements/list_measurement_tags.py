# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/tags."""

from __future__ import annotations

from typing import Any

from ...models.measurement_tag_list import MeasurementTagList
from ...types import Operation, Request


def build(*, project_id: str, q: str | None = None, limit: int | None = None) -> Request:
    """List the tags of a project's measurements

    Parameters
    ----------
    project_id : str
    q : str
    limit : int
    """
    return Request(
        query={
            "project_id": project_id,
            "q": q,
            "limit": limit,
        },
    )


def read(status: int, data: Any) -> MeasurementTagList:
    """Read the answer of a 2xx status."""
    return MeasurementTagList.from_dict(data)


OPERATION = Operation(
    "list_measurement_tags", "GET", "/cell_measurements/tags", build, read, "json", "idempotent"
)
