# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /raw_data/{raw_data_id}."""

from __future__ import annotations

from typing import Any

from ...models.raw_data import RawData
from ...types import Operation, Request


def build(raw_data_id: str) -> Request:
    """Get the metadata of raw data

    Parameters
    ----------
    raw_data_id : str
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def read(status: int, data: Any) -> RawData:
    """Read the answer of a 2xx status."""
    return RawData.from_dict(data)


OPERATION = Operation(
    "get_raw_data", "GET", "/raw_data/{raw_data_id}", build, read, "json", "idempotent"
)
