# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /raw_data/{raw_data_id}/download-url."""

from __future__ import annotations

from typing import Any

from ...models.raw_data_download_url import RawDataDownloadUrl
from ...types import Operation, Request


def build(raw_data_id: str) -> Request:
    """Get the download URL of the file of raw data

    Parameters
    ----------
    raw_data_id : str
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def read(status: int, data: Any) -> RawDataDownloadUrl:
    """Read the answer of a 2xx status."""
    return RawDataDownloadUrl.from_dict(data)


OPERATION = Operation(
    "get_raw_data_download_url",
    "GET",
    "/raw_data/{raw_data_id}/download-url",
    build,
    read,
    "json",
    "idempotent",
)
