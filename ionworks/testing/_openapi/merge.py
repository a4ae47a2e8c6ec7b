"""Merges the parts of an `allOf` into one schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from ionworks.testing._openapi.errors import ContractError, Json, Place
from ionworks.testing._openapi.keywords import is_annotation, same

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


@frozen
class Merger:
    """Merges schemas.

    Attributes
    ----------
    expand : callable
        Takes a schema and its place; returns the schema without `$ref` and `allOf` at its top.
    """

    expand: Callable[[Any, Place], Any]

    def merge(self, first: Any, second: Any, place: Place) -> Any:
        """Return the schema of the values that fit both schemas.

        Annotations of the second schema win.

        Raises
        ------
        ContractError
            If the two cannot be written as one schema.
        """
        if same(first, second):
            return first
        first, second = self.expand(first, place), self.expand(second, place)
        if first is True or first == {}:
            return second
        if second is True or second == {}:
            return first
        if first is False or second is False:
            return False
        merged: Json = dict(first)
        for key, value in second.items():
            if key not in merged or is_annotation(key) or same(merged[key], value):
                merged[key] = value
            else:
                merged[key] = self._keyword(key, merged[key], value, (*place, key))
        return self._close(merged, first, second, place)

    def _keyword(self, key: str, first: Any, second: Any, place: Place) -> Any:
        if key in _LOWER:
            return max(first, second)
        if key in _UPPER:
            return min(first, second)
        if key in ("properties", "patternProperties"):
            return self._properties(first, second, place)
        if key in ("items", "additionalProperties"):
            return self.merge(first, second, place)
        if key == "required":
            return list(dict.fromkeys([*first, *second]))
        if key == "uniqueItems":
            return first or second
        if key == "pattern":
            return f"(?=.*(?:{first}))(?=.*(?:{second}))"
        if key == "type":
            return _common_types(first, second, place)
        if key == "enum":
            return _common_values(first, second, place)
        if key == "format" and first and second:
            raise ContractError(place, f"allOf has the formats {first} and {second}; keep one")
        raise ContractError(place, "the parts of allOf differ here; write one schema")

    def _properties(self, first: Json, second: Json, place: Place) -> Json:
        merged = dict(first)
        for name, schema in second.items():
            known = merged.get(name, True)
            merged[name] = self.merge(known, schema, (*place, name)) if name in first else schema
        return merged

    def _close(self, merged: Json, first: Json, second: Json, place: Place) -> Json:
        """Apply `additionalProperties` of each part to the properties of the other one."""
        for closed, other in ((first, second), (second, first)):
            rule = closed.get("additionalProperties", True)
            added = other.get("properties", {}).keys() - closed.get("properties", {}).keys()
            for name in sorted(added):
                if rule is False:
                    reason = (
                        f"one part of allOf declares {name!r}, another one forbids it by"
                        " additionalProperties; remove additionalProperties from the part"
                    )
                    raise ContractError(place, reason)
                schema = merged["properties"][name]
                if isinstance(rule, dict) and rule:
                    merged["properties"] = {
                        **merged["properties"],
                        name: self.merge(rule, schema, (*place, name)),
                    }
        return merged


def _common_types(first: Any, second: Any, place: Place) -> Any:
    one, other = ([each] if isinstance(each, str) else list(each) for each in (first, second))
    both = [kind for kind in one if kind in other]
    if "integer" not in both and (
        ("integer" in one and "number" in other) or ("integer" in other and "number" in one)
    ):
        both.append("integer")
    if not both:
        raise ContractError(place, f"the parts of allOf have no common type: {one} and {other}")
    return both[0] if len(both) == 1 else both


def _common_values(first: list[Any], second: list[Any], place: Place) -> list[Any]:
    both = [value for value in first if any(same(value, other) for other in second)]
    if not both:
        raise ContractError(place, "the parts of allOf have enums without a common value")
    return both
