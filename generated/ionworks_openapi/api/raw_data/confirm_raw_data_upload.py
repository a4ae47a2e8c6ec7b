# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /raw_data/{raw_data_id}/confirm-upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.confirm_raw_data_upload_request import ConfirmRawDataUploadRequest
from ...models.raw_data import RawData
from ...types import Operation, Request


def build(raw_data_id: str, *, body: ConfirmRawDataUploadRequest | Mapping[str, Any]) -> Request:
    """Confirm the upload and store the raw data

    Parameters
    ----------
    raw_data_id : str
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
        body=body,
    )


def read(status: int, data: Any) -> RawData:
    """Read the answer of a 2xx status."""
    return RawData.from_dict(data)


OPERATION = Operation(
    "confirm_raw_data_upload",
    "POST",
    "/raw_data/{raw_data_id}/confirm-upload",
    build,
    read,
    "json",
    "unique-name",
)
