# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /raw_data/{raw_data_id}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(raw_data_id: str) -> Request:
    """Delete raw data and their file

    Parameters
    ----------
    raw_data_id : str
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_raw_data", "DELETE", "/raw_data/{raw_data_id}", build, read, "nothing", "idempotent"
)
