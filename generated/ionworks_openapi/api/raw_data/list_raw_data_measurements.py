# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /raw_data/{raw_data_id}/cell_measurements."""

from __future__ import annotations

from typing import Any

from ...models.raw_data_measurement_list import RawDataMeasurementList
from ...types import Operation, Request


def build(raw_data_id: str, *, limit: int | None = None, offset: int | None = None) -> Request:
    """List the ids of the measurements of raw data

    Parameters
    ----------
    raw_data_id : str
    limit : int
    offset : int
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
        query={
            "limit": limit,
            "offset": offset,
        },
    )


def read(status: int, data: Any) -> RawDataMeasurementList:
    """Read the answer of a 2xx status."""
    return RawDataMeasurementList.from_dict(data)


OPERATION = Operation(
    "list_raw_data_measurements",
    "GET",
    "/raw_data/{raw_data_id}/cell_measurements",
    build,
    read,
    "json",
    "idempotent",
)
