# Generated from openapi.yaml. Do not edit: run make generate.
"""POST /things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.job import Job
from ...models.thing import Thing
from ...models.thing_create import ThingCreate
from ...types import Operation, Request


def build(*, body: ThingCreate | Mapping[str, Any]) -> Request:
    """Create a thing"""
    return Request(
        body=body,
    )


def read(status: int, data: Any) -> Thing | Job | None:
    """Read the answer of a 2xx status."""
    if status == 202:
        return Job.from_dict(data)
    if status == 204:
        return None
    return Thing.from_dict(data)


OPERATION = Operation("create_thing", "POST", "/things", build, read, "json", "unique-name")
