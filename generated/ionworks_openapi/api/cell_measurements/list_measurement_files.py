# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/files."""

from __future__ import annotations

from typing import Any

from ...models.measurement_files import MeasurementFiles
from ...types import Operation, Request


def build(measurement_id: str) -> Request:
    """List the names of a measurement's files

    Parameters
    ----------
    measurement_id : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def read(status: int, data: Any) -> MeasurementFiles:
    """Read the answer of a 2xx status."""
    return MeasurementFiles.from_dict(data)


OPERATION = Operation(
    "list_measurement_files",
    "GET",
    "/cell_measurements/{measurement_id}/files",
    build,
    read,
    "json",
    "idempotent",
)
