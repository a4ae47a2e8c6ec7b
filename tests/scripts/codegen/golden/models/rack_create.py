# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RackCreate of the contract."""

from __future__ import annotations

from attrs import define, field

from ionworks.quantity import Quantity
from ionworks.records.base import UNSET, Unset, WireField, validate_choice
from ionworks.records.readers import (
    read_int,
    read_quantity,
    read_str,
)
from ionworks.records.record import Record

from .ids import RackId
from .state import State


@define(kw_only=True, repr=False)
class RackCreate(Record):
    """Schema RackCreate of the contract.

    Attributes
    ----------
    name : str
    state : State
        How far a thing is.
    size : int
    above : RackId | None | Unset
    load : Quantity | Unset
        A number with its unit.
    """

    name: str
    state: State = field(validator=validate_choice("broken", "new", "used"))
    size: int
    above: RackId | None | Unset = UNSET
    load: Quantity | Unset = UNSET


RackCreate._declare(
    WireField("name", "name", read_str, required=True),
    WireField("state", "state", read_str, required=True),
    WireField("size", "size", read_int, required=True),
    WireField("above", "above", read_str, default=UNSET),
    WireField("load", "load", read_quantity, default=UNSET),
    sent_only=True,
)
