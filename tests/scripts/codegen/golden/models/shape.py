# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Shape of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_int,
    read_quantity,
    read_str,
)
from ionworks.records.record import Record

from .state import State


@define(kw_only=True, repr=False)
class Shape(Record):
    """Sent and received in the same form.

    Attributes
    ----------
    kind : str
    width : Quantity | None
        A number with its unit.
    sides : int
    state : State | str | None
        How far a thing is.
    """

    kind: str
    width: Quantity | None = None
    sides: int = 4
    state: State | str | None = None


Shape._declare(
    WireField("kind", "kind", read_str, required=True),
    WireField("width", "width", read_quantity),
    WireField("sides", "sides", read_int, default=4),
    WireField("state", "state", read_str),
)
