# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ProjectCreate of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class ProjectCreate(Record):
    """A project to create.

    Attributes
    ----------
    name : str
        The name.
    description : str | None | Unset
        A description in free text.
    """

    name: str
    description: str | None | Unset = UNSET


ProjectCreate._declare(
    WireField("name", "name", read_str, required=True),
    WireField("description", "description", read_str, default=UNSET),
    sent_only=True,
)
