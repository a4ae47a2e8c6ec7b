# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MultipartUpload of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_datetime,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class MultipartUpload(Record):
    """Temporary credentials for a multipart upload of a large file, as in S3.

    Attributes
    ----------
    endpoint : str
        The URL of the store.
    region : str
        The region of the store.
    bucket : str
        The bucket.
    object_path : str
        The key of the object within the bucket.
    access_key_id : str
        The id of the temporary key.
    secret_access_key : str
        The temporary key.
    session_token : str
        The token of the session.
    expires_at : datetime.datetime | None
        When the credentials expire.
    """

    endpoint: str
    region: str
    bucket: str
    object_path: str
    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime.datetime | None = None


MultipartUpload._declare(
    WireField("endpoint", "endpoint", read_str, required=True),
    WireField("region", "region", read_str, required=True),
    WireField("bucket", "bucket", read_str, required=True),
    WireField("object_path", "object_path", read_str, required=True),
    WireField("access_key_id", "access_key_id", read_str, required=True, secret=True),
    WireField("secret_access_key", "secret_access_key", read_str, required=True, secret=True),
    WireField("session_token", "session_token", read_str, required=True, secret=True),
    WireField("expires_at", "expires_at", read_datetime),
)
