# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema PetSettings of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import OpenRecord


@define(kw_only=True, repr=False)
class PetSettings(OpenRecord):
    """Schema PetSettings of the contract.

    Attributes
    ----------
    colour : str | None
    """

    colour: str | None = None


PetSettings._declare(
    WireField("colour", "colour", read_str),
)
