# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Thing of the contract."""

from __future__ import annotations

import datetime
from typing import Any

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import WireField
from ionworks.records.readers import (
    anything,
    boolean,
    choice,
    day,
    instant,
    integer,
    listed,
    number,
    quantity,
    text,
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
    one_of_ : str | None
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
    one_of_: str | None = None
    field_: str | None = None
    field_hidden: str | None = None
    say_hi: str | None = None


from .place import Place

Thing._declare(
    WireField("id", "id", text, required=True),
    WireField("created", "created", instant, required=True),
    WireField("state", "state", text, required=True),
    WireField("levels", "levels", listed(integer), required=True),
    WireField("link", "link", text, secret=True),
    WireField("day", "day", day),
    WireField(
        "expires",
        "expires",
        instant,
        default=datetime.datetime(2030, 1, 1, 0, 0, tzinfo=datetime.timezone.utc),
    ),
    WireField("mood", "mood", text, default="new"),
    WireField("owner", "owner", text),
    WireField("notes", "notes", text, default="none yet"),
    WireField("count", "count", integer, default=3),
    WireField("weight", "weight", number),
    WireField("loud", "loud", boolean, default=False),
    WireField("size", "size", choice(number, text)),
    WireField("capacity", "capacity", quantity),
    WireField("source", "source", Source.from_dict),
    WireField("shape", "shape", Shape.from_dict),
    WireField("children", "children", listed(Thing.from_dict)),
    WireField("place", "place", Place.from_dict),
    WireField("anything", "anything", anything),
    WireField("1C", "field_1c", quantity),
    WireField("class", "class_", text),
    WireField("from_dict", "from_dict_", text),
    WireField("items", "items", listed(text)),
    WireField("datetime", "datetime_", instant),
    WireField("a b", "a_b", text),
    WireField("d", "d", integer),
    WireField("cls", "cls", text),
    WireField("list", "list_", listed(integer)),
    WireField("one_of", "one_of_", text),
    WireField("field", "field_", text),
    WireField("_hidden", "field_hidden", text),
    WireField('say "hi"', "say_hi", text),
)
