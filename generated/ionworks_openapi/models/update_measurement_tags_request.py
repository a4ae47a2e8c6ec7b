# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UpdateMeasurementTagsRequest of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    listed,
    text,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class UpdateMeasurementTagsRequest(Record):
    """Tags to put on measurements, and tags to take off them.

    Attributes
    ----------
    measurement_ids : Sequence[str]
        The measurements.
    add : Sequence[str] | Unset
        The tags to put on them.
    remove : Sequence[str] | Unset
        The tags to take off them.
    """

    measurement_ids: Sequence[str]
    add: Sequence[str] | Unset = UNSET
    remove: Sequence[str] | Unset = UNSET


UpdateMeasurementTagsRequest._declare(
    WireField("measurement_ids", "measurement_ids", listed(text), required=True),
    WireField("add", "add", listed(text), default=UNSET),
    WireField("remove", "remove", listed(text), default=UNSET),
    sent_only=True,
)
