"""Which parameters and fields are ids of records, and the types that take the records too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openapi_python_client.strings import ClassName

from scripts.codegen.contract import Json, operations, resolve, schemas


class IdTypes:
    """The types of the ids of a contract: `x-identity` on the records, `x-id-of` where they go."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._identities = {
            (str(ClassName(name, "")), key): rules["x-identity"]
            for name, schema in schemas(document).items()
            for key, rules in schema.get("properties", {}).items()
            if "x-identity" in rules
        }
        wanted = set(self._wanted())
        self.records: dict[str, list[str]] = {}
        for (name, _), kind in sorted(self._identities.items()):
            if kind in wanted:
                self.records.setdefault(kind, []).append(name)

    def kind(self, model: str) -> str | None:
        """Return the kind of record that a model is."""
        kinds = (kind for (name, _), kind in self._identities.items() if name == model)
        return next((str(kind) for kind in kinds if kind is not True), None)

    def is_identity(self, model: str, field: str) -> bool:
        """Return whether a field of a model is its own id."""
        return (model, field) in self._identities

    def types(self) -> dict[str, list[str]]:
        """Return the models of each type: ids may be given as these records."""
        return {_alias(kind): names for kind, names in sorted(self.records.items())}

    def id_of(self, rules: Json) -> str | None:
        """Return the kind of record whose id a value is, or those of a list; None if it is none."""
        kind = next(self._kinds(rules), None)
        return kind if kind in self.records else None

    def annotate(self, text: str, rules: Json) -> str:
        """Return the type of a parameter or field with that of the id in place of `str`."""
        kind = self.id_of(rules)
        return text if kind is None else re.sub(r"\bstr\b", _alias(kind), text)

    def describe(self, text: str, rules: Json) -> str:
        """Return the type for a docstring: `str or CellInstance`."""
        kind = self.id_of(rules)
        return text if kind is None else re.sub(r"\bstr\b", f"str or {ClassName(kind, '')}", text)

    def _kinds(self, rules: Json) -> Iterator[str]:
        if "x-id-of" in rules:
            yield str(rules["x-id-of"])
        for inner in (rules.get("items"), *rules.get("anyOf", ())):
            if isinstance(inner, dict):
                yield from self._kinds(inner)

    def _wanted(self) -> Iterator[str]:
        for _, _, operation in operations(self._document):
            for parameter in operation["parameters"]:
                yield from self._kinds(parameter.get("schema", {}))
        for schema in schemas(self._document).values():
            for rules in resolve(self._document, schema).get("properties", {}).values():
                yield from self._kinds(rules)


def _alias(kind: str) -> str:
    return f"{ClassName(kind, '')}Id"
