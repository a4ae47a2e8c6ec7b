# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawData of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_datetime,
    read_id,
    read_int,
    read_str,
)
from ionworks.records.record import Record

from .raw_data_metadata import RawDataMetadata


@define(kw_only=True, repr=False)
class RawData(Record):
    """A file as an instrument wrote it; without its bytes.

    Attributes
    ----------
    id : str
        The id.
    project_id : str
        The project that it belongs to.
    name : str
        The name.
    filename : str
        The name of the file.
    source : str | None
        Where the file comes from.
    metadata : RawDataMetadata | None
        Metadata of a file as the instrument wrote it.
    content_type : str | None
        The media type of the file.
    size_bytes : int | None
        The size of the file in bytes.
    organization_id : str | None
        The organization that it belongs to.
    created_by : str | None
        The id of the user who created it.
    created_by_email : str | None
        The email of the user who created it.
    created_at : datetime.datetime | None
        When it was created.
    updated_at : datetime.datetime | None
        When it was last changed.
    """

    id: str
    project_id: str
    name: str
    filename: str
    source: str | None = None
    metadata: RawDataMetadata | None = None
    content_type: str | None = None
    size_bytes: int | None = None
    organization_id: str | None = None
    created_by: str | None = None
    created_by_email: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None


RawData._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("project_id", "project_id", read_str, required=True),
    WireField("name", "name", read_str, required=True),
    WireField("filename", "filename", read_str, required=True),
    WireField("source", "source", read_str),
    WireField("metadata", "metadata", RawDataMetadata.from_dict),
    WireField("content_type", "content_type", read_str),
    WireField("size_bytes", "size_bytes", read_int),
    WireField("organization_id", "organization_id", read_str),
    WireField("created_by", "created_by", read_str),
    WireField("created_by_email", "created_by_email", read_str),
    WireField("created_at", "created_at", read_datetime),
    WireField("updated_at", "updated_at", read_datetime),
    kind="raw_data",
)
