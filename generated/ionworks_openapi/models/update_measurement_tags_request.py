# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UpdateMeasurementTagsRequest of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    list_of,
    read_str,
)
from ionworks.records.record import Record

from .ids import (
    CellMeasurementId,
)


@define(kw_only=True, repr=False)
class UpdateMeasurementTagsRequest(Record):
    """Tags to add to measurements, and tags to remove from them.

    Attributes
    ----------
    measurement_ids : Sequence[CellMeasurementId]
        The measurements.
    add : Sequence[str] | Unset
        The tags to add.
    remove : Sequence[str] | Unset
        The tags to remove.
    """

    measurement_ids: Sequence[CellMeasurementId]
    add: Sequence[str] | Unset = UNSET
    remove: Sequence[str] | Unset = UNSET


UpdateMeasurementTagsRequest._declare(
    WireField("measurement_ids", "measurement_ids", list_of(read_str), required=True),
    WireField("add", "add", list_of(read_str), default=UNSET),
    WireField("remove", "remove", list_of(read_str), default=UNSET),
    sent_only=True,
)
