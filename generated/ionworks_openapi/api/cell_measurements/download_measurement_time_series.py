# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/time_series/download."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Download the time series of a measurement as Parquet

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> bytes:
    """Read the answer of a 2xx status."""
    return bytes(data)


OPERATION = Operation(
    "download_measurement_time_series",
    "GET",
    "/cell_measurements/{measurement_id}/time_series/download",
    build,
    read,
    "bytes",
    "idempotent",
)
