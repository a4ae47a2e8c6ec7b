# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_measurements/{measurement_id}/confirm-upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.cell_measurement_confirmed import CellMeasurementConfirmed
from ...models.confirm_upload_request import ConfirmUploadRequest
from ...types import Operation, Request


def build(measurement_id: str, *, body: ConfirmUploadRequest | Mapping[str, Any]) -> Request:
    """Confirm the upload and store the measurement

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


def read(status: int, data: Any) -> CellMeasurementConfirmed:
    """Read the answer of a 2xx status."""
    return CellMeasurementConfirmed.from_dict(data)


OPERATION = Operation(
    "confirm_measurement_upload",
    "POST",
    "/cell_measurements/{measurement_id}/confirm-upload",
    build,
    read,
    "json",
    "unique-name",
)
