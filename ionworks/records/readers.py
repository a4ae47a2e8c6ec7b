"""Readers: functions that convert a decoded JSON value to an attribute's type. Pure.

Readers are not called with None: null is handled before.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ionworks.quantity import Quantity
from ionworks.records.base import InvalidRecord, Reader, RecordError, T, kind_of, short_repr


def read_any(value: Any) -> Any:
    """Return any JSON value unchanged."""
    return value


def read_str(value: Any) -> str:
    """Read a string; a number is converted to text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RecordError("", f"expected text, got {kind_of(value)}")


def read_id(value: Any) -> str:
    """Read the id of a record: text, not blank. A number is not converted."""
    if isinstance(value, str) and value.strip():
        return value
    shown = kind_of(value) if not isinstance(value, str) else "blank text"
    raise RecordError("", f"expected the id as text, got {shown}")


def read_int(value: Any) -> int:
    """Read an integer; `"3"` and `3.0` are read as 3."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        if isinstance(value, str):
            return int(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
    except ValueError:
        pass
    raise RecordError("", f"expected an integer, got {kind_of(value)}")


def read_float(value: Any) -> float:
    """Read a number, or text that is a number, as a float."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise RecordError("", f"expected a number, got {kind_of(value)}")


def read_bool(value: Any) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise RecordError("", f"expected true or false, got {kind_of(value)}")


def read_datetime(value: Any) -> datetime.datetime:
    """Read an ISO 8601 time; a time without an offset is taken as UTC."""
    if isinstance(value, str):
        try:
            parsed = datetime.datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.UTC)
    raise RecordError("", f"expected an ISO 8601 time, got {kind_of(value)}")


def read_date(value: Any) -> datetime.date:
    """Read an ISO 8601 date."""
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise RecordError("", f"expected an ISO 8601 date, got {kind_of(value)}")


def read_quantity(value: Any) -> Quantity:
    """Read a `{value, unit}` object."""
    if isinstance(value, Mapping):
        try:
            return Quantity.from_dict(value)
        except (ValueError, TypeError) as error:
            raise RecordError("", str(error)) from None
    raise RecordError("", f"expected a quantity {{value, unit}}, got {kind_of(value)}")


def list_of(read: Reader[T]) -> Reader[list[T]]:
    """Return a reader of arrays, given the reader of their items."""

    def read_list(value: Any) -> list[T]:
        items = _array(value)
        try:
            return [read(item) for item in items]
        except RecordError:  # read again, to find the index
            return [_at(index, read, item) for index, item in enumerate(items)]

    return read_list


def lenient_list_of(read: Reader[T]) -> Reader[list[Any]]:
    """Return a reader of arrays that replaces unreadable items by an `InvalidRecord`."""

    def read_each(value: Any) -> list[Any]:
        items: list[Any] = []
        for raw in _array(value):
            try:
                items.append(read(raw))
            except RecordError as error:
                identity = raw.get("id") if isinstance(raw, Mapping) else None
                name = None if identity is None else str(identity)
                items.append(InvalidRecord(name, error.field, error.reason, raw))
        return items

    return read_each


def union_of(*readers: Reader[Any]) -> Reader[Any]:
    """Return a reader of unions: the first of `readers` that accepts the value.

    A string, number or boolean that already has one of the types is returned unchanged.
    """
    plain = {EXACT_TYPES[read] for read in readers if read in EXACT_TYPES}

    def read_choice(value: Any) -> Any:
        if type(value) in plain:
            return value
        reasons = []
        for read in readers:
            try:
                return read(value)
            except RecordError as error:
                reasons.append(str(error) if error.field else error.reason)
        raise RecordError("", "; or ".join(reasons))

    return read_choice


def tagged_union_of(
    name: str, readers: Mapping[Any, Reader[Any]], *others: Reader[Any]
) -> Reader[Any]:
    """Make the reader of a union whose objects are distinguished by the value of a field.

    Parameters
    ----------
    name : str
        The field.
    readers : mapping
        The reader for each value of the field.
    *others : reader
        The readers of values that are not objects.
    """
    read_other = union_of(*others) if others else None

    def read_tagged(value: Any) -> Any:
        if not isinstance(value, Mapping):
            if read_other is not None:
                return read_other(value)
            raise RecordError("", f"expected an object, got {kind_of(value)}")
        tag = value.get(name)
        read = readers.get(tag) if isinstance(tag, str | int | float | bool) else None
        if read is None:
            known = " or ".join(map(repr, readers))
            raise RecordError(name, f"expected {known}, got {short_repr(tag)}")
        return read(value)

    return read_tagged


# Readers that return a value of exactly this type unchanged.
EXACT_TYPES: Final[Mapping[Any, type]] = {
    read_str: str,
    read_int: int,
    read_float: float,
    read_bool: bool,
}


def _array(value: Any) -> Sequence[Any]:
    if type(value) is list or (isinstance(value, Sequence) and not isinstance(value, str | bytes)):
        return value
    raise RecordError("", f"expected an array, got {kind_of(value)}")


def _at(key: object, read: Reader[T], item: Any) -> T:
    try:
        # Null inside an array is accepted, like any other null.
        return None if item is None else read(item)  # type: ignore[return-value]
    except RecordError as error:
        raise error.in_field(str(key)) from None
