"""Converts a record to one row: its fields and quantities by dotted path. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from ionworks._redact import REDACTED, is_secret_key
from ionworks.quantity import Quantity
from ionworks.records import readers
from ionworks.records.base import InvalidRecord
from ionworks.records.model import WireRecord

#: A value in a row: a scalar, a quantity, or a nested value that is not flattened further.
Cell: TypeAlias = Any

# Objects that only group fields: the column `ratings.capacity` is named `capacity`.
_HOLDERS: Final = frozenset({"ratings", "measured_properties", "properties"})
_SCALARS: Final[Mapping[Any, type]] = {
    readers.read_str: str,
    readers.read_id: str,
    readers.read_int: int,
    readers.read_float: float,
    readers.read_bool: bool,
    readers.read_datetime: datetime.datetime,
    readers.read_date: datetime.date,
}


def as_held_quantity(value: Any) -> Quantity | None:
    """Return `value` as a quantity if it is one, or a JSON object of one; else None."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Mapping) and {"value", "unit"} <= value.keys():
        try:
            return Quantity.from_dict(value)
        except (ValueError, TypeError):
            return None
    return None


def quantities_in(holder: WireRecord | Mapping[str, Any]) -> dict[str, Any]:
    """Return the quantities inside in the same nesting, without the parts that have none."""
    found = {key: _quantities_of(holder[key]) for key in holder}
    return {key: inner for key, inner in found.items() if inner is not None}


def _quantities_of(value: Any) -> Any:
    """Return `value` as a quantity, or the quantities inside it in the same nesting, or None."""
    if (quantity := as_held_quantity(value)) is not None:
        return quantity
    if isinstance(value, WireRecord | Mapping):
        return quantities_in(value) or None
    if isinstance(value, list | tuple):
        inner = [_quantities_of(item) for item in value]
        return inner if any(item is not None for item in inner) else None
    return None


def quantities_by_path(source: WireRecord | Mapping[str, Any]) -> dict[str, Quantity]:
    """Return the quantities inside, by dotted path such as ``cathode.properties.loading``.

    Parameters
    ----------
    source
        A record, a part of one, or any nested dictionary in the form of the API's JSON.

    Examples
    --------
    >>> quantities_by_path({"cell": {"mass": {"value": 68.5, "unit": "g"}}})
    {'cell.mass': Quantity(68.5, 'g')}
    """
    if (alone := as_held_quantity(source)) is not None:
        return {"": alone}
    return dict(_paths(quantities_in(source)))


def flatten(record: object) -> dict[str, Cell]:
    """Return the fields of a record as one level, with dotted paths for nested fields.

    The first of `ratings`, `measured_properties` and `properties` that a record has is left out of
    a path, unless the shorter path would begin with the name of another field of the record. Empty
    and null objects yield no field. Secrets are redacted. An `InvalidRecord` has the fields `id`
    and `invalid`, the reason. An item that is not an object has the one field `value`.
    """
    if isinstance(record, InvalidRecord):
        return {"id": record.id, "invalid": record.problem}
    return dict(_leaves(record)) if isinstance(record, WireRecord | Mapping) else {"value": record}


def declared_scalars(model: type[WireRecord]) -> Mapping[str, type]:
    """Return the types of the scalar fields that the contract declares for a model, by name."""
    return {line.name: _SCALARS[line.read] for line in model._wire if line.read in _SCALARS}


def _paths(nested: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Quantity]]:
    for key, value in nested.items():
        place = f"{above}.{key}" if above else key
        if isinstance(value, Quantity):
            yield place, value
        elif isinstance(value, list):
            numbered = {f"{place}[{n}]": item for n, item in enumerate(value) if item is not None}
            yield from _paths(numbered)
        else:
            yield from _paths(value, place)


def _leaves(holder: WireRecord | Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    scalars = declared_scalars(type(holder)) if isinstance(holder, WireRecord) else {}
    for key in holder:
        value = holder[key]
        if holder._hides(key) if isinstance(holder, WireRecord) else is_secret_key(key):
            yield key, REDACTED
        elif (quantity := as_held_quantity(value)) is not None:
            yield key, quantity
        elif isinstance(value, WireRecord | Mapping):
            for inner, leaf in _leaves(value):
                short = isinstance(holder, WireRecord) and _is_unambiguous(type(holder), key, inner)
                yield (inner if short else f"{key}.{inner}"), leaf
        elif value is not None or key in scalars:
            yield key, value


def _is_unambiguous(model: type[WireRecord], holder: str, inner: str) -> bool:
    fields = [line.name for line in model._wire]
    first = next((name for name in fields if name in _HOLDERS), None)
    return holder == first and inner.partition(".")[0] not in fields
