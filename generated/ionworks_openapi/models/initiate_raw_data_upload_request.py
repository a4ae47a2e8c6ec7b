# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateRawDataUploadRequest of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    text,
)
from ionworks.records.record import Record

from .raw_data_metadata import RawDataMetadata


@define(kw_only=True, repr=False)
class InitiateRawDataUploadRequest(Record):
    """A file that is going to be uploaded as raw data.

    Attributes
    ----------
    project_id : str
        The project that the file is to belong to.
    name : str
        The name.
    filename : str
        The name of the file.
    content_type : str | None | Unset
        The media type of the file.
    metadata : Mapping[str, Any] | Unset
        What is known about a file as the instrument wrote it.
    source : str | None | Unset
        Where the file comes from.
    """

    project_id: str
    name: str
    filename: str
    content_type: str | None | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    source: str | None | Unset = UNSET


InitiateRawDataUploadRequest._declare(
    WireField("project_id", "project_id", text, required=True),
    WireField("name", "name", text, required=True),
    WireField("filename", "filename", text, required=True),
    WireField("content_type", "content_type", text, default=UNSET),
    WireField("metadata", "metadata", RawDataMetadata.from_dict, default=UNSET),
    WireField("source", "source", text, default=UNSET),
    sent_only=True,
)
