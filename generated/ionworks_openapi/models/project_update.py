# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ProjectUpdate of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class ProjectUpdate(Record):
    """Changes to a project.

    Attributes
    ----------
    name : str | Unset
        The new name.
    description : str | None | Unset
        A description in free text.
    """

    name: str | Unset = UNSET
    description: str | None | Unset = UNSET


ProjectUpdate._declare(
    WireField("name", "name", read_str, default=UNSET),
    WireField("description", "description", read_str, default=UNSET),
    sent_only=True,
)
