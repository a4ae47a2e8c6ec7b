# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /cell_measurements/{measurement_id}/watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...types import Operation, Request


def build(measurement_id: str, *, body: Mapping[str, Any] | None = None) -> Request:
    """Watch a measurement

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


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "watch_cell_measurement",
    "POST",
    "/cell_measurements/{measurement_id}/watch",
    build,
    read,
    "nothing",
    "idempotent",
)
