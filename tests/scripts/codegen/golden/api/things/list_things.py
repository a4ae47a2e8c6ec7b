# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /things."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ionworks.records.model import to_wire

from ...models.state import State
from ...models.thing_list import ThingList
from ...types import Operation, Request


def build(
    *,
    from_: str,
    limit: int | None = None,
    tags: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
    state: State | None = None,
    since: datetime.datetime | None = None,
    deep: bool | None = None,
    body_: str | None = None,
    a_b: str | None = None,
) -> Request:
    """List the things

    Parameters
    ----------
    limit : int
    tags : Sequence[str]
    levels : Sequence[int]
    state : State
        How far a thing is.
    since : datetime.datetime
    deep : bool
    from_ : str
    body_ : str
    a_b : str | None
    """
    return Request(
        query={
            "limit": limit,
            "tags": tags,
            "levels": levels,
            "state": state,
            "since": to_wire(since),
            "deep": deep,
            "from": from_,
            "body": body_,
            "a b": a_b,
        },
    )


def read(status: int, data: Any) -> ThingList:
    """Read the answer of a 2xx status."""
    return ThingList.from_dict(data)


OPERATION = Operation("list_things", "GET", "/things", build, read, "json", "idempotent")
