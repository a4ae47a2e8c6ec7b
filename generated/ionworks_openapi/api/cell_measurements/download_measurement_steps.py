# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/steps/download."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Download the step table of a measurement as Parquet

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
    "download_measurement_steps",
    "GET",
    "/cell_measurements/{measurement_id}/steps/download",
    build,
    read,
    "bytes",
    "idempotent",
)
