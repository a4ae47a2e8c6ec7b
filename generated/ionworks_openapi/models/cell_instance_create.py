# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellInstanceCreate of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_date,
    read_datetime,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .ids import (
    CellBatchId,
)
from .measured_properties import MeasuredProperties


@define(kw_only=True, repr=False)
class CellInstanceCreate(Record):
    """A cell instance to create.

    Attributes
    ----------
    name : str
        The name, usually the serial number.
    batch : str | None | Unset
        The number or name of the batch.
    date_manufactured : datetime.datetime | datetime.date | None | Unset
        When the cell was made, as a date or an instant.
    measured_properties : Mapping[str, Any] | Unset
        Values measured on this cell, grouped by component (`cell`, `anode`, `cathode`, ...).
        Numbers are Quantities. Values of the design belong to the specification.
    notes : str | None | Unset
        Notes in free text.
    batch_id : CellBatchId | None | Unset
        The id of the batch record.
    """

    name: str
    batch: str | None | Unset = UNSET
    date_manufactured: datetime.datetime | datetime.date | None | Unset = UNSET
    measured_properties: Mapping[str, Any] | Unset = UNSET
    notes: str | None | Unset = UNSET
    batch_id: CellBatchId | None | Unset = UNSET


CellInstanceCreate._declare(
    WireField("name", "name", read_str, required=True),
    WireField("batch", "batch", read_str, default=UNSET),
    WireField(
        "date_manufactured", "date_manufactured", union_of(read_datetime, read_date), default=UNSET
    ),
    WireField(
        "measured_properties", "measured_properties", MeasuredProperties.from_dict, default=UNSET
    ),
    WireField("notes", "notes", read_str, default=UNSET),
    WireField("batch_id", "batch_id", read_str, default=UNSET),
    sent_only=True,
)
