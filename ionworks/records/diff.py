"""Compares what was asked for with the record that was found. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ionworks.quantity import Quantity, QuantityError, as_quantity
from ionworks.records.record import Record


class DifferenceWarning(UserWarning):
    """create_or_get found a record that is not quite what was asked for."""


@frozen
class Difference:
    """One field that differs: its dotted path, what was asked for, what was found."""

    path: str
    asked: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path}: asked for {self.asked!r}, found {self.found!r}"


def differences(asked: Mapping[str, Any], found: Record) -> list[Difference]:
    """List the fields in which `found` is not what was asked for.

    Only the keys that the user gave are compared: quantities by closeness after conversion,
    times as instants, tags as a set, objects key by key.
    """
    return list(_compare(asked, found, ""))


def _compare(asked: Any, found: Any, path: str) -> Iterator[Difference]:
    if (wanted := _quantity(asked)) is not None:
        held = _quantity(found)
        if held is None or not _close(wanted, held):
            yield Difference(path, asked, found)
            return
        # What stands beside value and unit, such as a method, is compared like any other key.
        beside = asked if isinstance(asked, Mapping) else {}
        asked = {key: value for key, value in beside.items() if key not in ("value", "unit")}
    if isinstance(asked, Mapping) and isinstance(found, Mapping | Record | None):
        for key, value in asked.items():
            held = None if found is None else found.get(key)
            yield from _compare(value, held, f"{path}.{key}" if path else key)
    elif not _same(asked, found, path):
        yield Difference(path, asked, found)


def _same(asked: Any, found: Any, path: str) -> bool:
    if asked is None or found is None:
        return _is_empty(asked) and _is_empty(found)
    if isinstance(found, datetime.datetime | datetime.date):
        return bool(_instant(asked) == _instant(found))
    if path == "tags" and isinstance(asked, Sequence) and isinstance(found, Sequence):
        return {str(tag).casefold() for tag in asked} == {str(tag).casefold() for tag in found}
    if isinstance(asked, Sequence) and not isinstance(asked, str) and isinstance(found, Sequence):
        pairs = zip(asked, found, strict=False)
        return len(asked) == len(found) and not any(list(_compare(a, f, "")) for a, f in pairs)
    if isinstance(asked, float | int) and isinstance(found, float | int):
        return abs(asked - found) <= 1e-9 * max(abs(asked), abs(found))
    return bool(asked == found)


def _close(asked: Quantity, found: Quantity) -> bool:
    if asked == found:
        return True
    try:
        return asked.isclose(found)
    except QuantityError:  # a unit that nobody knows: only the spelling can tell
        return False


def _quantity(value: Any) -> Quantity | None:
    """Return `value` as a quantity, if it is one."""
    if not isinstance(value, Mapping) and not hasattr(value, "magnitude"):
        return None
    try:
        return as_quantity(value)
    except QuantityError:  # an object of the user's that happens to have such keys, or has not
        return None


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping | Sequence) and len(value) == 0)


def _instant(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, datetime.datetime) and isinstance(value, datetime.date):
        value = datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return value
