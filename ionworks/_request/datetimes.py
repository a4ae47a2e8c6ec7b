"""Reads moments as people give them: datetimes, dates, ISO 8601 and what people write. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import product
from typing import TypeAlias

from ionworks.errors import PayloadError
from ionworks.records.model import format_datetime

DatetimeLike: TypeAlias = datetime | date | str
"""A moment as people give it; `moment` reads it."""


def to_iso8601(field: str, value: object) -> str:
    """Write a moment as an ISO 8601 string with its zone.

    Parameters
    ----------
    field : str
        The keyword, for the error.
    value : datetime, date or str
        A datetime keeps its zone; **one without a zone is taken as UTC**, as is a text without
        one. A date means its midnight in UTC. A text is ISO 8601 or what people write
        (``"2 Jan 2025 3pm"``); it must give day, month and year, and read one way only.

    Raises
    ------
    PayloadError
        If the value is none of these, or if the text is incomplete, ambiguous or unreadable.
    """
    if isinstance(value, str):
        value = _read_text(field, value.strip())
    if isinstance(value, datetime):
        if value.year != value.year:  # pandas.NaT calls itself a datetime
            raise PayloadError(field, "NaT", "is no moment", "Leave it out, or give a date")
        try:
            return format_datetime(_whole_minutes(value))
        except OverflowError:
            raise PayloadError(field, value, "lies beyond the calendar") from None
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00Z"
    raise PayloadError(field, value, "is no moment", "Give a datetime, a date or an ISO 8601 text")


def _read_text(field: str, text: str) -> datetime:
    """Read ISO 8601; failing that, what people write, if it has only one meaning."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if re.search(r"\b(utc|gmt|z)\s*[+-]", text, re.IGNORECASE):
        fix = "Write the offset alone, for instance +02:00"
        raise PayloadError(field, text, "is read with either sign", fix)
    meanings = _interpretations(field, text)
    if len(meanings) > 1:
        shown = " or ".join(sorted(meaning.date().isoformat() for meaning in meanings))
        raise PayloadError(field, text, f"is ambiguous: {shown}", "Write it as YYYY-MM-DD")
    return meanings.pop()


def _interpretations(field: str, text: str) -> set[datetime]:
    from dateutil import parser  # type: ignore[import-untyped]

    # Day or month first, and year first, unless the text begins with a year in full.
    year_first = re.match(r"\d{4}(\D|\d{4}(\D|$))", text)
    orders = ((False, False),) if year_first else tuple(product((False, True), repeat=2))
    # Two defaults that differ in day, month and year show what the text leaves open.
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
        fix = "Write its offset, for instance +02:00, or UTC"
        raise PayloadError(field, text, "names a time zone that is not certain", fix) from None
    except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError, IndexError):
        raise PayloadError(field, text, "is no moment", "Write it as YYYY-MM-DD") from None
    return found


class _ZoneNameError(ValueError):
    """A zone by name, such as EST, which stands for several."""


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Resolve a zone for dateutil, which otherwise takes some names from this machine's zone."""
    if name is not None and name.upper() not in ("UTC", "GMT", "Z"):
        raise _ZoneNameError(name)
    if offset:
        return timezone(timedelta(seconds=offset))
    return None if name is None and offset is None else UTC


def _whole_minutes(value: datetime) -> datetime:
    """Return the same time with an offset of whole minutes: RFC 3339 has no seconds in it."""
    offset = value.utcoffset()
    return value.astimezone(UTC) if offset and offset % timedelta(minutes=1) else value
