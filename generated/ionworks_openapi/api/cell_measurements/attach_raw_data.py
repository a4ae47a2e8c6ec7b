# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_measurements/{measurement_id}/raw_data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.attach_raw_data_request import AttachRawDataRequest
from ...models.raw_data_attached import RawDataAttached
from ...types import Operation, Request


def build(measurement_id: str, *, body: AttachRawDataRequest | Mapping[str, Any]) -> Request:
    """Attach raw data to a measurement

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


def read(status: int, data: Any) -> RawDataAttached:
    """Read the answer of a 2xx status."""
    return RawDataAttached.from_dict(data)


OPERATION = Operation(
    "attach_raw_data",
    "POST",
    "/cell_measurements/{measurement_id}/raw_data",
    build,
    read,
    "json",
    "idempotent",
)
