# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /cell_measurements/{measurement_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_measurement import CellMeasurement
from ...models.cell_measurement_update import CellMeasurementUpdate
from ...types import Operation, Request


def build(measurement_id: str, *, body: CellMeasurementUpdate | Mapping[str, Any]) -> Request:
    """Change the metadata of a measurement

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> CellMeasurement:
    """Read the answer of a 2xx status."""
    return CellMeasurement.from_dict(data)


OPERATION = Operation(
    "update_cell_measurement",
    "PATCH",
    "/cell_measurements/{measurement_id}",
    build,
    read,
    "json",
    "idempotent",
)
