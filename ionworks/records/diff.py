"""Compares the requested fields with the existing record. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from ionworks.quantity import Quantity, QuantityError, as_quantity
from ionworks.records.record import Record


class DifferenceWarning(UserWarning):
    """Issued by create_or_get if the existing record differs from the requested one."""


@frozen
class Difference:
    """One field that differs: its dotted path, the requested value and the existing one."""

    path: str
    asked: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path}: requested {self.asked!r}, found {self.found!r}"


def differences(requested: Mapping[str, Any], found: Record) -> list[Difference]:
    """Return the fields in which `found` differs from `requested`.

    Only the keys in `requested` are compared: quantities within a tolerance after conversion,
    times as instants, tags as a set without regard to case, objects key by key.
    """
    return list(_compare(requested, found, ""))


def _compare(requested: Any, found: Any, path: str) -> Iterator[Difference]:
    if (wanted := _quantity(requested)) is not None:
        held = _quantity(found)
        if held is None or not _close(wanted, held):
            yield Difference(path, requested, found)
            return
        # Keys other than value and unit, such as a method, are compared like any other key.
        extra = requested if isinstance(requested, Mapping) else {}
        requested = {key: value for key, value in extra.items() if key not in ("value", "unit")}
    if isinstance(requested, Mapping) and isinstance(found, Mapping | Record | None):
        for key, value in requested.items():
            held = None if found is None else found.get(key)
            yield from _compare(value, held, f"{path}.{key}" if path else key)
    elif not _same(requested, found, path):
        yield Difference(path, requested, found)


def _same(requested: Any, found: Any, path: str) -> bool:
    if requested is None or found is None:
        return _is_empty(requested) and _is_empty(found)
    if isinstance(found, datetime.datetime | datetime.date):
        return bool(_instant(requested) == _instant(found))
    if path == "tags" and isinstance(requested, Sequence) and isinstance(found, Sequence):
        return {str(tag).casefold() for tag in requested} == {str(tag).casefold() for tag in found}
    if (
        isinstance(requested, Sequence)
        and not isinstance(requested, str)
        and isinstance(found, Sequence)
    ):
        pairs = zip(requested, found, strict=False)
        return len(requested) == len(found) and not any(list(_compare(a, f, "")) for a, f in pairs)
    if isinstance(requested, float | int) and isinstance(found, float | int):
        return abs(requested - found) <= 1e-9 * max(abs(requested), abs(found))
    return bool(requested == found)


def _close(requested: Quantity, found: Quantity) -> bool:
    if requested == found:
        return True
    try:
        return requested.isclose(found)
    except QuantityError:  # unknown unit or other dimension
        return False


def _quantity(value: Any) -> Quantity | None:
    """Return `value` as a quantity, if it is one."""
    if not isinstance(value, Mapping) and not hasattr(value, "magnitude"):
        return None
    try:
        return as_quantity(value)
    except QuantityError:  # an object that is not a quantity
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
