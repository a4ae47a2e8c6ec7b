"""Reads openapi.yaml and derives from it the schemas that requests are checked against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Prose and evidence do not decide whether a payload is right.
_NOT_CHECKED = {"description", "title", "example", "examples", "deprecated"}
# What a quantity must be, which JSON Schema has no words for; copied whole.
_QUANTITY_RULES = {"x-quantity", "x-holds-quantities"}

Json = dict[str, Any]


def load(path: Path) -> Json:
    """Return the contract as plain JSON-able data."""
    document: Json = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield `(METHOD, path, operation)`, with the path's own parameters joined in."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method]}
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                yield method.upper(), path, operation


def schemas(document: Json) -> Json:
    """Return the named schemas."""
    named: Json = document.get("components", {}).get("schemas", {})
    return named


def resolve(document: Json, node: Json) -> Json:
    """Follow a local `$ref`, if `node` is one."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def secret_keys(document: Json, schema: Json) -> Iterator[str]:
    """Yield the properties of format `password`, inherited ones too."""
    schema = resolve(document, schema)
    for key, rules in schema.get("properties", {}).items():
        if resolve(document, rules).get("format") == "password":
            yield key
    for part in schema.get("allOf", ()):
        yield from secret_keys(document, part)


def request_schemas(document: Json) -> Json:
    """Return what each operation accepts: its parameters, its body, and the schemas they name.

    References point to `#/$defs/...`, so any schema can be compiled with the `$defs` beside.
    """
    table: Json = {}
    named: set[str] = set()
    for method, path, operation in operations(document):
        entry: Json = {"method": method, "path": path, "parameters": []}
        for raw in operation["parameters"]:
            parameter = resolve(document, raw)
            entry["parameters"].append(
                {
                    "name": parameter["name"],
                    "in": parameter["in"],
                    "required": parameter.get("required", False),
                    "schema": _strip(parameter["schema"], named),
                }
            )
        if "requestBody" in operation:
            body = resolve(document, operation["requestBody"])
            schema = body["content"].get("application/json", {}).get("schema", {})
            entry["body"] = {
                "required": body.get("required", False),
                "schema": _strip(schema, named),
            }
        table[operation["operationId"]] = entry
    return {
        "version": document["info"]["version"],
        "operations": table,
        "$defs": _definitions(document, named),
    }


def _definitions(document: Json, named: set[str]) -> Json:
    definitions: Json = {}
    while missing := sorted(named - definitions.keys()):
        for name in missing:
            definitions[name] = _strip(schemas(document)[name], named)
    return dict(sorted(definitions.items()))


def _strip(node: Any, named: set[str], *, names: bool = False) -> Any:
    """Copy a schema without prose; with `names`, the keys are property names and all stay."""
    if isinstance(node, Mapping):
        copy: Json = {}
        for key, value in node.items():
            if not names and key in _QUANTITY_RULES:
                copy[key] = value
                continue
            if not names and (key in _NOT_CHECKED or key.startswith("x-")):
                continue
            if not names and key == "$ref":
                name = value.rsplit("/", 1)[1]
                named.add(name)
                copy[key] = f"#/$defs/{name}"
            else:
                copy[key] = _strip(value, named, names=not names and key == "properties")
        return copy
    if isinstance(node, list):
        return [_strip(item, named) for item in node]
    return node
