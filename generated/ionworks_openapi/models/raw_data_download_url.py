# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataDownloadUrl of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    text,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class RawDataDownloadUrl(Record):
    """Where the file of raw data is.

    Attributes
    ----------
    url : str
        The URL to get it from; it needs no further credentials, and expires.
    """

    url: str


RawDataDownloadUrl._declare(
    WireField("url", "url", text, required=True, secret=True),
)
