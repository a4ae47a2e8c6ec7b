# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}."""

from __future__ import annotations

from typing import Any

from ...models.cell_measurement import CellMeasurement
from ...types import Operation, Request


def build(
    measurement_id: str,
    *,
    include_steps: bool | None = None,
    include_time_series: bool | None = None,
) -> Request:
    """Get the metadata of a measurement

    Parameters
    ----------
    measurement_id : str
    include_steps : bool
    include_time_series : bool
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "include_steps": include_steps,
            "include_time_series": include_time_series,
        },
    )


def read(status: int, data: Any) -> CellMeasurement:
    """Read the answer of a 2xx status."""
    return CellMeasurement.from_dict(data)


OPERATION = Operation(
    "get_cell_measurement",
    "GET",
    "/cell_measurements/{measurement_id}",
    build,
    read,
    "json",
    "idempotent",
)
