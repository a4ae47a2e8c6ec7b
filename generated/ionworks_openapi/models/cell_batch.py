# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellBatch of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_date,
    read_datetime,
    read_id,
    read_int,
    read_str,
)
from ionworks.records.record import Record

from .batch_properties import BatchProperties


@define(kw_only=True, repr=False)
class CellBatch(Record):
    """Cells of one specification that were made together.

    Attributes
    ----------
    id : str
        The id.
    name : str
        The name.
    cell_specification_id : str
        The specification of its cells.
    project_id : str | None
        The project that it belongs to.
    notes : str | None
        Notes in free text.
    date_manufactured : datetime.date | None
        The day on which the cells were made.
    properties : BatchProperties | None
        Properties of a batch as a whole.
    organization_id : str | None
        The organization that it belongs to.
    created_by : str | None
        The id of the user who created it.
    created_at : datetime.datetime | None
        When it was created.
    updated_at : datetime.datetime | None
        When it was last changed.
    instance_count : int
        Number of its cells.
    """

    id: str
    name: str
    cell_specification_id: str
    project_id: str | None = None
    notes: str | None = None
    date_manufactured: datetime.date | None = None
    properties: BatchProperties | None = None
    organization_id: str | None = None
    created_by: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    instance_count: int = 0


CellBatch._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("name", "name", read_str, required=True),
    WireField("cell_specification_id", "cell_specification_id", read_str, required=True),
    WireField("project_id", "project_id", read_str),
    WireField("notes", "notes", read_str),
    WireField("date_manufactured", "date_manufactured", read_date),
    WireField("properties", "properties", BatchProperties.from_dict),
    WireField("organization_id", "organization_id", read_str),
    WireField("created_by", "created_by", read_str),
    WireField("created_at", "created_at", read_datetime),
    WireField("updated_at", "updated_at", read_datetime),
    WireField("instance_count", "instance_count", read_int, default=0),
    kind="cell_batch",
)
