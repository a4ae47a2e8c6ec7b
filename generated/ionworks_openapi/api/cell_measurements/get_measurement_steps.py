# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/steps."""

from __future__ import annotations

from typing import Any

from ...models.measurement_steps import MeasurementSteps
from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Get the step table of a measurement

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> MeasurementSteps:
    """Read the answer of a 2xx status."""
    return MeasurementSteps.from_dict(data)


OPERATION = Operation(
    "get_measurement_steps",
    "GET",
    "/cell_measurements/{measurement_id}/steps",
    build,
    read,
    "json",
    "idempotent",
)
