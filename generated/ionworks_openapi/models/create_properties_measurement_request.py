# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CreatePropertiesMeasurementRequest of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from ionworks.records.base import UNSET, Unset, WireField, one_of
from ionworks.records.readers import (
    boolean,
    instant,
    listed,
    text,
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
        booleans and lists stand as they are.
    protocol : Mapping[str, Any] | Unset
        What the test was meant to do. Usual keys: `name` (text), `ambient_temperature_degc`
        (number), `definition` (an object or text, in the Universal Cycler Protocol or another
        format).
    start_time : datetime.datetime | None | Unset
        When the measurement was taken, with its time zone (UTC by preference).
    test_setup : Mapping[str, Any] | Unset
        What the test ran on. Usual keys: `cycler` (its model), `operator`, `lab`,
        `channel_number` (an integer).
    step_labels_validated : bool | Unset
        Whether a person has looked over the step labels.
    notes : str | None | Unset
        Notes in free text.
    measurement_type : MeasurementType | Unset
        What kind of data a measurement holds: columns over time from a cycler or another
        instrument, files of any format, or a handful of named properties.
    file_metadata : Mapping[str, Any] | Unset
        What is known about the uploaded files: media types, dimensions and the like.
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
        default=UNSET, validator=one_of("file", "properties", "time_series")
    )
    file_metadata: Mapping[str, Any] | Unset = UNSET
    end_time: datetime.datetime | None | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET


CreatePropertiesMeasurementRequest._declare(
    WireField("name", "name", text, required=True),
    WireField("properties", "properties", MeasurementProperties.from_dict, required=True),
    WireField("protocol", "protocol", Protocol.from_dict, default=UNSET),
    WireField("start_time", "start_time", instant, default=UNSET),
    WireField("test_setup", "test_setup", TestSetup.from_dict, default=UNSET),
    WireField("step_labels_validated", "step_labels_validated", boolean, default=UNSET),
    WireField("notes", "notes", text, default=UNSET),
    WireField("measurement_type", "measurement_type", text, default=UNSET),
    WireField("file_metadata", "file_metadata", FileMetadata.from_dict, default=UNSET),
    WireField("end_time", "end_time", instant, default=UNSET),
    WireField("tags", "tags", listed(text), default=UNSET),
    sent_only=True,
)
