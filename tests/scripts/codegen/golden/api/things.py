# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `things`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from ionworks.records.model import to_wire

from ..models.job import Job
from ..models.state import State
from ..models.thing import Thing
from ..models.thing_create import ThingCreate
from ..models.thing_list import ThingList
from ..models.thing_update import ThingUpdate
from ..types import Operation, Request


def _build_list_things(
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


def _read_list_things(status: int, data: Any) -> ThingList:
    return ThingList.from_dict(data)


list_things = Operation(
    "list_things", "GET", "/things", _build_list_things, _read_list_things, "json", "idempotent"
)


def _build_create_thing(*, body: ThingCreate | Mapping[str, Any]) -> Request:
    """Create a thing"""
    return Request(
        body=body,
    )


def _read_create_thing(status: int, data: Any) -> Thing | Job | None:
    if status == 202:
        return Job.from_dict(data)
    if status == 204:
        return None
    return Thing.from_dict(data)


create_thing = Operation(
    "create_thing",
    "POST",
    "/things",
    _build_create_thing,
    _read_create_thing,
    "json",
    "unique-name",
)


def _build_get_thing(class_: str) -> Request:
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


def _read_get_thing(status: int, data: Any) -> Thing:
    return Thing.from_dict(data)


get_thing = Operation(
    "getThing", "GET", "/things/{class}", _build_get_thing, _read_get_thing, "json", "idempotent"
)


def _build_delete_thing(class_: str) -> Request:
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


def _read_delete_thing(status: int, data: Any) -> None:
    return None


delete_thing = Operation(
    "delete_thing",
    "DELETE",
    "/things/{class}",
    _build_delete_thing,
    _read_delete_thing,
    "nothing",
    "idempotent",
)


def _build_update_thing(
    class_: str, *, body: ThingUpdate | Mapping[str, Any] | None = None
) -> Request:
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


def _read_update_thing(status: int, data: Any) -> Thing:
    return Thing.from_dict(data)


update_thing = Operation(
    "update_thing",
    "PATCH",
    "/things/{class}",
    _build_update_thing,
    _read_update_thing,
    "json",
    "idempotent",
)
