# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_measurements/{measurement_id}/initiate-extend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.initiate_upload_response import InitiateUploadResponse
from ...types import Operation, Request


def build(measurement_id: str, *, body: Mapping[str, Any] | None = None) -> Request:
    """Get the upload targets for more data of a running test

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


def read(status: int, data: Any) -> InitiateUploadResponse:
    """Read the answer of a 2xx status."""
    return InitiateUploadResponse.from_dict(data)


OPERATION = Operation(
    "initiate_measurement_extend",
    "POST",
    "/cell_measurements/{measurement_id}/initiate-extend",
    build,
    read,
    "json",
    "none",
)
