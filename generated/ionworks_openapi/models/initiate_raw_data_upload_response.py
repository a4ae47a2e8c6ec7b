# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateRawDataUploadResponse of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_id,
)
from ionworks.records.record import Record

from .upload_target import UploadTarget


@define(kw_only=True, repr=False)
class InitiateRawDataUploadResponse(Record):
    """The id of the new raw data, and the upload target of the file.

    Attributes
    ----------
    raw_data_id : str
        The id to confirm the upload with.
    uploads : list[UploadTarget]
        The targets; the file goes to the first.
    """

    raw_data_id: str
    uploads: list[UploadTarget]


InitiateRawDataUploadResponse._declare(
    WireField("raw_data_id", "raw_data_id", read_id, required=True, identity=True),
    WireField("uploads", "uploads", list_of(UploadTarget.from_dict), required=True),
)
