# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/detail."""

from __future__ import annotations

from typing import Any

from ...models.cell_measurement_detail import CellMeasurementDetail
from ...types import Operation, Request


def build(
    measurement_id: str,
    *,
    x_min: float | None = None,
    x_max: float | None = None,
    x_column: str | None = None,
    include_steps: bool | None = None,
    include_time_series: bool | None = None,
) -> Request:
    """Get a measurement with its parents and its tables in one response (deprecated by the
    service)

    Parameters
    ----------
    measurement_id : str
    x_min : float
    x_max : float
    x_column : str
    include_steps : bool
    include_time_series : bool
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "x_min": x_min,
            "x_max": x_max,
            "x_column": x_column,
            "include_steps": include_steps,
            "include_time_series": include_time_series,
        },
    )


def read(status: int, data: Any) -> CellMeasurementDetail:
    """Read the answer of a 2xx status."""
    return CellMeasurementDetail.from_dict(data)


OPERATION = Operation(
    "get_cell_measurement_detail",
    "GET",
    "/cell_measurements/{measurement_id}/detail",
    build,
    read,
    "json",
    "idempotent",
)
