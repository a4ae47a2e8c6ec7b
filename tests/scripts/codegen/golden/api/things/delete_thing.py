# Generated from openapi.yaml. Do not edit: run make generate.
"""DELETE /things/{class}."""

from __future__ import annotations

from typing import Any

from ...types import Operation, Request


def build(class_: str) -> Request:
    """delete_thing

    Parameters
    ----------
    class_ : str
    """
    return Request(
        path={
            "class": class_,
        },
    )


def read(status: int, data: Any) -> None:
    """Read the answer of a 2xx status."""
    return None


OPERATION = Operation(
    "delete_thing", "DELETE", "/things/{class}", build, read, "nothing", "idempotent"
)
