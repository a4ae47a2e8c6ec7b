# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema AttachRawDataRequest of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    listed,
    text,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class AttachRawDataRequest(Record):
    """Raw data that belong to a measurement.

    Attributes
    ----------
    raw_data_ids : Sequence[str]
        The ids of the raw data.
    """

    raw_data_ids: Sequence[str]


AttachRawDataRequest._declare(
    WireField("raw_data_ids", "raw_data_ids", listed(text), required=True),
    sent_only=True,
)
