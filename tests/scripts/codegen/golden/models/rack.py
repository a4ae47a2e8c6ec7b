# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Rack of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_id,
    read_quantity,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Rack(Record):
    """Schema Rack of the contract.

    Attributes
    ----------
    id : str
    name : str
    load : Quantity | None
        A number with its unit.
    """

    id: str
    name: str
    load: Quantity | None = None


Rack._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("name", "name", read_str, required=True),
    WireField("load", "load", read_quantity),
    kind="rack",
)
