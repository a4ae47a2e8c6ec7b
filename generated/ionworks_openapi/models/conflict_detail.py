# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ConflictDetail of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class ConflictDetail(Record):
    """The conflict.

    Attributes
    ----------
    existing_id : str | None
        The id of the record that has the name already.
    """

    existing_id: str | None = None


ConflictDetail._declare(
    WireField("existing_id", "existing_id", read_str),
)
