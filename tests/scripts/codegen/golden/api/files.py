# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `files`."""

from __future__ import annotations

from typing import Any

from ..types import Operation, Request


def _build_download_file(thing_id: str, part: str) -> Request:
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


def _read_download_file(status: int, data: Any) -> bytes:
    return bytes(data)


download_file = Operation(
    "download_file",
    "GET",
    "/things/{thing_id}/parts/{part}/file",
    _build_download_file,
    _read_download_file,
    "bytes",
    "idempotent",
)
