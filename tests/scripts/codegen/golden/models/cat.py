# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Cat of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_any,
    read_int,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Cat(Record):
    """Schema Cat of the contract.

    Attributes
    ----------
    kind : Any
    lives : int | None
    """

    kind: Any
    lives: int | None = None


Cat._declare(
    WireField("kind", "kind", read_any, required=True),
    WireField("lives", "lives", read_int),
)
