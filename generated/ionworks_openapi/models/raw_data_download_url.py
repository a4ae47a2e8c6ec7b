# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema RawDataDownloadUrl of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class RawDataDownloadUrl(Record):
    """The location of the file of raw data.

    Attributes
    ----------
    url : str
        The download URL; it needs no other credentials and expires.
    """

    url: str


RawDataDownloadUrl._declare(
    WireField("url", "url", read_str, required=True, secret=True),
)
