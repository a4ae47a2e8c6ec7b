# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UploadTarget of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .multipart_upload import MultipartUpload


@define(kw_only=True, repr=False)
class UploadTarget(Record):
    """The upload target of one file.

    Attributes
    ----------
    signed_url : str
        The URL for the PUT; it needs no other credentials and expires.
    token : str
        The token of the signed URL.
    path : str
        Its path in storage.
    filename : str | None
        The name of the file, for example `time_series.parquet`.
    multipart : MultipartUpload | None
        Credentials for a multipart upload; null for an upload in one piece.
    """

    signed_url: str
    token: str
    path: str
    filename: str | None = None
    multipart: MultipartUpload | None = None


UploadTarget._declare(
    WireField("signed_url", "signed_url", read_str, required=True, secret=True),
    WireField("token", "token", read_str, required=True, secret=True),
    WireField("path", "path", read_str, required=True),
    WireField("filename", "filename", read_str),
    WireField("multipart", "multipart", MultipartUpload.from_dict),
)
