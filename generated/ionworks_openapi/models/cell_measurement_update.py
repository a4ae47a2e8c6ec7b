# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellMeasurementUpdate of the contract."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    list_of,
    read_datetime,
    read_str,
)
from ionworks.records.record import Record

from .measurement_properties import MeasurementProperties
from .protocol import Protocol
from .test_setup import TestSetup


@define(kw_only=True, repr=False)
class CellMeasurementUpdate(Record):
    """Changes to the metadata of a measurement.

    Attributes
    ----------
    name : str | None | Unset
        The new name.
    protocol : Mapping[str, Any] | Unset
        The protocol of the test. Usual keys: `name` (text), `ambient_temperature_degc`
        (number), `definition` (an object or text, in the Universal Cycler Protocol or another
        format).
    test_setup : Mapping[str, Any] | Unset
        The equipment of the test. Usual keys: `cycler` (its model), `operator`, `lab`,
        `channel_number` (an integer).
    notes : str | None | Unset
        Notes in free text.
    properties : Mapping[str, Any] | Unset
        Named results such as a thickness, a mass or a resistance. Numbers are Quantities; text,
        booleans and lists are stored as they are.
    tags : Sequence[str] | Unset
        Its tags, replacing the existing ones.
    end_time : datetime.datetime | None | Unset
        When the test ended; null while it runs.
    start_time : datetime.datetime | None | Unset
        When the test started, with its time zone.
    channel_id : str | None | Unset
        The cycler channel that the test runs on; null clears it.
    protocol_id : str | None | Unset
        The saved protocol that the test follows.
    """

    name: str | None | Unset = UNSET
    protocol: Mapping[str, Any] | Unset = UNSET
    test_setup: Mapping[str, Any] | Unset = UNSET
    notes: str | None | Unset = UNSET
    properties: Mapping[str, Any] | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET
    end_time: datetime.datetime | None | Unset = UNSET
    start_time: datetime.datetime | None | Unset = UNSET
    channel_id: str | None | Unset = UNSET
    protocol_id: str | None | Unset = UNSET


CellMeasurementUpdate._declare(
    WireField("name", "name", read_str, default=UNSET),
    WireField("protocol", "protocol", Protocol.from_dict, default=UNSET),
    WireField("test_setup", "test_setup", TestSetup.from_dict, default=UNSET),
    WireField("notes", "notes", read_str, default=UNSET),
    WireField("properties", "properties", MeasurementProperties.from_dict, default=UNSET),
    WireField("tags", "tags", list_of(read_str), default=UNSET),
    WireField("end_time", "end_time", read_datetime, default=UNSET),
    WireField("start_time", "start_time", read_datetime, default=UNSET),
    WireField("channel_id", "channel_id", read_str, default=UNSET),
    WireField("protocol_id", "protocol_id", read_str, default=UNSET),
    sent_only=True,
)
