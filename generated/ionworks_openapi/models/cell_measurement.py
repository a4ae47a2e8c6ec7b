# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellMeasurement of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_bool,
    read_datetime,
    read_id,
    read_str,
)
from ionworks.records.record import Record

from .file_metadata import FileMetadata
from .measurement_properties import MeasurementProperties
from .measurement_type import MeasurementType
from .protocol import Protocol
from .test_setup import TestSetup


@define(kw_only=True, repr=False)
class CellMeasurement(Record):
    """A test, a file or a set of properties recorded on one cell; without its data.

    Attributes
    ----------
    name : str
        The name.
    id : str
        The id.
    cell_instance_id : str
        The instance that was measured.
    created_at : datetime.datetime
        When the record was created.
    updated_at : datetime.datetime
        When the record was last changed.
    protocol : Protocol | None
        The protocol of the test. Usual keys: `name` (text), `ambient_temperature_degc`
        (number), `definition` (an object or text, in the Universal Cycler Protocol or another
        format).
    start_time : datetime.datetime | None
        When the test started, with a time zone (preferably UTC).
    test_setup : TestSetup | None
        The equipment of the test. Usual keys: `cycler` (its model), `operator`, `lab`,
        `channel_number` (an integer).
    step_labels_validated : bool
        Whether a person has reviewed the step labels (rest, charge, discharge, ...); false
        while they are only inferred.
    notes : str | None
        Notes in free text.
    measurement_type : MeasurementType | str
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    properties : MeasurementProperties | None
        Named results such as a thickness, a mass or a resistance. Numbers are Quantities; text,
        booleans and lists are stored as they are.
    file_metadata : FileMetadata | None
        Metadata of the uploaded files: media types, dimensions and similar.
    organization_id : str | None
        The organization that it belongs to.
    created_by : str | None
        The id of the user who created it.
    created_by_email : str | None
        The email of the user who created it.
    channel_id : str | None
        The cycler channel that the test runs on.
    protocol_id : str | None
        The saved protocol that the test follows.
    end_time : datetime.datetime | None
        When the test ended; null while it runs.
    estimated_end_time : datetime.datetime | None
        When the test is expected to end.
    estimated_end_time_note : str | None
        How the expected end was determined.
    estimated_end_time_calculated_at : datetime.datetime | None
        When the expected end was determined.
    processing_status : str | None
        The processing state of the uploaded data: usually `pending`, `running`, `ready` or
        `failed`. Null means that no processing is pending.
    processing_error : str | None
        Why the processing failed.
    tags : list[str] | None
        Its tags.
    """

    name: str
    id: str
    cell_instance_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    protocol: Protocol | None = None
    start_time: datetime.datetime | None = None
    test_setup: TestSetup | None = None
    step_labels_validated: bool = False
    notes: str | None = None
    measurement_type: MeasurementType | str = "time_series"
    properties: MeasurementProperties | None = None
    file_metadata: FileMetadata | None = None
    organization_id: str | None = None
    created_by: str | None = None
    created_by_email: str | None = None
    channel_id: str | None = None
    protocol_id: str | None = None
    end_time: datetime.datetime | None = None
    estimated_end_time: datetime.datetime | None = None
    estimated_end_time_note: str | None = None
    estimated_end_time_calculated_at: datetime.datetime | None = None
    processing_status: str | None = None
    processing_error: str | None = None
    tags: list[str] | None = None


CellMeasurement._declare(
    WireField("name", "name", read_str, required=True),
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("cell_instance_id", "cell_instance_id", read_str, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("protocol", "protocol", Protocol.from_dict),
    WireField("start_time", "start_time", read_datetime),
    WireField("test_setup", "test_setup", TestSetup.from_dict),
    WireField("step_labels_validated", "step_labels_validated", read_bool, default=False),
    WireField("notes", "notes", read_str),
    WireField("measurement_type", "measurement_type", read_str, default="time_series"),
    WireField("properties", "properties", MeasurementProperties.from_dict),
    WireField("file_metadata", "file_metadata", FileMetadata.from_dict),
    WireField("organization_id", "organization_id", read_str),
    WireField("created_by", "created_by", read_str),
    WireField("created_by_email", "created_by_email", read_str),
    WireField("channel_id", "channel_id", read_str),
    WireField("protocol_id", "protocol_id", read_str),
    WireField("end_time", "end_time", read_datetime),
    WireField("estimated_end_time", "estimated_end_time", read_datetime),
    WireField("estimated_end_time_note", "estimated_end_time_note", read_str),
    WireField(
        "estimated_end_time_calculated_at", "estimated_end_time_calculated_at", read_datetime
    ),
    WireField("processing_status", "processing_status", read_str),
    WireField("processing_error", "processing_error", read_str),
    WireField("tags", "tags", list_of(read_str)),
    kind="cell_measurement",
)
