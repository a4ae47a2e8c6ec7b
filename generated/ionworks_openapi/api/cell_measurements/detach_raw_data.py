# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_measurements/{measurement_id}/raw_data/{raw_data_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str, raw_data_id: str) -> Request:
    """Detach raw data from a measurement

    Parameters
    ----------
    measurement_id : str
    raw_data_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
            "raw_data_id": raw_data_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "detach_raw_data",
    "DELETE",
    "/cell_measurements/{measurement_id}/raw_data/{raw_data_id}",
    build,
    read,
    "nothing",
    "idempotent",
)
