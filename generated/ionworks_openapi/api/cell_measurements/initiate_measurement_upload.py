# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_instances/{cell_instance_id}/cell_measurements/initiate-upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.initiate_upload_request import InitiateUploadRequest
from ...models.initiate_upload_response import InitiateUploadResponse
from ...types import Operation, Request


def build(cell_instance_id: str, *, body: InitiateUploadRequest | Mapping[str, Any]) -> Request:
    """Get the upload targets of a new measurement

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


def read(status: int, data: Any) -> InitiateUploadResponse:
    """Read the answer of a 2xx status."""
    return InitiateUploadResponse.from_dict(data)


OPERATION = Operation(
    "initiate_measurement_upload",
    "POST",
    "/cell_instances/{cell_instance_id}/cell_measurements/initiate-upload",
    build,
    read,
    "json",
    "idempotent",
)
