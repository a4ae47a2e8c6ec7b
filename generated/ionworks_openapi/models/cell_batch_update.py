# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellBatchUpdate of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_date,
    read_str,
)
from ionworks.records.record import Record

from .batch_properties import BatchProperties


@define(kw_only=True, repr=False)
class CellBatchUpdate(Record):
    """Changes to a batch.

    Attributes
    ----------
    name : str | Unset
        The new name.
    notes : str | None | Unset
        Notes in free text.
    date_manufactured : datetime.date | None | Unset
        The day on which the cells were made.
    properties : Mapping[str, Any] | Unset
        Properties of a batch as a whole.
    """

    name: str | Unset = UNSET
    notes: str | None | Unset = UNSET
    date_manufactured: datetime.date | None | Unset = UNSET
    properties: Mapping[str, Any] | Unset = UNSET


CellBatchUpdate._declare(
    WireField("name", "name", read_str, default=UNSET),
    WireField("notes", "notes", read_str, default=UNSET),
    WireField("date_manufactured", "date_manufactured", read_date, default=UNSET),
    WireField("properties", "properties", BatchProperties.from_dict, default=UNSET),
    sent_only=True,
)
