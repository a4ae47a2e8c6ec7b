# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateUploadResponse of the contract."""

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
class InitiateUploadResponse(Record):
    """The id of the measurement to come, and where to put its files.

    Attributes
    ----------
    measurement_id : str
        The id that the upload is confirmed with.
    uploads : list[UploadTarget]
        One target for each file; those of a `file` measurement in the order asked.
    """

    measurement_id: str
    uploads: list[UploadTarget]


InitiateUploadResponse._declare(
    WireField("measurement_id", "measurement_id", text, required=True),
    WireField("uploads", "uploads", listed(UploadTarget.from_dict), required=True),
)
