# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Dog of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .dog_kind import DogKind


@define(kw_only=True, repr=False)
class Dog(Record):
    """Schema Dog of the contract.

    Attributes
    ----------
    kind : DogKind | str
    lives : str | None
    """

    kind: DogKind | str
    lives: str | None = None


Dog._declare(
    WireField("kind", "kind", read_str, required=True),
    WireField("lives", "lives", read_str),
)
