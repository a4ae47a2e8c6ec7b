# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ConfirmUploadRequest of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.records.base import UNSET, Unset, WireField, one_of
from ionworks.records.readers import (
    listed,
    text,
)
from ionworks.records.record import Record

from .column_table import ColumnTable
from .measurement_metadata import MeasurementMetadata
from .measurement_type import MeasurementType


@define(kw_only=True, repr=False)
class ConfirmUploadRequest(Record):
    """What has been uploaded.

    Attributes
    ----------
    cell_instance_id : str
        The instance that was measured.
    measurement : MeasurementMetadata | Mapping[str, Any]
        What is said about a measurement whose data are uploaded.
    measurement_type : MeasurementType | Unset
        What kind of data a measurement holds: columns over time from a cycler or another
        instrument, files of any format, or a handful of named properties.
    steps : Mapping[str, Any] | Unset
        A table by columns, each a list with one value for each row.
    filenames : Sequence[str] | Unset
        The names of the files that were uploaded.
    """

    cell_instance_id: str
    measurement: MeasurementMetadata | Mapping[str, Any]
    measurement_type: MeasurementType | Unset = field(
        default=UNSET, validator=one_of("file", "properties", "time_series")
    )
    steps: Mapping[str, Any] | Unset = UNSET
    filenames: Sequence[str] | Unset = UNSET


ConfirmUploadRequest._declare(
    WireField("cell_instance_id", "cell_instance_id", text, required=True),
    WireField("measurement", "measurement", MeasurementMetadata.from_dict, required=True),
    WireField("measurement_type", "measurement_type", text, default=UNSET),
    WireField("steps", "steps", ColumnTable.from_dict, default=UNSET),
    WireField("filenames", "filenames", listed(text), default=UNSET),
    sent_only=True,
)
