# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Job of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_float,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Job(Record):
    """Schema Job of the contract.

    Attributes
    ----------
    id : str
    progress : float
    """

    id: str
    progress: float = 0


Job._declare(
    WireField("id", "id", read_str, required=True),
    WireField("progress", "progress", read_float, default=0),
)
