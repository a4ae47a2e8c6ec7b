# Generated from openapi.yaml. Do not edit: run make generate.
"""PATCH /things/{class}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.thing import Thing
from ...models.thing_update import ThingUpdate
from ...types import Operation, Request


def build(class_: str, *, body: ThingUpdate | Mapping[str, Any] | None = None) -> Request:
    """Change a "thing"

    Parameters
    ----------
    class_ : str
    """
    return Request(
        path={
            "class": class_,
        },
        body=body,
    )


def read(status: int, data: Any) -> Thing:
    """Read the answer of a 2xx status."""
    return Thing.from_dict(data)


OPERATION = Operation("update_thing", "PATCH", "/things/{class}", build, read, "json", "idempotent")
