"""Reads openapi.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Json = dict[str, Any]


def load(path: Path) -> Json:
    """Return the contract as plain JSON-able data."""
    document: Json = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return document


def line_of(path: Path, place: Sequence[str | int]) -> int | None:
    """Return the line of a place in a YAML file, counted from 1; None if it is not there."""
    node, line = YAML().load(path.read_text(encoding="utf-8")), None
    for key in place:
        position = getattr(node, "lc", None)
        known = position.data if position is not None else None
        if not known or key not in known:
            break
        line, node = known[key][0] + 1, node[key]
    return line


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield `(METHOD, path, operation)`, with the path's own parameters joined in."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method]}
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                yield method.upper(), path, operation


def skipped(document: Json) -> dict[str, str]:
    """Return why operations are not generated, by method and path."""
    return {
        f"{method} {path}": str(operation["x-skip"])
        for method, path, operation in operations(document)
        if "x-skip" in operation
    }


def without_skipped(document: Json) -> Json:
    """Return a document without the operations that have `x-skip`."""
    paths = {
        path: {method: each for method, each in item.items() if "x-skip" not in each}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": {path: item for path, item in paths.items() if item}}


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
    """Yield the properties of format `password`."""
    schema = resolve(document, schema)
    for key, rules in schema.get("properties", {}).items():
        if resolve(document, rules).get("format") == "password":
            yield key
