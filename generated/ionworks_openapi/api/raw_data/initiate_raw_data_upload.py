# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /raw_data/initiate-upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.initiate_raw_data_upload_request import InitiateRawDataUploadRequest
from ...models.initiate_raw_data_upload_response import InitiateRawDataUploadResponse
from ...types import Operation, Request


def build(*, body: InitiateRawDataUploadRequest | Mapping[str, Any]) -> Request:
    """Get the upload target of a file for raw data"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> InitiateRawDataUploadResponse:
    """Read the answer of a 2xx status."""
    return InitiateRawDataUploadResponse.from_dict(data)


OPERATION = Operation(
    "initiate_raw_data_upload",
    "POST",
    "/raw_data/initiate-upload",
    build,
    read,
    "json",
    "idempotent",
)
