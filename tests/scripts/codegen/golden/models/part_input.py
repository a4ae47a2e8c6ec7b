# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema PartInput of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_float,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class PartInput(Record):
    """Schema PartInput of the contract.

    Attributes
    ----------
    kind : str
    size : float | Unset
    """

    kind: str
    size: float | Unset = UNSET


PartInput._declare(
    WireField("kind", "kind", read_str, required=True),
    WireField("size", "size", read_float, default=UNSET),
    sent_only=True,
)
