"""The contract's component schemas: references, known keys, and compiled validators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jsonschema_rs import Draft202012Validator

from ionworks.sandbox.contract.problems import Json

ROOT = "#/components/schemas/"
#: White space, control characters, and characters without a shape.
EDGE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]"
)


class Schemas:
    """Component schemas by name, and what follows from a schema that may refer to them."""

    def __init__(self, named: Json) -> None:
        self._named = named
        self._root: Json = {"components": {"schemas": named}}

    def validator(self, schema: Json) -> Draft202012Validator:
        """Return a validator of a schema, formats included."""
        return Draft202012Validator(
            {**self._root, **schema}, validate_formats=True, formats={"trimmed": is_trimmed}
        )

    def resolve(self, schema: Json) -> Json:
        """Follow references until there is a schema of its own."""
        while isinstance(schema.get("$ref"), str):
            target = self._named[str(schema["$ref"]).removeprefix(ROOT)]
            assert isinstance(target, dict)
            schema = target
        return schema

    def branches(self, schema: Json) -> list[Json]:
        """Return the alternatives of a schema, references followed, null left out."""
        resolved = self.resolve(schema)
        alternatives = resolved.get("anyOf") or resolved.get("oneOf")
        if not isinstance(alternatives, list):
            return [resolved]
        found = [branch for each in alternatives for branch in self.branches(each)]
        return [branch for branch in found if branch.get("type") != "null"]

    def types(self, schema: Json) -> set[str]:
        """Return the JSON types that a schema admits, as far as it names them."""
        found: set[str] = set()
        for branch in self.branches(schema):
            found.update(_type_names(branch))
            if "type" not in branch and "enum" in branch:
                found.add("string")
        return found - {"null"}

    def allows_null(self, schema: Json) -> bool:
        """Return whether the schema allows null."""
        resolved = self.resolve(schema)
        if "null" in _type_names(resolved):
            return True
        alternatives = resolved.get("anyOf") or resolved.get("oneOf") or ()
        assert isinstance(alternatives, Sequence)
        return any(self.allows_null(each) for each in alternatives)

    def properties(self, schema: Json) -> Iterator[tuple[str, Json]]:
        """Yield the declared properties of an object schema."""
        declared = self.resolve(schema).get("properties", {})
        assert isinstance(declared, dict)
        yield from declared.items()

    def prune(self, schema: Json, value: object) -> object:
        """Return a value without the keys that its schema does not know.

        A schema that declares no properties, or says that more are welcome, keeps every key.
        """
        if isinstance(value, list):
            return self._prune_items(schema, value)
        if not isinstance(value, dict):
            return value
        branch = self.branch_for(schema, value)
        if branch is None:
            return value
        declared = dict(self.properties(branch))
        others = branch.get("additionalProperties", not declared)
        kept: Json = {}
        for key, each in value.items():
            if key in declared:
                kept[key] = self.prune(declared[key], each)
            elif isinstance(others, dict):
                kept[key] = self.prune(others, each)
            elif others:
                kept[key] = each
        return kept

    def _prune_items(self, schema: Json, value: list[object]) -> list[object]:
        for branch in self.branches(schema):
            items = branch.get("items")
            if isinstance(items, dict):
                return [self.prune(items, each) for each in value]
        return value

    def branch_for(self, schema: Json, value: Json) -> Json | None:
        """Return the object alternative that shares most keys with the value."""
        candidates = [
            branch
            for branch in self.branches(schema)
            if "type" not in branch or "object" in _type_names(branch)
        ]
        if not candidates:
            return None
        return max(candidates, key=lambda b: len(value.keys() & dict(self.properties(b)).keys()))


def is_trimmed(text: str) -> bool:
    """Return whether the first and the last character of a text can be seen."""
    return not any(EDGE.match(each) for each in (text[:1], text[-1:]))


def _type_names(schema: Json) -> Sequence[str]:
    named = schema.get("type")
    if isinstance(named, str):
        return [named]
    return named if isinstance(named, list) else []
