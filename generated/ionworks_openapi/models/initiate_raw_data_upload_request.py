# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateRawDataUploadRequest of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .ids import (
    ProjectId,
)
from .raw_data_metadata import RawDataMetadata


@define(kw_only=True, repr=False)
class InitiateRawDataUploadRequest(Record):
    """The planned upload of a file as raw data.

    Attributes
    ----------
    project_id : ProjectId
        The project of the file.
    name : str
        The name.
    filename : str
        The name of the file.
    content_type : str | None | Unset
        The media type of the file.
    metadata : Mapping[str, Any] | Unset
        Metadata of a file as the instrument wrote it.
    source : str | None | Unset
        Where the file comes from.
    """

    project_id: ProjectId
    name: str
    filename: str
    content_type: str | None | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    source: str | None | Unset = UNSET


InitiateRawDataUploadRequest._declare(
    WireField("project_id", "project_id", read_str, required=True),
    WireField("name", "name", read_str, required=True),
    WireField("filename", "filename", read_str, required=True),
    WireField("content_type", "content_type", read_str, default=UNSET),
    WireField("metadata", "metadata", RawDataMetadata.from_dict, default=UNSET),
    WireField("source", "source", read_str, default=UNSET),
    sent_only=True,
)
