# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema PetCreate of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class PetCreate(Record):
    """Schema PetCreate of the contract.

    Attributes
    ----------
    name : str | None | Unset
    """

    name: str | None | Unset = UNSET


PetCreate._declare(
    WireField("name", "name", read_str, default=UNSET),
    sent_only=True,
)
