# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ConfirmUploadRequest of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.records.base import UNSET, Unset, WireField, validate_choice
from ionworks.records.readers import (
    list_of,
    read_str,
)
from ionworks.records.record import Record

from .column_table import ColumnTable
from .ids import (
    CellInstanceId,
)
from .measurement_metadata import MeasurementMetadata
from .measurement_type import MeasurementType


@define(kw_only=True, repr=False)
class ConfirmUploadRequest(Record):
    """The completed upload.

    Attributes
    ----------
    cell_instance_id : CellInstanceId
        The instance that was measured.
    measurement : MeasurementMetadata | Mapping[str, Any]
        The metadata of a measurement whose data are uploaded.
    measurement_type : MeasurementType | Unset
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    steps : Mapping[str, Any] | Unset
        A table as columns; each column is a list with one value for each row.
    filenames : Sequence[str] | Unset
        The names of the files that were uploaded.
    """

    cell_instance_id: CellInstanceId
    measurement: MeasurementMetadata | Mapping[str, Any]
    measurement_type: MeasurementType | Unset = field(
        default=UNSET, validator=validate_choice("file", "properties", "time_series")
    )
    steps: Mapping[str, Any] | Unset = UNSET
    filenames: Sequence[str] | Unset = UNSET


ConfirmUploadRequest._declare(
    WireField("cell_instance_id", "cell_instance_id", read_str, required=True),
    WireField("measurement", "measurement", MeasurementMetadata.from_dict, required=True),
    WireField("measurement_type", "measurement_type", read_str, default=UNSET),
    WireField("steps", "steps", ColumnTable.from_dict, default=UNSET),
    WireField("filenames", "filenames", list_of(read_str), default=UNSET),
    sent_only=True,
)
