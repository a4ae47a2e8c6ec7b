# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Place of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Place(Record):
    """A thing's place, which names the thing in turn.

    Attributes
    ----------
    room : str | None
    holds : Thing | None
        What the server tells about a thing; its name may be "odd"
    """

    room: str | None = None
    holds: Thing | None = None


from .thing import Thing

Place._declare(
    WireField("room", "room", read_str),
    WireField("holds", "holds", Thing.from_dict),
)
