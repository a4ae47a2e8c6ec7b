# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateRawDataUploadResponse of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    listed,
    text,
)
from ionworks.records.record import Record

from .upload_target import UploadTarget


@define(kw_only=True, repr=False)
class InitiateRawDataUploadResponse(Record):
    """The id of the raw data to come, and where to put the file.

    Attributes
    ----------
    raw_data_id : str
        The id that the upload is confirmed with.
    uploads : list[UploadTarget]
        The targets; the file goes to the first.
    """

    raw_data_id: str
    uploads: list[UploadTarget]


InitiateRawDataUploadResponse._declare(
    WireField("raw_data_id", "raw_data_id", text, required=True),
    WireField("uploads", "uploads", listed(UploadTarget.from_dict), required=True),
)
