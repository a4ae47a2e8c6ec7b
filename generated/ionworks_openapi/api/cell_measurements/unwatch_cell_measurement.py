# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /cell_measurements/{measurement_id}/watch."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Stop watching a measurement

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
    "unwatch_cell_measurement",
    "DELETE",
    "/cell_measurements/{measurement_id}/watch",
    build,
    read,
    "nothing",
    "idempotent",
)
