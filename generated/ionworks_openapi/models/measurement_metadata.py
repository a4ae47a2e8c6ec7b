# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementMetadata of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    list_of,
    read_bool,
    read_datetime,
    read_str,
)
from ionworks.records.record import Record

from .file_metadata import FileMetadata
from .measurement_properties import MeasurementProperties
from .protocol import Protocol
from .test_setup import TestSetup


@define(kw_only=True, repr=False)
class MeasurementMetadata(Record):
    """The metadata of a measurement whose data are uploaded.

    Attributes
    ----------
    name : str
        The name.
    notes : str | None | Unset
        Notes in free text.
    protocol : Mapping[str, Any] | Unset
        The protocol of the test. Usual keys: `name` (text), `ambient_temperature_degc`
        (number), `definition` (an object or text, in the Universal Cycler Protocol or another
        format).
    start_time : datetime.datetime | None | Unset
        When the test started, with a time zone (preferably UTC).
    test_setup : Mapping[str, Any] | Unset
        The equipment of the test. Usual keys: `cycler` (its model), `operator`, `lab`,
        `channel_number` (an integer).
    step_labels_validated : bool | Unset
        Whether a person has reviewed the step labels.
    properties : Mapping[str, Any] | Unset
        Named results such as a thickness, a mass or a resistance. Numbers are Quantities; text,
        booleans and lists are stored as they are.
    file_metadata : Mapping[str, Any] | Unset
        Metadata of the uploaded files: media types, dimensions and similar.
    tags : Sequence[str] | Unset
        Its tags.
    end_time : datetime.datetime | None | Unset
        When the test ended; null while it runs.
    channel_id : str | None | Unset
        The cycler channel that the test runs on; requires a start time.
    protocol_id : str | None | Unset
        The saved protocol that the test follows.
    """

    name: str
    notes: str | None | Unset = UNSET
    protocol: Mapping[str, Any] | Unset = UNSET
    start_time: datetime.datetime | None | Unset = UNSET
    test_setup: Mapping[str, Any] | Unset = UNSET
    step_labels_validated: bool | Unset = UNSET
    properties: Mapping[str, Any] | Unset = UNSET
    file_metadata: Mapping[str, Any] | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET
    end_time: datetime.datetime | None | Unset = UNSET
    channel_id: str | None | Unset = UNSET
    protocol_id: str | None | Unset = UNSET


MeasurementMetadata._declare(
    WireField("name", "name", read_str, required=True),
    WireField("notes", "notes", read_str, default=UNSET),
    WireField("protocol", "protocol", Protocol.from_dict, default=UNSET),
    WireField("start_time", "start_time", read_datetime, default=UNSET),
    WireField("test_setup", "test_setup", TestSetup.from_dict, default=UNSET),
    WireField("step_labels_validated", "step_labels_validated", read_bool, default=UNSET),
    WireField("properties", "properties", MeasurementProperties.from_dict, default=UNSET),
    WireField("file_metadata", "file_metadata", FileMetadata.from_dict, default=UNSET),
    WireField("tags", "tags", list_of(read_str), default=UNSET),
    WireField("end_time", "end_time", read_datetime, default=UNSET),
    WireField("channel_id", "channel_id", read_str, default=UNSET),
    WireField("protocol_id", "protocol_id", read_str, default=UNSET),
    sent_only=True,
)
