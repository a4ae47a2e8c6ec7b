# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/steps_and_cycles."""

from __future__ import annotations

from typing import Any

from ...models.steps_and_cycles import StepsAndCycles
from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """Get the step table and the cycle table of a measurement in one response

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> StepsAndCycles:
    """Read the answer of a 2xx status."""
    return StepsAndCycles.from_dict(data)


OPERATION = Operation(
    "get_measurement_steps_and_cycles",
    "GET",
    "/cell_measurements/{measurement_id}/steps_and_cycles",
    build,
    read,
    "json",
    "idempotent",
)
