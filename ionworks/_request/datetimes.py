"""Converts dates and times to ISO 8601: datetimes, dates and text in common formats. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import product
from typing import TypeAlias

from ionworks.errors import PayloadError
from ionworks.records.model import format_datetime

DatetimeLike: TypeAlias = datetime | date | str
"""A date or time in any form that `to_iso8601` accepts."""


def to_iso8601(field: str, value: object) -> str:
    """Return a date or time as an ISO 8601 string with its time zone.

    Parameters
    ----------
    field : str
        The keyword, for the error.
    value : datetime, date or str
        A datetime keeps its time zone. **A datetime or text without one is taken as UTC.** A date
        means midnight UTC of that day. Text is ISO 8601 or a common format
        (``"2 Jan 2025 3pm"``); it must contain day, month and year and be unambiguous.

    Raises
    ------
    PayloadError
        If the value is none of these, or if the text is incomplete, ambiguous or invalid.
    """
    if isinstance(value, str):
        value = _read_text(field, value.strip())
    if isinstance(value, datetime):
        if value.year != value.year:  # pandas.NaT calls itself a datetime
            raise PayloadError(
                field, "NaT", "is not a valid date or time", "Leave it out, or give a date"
            )
        try:
            return format_datetime(_whole_minutes(value))
        except OverflowError:
            raise PayloadError(field, value, "is outside the years 1 to 9999 in UTC") from None
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00Z"
    fix = "Give a datetime, a date or ISO 8601 text"
    raise PayloadError(field, value, "is not a valid date or time", fix)


def _read_text(field: str, text: str) -> datetime:
    """Parse ISO 8601, else any common format that has only one interpretation."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if re.search(r"\b(utc|gmt|z)\s*[+-]", text, re.IGNORECASE):
        reason = "has an ambiguous offset: the sign after UTC or GMT has two readings"
        raise PayloadError(field, text, reason, "Write the offset alone, for example +02:00")
    readings = _interpretations(field, text)
    if len(readings) > 1:
        shown = " or ".join(sorted(reading.date().isoformat() for reading in readings))
        raise PayloadError(field, text, f"is ambiguous: {shown}", "Write it as YYYY-MM-DD")
    return readings.pop()


def _interpretations(field: str, text: str) -> set[datetime]:
    from dateutil import parser  # type: ignore[import-untyped]

    # Try all orders of day, month and year, unless the text begins with a four-digit year.
    year_first = re.match(r"\d{4}(\D|\d{4}(\D|$))", text)
    orders = ((False, False),) if year_first else tuple(product((False, True), repeat=2))
    # With two defaults that differ in day, month and year, a part that the text omits differs.
    defaults = datetime(2000, 1, 1), datetime(2023, 12, 28)
    found: set[datetime] = set()
    try:
        for day, year in orders:
            read = [
                parser.parse(text, default=d, dayfirst=day, yearfirst=year, tzinfos=_zone)
                for d in defaults
            ]
            if read[0] != read[1]:
                reason = "does not give day, month and year"
                raise PayloadError(field, text, reason, "Write it as YYYY-MM-DD")
            found.add(read[0])
    except PayloadError:
        raise
    except _ZoneNameError:
        fix = "Write the offset, for example +02:00, or UTC"
        raise PayloadError(field, text, "has an ambiguous time zone name", fix) from None
    except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError, IndexError):
        reason = "is not a valid date or time"
        raise PayloadError(field, text, reason, "Write it as YYYY-MM-DD") from None
    return found


class _ZoneNameError(ValueError):
    """A time zone name other than UTC or GMT, such as EST, which several zones share."""


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Resolve a time zone for dateutil, which otherwise reads some names as the local zone."""
    if name is not None and name.upper() not in ("UTC", "GMT", "Z"):
        raise _ZoneNameError(name)
    if offset:
        return timezone(timedelta(seconds=offset))
    return None if name is None and offset is None else UTC


def _whole_minutes(value: datetime) -> datetime:
    """Return the same time with an offset of whole minutes, as RFC 3339 requires."""
    offset = value.utcoffset()
    return value.astimezone(UTC) if offset and offset % timedelta(minutes=1) else value
