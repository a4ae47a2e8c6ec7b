# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateUploadResponse of the contract."""

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
class InitiateUploadResponse(Record):
    """The id of the new measurement, and the upload targets of its files.

    Attributes
    ----------
    measurement_id : str
        The id to confirm the upload with.
    uploads : list[UploadTarget]
        One target for each file; for a `file` measurement in the requested order.
    """

    measurement_id: str
    uploads: list[UploadTarget]


InitiateUploadResponse._declare(
    WireField("measurement_id", "measurement_id", read_id, required=True, identity=True),
    WireField("uploads", "uploads", list_of(UploadTarget.from_dict), required=True),
)
