"""Separates requests from responses: read-only and write-only fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from attrs import field, frozen

from ionworks.testing._openapi.errors import SCHEMAS, Json, schema_name

Direction = Literal["request", "response"]
_HIDDEN: Final[dict[Direction, str]] = {"request": "readOnly", "response": "writeOnly"}
_SUFFIX: Final = "Request"


def split_directions(document: Json) -> Json:
    """Return a document whose schemas hold only the fields of their direction.

    A named schema with read-only or write-only fields that serves both directions gets a second
    one, `...Request`, for requests.
    """
    return _Splitter(document).split()


@frozen
class _Splitter:
    """Separates the schemas of one document, which is otherwise in normal form."""

    document: Json
    names: dict[tuple[str, Direction], str] = field(factory=dict)

    def split(self) -> Json:
        """Return the document."""
        schemas: Json = self.document["components"]["schemas"]
        used: dict[Direction, set[str]] = {
            "request": self._reach(self._requests()),
            "response": self._reach(self._responses()),
        }
        for direction in _HIDDEN:
            for name in self._changed(direction):
                both = name in used["request"] and name in used["response"]
                new = direction == "request" and both
                self.names[name, direction] = self._free(name) if new else name
        renamed: Json = {}
        for name, schema in schemas.items():
            only_request = name in used["request"] and name not in used["response"]
            renamed[name] = self._strip(schema, "request" if only_request else "response")
            other = self.names.get((name, "request"), name)
            if other != name:
                renamed[other] = self._strip(schema, "request")
        components = {**self.document["components"], "schemas": renamed}
        return {**self.document, "paths": self._paths(), "components": components}

    def _free(self, name: str) -> str:
        new, schemas = name + _SUFFIX, self.document["components"]["schemas"]
        while new in schemas:
            new += "Body"
        return new

    def _operations(self) -> Iterator[Json]:
        for item in self.document["paths"].values():
            yield from item.values()

    def _requests(self) -> Iterator[Any]:
        for operation in self._operations():
            yield operation.get("parameters", [])
            yield operation.get("requestBody", {})

    def _responses(self) -> Iterator[Any]:
        for operation in self._operations():
            yield operation["responses"]

    def _reach(self, roots: Iterator[Any]) -> set[str]:
        """Return the named schemas that parts of the document use, directly or not."""
        schemas = self.document["components"]["schemas"]
        waiting = [name for root in roots for name in _references(root)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _references(schemas[name])
        return found

    def _changed(self, direction: Direction) -> set[str]:
        """Return the named schemas that differ in a direction, directly or by what they use."""
        schemas = self.document["components"]["schemas"]
        users: dict[str, set[str]] = {}
        for name, schema in schemas.items():
            for used in _references(schema):
                users.setdefault(used, set()).add(name)
        waiting = [name for name, schema in schemas.items() if self._hides(schema, direction)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += users.get(name, ())
        return found

    def _hides(self, node: Any, direction: Direction) -> bool:
        if isinstance(node, list):
            return any(self._hides(each, direction) for each in node)
        if not isinstance(node, dict):
            return False
        properties = node.get("properties")
        if isinstance(properties, dict) and any(
            self._is_hidden(each, direction) for each in properties.values()
        ):
            return True
        return any(self._hides(each, direction) for each in node.values())

    def _is_hidden(self, schema: Any, direction: Direction) -> bool:
        while isinstance(schema, dict):
            if schema.get(_HIDDEN[direction]) is True:
                return True
            name = schema_name(schema.get("$ref"))
            schema = self.document["components"]["schemas"].get(name) if name else None
        return False

    def _paths(self) -> Json:
        return {
            path: {
                method: {
                    key: self._strip(value, "response" if key == "responses" else "request")
                    for key, value in operation.items()
                }
                for method, operation in item.items()
            }
            for path, item in self.document["paths"].items()
        }

    def _strip(self, node: Any, direction: Direction) -> Any:
        """Copy a part of the document without the fields that its direction does not have."""
        if isinstance(node, list):
            return [self._strip(each, direction) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: self._strip(value, direction) for key, value in node.items()}
        name = schema_name(copy.get("$ref"))
        if name is not None:
            copy["$ref"] = SCHEMAS + self.names.get((name, direction), name)
        properties = node.get("properties")
        if isinstance(properties, dict):
            gone = {n for n, each in properties.items() if self._is_hidden(each, direction)}
            copy["properties"] = {n: v for n, v in copy["properties"].items() if n not in gone}
            if gone and isinstance(copy.get("required"), list):
                copy["required"] = [each for each in copy["required"] if each not in gone]
        return copy


def _references(node: Any) -> list[str]:
    """Return the named schemas that a part of a document refers to."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            name = schema_name(each.get("$ref"))
            if name is not None:
                found.append(name)
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return found
