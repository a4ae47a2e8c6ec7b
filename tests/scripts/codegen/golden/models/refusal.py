# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Refusal of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Refusal(Record):
    """Schema Refusal of the contract.

    Attributes
    ----------
    detail : str | None
    """

    detail: str | None = None


Refusal._declare(
    WireField("detail", "detail", read_str),
)
