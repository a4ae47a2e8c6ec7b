# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ThingCreate of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.quantity import Quantity
from ionworks.records.base import UNSET, Unset, WireField, one_of
from ionworks.records.readers import (
    choice,
    day,
    instant,
    integer,
    listed,
    quantity,
    text,
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
    one_of_ : str | Unset
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
    one_of_: str | Unset = UNSET
    state: State | Unset = field(default=UNSET, validator=one_of("broken", "new", "used"))
    mood: State | None | Unset = field(default=UNSET, validator=one_of("broken", "new", "used"))
    states: Sequence[State] | Unset = field(
        default=UNSET, validator=one_of("broken", "new", "used")
    )
    label: State | int | Unset = UNSET
    level: Level | Unset = field(default=UNSET, validator=one_of(1, 2, 3))
    count: int | Unset = UNSET
    when: datetime.date | datetime.datetime | Unset = UNSET
    capacity: Quantity | Unset = UNSET
    source: Mapping[str, Any] | Unset = UNSET
    shape: Shape | Mapping[str, Any] | Unset = UNSET
    parts: Sequence[PartInput | Mapping[str, Any]] | Unset = UNSET
    class_: str | Unset = UNSET


ThingCreate._declare(
    WireField("name", "name", text, required=True),
    WireField("owner", "owner", text, required=True),
    WireField("one_of", "one_of_", text, default=UNSET),
    WireField("state", "state", text, default=UNSET),
    WireField("mood", "mood", text, default=UNSET),
    WireField("states", "states", listed(text), default=UNSET),
    WireField("label", "label", choice(text, integer), default=UNSET),
    WireField("level", "level", integer, default=UNSET),
    WireField("count", "count", integer, default=UNSET),
    WireField("when", "when", choice(day, instant), default=UNSET),
    WireField("capacity", "capacity", quantity, default=UNSET),
    WireField("source", "source", Source.from_dict, default=UNSET),
    WireField("shape", "shape", Shape.from_dict, default=UNSET),
    WireField("parts", "parts", listed(PartInput.from_dict), default=UNSET),
    WireField("class", "class_", text, default=UNSET),
    sent_only=True,
)
