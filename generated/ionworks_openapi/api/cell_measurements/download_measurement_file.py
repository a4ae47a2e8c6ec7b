# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/{measurement_id}/files/{filename}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(measurement_id: str, filename: str) -> Request:
    """Download one file of a measurement

    Parameters
    ----------
    measurement_id : str
    filename : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
            "filename": filename,
        },
    )


def read(status: int, data: Any) -> bytes:
    """Read the answer of a 2xx status."""
    return bytes(data)


OPERATION = Operation(
    "download_measurement_file",
    "GET",
    "/cell_measurements/{measurement_id}/files/{filename}",
    build,
    read,
    "bytes",
    "idempotent",
)
