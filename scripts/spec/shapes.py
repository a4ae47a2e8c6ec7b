"""One level of a schema as plain sets: what has to fit both of two, or one of several.

A shape has its types, null, values, limits and children. The children are schemas again, so that a
schema which holds itself does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from scripts.codegen.contract import Json

ANYTHING: frozenset[str] = frozenset()
NOTHING = frozenset({"nothing"})
PLAIN = frozenset({""})

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
CLOSED = "additionalProperties"
_KINDS = {
    "string": ("minLength", "maxLength", "pattern"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems", "prefixItems", "contains"),
    "object": (
        *("minProperties", "maxProperties", CLOSED, "patternProperties", "propertyNames"),
        *("dependentRequired", "dependentSchemas"),
    ),
}
_KIND_OF = {rule: kind for kind, rules in _KINDS.items() for rule in rules}
_SCALARS = frozenset({"string", "integer", "number"})


@frozen
class Child:
    """A schema inside another; `owner` is the named schema that declares it, if there is one."""

    schema: Json
    owner: str | None = None


@frozen
class Shape:
    """One level of a schema.

    No types at all means that anything goes. `children` are found by `.name`, by `[]` for the
    items of an array, and by `{}` for the values under names that are not declared. `named` is the
    one named schema that says all this, `through` all that were passed on the way.
    """

    types: frozenset[str] = ANYTHING
    nullable: bool = True
    enum: frozenset[str] | None = None
    formats: frozenset[str] = PLAIN
    rules: Mapping[str, object] = field(factory=dict)
    default: str | None = None
    children: Mapping[str, Child] = field(factory=dict)
    required: frozenset[str] = frozenset()
    named: str | None = None
    through: frozenset[str] = frozenset()
    deprecated: bool = False
    only: str | None = None


def intersect(first: Shape, second: Shape) -> Shape:
    """Return the shape of what has to fit both; what is said once only, `second` has the say in."""
    enums = [each.enum for each in (first, second) if each.enum is not None]
    formats = first.formats & second.formats or first.formats | second.formats
    if first.formats >= PLAIN or second.formats >= PLAIN:
        formats = second.formats if first.formats >= PLAIN else first.formats
    rules = {**first.rules, **second.rules}
    for key in first.rules.keys() & second.rules.keys():
        rules[key] = _tightest(key, [first.rules[key], second.rules[key]])
    children = {**first.children, **second.children}
    for step in first.children.keys() & second.children.keys():
        one, other = first.children[step], second.children[step]
        merged = {"allOf": [one.schema, other.schema]}
        children[step] = other if one.schema == other.schema else Child(merged, other.owner)
    return Shape(
        types=_common(first.types, second.types),
        nullable=first.nullable and second.nullable,
        enum=frozenset.intersection(*enums) if enums else None,
        formats=formats,
        rules=rules,
        default=second.default if second.default is not None else first.default,
        children=children,
        required=first.required | second.required,
        named=None if first.named and second.named else first.named or second.named,
        through=first.through | second.through,
        deprecated=first.deprecated or second.deprecated,
        only=second.only or first.only,
    )


def unite(variants: Iterable[Shape]) -> Shape:
    """Return the shape of what has to fit one of the variants."""
    every = list(variants)
    nullable = any(each.nullable for each in every)
    some = [each for each in every if each.types != NOTHING]
    if len(some) < 2:
        return evolve(some[0], nullable=nullable) if some else Shape(types=NOTHING, nullable=True)
    free = any(not each.types for each in some)
    types = ANYTHING if free else _widest(frozenset[str]().union(*(v.types for v in some)))
    enums = [each.enum for each in some]
    texts = [each.formats for each in some if not each.types or each.types & _SCALARS]
    objects = [each for each in some if not each.types or "object" in each.types]
    children: dict[str, Child] = {}
    for step in dict.fromkeys(step for each in some for step in each.children):
        found = [each.children[step] for each in some if step in each.children]
        one = {"anyOf": [child.schema for child in found]}
        alike = all(child.schema == found[0].schema for child in found)
        children[step] = found[0] if alike else Child(one, found[0].owner)
    return Shape(
        types=types,
        nullable=nullable,
        enum=frozenset().union(*(e for e in enums if e is not None)) if None not in enums else None,
        formats=frozenset[str]().union(*texts) if texts else PLAIN,
        rules=_loosest(some),
        children=children,
        required=frozenset.intersection(*(v.required for v in objects)) if objects else frozenset(),
        through=frozenset[str]().union(*(each.through for each in some)),
    )


def _widest(types: frozenset[str]) -> frozenset[str]:
    return types - {"integer"} if "number" in types else types


def _common(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    if not first or not second:
        return first or second
    common = first & second
    for one, other in ((first, second), (second, first)):
        if "integer" in one and "number" in other:
            common |= {"integer"}
    return common or NOTHING


def _tightest(key: str, values: list[Any]) -> object:
    if key in LOWER:
        return max(values)
    return min(values) if key in UPPER else values[-1]


def _loosest(variants: list[Shape]) -> dict[str, object]:
    rules: dict[str, object] = {}
    for key in dict.fromkeys(key for each in variants for key in each.rules):
        kind = _KIND_OF.get(key, "")
        able = {kind, "integer"} if kind == "number" else {kind}
        about = [v for v in variants if not kind or not v.types or v.types & able]
        values: list[Any] = [v.rules.get(key) for v in about]
        if None in values:
            continue
        if key in LOWER + UPPER:
            rules[key] = min(values) if key in LOWER else max(values)
        elif len(distinct := sorted(set(map(str, values)))) == 1:
            rules[key] = values[0]
        else:
            rules[key] = " or ".join(distinct)
    return rules
