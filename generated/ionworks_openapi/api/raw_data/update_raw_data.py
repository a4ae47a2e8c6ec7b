# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /raw_data/{raw_data_id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.raw_data import RawData
from ...models.raw_data_update import RawDataUpdate
from ...types import Operation, Request


def build(raw_data_id: str, *, body: RawDataUpdate | Mapping[str, Any]) -> Request:
    """Change the metadata of raw data

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
    "update_raw_data", "PATCH", "/raw_data/{raw_data_id}", build, read, "json", "idempotent"
)
