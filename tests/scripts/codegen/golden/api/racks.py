# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `racks`: racks of a hall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ionworks.records.readers import (
    list_of,
    read_int,
)

from ..models.ids import RackId
from ..models.level import Level
from ..models.rack import Rack
from ..models.rack_create import RackCreate
from ..models.rack_list import RackList
from ..models.state import State
from ..models.thing_update import ThingUpdate
from ..types import Filter, Operation, Request


def _build_list_racks(
    hall_id: str,
    *,
    floor: int,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    made_at_gt: str | None = None,
    state: State | None = None,
    labels: Sequence[str] | None = None,
    owner_id: str | None = None,
    full: bool | None = None,
    inner: bool | None = None,
) -> Request:
    """List the racks of a hall

    Parameters
    ----------
    hall_id : str
    limit : int
    offset : int
    name : str
    made_at_gt : str
    state : State
        How far a thing is.
    labels : Sequence[str]
    owner_id : str
    full : bool
    inner : bool
    floor : int
    """
    return Request(
        path={
            "hall_id": hall_id,
        },
        query={
            "limit": limit,
            "offset": offset,
            "name": name,
            "made_at_gt": made_at_gt,
            "state": state,
            "labels": labels,
            "owner_id": owner_id,
            "full": full,
            "inner": inner,
            "floor": floor,
        },
    )


def _read_list_racks(status: int, data: Any) -> RackList:
    return RackList.from_dict(data)


list_racks = Operation(
    "list_racks",
    "GET",
    "/halls/{hall_id}/racks",
    _build_list_racks,
    _read_list_racks,
    "json",
    "idempotent",
    filters={
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "made_after": Filter("made_at_gt", "datetime", constant=True),
        "state": Filter("state", "choice", ("new", "used", "broken")),
        "labels": Filter("labels", "texts"),
        "owner_id": Filter("owner_id", "text"),
        "full": Filter("full"),
    },
)


def _build_create_rack(hall_id: str, *, body: RackCreate | Mapping[str, Any]) -> Request:
    """Create a rack

    Parameters
    ----------
    hall_id : str
    """
    return Request(
        path={
            "hall_id": hall_id,
        },
        body=body,
    )


def _read_create_rack(status: int, data: Any) -> Rack:
    return Rack.from_dict(data)


create_rack = Operation(
    "create_rack",
    "POST",
    "/halls/{hall_id}/racks",
    _build_create_rack,
    _read_create_rack,
    "json",
    "unique-name",
)


def _build_get_rack(rack_id: RackId, *, deep: bool | None = None) -> Request:
    """Get a rack

    Parameters
    ----------
    rack_id : str or Rack
    deep : bool
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
        query={
            "deep": deep,
        },
    )


def _read_get_rack(status: int, data: Any) -> Rack:
    return Rack.from_dict(data)


get_rack = Operation(
    "get_rack", "GET", "/racks/{rack_id}", _build_get_rack, _read_get_rack, "json", "idempotent"
)


def _build_delete_rack(rack_id: RackId) -> Request:
    """Delete a rack

    Parameters
    ----------
    rack_id : str or Rack
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
    )


def _read_delete_rack(status: int, data: Any) -> None:
    return None


delete_rack = Operation(
    "delete_rack",
    "DELETE",
    "/racks/{rack_id}",
    _build_delete_rack,
    _read_delete_rack,
    "nothing",
    "idempotent",
)


def _build_update_rack(rack_id: RackId, *, body: ThingUpdate | Mapping[str, Any]) -> Request:
    """Change a rack

    Parameters
    ----------
    rack_id : str or Rack
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
        body=body,
    )


def _read_update_rack(status: int, data: Any) -> Rack:
    return Rack.from_dict(data)


update_rack = Operation(
    "update_rack",
    "PATCH",
    "/racks/{rack_id}",
    _build_update_rack,
    _read_update_rack,
    "json",
    "idempotent",
)


def _build_turn_rack(rack_id: RackId) -> Request:
    """Turn a rack

    Parameters
    ----------
    rack_id : str or Rack
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
    )


def _read_turn_rack(status: int, data: Any) -> None:
    return None


turn_rack = Operation(
    "turn_rack",
    "POST",
    "/racks/{rack_id}/turn",
    _build_turn_rack,
    _read_turn_rack,
    "nothing",
    "none",
)


def _build_list_rack_levels(rack_id: RackId) -> Request:
    """List the levels of a rack

    Parameters
    ----------
    rack_id : str or Rack
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
    )


def _read_list_rack_levels(status: int, data: Any) -> list[Level | int]:
    return list_of(read_int)(data)


list_rack_levels = Operation(
    "list_rack_levels",
    "GET",
    "/racks/{rack_id}/levels",
    _build_list_rack_levels,
    _read_list_rack_levels,
    "json",
    "idempotent",
)


def _build_replace_rack_levels(rack_id: RackId) -> Request:
    """replace_rack_levels

    Parameters
    ----------
    rack_id : str or Rack
    """
    return Request(
        path={
            "rack_id": rack_id,
        },
    )


def _read_replace_rack_levels(status: int, data: Any) -> None:
    return None


replace_rack_levels = Operation(
    "replace_rack_levels",
    "PUT",
    "/racks/{rack_id}/levels",
    _build_replace_rack_levels,
    _read_replace_rack_levels,
    "nothing",
    "idempotent",
)
