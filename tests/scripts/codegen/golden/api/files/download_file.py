# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /things/{thing_id}/parts/{part}/file."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(thing_id: str, part: str) -> Request:
    """Download a file

    Parameters
    ----------
    thing_id : str
    part : str
    """
    return Request(
        path={
            "thing_id": thing_id,
            "part": part,
        },
    )


def read(status: int, data: Any) -> bytes:
    """Read the answer of a 2xx status."""
    return bytes(data)


OPERATION = Operation(
    "download_file",
    "GET",
    "/things/{thing_id}/parts/{part}/file",
    build,
    read,
    "bytes",
    "idempotent",
)
