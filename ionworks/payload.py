"""Checks what is about to be sent against the contract, and makes plain JSON of it."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from attrs import frozen
from ionworks_openapi.types import Operation, Request

from ionworks.errors import PayloadError
from ionworks.moments import moment
from ionworks.quantity import Quantity, as_quantity
from ionworks.record import UNSET, Record, iso

if TYPE_CHECKING:
    import jsonschema_rs

_SHOWN = 5
_QUANTITY = "#/$defs/Quantity"
Schema = Mapping[str, Any]


@frozen
class Prepared:
    """A request that passed the check: ready for the wire."""

    url: str
    query: list[tuple[str, str]]
    body: Any


def prepare(operation: Operation[..., object], request: Request) -> Prepared:
    """Check a request against the contract and turn its body into plain JSON.

    Raises
    ------
    PayloadError
        If a path value, a query value or the body does not fit; names the field, the value and
        what to do. Nothing was sent.
    """
    try:
        url = operation.url(request)
    except ValueError as error:
        name, reason = error.args
        raise PayloadError(
            name, request.path.get(name), f"{reason}; give the record's id"
        ) from None
    rules = contract()["operations"][operation.name]
    query = {key: value for key, value in request.query.items() if value is not None}
    _validate(operation.name, "query", query)
    body = request.body
    if "body" in rules and (body is not None or rules["body"]["required"]):
        body = plain(body, rules["body"]["schema"])
        _validate(operation.name, "body", body)
    return Prepared(url, request.given_query(), body)


@cache
def contract() -> dict[str, Any]:
    """Return the request schemas that generation wrote from the contract."""
    text = files("ionworks_openapi").joinpath("schemas.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def plain(value: Any, schema: Schema | None = None, path: str = "") -> Any:
    """Turn `value` into plain JSON data, guided by the contract's schema where there is one.

    Quantities, pint quantities, records, dates, UUIDs, Decimals, enums, sets, tuples and numpy
    scalars become their JSON form. A string such as ``"2.5 V"`` becomes a quantity only where the
    schema asks for one.

    Raises
    ------
    PayloadError
        For NaN or infinity, for a key that the schema does not know, and for a value that has no
        JSON form.
    """
    if _wants(schema, "$ref", _QUANTITY) and isinstance(value, int | float):
        fix = f'give a quantity: Quantity({value!r}, "A*h"), or text with a unit'
        raise PayloadError(path, value, "a number needs its unit", fix)
    if value is None or (isinstance(value, bool | int) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return _plain_text(value, schema, path)
    if isinstance(value, float):
        return _finite(value, path)
    if isinstance(value, Record):
        return plain(_given(value), schema, path)
    if isinstance(value, Mapping):
        return _plain_object(value, schema, path)
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        items = sorted(value, key=str) if isinstance(value, Set) else value
        inner = _resolved(schema).get("items")
        return [plain(item, inner, f"{path}[{index}]") for index, item in enumerate(items)]
    return _plain_scalar(value, schema, path)


def _plain_text(value: str, schema: Schema | None, path: str) -> Any:
    if _wants(schema, "$ref", _QUANTITY):
        return _parsed_quantity(value, path)
    if _wants(schema, "format", "date-time") and not _is_day(value, schema):
        return moment(path, value)
    return value


def _plain_scalar(value: Any, schema: Schema | None, path: str) -> Any:
    if isinstance(value, Quantity) or hasattr(value, "magnitude"):
        return plain(as_quantity(value).to_dict(), None, path)
    if isinstance(value, datetime.datetime):
        return iso(value)
    if isinstance(value, datetime.date):
        return _plain_text(value.isoformat(), schema, path)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return _finite(float(value), path)
    if isinstance(value, enum.Enum):
        return plain(value.value, schema, path)
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist(), schema, path)
    raise PayloadError(path, value, f"a {type(value).__name__} has no JSON form; give plain data")


def _plain_object(value: Mapping[Any, Any], schema: Schema | None, path: str) -> dict[str, Any]:
    rules = _resolved(schema)
    known: Mapping[str, Schema] = rules.get("properties", {})
    rest = rules.get("additionalProperties", not known)
    result = {}
    for key, item in value.items():
        place = f"{path}.{key}" if path else str(key)
        if not isinstance(key, str):
            raise PayloadError(place, key, "keys must be text")
        if key not in known and rest is False:
            raise PayloadError(place, item, _unknown_key(key, known))
        inner = known.get(key, rest if isinstance(rest, Mapping) else None)
        result[key] = plain(item, inner, place)
    return result


def _given(record: Record) -> dict[str, Any]:
    # A record that came from the server shows absent fields as None; sending those would clear
    # them. A request model tells "not given" (UNSET) from "given as None" by itself.
    sent_only = any(line.default is UNSET for line in record._wire)
    return {key: record[key] for key in record if sent_only or record[key] is not None}


def _unknown_key(key: str, known: Mapping[str, Schema]) -> str:
    near = get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return f"unknown key; {hint}"


def _resolved(schema: Schema | None) -> Schema:
    """Follow references, and look through a union for the one alternative that has structure."""
    while schema:
        if "$ref" in schema:
            schema = contract()["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in schema:
            structured = [part for part in schema["anyOf"] if "$ref" in part or "items" in part]
            if len(structured) != 1:
                return {}
            schema = structured[0]
        else:
            return schema
    return {}


def _wants(schema: Schema | None, key: str, value: str) -> bool:
    """Tell whether the schema, or an alternative of it, says `value` under `key`."""
    if not schema:
        return False
    inner = schema.get("anyOf", ())
    return schema.get(key) == value or any(_wants(part, key, value) for part in inner)


def _is_day(value: str, schema: Schema | None) -> bool:
    """Tell whether `value` is a plain date where the schema takes one."""
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return _wants(schema, "format", "date")


def _parsed_quantity(value: str, path: str) -> dict[str, Any]:
    try:
        return dict(Quantity.parse(value).to_dict())
    except ValueError as error:
        raise PayloadError(path, value, f'{error}; write a quantity such as "2.5 V"') from None


def _finite(value: float, path: str) -> float:
    if math.isfinite(value):
        return float(value)
    raise PayloadError(
        path, value, "NaN and infinity have no JSON form; leave the key out or give null"
    )


@cache
def _validator(operation: str, part: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    rules = contract()["operations"][operation]
    if part == "body":
        schema = dict(rules["body"]["schema"])
    else:
        parameters = [p for p in rules["parameters"] if p["in"] == part]
        schema = {
            "type": "object",
            "properties": {p["name"]: p["schema"] for p in parameters},
            "required": [p["name"] for p in parameters if p["required"]],
        }
    return jsonschema_rs.Draft202012Validator(
        {**schema, "$defs": contract()["$defs"]}, validate_formats=True
    )


def _validate(operation: str, part: str, instance: object) -> None:
    faults = list(_faults(_validator(operation, part).iter_errors(instance), ""))
    if not faults:
        return
    field, value, _ = faults[0]
    lines = [reason if place == field else f"{place}: {reason}" for place, _, reason in faults]
    more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    raise PayloadError(field or part, value, "; ".join(lines[:_SHOWN] + more))


def _faults(
    errors: Iterator[jsonschema_rs.ValidationError] | Sequence[jsonschema_rs.ValidationError],
    outer: str,
) -> Iterator[tuple[str, Any, str]]:
    for error in errors:
        place = _join(outer, error.instance_path)
        kind: Any = error.kind  # its attributes depend on its name
        if kind.name == "required":
            yield _join(place, [kind.property]), None, "required, but not given"
        elif kind.name == "not" and isinstance(error.instance, int | float):
            bare = error.instance
            yield place, bare, f"a number needs its unit: Quantity({bare!r}, 'mm'), for example"
        elif kind.name == "anyOf" and (inner := _best_alternative(kind.context)):
            yield from _faults(inner, outer)
        else:
            yield place, error.instance, error.message


def _best_alternative(
    context: Sequence[Sequence[jsonschema_rs.ValidationError]],
) -> Sequence[jsonschema_rs.ValidationError]:
    """Return the complaints of the alternative that went deepest; none if none went inside."""
    deep = [errors for errors in context if not any(e.kind.name == "type" for e in errors)]
    return deep[0] if len(deep) == 1 else []


def _join(outer: str, path: Sequence[str | int]) -> str:
    for part in path:
        outer += f"[{part}]" if isinstance(part, int) else f".{part}" if outer else part
    return outer
