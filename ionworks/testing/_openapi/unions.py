"""Finds what distinguishes the alternatives of a union."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ionworks.testing._openapi.errors import ContractError, Json, Place, schema_name
from ionworks.testing._openapi.keywords import same, types_of

#: The extension of the normal form: the property, and the values of each alternative.
TAGGED: Final = "x-discriminator"


def is_object(schema: Any) -> bool:
    """Whether a schema, without references, describes objects."""
    if not isinstance(schema, dict):
        return False
    kinds = types_of(schema)
    return "object" in kinds if kinds else "properties" in schema


def distinguish(
    branches: Sequence[Json],
    expanded: Sequence[Any],
    discriminator: Mapping[str, Any] | None,
    place: Place,
) -> Json | None:
    """Return what distinguishes the object alternatives; None if there is at most one.

    Returns
    -------
    dict or None
        `property`, and `values`: for each alternative the values of the property that select it;
        None for an alternative that is not an object. Without a property, the alternatives are
        distinguished by their required fields, and tried in order.

    Raises
    ------
    ContractError
        If two alternatives are not distinguished.
    """
    objects = [number for number, each in enumerate(expanded) if is_object(each)]
    if len(objects) < 2:
        return None
    if discriminator:
        return _declared(branches, expanded, objects, discriminator, place)
    for name in expanded[objects[0]].get("required", ()):
        values = [_constants(expanded[number], name) for number in objects]
        if all(values) and _are_disjoint([each or [] for each in values]):
            return _tagged(name, len(branches), dict(zip(objects, values, strict=True)))
    for position, number in enumerate(objects):
        for other in objects[position + 1 :]:
            if not _has_own_field(expanded[number], expanded[other]):
                raise ContractError(place, _advice(branches, number, other))
    return {}


def _declared(
    branches: Sequence[Json],
    expanded: Sequence[Any],
    objects: Sequence[int],
    discriminator: Mapping[str, Any],
    place: Place,
) -> Json:
    name = discriminator.get("propertyName")
    if not isinstance(name, str):
        raise ContractError((*place, "discriminator"), "propertyName is missing")
    mapping: Mapping[str, str] = discriminator.get("mapping") or {}
    values: dict[int, list[Any] | None] = {}
    for number in objects:
        own = schema_name(branches[number].get("$ref"))
        mapped: list[Any] = [
            value for value, target in mapping.items() if own and target.rpartition("/")[2] == own
        ]
        values[number] = mapped or _constants(expanded[number], name) or ([own] if own else None)
        if not values[number]:
            reason = f"no value of {name!r} selects alternative {number + 1}; add it to the mapping"
            raise ContractError((*place, "discriminator"), reason)
    if not _are_disjoint([each or [] for each in values.values()]):
        raise ContractError((*place, "discriminator"), f"one value of {name!r} selects two schemas")
    return _tagged(name, len(branches), values)


def _tagged(name: str, count: int, values: Mapping[int, list[Any] | None]) -> Json:
    return {"property": name, "values": [values.get(number) for number in range(count)]}


def _constants(schema: Any, name: str) -> list[Any] | None:
    """Return the values that a property may have if it is a constant or an enum."""
    rule = schema.get("properties", {}).get(name)
    if not isinstance(rule, dict):
        return None
    if "const" in rule:
        return [rule["const"]]
    values = rule.get("enum")
    return list(values) if values else None


def _are_disjoint(values: Sequence[Sequence[Any]]) -> bool:
    flat = [value for each in values for value in each]
    return not any(
        same(one, other) for number, one in enumerate(flat) for other in flat[number + 1 :]
    )


def _has_own_field(schema: Json, other: Json) -> bool:
    """Whether a schema requires a field that the other one does not declare."""
    return bool(set(schema.get("required", ())) - set(other.get("properties", {})))


def _advice(branches: Sequence[Json], number: int, other: int) -> str:
    names = [
        schema_name(branches[each].get("$ref")) or f"alternative {each + 1}"
        for each in (number, other)
    ]
    return (
        f"nothing distinguishes {names[0]} from {names[1]}; add a discriminator, a constant, or"
        f" a required field that only {names[0]} has"
    )
