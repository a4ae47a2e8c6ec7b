"""Compares the shape of an answer with the contract; what it says holds no data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from scripts.codegen.contract import Json, resolve, schemas

Kind: TypeAlias = Literal["undeclared", "absent", "null", "type", "value", "status"]
HARD: Final = frozenset({"absent", "type"})  # a reader that trusts the contract would stumble

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_]*[A-Za-z0-9_]{0,3}")
_LONGEST_NAME: Final = 48
_MOST_ITEMS: Final = 50
_IN_WORDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}


@frozen
class Deviation:
    """A place of the contract by name, and what was seen there instead."""

    kind: Kind
    where: str
    what: str


@frozen
class NamedValue:
    """A value at a place of this named schema. Never printed."""

    schema: str
    value: object


def compare(
    contract: Json, schema: Json, value: object, where: str
) -> Iterator[Deviation | NamedValue]:
    """Yield where a value deviates from a schema, and each named schema that it met on the way."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        yield NamedValue(name, value)
        schema = schemas(contract)[name]
        where = name if "properties" in schema or "allOf" in schema else where
    if "allOf" in schema:
        schema = _merge(contract, schema)
    if "anyOf" in schema:
        yield from _alternatives(contract, schema["anyOf"], value, where)
    elif not _fits(schema, value):
        yield _mismatch(_types(schema), value, where)
    elif isinstance(value, Mapping):
        yield from _object(contract, schema, value, where)
    elif isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            yield from compare(contract, schema.get("items", {}), item, f"{where}[]")
    else:
        yield from _scalar(schema, value, where)


def type_of(value: object) -> str:
    """Return the JSON type of a value in words."""
    return _IN_WORDS[_json_type(value)]


def safe_name(name: str) -> str:
    """Return the name of a field; a key that may itself be data is left out."""
    plain = len(name) <= _LONGEST_NAME and _PLAIN_NAME.fullmatch(name)
    return name if plain else "(a key that may be data)"


def field_names(value: Mapping[str, object], most: int = 6) -> str:
    """Return the names of an object's fields, as far as they are surely no data."""
    names = sorted({safe_name(name) for name in value})
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "") or "no fields"


def _merge(contract: Json, schema: Json) -> Json:
    whole: Json = {"type": "object", "properties": {}, "required": []}
    for raw in schema["allOf"]:
        part = resolve(contract, raw)
        part = _merge(contract, part) if "allOf" in part else part
        whole["properties"] |= part.get("properties", {})
        whole["required"] += part.get("required", [])
    return whole


def _alternatives(
    contract: Json, parts: Sequence[Json], value: object, where: str
) -> Iterator[Deviation | NamedValue]:
    fitting = [part for part in parts if _fits(resolve(contract, part), value)]
    if not fitting:
        yield _mismatch([t for p in parts for t in _types(resolve(contract, p))], value, where)
        return
    found = [list(compare(contract, part, value, where)) for part in fitting]
    yield from min(found, key=lambda each: sum(isinstance(one, Deviation) for one in each))


def _object(
    contract: Json, schema: Json, value: Mapping[str, object], where: str
) -> Iterator[Deviation | NamedValue]:
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", not known)  # if it is absent, report the field
    for name in schema.get("required", ()):
        if name not in value:
            yield Deviation("absent", f"{where}.{name}", "required, but absent")
    for name, item in value.items():
        if name in known:
            yield from compare(contract, known[name], item, f"{where}.{name}")
        elif isinstance(rest, Mapping):
            yield from compare(contract, dict(rest), item, f"{where}.*")
        elif not rest:
            yield Deviation("undeclared", f"{where}.{safe_name(name)}", type_of(item))


def _scalar(schema: Json, value: object, where: str) -> Iterator[Deviation]:
    if value is None:
        return
    if "not" in schema and _fits(schema["not"], value):
        yield Deviation("type", where, f"is {type_of(value)}, which the contract excludes")
    if "enum" in schema and value not in schema["enum"]:
        yield Deviation("value", where, "a value that the enum does not have")
    if isinstance(value, str) and not _well_formed(schema, value):
        yield Deviation("value", where, "text of another form or length than the contract has")
    if isinstance(value, int | float) and not _in_range(schema, value):
        yield Deviation("value", where, "a number outside the contract's range")


def _well_formed(schema: Json, value: str) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    if schema.get("format") not in ("date", "date-time"):
        return True
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    is_day = len(value) == len("2000-01-01")
    return is_day if schema["format"] == "date" else not is_day and moment.tzinfo is not None


def _in_range(schema: Json, value: float) -> bool:
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _mismatch(types: Sequence[str], value: object, where: str) -> Deviation:
    if value is None:
        return Deviation("null", where, "null, which the contract does not allow")
    wanted = " or ".join(dict.fromkeys(_IN_WORDS[name] for name in types))
    return Deviation("type", where, f"is {type_of(value)}; the contract has {wanted}")


def _fits(schema: Json, value: object) -> bool:
    types = _types(schema)
    found = _json_type(value)
    whole = isinstance(value, float) and value.is_integer()
    return (
        not types
        or found in types
        or ("number" in types and found == "integer")
        or (whole and "integer" in types)
    )


def _types(schema: Json) -> list[str]:
    named: Any = schema.get("type", "object" if "properties" in schema or "allOf" in schema else [])
    return [named] if isinstance(named, str) else list(named)


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
