# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ThingCreate of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.quantity import Quantity
from ionworks.records.base import UNSET, Unset, WireField, validate_choice
from ionworks.records.readers import (
    list_of,
    read_date,
    read_datetime,
    read_int,
    read_quantity,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .level import Level
from .part_input import PartInput
from .shape import Shape
from .source import Source
from .state import State


@define(kw_only=True, repr=False)
class ThingCreate(Record):
    """What it takes to make a thing.

    Attributes
    ----------
    name : str
        The name.
    owner : str | None
    validate_choice_ : str | Unset
    state : State | Unset
        How far a thing is.
    mood : State | None | Unset
    states : Sequence[State] | Unset
    label : State | int | Unset
    level : Level | Unset
    count : int | Unset
    when : datetime.date | datetime.datetime | Unset
    capacity : Quantity | Unset
        A number with its unit.
    source : Mapping[str, Any] | Unset
        Where it comes from; any "keys"
    shape : Shape | Mapping[str, Any] | Unset
        Sent and received in the same form.
    parts : Sequence[PartInput | Mapping[str, Any]] | Unset
    class_ : str | Unset
    """

    name: str
    owner: str | None
    validate_choice_: str | Unset = UNSET
    state: State | Unset = field(default=UNSET, validator=validate_choice("broken", "new", "used"))
    mood: State | None | Unset = field(
        default=UNSET, validator=validate_choice("broken", "new", "used")
    )
    states: Sequence[State] | Unset = field(
        default=UNSET, validator=validate_choice("broken", "new", "used")
    )
    label: State | int | Unset = UNSET
    level: Level | Unset = field(default=UNSET, validator=validate_choice(1, 2, 3))
    count: int | Unset = UNSET
    when: datetime.date | datetime.datetime | Unset = UNSET
    capacity: Quantity | Unset = UNSET
    source: Mapping[str, Any] | Unset = UNSET
    shape: Shape | Mapping[str, Any] | Unset = UNSET
    parts: Sequence[PartInput | Mapping[str, Any]] | Unset = UNSET
    class_: str | Unset = UNSET


ThingCreate._declare(
    WireField("name", "name", read_str, required=True),
    WireField("owner", "owner", read_str, required=True),
    WireField("validate_choice", "validate_choice_", read_str, default=UNSET),
    WireField("state", "state", read_str, default=UNSET),
    WireField("mood", "mood", read_str, default=UNSET),
    WireField("states", "states", list_of(read_str), default=UNSET),
    WireField("label", "label", union_of(read_str, read_int), default=UNSET),
    WireField("level", "level", read_int, default=UNSET),
    WireField("count", "count", read_int, default=UNSET),
    WireField("when", "when", union_of(read_date, read_datetime), default=UNSET),
    WireField("capacity", "capacity", read_quantity, default=UNSET),
    WireField("source", "source", Source.from_dict, default=UNSET),
    WireField("shape", "shape", Shape.from_dict, default=UNSET),
    WireField("parts", "parts", list_of(PartInput.from_dict), default=UNSET),
    WireField("class", "class_", read_str, default=UNSET),
    sent_only=True,
)
