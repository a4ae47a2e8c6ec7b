# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Thing of the contract."""

from __future__ import annotations

import datetime
from typing import Any

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_any,
    read_bool,
    read_date,
    read_datetime,
    read_float,
    read_int,
    read_quantity,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .level import Level
from .shape import Shape
from .source import Source
from .state import State


@define(kw_only=True, repr=False)
class Thing(Record):
    """What the server tells about a thing; its name may be "odd"

    Attributes
    ----------
    id : str
        The id.
    created : datetime.datetime
    state : State | str
        How far a thing is.
    levels : list[Level | int]
    link : str | None
        A signed address.
    day : datetime.date | None
    expires : datetime.datetime
    mood : State | str
        How far a thing is.
    owner : str | None
        Whose it is; null for nobody.
    notes : str
    count : int
    weight : float | None
    loud : bool
    size : float | str | None
    capacity : Quantity | None
        A number with its unit.
    source : Source | None
        Where it comes from; any "keys"
    shape : Shape | None
        Sent and received in the same form.
    children : list[Thing] | None
    place : Place | None
        A thing's place, which names the thing in turn.
    anything : Any
    field_1c : Quantity | None
        A number with its unit.
    class_ : str | None
    from_dict_ : str | None
    items : list[str] | None
    datetime_ : datetime.datetime | None
    a_b : str | None
    d : int | None
    cls : str | None
    list_ : list[int] | None
    validate_choice_ : str | None
    field_ : str | None
    field_hidden : str | None
    say_hi : str | None
    """

    id: str
    created: datetime.datetime
    state: State | str
    levels: list[Level | int]
    link: str | None = None
    day: datetime.date | None = None
    expires: datetime.datetime = datetime.datetime(2030, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    mood: State | str = "new"
    owner: str | None = None
    notes: str = "none yet"
    count: int = 3
    weight: float | None = None
    loud: bool = False
    size: float | str | None = None
    capacity: Quantity | None = None
    source: Source | None = None
    shape: Shape | None = None
    children: list[Thing] | None = None
    place: Place | None = None
    anything: Any = None
    field_1c: Quantity | None = None
    class_: str | None = None
    from_dict_: str | None = None
    items: list[str] | None = None
    datetime_: datetime.datetime | None = None
    a_b: str | None = None
    d: int | None = None
    cls: str | None = None
    list_: list[int] | None = None
    validate_choice_: str | None = None
    field_: str | None = None
    field_hidden: str | None = None
    say_hi: str | None = None


from .place import Place

Thing._declare(
    WireField("id", "id", read_str, required=True),
    WireField("created", "created", read_datetime, required=True),
    WireField("state", "state", read_str, required=True),
    WireField("levels", "levels", list_of(read_int), required=True),
    WireField("link", "link", read_str, secret=True),
    WireField("day", "day", read_date),
    WireField(
        "expires",
        "expires",
        read_datetime,
        default=datetime.datetime(2030, 1, 1, 0, 0, tzinfo=datetime.timezone.utc),
    ),
    WireField("mood", "mood", read_str, default="new"),
    WireField("owner", "owner", read_str),
    WireField("notes", "notes", read_str, default="none yet"),
    WireField("count", "count", read_int, default=3),
    WireField("weight", "weight", read_float),
    WireField("loud", "loud", read_bool, default=False),
    WireField("size", "size", union_of(read_float, read_str)),
    WireField("capacity", "capacity", read_quantity),
    WireField("source", "source", Source.from_dict),
    WireField("shape", "shape", Shape.from_dict),
    WireField("children", "children", list_of(Thing.from_dict)),
    WireField("place", "place", Place.from_dict),
    WireField("anything", "anything", read_any),
    WireField("1C", "field_1c", read_quantity),
    WireField("class", "class_", read_str),
    WireField("from_dict", "from_dict_", read_str),
    WireField("items", "items", list_of(read_str)),
    WireField("datetime", "datetime_", read_datetime),
    WireField("a b", "a_b", read_str),
    WireField("d", "d", read_int),
    WireField("cls", "cls", read_str),
    WireField("list", "list_", list_of(read_int)),
    WireField("validate_choice", "validate_choice_", read_str),
    WireField("field", "field_", read_str),
    WireField("_hidden", "field_hidden", read_str),
    WireField('say "hi"', "say_hi", read_str),
)
