"""The operations of the contract, found by what was sent."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from recorder import Exchange
from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Declared:
    """What the contract says of one operation."""

    method: str
    path: re.Pattern[str]
    operation_id: str
    parameters: frozenset[str]
    fields: frozenset[str]

    def unknown_parts(self, exchange: Exchange) -> list[str]:
        """Return the query parameters and the fields of the body that it does not declare."""
        given = {name for name, _ in parse_qsl(exchange.query, keep_blank_values=True)}
        return sorted(given - self.parameters) + sorted(set(body_of(exchange)) - self.fields)


class Operations:
    """All operations of the contract."""

    def __init__(self) -> None:
        # The contract as it is written: a reading of its own.
        text = (Path(__file__).parents[2] / "openapi.yaml").read_text(encoding="utf-8")
        self._contract: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
        paths = self._contract["paths"]
        self.all = [
            self._declared(method, path, operation, paths[path])
            for path in sorted(paths, key=lambda each: each.count("{"))  # fixed parts first
            for method, operation in paths[path].items()
            if method != "parameters"
        ]

    def of(self, exchange: Exchange) -> Declared | None:
        """Return the operation that a request called."""
        for each in self.all:
            if each.method == exchange.method and each.path.fullmatch(exchange.path):
                return each
        return None

    def _declared(
        self, method: str, path: str, operation: dict[str, Any], shared: dict[str, Any]
    ) -> Declared:
        listed = [*shared.get("parameters", ()), *operation.get("parameters", ())]
        parameters = map(self._resolved, listed)
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        return Declared(
            method.upper(),
            re.compile(re.sub(r"{\w+}", "[^/]+", path)),
            operation["operationId"],
            frozenset(each["name"] for each in parameters if each["in"] == "query"),
            frozenset(self._resolved(body.get("schema", {})).get("properties", ())),
        )

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: Any = schema
        while "$ref" in found:
            place = found["$ref"]
            found = self._contract
            for part in place.removeprefix("#/").split("/"):
                found = found[part]
        return dict(found)


def body_of(exchange: Exchange) -> dict[str, Any]:
    """Return the JSON body of a request; an empty one if there is none."""
    content = exchange.request_body
    if exchange.request_headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    return dict(json.loads(content)) if content else {}
