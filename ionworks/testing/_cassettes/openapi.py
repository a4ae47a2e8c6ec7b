"""Whether one recorded request and its answer fit a contract, and if not, where. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from ionworks._request.schemas import iter_violations

if TYPE_CHECKING:
    import jsonschema_rs

Schema = Mapping[str, Any]
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_JSON: Final = "application/json"
# Responses of HTTP itself and of intermediaries: operations do not declare them.
_OF_HTTP: Final = frozenset({405, 408, 413, 414, 415, 431, 502, 504})
_NO_JSON: Final = object()
_NAMES: Final = re.compile(r"{([^{}]+)}")


class Exchange(NamedTuple):
    """One recorded request and its answer; header names are in lower case."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    sent_type: str
    sent: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


class Deviation(NamedTuple):
    """Where an exchange does not fit: `part` is "request", "body", "status" or "answer"."""

    part: str
    place: str
    reason: str
    note: bool = False


class Rules:
    """What a contract says of its operations.

    Parameters
    ----------
    document
        A contract in normal form.

    Raises
    ------
    ValueError
        If the document has no operations.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        paths = document.get("paths")
        if not document.get("openapi") or not isinstance(paths, Mapping) or not paths:
            raise ValueError("it is not an OpenAPI document with operations")
        self._schemas: Schema = document.get("components", {}).get("schemas", {})
        self._root = {"components": {"schemas": self._schemas}}
        # A fixed part wins over a parameter in the same place.
        ordered = sorted(paths, key=lambda path: [part[:1] == "{" for part in path.split("/")])
        self._paths = [(_pattern(path), _NAMES.findall(path), paths[path]) for path in ordered]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def of(self, exchange: Exchange) -> tuple[str, list[Deviation]]:
        """Return the operation of an exchange by name, and where it does not fit."""
        asked = f"{exchange.method} {exchange.path}"
        methods: set[str] = set()
        for pattern, names, item in self._paths:
            match = pattern.fullmatch(exchange.path)
            operation = item.get(exchange.method.lower()) if match else None
            if match and operation is not None:
                values = map(unquote, match.groups())
                given = dict(zip(names, values, strict=True))
                name = str(operation.get("operationId", asked))
                return name, list(self._deviations(operation, exchange, given))
            methods |= {name.upper() for name in METHODS if match and name in item}
        instead = f"; the path has {' and '.join(sorted(methods))}" if methods else ""
        return asked, [Deviation("request", "request", f"no such operation{instead}")]

    def _deviations(
        self, operation: Schema, exchange: Exchange, path: Mapping[str, str]
    ) -> Iterator[Deviation]:
        rules = {(p["in"], p["name"]): p for p in operation.get("parameters", ())}
        yield from self._of_parameters(rules, exchange, path)
        yield from self._of_body(operation, exchange)
        yield from self._of_answer(operation, exchange)

    def _of_parameters(
        self,
        rules: Mapping[tuple[str, str], Schema],
        exchange: Exchange,
        path: Mapping[str, str],
    ) -> Iterator[Deviation]:
        given: dict[tuple[str, str], list[str]] = {("path", k): [v] for k, v in path.items()}
        for name, value in exchange.query:
            given.setdefault(("query", name), []).append(value)
        for (where, name), values in given.items():
            place = f"{where}.{name}"
            if (where, name) not in rules:
                yield Deviation("request", place, "no such parameter")
                continue
            schema = rules[where, name].get("schema", {})
            yield from self._iter_violations(
                "request", schema, self._parse_values(schema, values), place
            )
        for (where, name), rule in rules.items():
            if where in ("path", "query") and rule.get("required") and (where, name) not in given:
                yield Deviation("request", f"{where}.{name}", "required, but not given")

    def _parse_values(self, schema: Schema, values: Sequence[str]) -> object:
        """Return the value of the texts of a parameter; the last of repeated texts counts."""
        for branch in self._branches(schema):
            if branch.get("type") == "array":
                return [self._parse_values(branch.get("items", {}), [value]) for value in values]
        text = values[-1]
        kinds = {kind for branch in self._branches(schema) for kind in _types(branch)}
        if "boolean" in kinds and text in ("true", "false"):
            return text == "true"
        if kinds & {"integer", "number"}:
            try:
                return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
            except ValueError:
                return text
        return text

    def _of_body(self, operation: Schema, exchange: Exchange) -> Iterator[Deviation]:
        body = operation.get("requestBody", {})
        if not exchange.sent:
            if body.get("required"):
                yield Deviation("body", "request", "a body is required, but not given")
            return
        if not body:
            yield Deviation("body", "request", "no body is declared")
            return
        schema = body.get("content", {}).get(_JSON, {}).get("schema")
        if schema is None:
            return
        value = _decode(exchange.sent)
        if value is _NO_JSON:
            yield Deviation("body", "request", "the body is not JSON")
            return
        yield from self._iter_violations("body", schema, value, "request")
        for place in self._undeclared(schema, value, "request"):
            yield Deviation("body", place, "no such field")

    def _of_answer(self, operation: Schema, exchange: Exchange) -> Iterator[Deviation]:
        status = exchange.status
        responses = {str(code): each for code, each in operation.get("responses", {}).items()}
        codes = (str(status), f"{str(status)[:1]}XX", "default")
        declared = next((responses[code] for code in codes if code in responses), None)
        if declared is None:
            if status not in _OF_HTTP:
                known = ", ".join(responses) or "none"
                reason = f"status {status} is not declared; declared are {known}"
                yield Deviation("status", "answer", reason)
            return
        for header, rule in declared.get("headers", {}).items():
            if rule.get("required") and header.lower() not in exchange.headers:
                yield Deviation("status", f"answer.headers.{header}", "required, but not there")
        yield from self._of_content(declared.get("content", {}), exchange)

    def _of_content(self, content: Mapping[str, Any], exchange: Exchange) -> Iterator[Deviation]:
        schema = content.get(_JSON, {}).get("schema")
        came = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = came == _JSON or came.endswith("+json")
        if schema is None:
            if not content and exchange.body and exchange.status < 300:
                yield Deviation("answer", "answer", "no body is declared")
            return
        if not is_json and len(content) > 1:
            return
        value = _decode(exchange.body)
        if value is _NO_JSON or not is_json:
            yield Deviation("answer", "answer", f"JSON is declared, {came or 'nothing'} came")
            return
        yield from self._iter_violations("answer", schema, value, "answer")
        for place in self._undeclared(schema, value, "answer"):
            yield Deviation("answer", place, "no such field", note=True)

    def _iter_violations(
        self, part: str, schema: Schema, value: object, place: str
    ) -> Iterator[Deviation]:
        found = iter_violations(self._validator(schema).iter_errors(value))
        for inner, _, reason in found:
            joined = inner if not inner or inner.startswith("[") else f".{inner}"
            yield Deviation(part, place + joined, reason)

    def _undeclared(self, schema: Schema, value: object, place: str) -> Iterator[str]:
        """Yield the fields that a schema with declared ones does not know."""
        if isinstance(value, list):
            items = (b["items"] for b in self._branches(schema) if isinstance(b.get("items"), dict))
            inner: Schema = next(items, {})
            for index, each in enumerate(value):
                yield from self._undeclared(inner, each, f"{place}[{index}]")
        elif isinstance(value, dict):
            known, others = self._fields(schema, value)
            for name, each in value.items():
                rule = known.get(name, others)
                if isinstance(rule, Mapping):
                    yield from self._undeclared(rule, each, f"{place}.{name}")
                elif not rule:
                    yield f"{place}.{name}"

    def _fields(self, schema: Schema, value: Mapping[str, Any]) -> tuple[Schema, Any]:
        """Return the declared fields of an object, and what is said of others.

        Of alternatives it is the one that shares most names with the value.
        """
        objects = [
            (branch.get("properties", {}), branch.get("additionalProperties"))
            for branch in self._branches(schema)
            if "object" in _types(branch) or not _types(branch)
        ]
        if not objects:
            return {}, True
        known, others = max(objects, key=lambda each: len(value.keys() & each[0].keys()))
        return known, not known if others is None else others

    def _branches(self, schema: Schema) -> list[Schema]:
        """Return the alternatives of a schema, references followed, null left out."""
        resolved = schema
        while "$ref" in resolved:
            resolved = self._schemas[resolved["$ref"].rpartition("/")[2]]
        alternatives: Iterable[Schema] = resolved.get("anyOf") or resolved.get("oneOf") or ()
        found = [branch for each in alternatives for branch in self._branches(each)]
        return [each for each in found or [resolved] if each.get("type") != "null"]

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        import jsonschema_rs

        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {**schema, **self._root}, validate_formats=True, mask="it"
            )
        return self._validators[key]


def _pattern(path: str) -> re.Pattern[str]:
    fixed = _NAMES.split(path)[::2]
    return re.compile("([^/]+)".join(map(re.escape, fixed)))


def _types(schema: Schema) -> Sequence[str]:
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else named


def _decode(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _NO_JSON
