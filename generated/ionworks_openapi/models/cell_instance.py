# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellInstance of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_datetime,
    read_id,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .measured_properties import MeasuredProperties
from .record_reference import RecordReference


@define(kw_only=True, repr=False)
class CellInstance(Record):
    """One physical cell.

    Attributes
    ----------
    name : str
        The name, usually the serial number.
    id : str
        The id.
    cell_specification_id : str
        The specification of the cell.
    created_at : datetime.datetime
        When the record was created.
    updated_at : datetime.datetime
        When the record was last changed.
    batch : str | None
        The number or name of the batch.
    date_manufactured : datetime.datetime | None
        When the cell was made.
    measured_properties : MeasuredProperties | None
        Values measured on this cell, grouped by component (`cell`, `anode`, `cathode`, ...).
        Numbers are Quantities. Values of the design belong to the specification.
    notes : str | None
        Notes in free text.
    organization_id : str | None
        The organization that it belongs to.
    created_by : str | None
        The id of the user who created it.
    created_by_email : str | None
        The email of the user who created it.
    measurement_ids : list[RecordReference | str] | None
        The ids of its measurements.
    batch_id : str | None
        The id of the batch record.
    batch_name : str | None
        The name of the batch record.
    """

    name: str
    id: str
    cell_specification_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    batch: str | None = None
    date_manufactured: datetime.datetime | None = None
    measured_properties: MeasuredProperties | None = None
    notes: str | None = None
    organization_id: str | None = None
    created_by: str | None = None
    created_by_email: str | None = None
    measurement_ids: list[RecordReference | str] | None = None
    batch_id: str | None = None
    batch_name: str | None = None


CellInstance._declare(
    WireField("name", "name", read_str, required=True),
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("cell_specification_id", "cell_specification_id", read_str, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("batch", "batch", read_str),
    WireField("date_manufactured", "date_manufactured", read_datetime),
    WireField("measured_properties", "measured_properties", MeasuredProperties.from_dict),
    WireField("notes", "notes", read_str),
    WireField("organization_id", "organization_id", read_str),
    WireField("created_by", "created_by", read_str),
    WireField("created_by_email", "created_by_email", read_str),
    WireField(
        "measurement_ids", "measurement_ids", list_of(union_of(RecordReference.from_dict, read_str))
    ),
    WireField("batch_id", "batch_id", read_str),
    WireField("batch_name", "batch_name", read_str),
    kind="cell_instance",
)
