# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UploadTarget of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    text,
)
from ionworks.records.record import Record

from .multipart_upload import MultipartUpload


@define(kw_only=True, repr=False)
class UploadTarget(Record):
    """Where one file is to be put.

    Attributes
    ----------
    signed_url : str
        The URL to put it to; it needs no further credentials, and expires.
    token : str
        The token that the URL is signed with.
    path : str
        Where it lies in storage.
    filename : str | None
        The name of the file, for example `time_series.parquet`.
    multipart : MultipartUpload | None
        How to upload it in parts; null when it goes in one piece.
    """

    signed_url: str
    token: str
    path: str
    filename: str | None = None
    multipart: MultipartUpload | None = None


UploadTarget._declare(
    WireField("signed_url", "signed_url", text, required=True, secret=True),
    WireField("token", "token", text, required=True, secret=True),
    WireField("path", "path", text, required=True),
    WireField("filename", "filename", text),
    WireField("multipart", "multipart", MultipartUpload.from_dict),
)
