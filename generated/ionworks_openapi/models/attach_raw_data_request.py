# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema AttachRawDataRequest of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_str,
)
from ionworks.records.record import Record

from .ids import (
    RawDataId,
)


@define(kw_only=True, repr=False)
class AttachRawDataRequest(Record):
    """Raw data to attach to a measurement.

    Attributes
    ----------
    raw_data_ids : Sequence[RawDataId]
        The ids of the raw data.
    """

    raw_data_ids: Sequence[RawDataId]


AttachRawDataRequest._declare(
    WireField("raw_data_ids", "raw_data_ids", list_of(read_str), required=True),
    sent_only=True,
)
