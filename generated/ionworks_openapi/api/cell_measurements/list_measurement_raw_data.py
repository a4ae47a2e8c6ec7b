# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/raw_data."""

from __future__ import annotations

from typing import Any

from ...models.raw_data_list import RawDataList
from ...types import Operation, Request


def build(measurement_id: str, *, limit: int | None = None, offset: int | None = None) -> Request:
    """List the raw data of a measurement

    Parameters
    ----------
    measurement_id : str
    limit : int
    offset : int
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "limit": limit,
            "offset": offset,
        },
    )


def read(status: int, data: Any) -> RawDataList:
    """Read the answer of a 2xx status."""
    return RawDataList.from_dict(data)


OPERATION = Operation(
    "list_measurement_raw_data",
    "GET",
    "/cell_measurements/{measurement_id}/raw_data",
    build,
    read,
    "json",
    "idempotent",
)
