"""Writes a contract as a plain OpenAPI 3.1 document, the same for all who read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ionworks.testing._openapi.directions import split_directions
from ionworks.testing._openapi.errors import (
    SCHEMAS,
    ContractError,
    Json,
    Place,
    follow,
    schema_name,
)
from ionworks.testing._openapi.keywords import (
    BY_NAME,
    LISTS,
    SINGLE,
    is_annotation,
    is_null,
    lift,
    same,
)
from ionworks.testing._openapi.merge import Merger
from ionworks.testing._openapi.unions import TAGGED, distinguish

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SCHEMAS: Final[Place] = ("components", "schemas")
_UNIONS: Final = ("anyOf", "oneOf")


def normalize(document: Mapping[str, Any]) -> Json:
    """Return a contract in its normal form.

    OpenAPI 3.0 is written as 3.1. Parameters, bodies, responses and headers are in their
    operation; schemas keep their names. The parts of each `allOf` are one schema. A schema of
    requests has no read-only field, one of responses has no write-only field. `x-discriminator`
    says how the objects of a union are distinguished. Each operation lists its security.

    Parameters
    ----------
    document : mapping
        An OpenAPI 3.0 or 3.1 document.

    Raises
    ------
    ContractError
        If the document is not OpenAPI 3, or cannot be written so; says where.
    """
    if not isinstance(document, Mapping) or not str(document.get("openapi", "")).startswith("3."):
        raise ContractError((), "this is not an OpenAPI 3 document: `openapi: 3.…` is missing")
    if not isinstance(document.get("paths"), dict):
        raise ContractError(("paths",), "expected a mapping of paths")
    return split_directions(_Normalizer(dict(document)).document())


class _Normalizer:
    """Brings one document into normal form."""

    def __init__(self, document: Json) -> None:
        self._document = document
        components = document.get("components") or {}
        self._schemas: Json = components.get("schemas") or {}
        self._security_schemes: Json = components.get("securitySchemes") or {}
        self._done: Json = {}
        self._open: set[str] = set()
        self._merger = Merger(self._expand)

    def document(self) -> Json:
        """Return the whole document."""
        kept = ("info", "tags", "servers")
        schemes = {
            name: follow(self._document, scheme, ("components", "securitySchemes", name))
            for name, scheme in self._security_schemes.items()
        }
        return {
            "openapi": "3.1.0",
            **{key: self._document[key] for key in kept if key in self._document},
            **{key: value for key, value in self._document.items() if key.startswith("x-")},
            "paths": {path: self._path(path, item) for path, item in self._paths()},
            "components": {
                "schemas": {name: self._checked(name) for name in self._schemas},
                **({"securitySchemes": schemes} if schemes else {}),
            },
        }

    # Operations

    def _paths(self) -> Iterator[tuple[str, Json]]:
        for path, item in self._document["paths"].items():
            resolved = follow(self._document, item, ("paths", path))
            if not isinstance(resolved, dict):
                raise ContractError(("paths", path), "expected a mapping of operations")
            yield path, resolved

    def _path(self, path: str, item: Json) -> Json:
        shared = item.get("parameters") or []
        return {
            method: self._operation(item[method], shared, ("paths", path, method))
            for method in METHODS
            if method in item
        }

    def _operation(self, raw: Any, shared: Sequence[Any], place: Place) -> Json:
        if not isinstance(raw, dict):
            raise ContractError(place, "expected an operation")
        left = ("parameters", "requestBody", "responses", "callbacks", "servers", "security")
        operation = {key: value for key, value in raw.items() if key not in left}
        operation["security"] = raw.get("security", self._document.get("security", []))
        given = [*enumerate(shared), *enumerate(raw.get("parameters") or [])]
        parameters = [self._parameter(each, (*place, "parameters", i)) for i, each in given]
        # An operation's own parameter replaces that of its path.
        unique = {(each["in"], each["name"]): each for each in parameters}
        if unique:
            operation["parameters"] = list(unique.values())
        if "requestBody" in raw:
            where = (*place, "requestBody")
            body = follow(self._document, raw["requestBody"], where)
            operation["requestBody"] = self._with_content(body, where)
        operation["responses"] = {
            str(status): self._response(response, (*place, "responses", str(status)))
            for status, response in (raw.get("responses") or {}).items()
        }
        return operation

    def _parameter(self, raw: Any, place: Place) -> Json:
        parameter = follow(self._document, raw, place)
        if not isinstance(parameter, dict) or not {"in", "name"} <= parameter.keys():
            raise ContractError(place, "a parameter needs `name` and `in`")
        resolved = self._with_content(parameter, place)
        if "schema" in resolved:
            resolved["schema"] = self._schema(resolved["schema"], (*place, "schema"))
        if resolved["in"] == "path":
            resolved["required"] = True
        return resolved

    def _response(self, raw: Any, place: Place) -> Json:
        response = follow(self._document, raw, place)
        if not isinstance(response, dict):
            raise ContractError(place, "expected a response")
        resolved = self._with_content(response, place)
        resolved.pop("links", None)
        if "headers" in resolved:
            resolved["headers"] = {
                name: self._header(header, (*place, "headers", name))
                for name, header in resolved["headers"].items()
            }
        return resolved

    def _header(self, raw: Any, place: Place) -> Json:
        header = dict(follow(self._document, raw, place))
        if "schema" in header:
            header["schema"] = self._schema(header["schema"], (*place, "schema"))
        return header

    def _with_content(self, part: Json, place: Place) -> Json:
        """Return a body or response with the schemas of its media types in normal form."""
        copy = dict(part)
        if "content" in copy:
            copy["content"] = {
                kind: {
                    **media,
                    "schema": self._schema(media.get("schema", {}), (*place, "content", kind)),
                }
                for kind, media in copy["content"].items()
            }
        return copy

    # Schemas

    def _checked(self, name: str) -> Any:
        """Return a named schema in normal form, which does not refer to itself alone."""
        self._expand({"$ref": SCHEMAS + name}, (*_SCHEMAS, name))
        return self._named(name)

    def _named(self, name: str) -> Any:
        """Return a named schema in normal form."""
        if name not in self._done:
            if name in self._open:
                raise ContractError((*_SCHEMAS, name), "allOf makes this schema a part of itself")
            self._open.add(name)
            self._done[name] = self._schema(self._schemas[name], (*_SCHEMAS, name))
            self._open.remove(name)
        return self._done[name]

    def _schema(self, node: Any, place: Place) -> Any:
        """Return a schema in normal form."""
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise ContractError(place, f"expected a schema, got {node!r}")
        schema = lift(node)
        if "$ref" in schema:
            return self._reference(schema, place)
        if "allOf" in schema:
            return self._all_of(schema, place)
        copy: Json = {}
        for key, value in schema.items():
            if key in BY_NAME:
                copy[key] = {
                    name: self._schema(each, (*place, key, name)) for name, each in value.items()
                }
            elif key in LISTS:
                copy[key] = [
                    self._schema(each, (*place, key, number)) for number, each in enumerate(value)
                ]
            elif key in SINGLE:
                copy[key] = self._schema(value, (*place, key))
            else:
                copy[key] = value
        for key in _UNIONS:
            if key in copy:
                copy = self._union(copy, key, place)
        copy.pop("discriminator", None)
        return copy

    def _reference(self, schema: Json, place: Place) -> Any:
        name = schema_name(schema["$ref"])
        if name is None:
            return self._schema(follow(self._document, schema, place), place)
        if name not in self._schemas:
            raise ContractError(place, f"$ref {schema['$ref']!r} leads nowhere")
        rules = {k: v for k, v in schema.items() if k != "$ref" and not is_annotation(k)}
        if not rules:
            return schema
        notes = {k: v for k, v in schema.items() if is_annotation(k)}
        return self._all_of({"allOf": [{"$ref": schema["$ref"]}, rules], **notes}, place)

    def _all_of(self, schema: Json, place: Place) -> Any:
        parts = schema["allOf"]
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        plain = all(is_annotation(key) for key in rest)
        if len(parts) == 1 and plain and isinstance(parts[0], dict):
            return self._schema({**parts[0], **rest}, place)
        merged: Any = True
        for number, part in enumerate(parts):
            merged = self._merger.merge(merged, part, (*place, "allOf", number))
        return self._merger.merge(merged, self._schema(rest, place), place)

    def _expand(self, node: Any, place: Place) -> Any:
        """Return a schema in normal form, without a reference at its top."""
        schema, seen = self._schema(node, place), set[str]()
        while isinstance(schema, dict) and "$ref" in schema:
            notes = {key: value for key, value in schema.items() if key != "$ref"}
            name = str(schema_name(schema["$ref"]))
            if name in seen:
                raise ContractError((*_SCHEMAS, name), "this schema is a reference to itself")
            seen.add(name)
            target = self._named(name)
            schema = {**target, **notes} if isinstance(target, dict) else target
        return schema

    def _union(self, schema: Json, key: str, place: Place) -> Json:
        """Return a schema with the alternatives of a union in one level, null last."""
        branches: list[Any] = []
        for branch in schema[key]:
            for each in self._alternatives(branch, key, place):
                if not any(same(each, known) for known in branches):
                    branches.append(each)
        nulls = [each for each in branches if is_null(each)]
        branches = [each for each in branches if not is_null(each)]
        expanded = [self._expand(each, place) for each in branches]
        tags = distinguish(branches, expanded, schema.get("discriminator"), place)
        union = {**schema, key: [*branches, *([{"type": "null"}] if nulls else [])]}
        return union if tags is None else {**union, TAGGED: tags}

    def _alternatives(self, branch: Any, key: str, place: Place) -> Iterator[Any]:
        """Yield an alternative, or those of a union within the union."""
        inner = self._expand(branch, place) if isinstance(branch, dict) else branch
        rules = {k for k in inner if not is_annotation(k)} if isinstance(inner, dict) else set()
        if rules == {key}:
            yield from inner[key]
        else:
            yield branch
