# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_measurements/tags/bulk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.measurement_tags_updated import MeasurementTagsUpdated
from ...models.update_measurement_tags_request import UpdateMeasurementTagsRequest
from ...types import Operation, Request


def build(*, body: UpdateMeasurementTagsRequest | Mapping[str, Any]) -> Request:
    """Add tags to measurements and remove tags from them"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> MeasurementTagsUpdated:
    """Read the answer of a 2xx status."""
    return MeasurementTagsUpdated.from_dict(data)


OPERATION = Operation(
    "update_measurement_tags",
    "POST",
    "/cell_measurements/tags/bulk",
    build,
    read,
    "json",
    "idempotent",
)
