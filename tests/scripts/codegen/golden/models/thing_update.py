# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ThingUpdate of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class ThingUpdate(Record):
    """Schema ThingUpdate of the contract.

    Attributes
    ----------
    name : str | Unset
    notes : str | None | Unset
    """

    name: str | Unset = UNSET
    notes: str | None | Unset = UNSET


ThingUpdate._declare(
    WireField("name", "name", read_str, default=UNSET),
    WireField("notes", "notes", read_str, default=UNSET),
    sent_only=True,
)
