# Generated from openapi.yaml. Do not edit: run make generate.
"""The keywords of the lists. None means not given."""

from __future__ import annotations

from typing import TypedDict

from ionworks._request.datetimes import DatetimeLike
from ionworks._request.filters import StrOrList

from .models import (
    State,
)


class RackFilters(TypedDict, total=False):
    """Keywords of list_racks; None means not given."""

    name: str | None
    name_exact: str | None
    made_after: DatetimeLike | None
    state: State | None
    labels: StrOrList | None
    owner_id: str | None
    full: bool | None


__all__ = [
    "RackFilters",
]
