# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema InitiateUploadRequest of the contract."""

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

from .measurement_metadata import MeasurementMetadata
from .measurement_type import MeasurementType


@define(kw_only=True, repr=False)
class InitiateUploadRequest(Record):
    """What is going to be uploaded.

    Attributes
    ----------
    measurement : MeasurementMetadata | Mapping[str, Any]
        What is said about a measurement whose data are uploaded.
    measurement_type : MeasurementType | Unset
        What kind of data a measurement holds: columns over time from a cycler or another
        instrument, files of any format, or a handful of named properties.
    filenames : Sequence[str] | Unset
        The names of the files; only for measurements of type `file`.
    """

    measurement: MeasurementMetadata | Mapping[str, Any]
    measurement_type: MeasurementType | Unset = field(
        default=UNSET, validator=one_of("file", "properties", "time_series")
    )
    filenames: Sequence[str] | Unset = UNSET


InitiateUploadRequest._declare(
    WireField("measurement", "measurement", MeasurementMetadata.from_dict, required=True),
    WireField("measurement_type", "measurement_type", text, default=UNSET),
    WireField("filenames", "filenames", listed(text), default=UNSET),
    sent_only=True,
)
