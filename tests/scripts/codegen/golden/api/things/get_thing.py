# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /things/{class}."""

from __future__ import annotations

from typing import Any

from ...models.thing import Thing
from ...types import Operation, Request


def build(class_: str) -> Request:
    """get_thing (deprecated by the service)

    Parameters
    ----------
    class_ : str
    """
    return Request(
        path={
            "class": class_,
        },
    )


def read(status: int, data: Any) -> Thing:
    """Read the answer of a 2xx status."""
    return Thing.from_dict(data)


OPERATION = Operation("getThing", "GET", "/things/{class}", build, read, "json", "idempotent")
