# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_instances/{cell_instance_id}/cell_measurements/create."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_measurement import CellMeasurement
from ...models.create_properties_measurement_request import (
    CreatePropertiesMeasurementRequest,
)
from ...types import Operation, Request


def build(
    cell_instance_id: str, *, body: CreatePropertiesMeasurementRequest | Mapping[str, Any]
) -> Request:
    """Create a measurement that holds properties only

    Parameters
    ----------
    cell_instance_id : str
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> CellMeasurement:
    """Read the answer of a 2xx status."""
    return CellMeasurement.from_dict(data)


OPERATION = Operation(
    "create_properties_measurement",
    "POST",
    "/cell_instances/{cell_instance_id}/cell_measurements/create",
    build,
    read,
    "json",
    "unique-name",
)
