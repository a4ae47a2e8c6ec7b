# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateUploadRequest of the contract."""

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

from .measurement_metadata import MeasurementMetadata
from .measurement_type import MeasurementType


@define(kw_only=True, repr=False)
class InitiateUploadRequest(Record):
    """The planned upload.

    Attributes
    ----------
    measurement : MeasurementMetadata | Mapping[str, Any]
        The metadata of a measurement whose data are uploaded.
    measurement_type : MeasurementType | Unset
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    filenames : Sequence[str] | Unset
        The names of the files; only for measurements of type `file`.
    """

    measurement: MeasurementMetadata | Mapping[str, Any]
    measurement_type: MeasurementType | Unset = field(
        default=UNSET, validator=validate_choice("file", "properties", "time_series")
    )
    filenames: Sequence[str] | Unset = UNSET


InitiateUploadRequest._declare(
    WireField("measurement", "measurement", MeasurementMetadata.from_dict, required=True),
    WireField("measurement_type", "measurement_type", read_str, default=UNSET),
    WireField("filenames", "filenames", list_of(read_str), default=UNSET),
    sent_only=True,
)
