# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_measurements/{measurement_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Delete a measurement and its data

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_cell_measurement",
    "DELETE",
    "/cell_measurements/{measurement_id}",
    build,
    read,
    "nothing",
    "idempotent",
)
