"""Dates and times in bodies: read in any zone, kept in UTC."""

from __future__ import annotations

from collections.abc import Sequence

from ionworks.sandbox.contract.problems import Json, invalid
from ionworks.sandbox.database.identity import format_datetime, parse_instant


def in_utc(body: Json, fields: Sequence[str], place: Sequence[str | int]) -> Json:
    """Return a copy of a body whose times are ISO 8601 in UTC; a plain date is its midnight."""
    found = dict(body)
    for field in fields:
        value = found.get(field)
        if value is not None:
            found[field] = format_datetime(_instant(str(value), (*place, field)))
    return found


def _instant(text: str, place: Sequence[str | int]) -> int:
    try:
        return parse_instant(text)
    except ValueError as error:
        message = f"Input should be a valid datetime: {error}"
        raise invalid("datetime_parsing", place, message, text) from None


def instant_or_none(value: object) -> int | None:
    """Return a stored time as microseconds since 1970."""
    return None if value is None else parse_instant(str(value))
