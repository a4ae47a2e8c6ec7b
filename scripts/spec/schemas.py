"""Reads the schemas of a document as shapes, so that two spellings of one meaning are alike.

`$ref`, `allOf`, `anyOf`, `oneOf` and the `nullable` of OpenAPI 3.0 are worked in, prose left out.
"""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from attrs import evolve

from scripts.codegen.contract import Json
from scripts.spec.shapes import (
    ANYTHING,
    CLOSED,
    LOWER,
    NOTHING,
    PLAIN,
    UPPER,
    Child,
    Shape,
    intersect,
    unite,
)

# Compared as they are written: it is unknown which one is stricter.
_OPAQUE = (
    *("pattern", "multipleOf", "prefixItems", "contains", "patternProperties", "propertyNames"),
    *("dependentRequired", "dependentSchemas", "not", "if", "then", "else"),
)
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}


class SpecError(Exception):
    """A contract cannot be read; the text says where and why."""


class Shapes:
    """The shapes of the schemas of one document."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._known: dict[str, Shape] = {}
        self._open: set[str] = set()

    def of(self, schema: Json | bool) -> Shape:
        """Return the shape of a schema."""
        if isinstance(schema, bool):
            return Shape() if schema else Shape(types=NOTHING, nullable=False)
        own = _own(schema)
        parts = [unite(map(self.of, schema[key])) for key in ("anyOf", "oneOf") if key in schema]
        if "$ref" in schema:
            parts.insert(0, self._named(schema["$ref"]))
        shape = reduce(intersect, [*parts, own])
        if own.types or own.rules or own.enum is not None or own.formats != PLAIN:
            shape = evolve(shape, named=None)  # a named schema is not all that is said here
        return shape

    def _named(self, reference: str) -> Shape:
        if reference not in self._known:
            if reference in self._open:
                raise SpecError(f"{reference} is made of itself")
            self._open.add(reference)
            shape, name = self.of(self._at(reference)), reference.rpartition("/")[2]
            self._open.remove(reference)
            children = {
                step: child if child.owner else evolve(child, owner=name)
                for step, child in shape.children.items()
            }
            through = shape.through | {name}
            self._known[reference] = evolve(shape, children=children, named=name, through=through)
        return self._known[reference]

    def _at(self, reference: str) -> Json:
        node: Any = self._document
        if not reference.startswith("#/"):
            raise SpecError(f"$ref {reference!r} leads out of the document")
        for part in reference[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                raise SpecError(f"$ref {reference!r} leads nowhere")
            node = node[key]
        found: Json = node
        return found


def _own(schema: Json) -> Shape:
    """Return what the keywords of a schema say by themselves."""
    types, nullable = _types(schema)
    enum = [schema["const"]] if "const" in schema else schema.get("enum")
    children = {f".{name}": Child(each) for name, each in schema.get("properties", {}).items()}
    if "items" in schema:
        children["[]"] = Child(schema["items"])
    if schema.get(CLOSED, True) not in (True, False, {}):
        children["{}"] = Child(schema[CLOSED])
    return Shape(
        types=types,
        nullable=nullable,
        enum=None if enum is None else frozenset(plain(v) for v in enum if v is not None),
        formats=frozenset({schema.get("format", "")}),
        rules=_rules(schema),
        default=plain(schema["default"]) if schema.get("default") is not None else None,
        children=children,
        required=frozenset(schema.get("required", ())),
        deprecated=schema.get("deprecated", False),
        only=next((key for key in ("readOnly", "writeOnly") if schema.get(key)), None),
    )


def _types(schema: Json) -> tuple[frozenset[str], bool]:
    """Return the types without null, and whether null is one."""
    given = schema.get("type", [])
    types = {given} if isinstance(given, str) else set(given)
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if not types and values:
        types = {"null" if value is None else _TYPES.get(type(value), "object") for value in values}
    if not types and ("properties" in schema or CLOSED in schema):
        types = {"object"}
    if not types and "items" in schema:
        types = {"array"}
    if not types:
        return ANYTHING, True
    if types == {"null"}:
        return NOTHING, True
    if {"integer", "number"} <= types:
        types.discard("integer")
    return frozenset(types - {"null"}), "null" in types


def _rules(schema: Json) -> dict[str, object]:
    rules: dict[str, object] = {}
    for key in LOWER + UPPER:
        value = schema.get(key)
        nothing = value == 0 and key in ("minLength", "minItems", "minProperties")
        if isinstance(value, int | float) and not isinstance(value, bool) and not nothing:
            rules[key] = value
    rules |= {key: plain(_bare(schema[key])) for key in _OPAQUE if key in schema}
    if schema.get("uniqueItems"):
        rules["uniqueItems"] = True
    if schema.get(CLOSED) is False:
        rules[CLOSED] = False
    return rules


def _bare(node: Any) -> Any:
    """Copy a schema without what no payload is checked against."""
    if isinstance(node, dict):
        prose = ("description", "title", "example", "examples")
        kept = {k: v for k, v in node.items() if k not in prose and not k.startswith("x-")}
        return {key: _bare(value) for key, value in kept.items()}
    return [_bare(each) for each in node] if isinstance(node, list) else node


def plain(value: object) -> str:
    """Write a value of the contract as JSON, the same for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
