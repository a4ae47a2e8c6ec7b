"""What a measurement says about itself: its record, and the rules that its fields obey."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import BadRequest, Json
from ionworks.sandbox.database.entities import MEASUREMENTS, common_fields, document_of
from ionworks.sandbox.database.times import in_utc, instant_or_none
from ionworks.sandbox.handlers import measurement_tags

TIMES = ("start_time", "end_time")


def record(backend: Backend, row: sqlite3.Row) -> Json:
    """Return a measurement as it is answered, without its data."""
    return {
        **backend.contract.empty_record("CellMeasurement"),
        **common_fields(row, MEASUREMENTS),
        "organization_id": backend.account.organization_id,
        "measurement_type": row["measurement_type"],
        **document_of(row),
    }


def records(
    _connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return measurements as they are answered, without their data."""
    return [record(backend, row) for row in rows]


def stored_fields(given: Json, place: tuple[str | int, ...]) -> Json:
    """Return given fields as they are stored: times in UTC, tags trimmed, sorted and unlike."""
    found = in_utc(given, TIMES, place)
    tags = found.get("tags")
    if isinstance(tags, list):
        found["tags"] = measurement_tags.clean_tag(tags)
    return found


def check(document: Json, measurement_type: str) -> None:
    """Refuse with 400 fields that contradict each other or the type."""
    start, end = (instant_or_none(document.get(field)) for field in TIMES)
    if start is not None and end is not None and end < start:
        raise BadRequest("end_time is before start_time.")
    if document.get("channel_id") is not None:
        if measurement_type != "time_series":
            raise BadRequest("Only a time series runs on a channel: leave channel_id out.")
        if start is None:
            raise BadRequest("channel_id asks for a start_time.")
    if document.get("properties") and measurement_type != "properties":
        raise BadRequest(
            f"This measurement is of type {measurement_type!r}: only one of type 'properties' "
            "holds properties."
        )


def columns_of(document: Json) -> Json:
    """Return the fields that the table keeps in columns of their own, for filters and order."""
    return {"start_time": instant_or_none(document.get("start_time"))}
