# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/cycles."""

from __future__ import annotations

from typing import Any

from ...models.measurement_cycles import MeasurementCycles
from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Get the cycle table of a measurement

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> MeasurementCycles:
    """Read the answer of a 2xx status."""
    return MeasurementCycles.from_dict(data)


OPERATION = Operation(
    "get_measurement_cycles",
    "GET",
    "/cell_measurements/{measurement_id}/cycles",
    build,
    read,
    "json",
    "idempotent",
)
