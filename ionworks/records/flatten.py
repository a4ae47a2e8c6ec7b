"""A record as one row: its fields by dotted path, the quantities among them. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from ionworks._redact import REDACTED, is_secret_key
from ionworks.quantity import Quantity
from ionworks.records import readers
from ionworks.records.base import InvalidRecord
from ionworks.records.model import WireRecord

#: What a row may hold: scalars, quantities, and what is too deep for a column.
Cell: TypeAlias = Any

# Objects that only hold others: a column `capacity` says all that `ratings.capacity` would.
_HOLDERS: Final = frozenset({"ratings", "measured_properties", "properties"})
_SCALARS: Final[Mapping[Any, type]] = {
    readers.read_str: str,
    readers.read_int: int,
    readers.read_float: float,
    readers.read_bool: bool,
    readers.read_datetime: datetime.datetime,
    readers.read_date: datetime.date,
}


def as_held_quantity(value: Any) -> Quantity | None:
    """Return `value` as a quantity, if it is one or the wire's form of one."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Mapping) and {"value", "unit"} <= value.keys():
        try:
            return Quantity.from_dict(value)
        except (ValueError, TypeError):
            return None
    return None


def quantities_in(holder: WireRecord | Mapping[str, Any]) -> dict[str, Any]:
    """Return the quantities inside, in the same nesting; what has none is left out."""
    found = {key: _quantities_of(holder[key]) for key in holder}
    return {key: inner for key, inner in found.items() if inner is not None}


def _quantities_of(value: Any) -> Any:
    """Return a quantity, or those inside in the same nesting, or None where there is none."""
    if (quantity := as_held_quantity(value)) is not None:
        return quantity
    if isinstance(value, WireRecord | Mapping):
        return quantities_in(value) or None
    if isinstance(value, list | tuple):
        inner = [_quantities_of(item) for item in value]
        return inner if any(item is not None for item in inner) else None
    return None


def quantities_by_path(source: WireRecord | Mapping[str, Any]) -> dict[str, Quantity]:
    """Return the quantities inside by dotted path, such as ``cathode.properties.loading``.

    Parameters
    ----------
    source
        A record, a part of one, or any nested dictionary in the wire's form.

    Examples
    --------
    >>> quantities_by_path({"cell": {"mass": {"value": 68.5, "unit": "g"}}})
    {'cell.mass': Quantity(68.5, 'g')}
    """
    if (alone := as_held_quantity(source)) is not None:
        return {"": alone}
    return dict(_paths(quantities_in(source)))


def flatten(record: object) -> dict[str, Cell]:
    """Return the fields of a record in one level, the nested ones by dotted path.

    `ratings`, `measured_properties` and `properties` are left out of a path where the name says as
    much without them: for the first of them that a record has, and for names that are no field of
    the record. Objects without keys, and null ones, have no field. Secrets are hidden. Of what did
    not fit the contract there are `id` and what is `invalid`; what has no fields is a `value`.
    """
    if isinstance(record, InvalidRecord):
        return {"id": record.id, "invalid": record.problem}
    return dict(_leaves(record)) if isinstance(record, WireRecord | Mapping) else {"value": record}


def declared_scalars(model: type[WireRecord]) -> Mapping[str, type]:
    """Return the types of the scalar fields that the contract declares for a record, by name."""
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
