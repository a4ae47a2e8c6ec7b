# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /raw_data."""

from __future__ import annotations

from typing import Any

from ...models.raw_data_list import RawDataList
from ...types import Operation, Request


def build(*, project_id: str, limit: int | None = None, offset: int | None = None) -> Request:
    """List the raw data of a project

    Parameters
    ----------
    project_id : str
    limit : int
    offset : int
    """
    return Request(
        query={
            "project_id": project_id,
            "limit": limit,
            "offset": offset,
        },
    )


def read(status: int, data: Any) -> RawDataList:
    """Read the answer of a 2xx status."""
    return RawDataList.from_dict(data)


OPERATION = Operation("list_raw_data", "GET", "/raw_data", build, read, "json", "idempotent")
