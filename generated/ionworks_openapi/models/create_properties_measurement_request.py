# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CreatePropertiesMeasurementRequest of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.records.base import UNSET, Unset, WireField, validate_choice
from ionworks.records.readers import (
    list_of,
    read_bool,
    read_datetime,
    read_str,
)
from ionworks.records.record import Record

from .file_metadata import FileMetadata
from .measurement_properties import MeasurementProperties
from .measurement_type import MeasurementType
from .protocol import Protocol
from .test_setup import TestSetup


@define(kw_only=True, repr=False)
class CreatePropertiesMeasurementRequest(Record):
    """A measurement to create that holds properties only.

    Attributes
    ----------
    name : str
        The name.
    properties : Mapping[str, Any]
        Named results such as a thickness, a mass or a resistance. Numbers are Quantities; text,
        booleans and lists are stored as they are.
    protocol : Mapping[str, Any] | Unset
        The protocol of the test. Usual keys: `name` (text), `ambient_temperature_degc`
        (number), `definition` (an object or text, in the Universal Cycler Protocol or another
        format).
    start_time : datetime.datetime | None | Unset
        When the measurement was taken, with a time zone (preferably UTC).
    test_setup : Mapping[str, Any] | Unset
        The equipment of the test. Usual keys: `cycler` (its model), `operator`, `lab`,
        `channel_number` (an integer).
    step_labels_validated : bool | Unset
        Whether a person has reviewed the step labels.
    notes : str | None | Unset
        Notes in free text.
    measurement_type : MeasurementType | Unset
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    file_metadata : Mapping[str, Any] | Unset
        Metadata of the uploaded files: media types, dimensions and similar.
    end_time : datetime.datetime | None | Unset
        When the measurement ended.
    tags : Sequence[str] | Unset
        Its tags.
    """

    name: str
    properties: Mapping[str, Any]
    protocol: Mapping[str, Any] | Unset = UNSET
    start_time: datetime.datetime | None | Unset = UNSET
    test_setup: Mapping[str, Any] | Unset = UNSET
    step_labels_validated: bool | Unset = UNSET
    notes: str | None | Unset = UNSET
    measurement_type: MeasurementType | Unset = field(
        default=UNSET, validator=validate_choice("file", "properties", "time_series")
    )
    file_metadata: Mapping[str, Any] | Unset = UNSET
    end_time: datetime.datetime | None | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET


CreatePropertiesMeasurementRequest._declare(
    WireField("name", "name", read_str, required=True),
    WireField("properties", "properties", MeasurementProperties.from_dict, required=True),
    WireField("protocol", "protocol", Protocol.from_dict, default=UNSET),
    WireField("start_time", "start_time", read_datetime, default=UNSET),
    WireField("test_setup", "test_setup", TestSetup.from_dict, default=UNSET),
    WireField("step_labels_validated", "step_labels_validated", read_bool, default=UNSET),
    WireField("notes", "notes", read_str, default=UNSET),
    WireField("measurement_type", "measurement_type", read_str, default=UNSET),
    WireField("file_metadata", "file_metadata", FileMetadata.from_dict, default=UNSET),
    WireField("end_time", "end_time", read_datetime, default=UNSET),
    WireField("tags", "tags", list_of(read_str), default=UNSET),
    sent_only=True,
)
