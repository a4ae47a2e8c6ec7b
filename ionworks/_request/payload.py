"""Converts requests to plain JSON and checks them against the contract."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen
from ionworks_openapi.types import Operation, Request

from ionworks._request.datetimes import to_iso8601
from ionworks._request.ids import as_id
from ionworks._request.quantities import (
    check_bounds,
    check_quantity,
    check_unit,
    is_quantity,
    read_property,
    read_quantity,
    refuse_number,
)
from ionworks._request.schemas import (
    Schema,
    body_schema,
    id_parameters,
    operations,
    parameter_schemas,
    resolve,
    validate,
)
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.quantity import Quantity, QuantityError, as_quantity
from ionworks.quantity.numbers import nearest_float
from ionworks.records import Record
from ionworks.records.model import set_fields

_QUANTITY = "#/components/schemas/Quantity"
# Placeholder schemas for the content of an object with `x-holds-quantities`: a named value that
# must not be a bare number, a list item in such an object, and a value that may be a bare number.
_PROPERTY = {"x-property": "required"}
_ITEM = {"x-property": "item"}
_OPTIONAL = {"x-property": "optional"}
_BYTES = (bytes, bytearray, memoryview)
_TOO_FINE = ("[ns]", "[ps]", "[fs]", "[as]")
T = TypeVar("T")


@frozen
class Prepared(Generic[T]):
    """A request that passed the check against the contract.

    Attributes
    ----------
    operation : Operation
        The operation to call.
    url : str
        The path, with its values escaped.
    query : list of tuple of str
        The given query parameters.
    body : object
        The body in plain JSON.
    headers : mapping
        The header parameters that were given.
    """

    operation: Operation[..., T]
    url: str
    query: list[tuple[str, str]]
    body: Any
    headers: Mapping[str, str] = field(factory=dict)

    def at(self, **path: str) -> Prepared[T]:
        """Return the same request with these values in its path, such as ids that were unknown.

        Raises
        ------
        PayloadError
            If a value cannot be part of a path.
        """
        return evolve(self, url=_checked_url(self.operation, Request(path=path)))


def check_operation(operation: object) -> None:
    """Check that the contract has an operation.

    Raises
    ------
    PayloadError
        If it is not an `Operation`, or the contract does not have it.
    """
    if not hasattr(operation, "build") or not hasattr(operation, "read"):
        reason = "expected an operation of ionworks_openapi.api, such as projects.list_projects"
    elif (name := getattr(operation, "name", None)) not in operations():
        near = suggest(str(name), operations())
        reason = f"the contract does not have it{f'; did you mean {near!r}?' if near else ''}"
    else:
        return
    fix = "client.request(method, path) sends a request that the contract does not have"
    raise PayloadError("operation", getattr(operation, "name", operation), f"{reason}; {fix}")


def prepare(operation: Operation[..., T], request: Request) -> Prepared[T]:
    """Check a request against the contract and convert its body to plain JSON. Sends nothing.

    Raises
    ------
    PayloadError
        If a path value, a query value or the body does not fit the contract.
    """
    url = _checked_url(operation, request)
    query = _checked_parameters(operation.name, "query", request.query)
    headers = _checked_parameters(operation.name, "header", request.headers)
    body = request.body
    declared = operations()[operation.name].get("requestBody")
    if declared is not None and (body is not None or declared.get("required", False)):
        body = validate_body(operation, body)
    ready = evolve(request, query=query, headers=headers)
    return Prepared(operation, url, ready.given_query(), body, ready.given_headers())


def _checked_parameters(operation: str, place: str, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if value is not None}
    if not given and place == "header":
        return {}
    kinds = parameter_schemas(operation, place)
    ready = {name: to_jsonable(value, kinds[name], name) for name, value in given.items()}
    validate(operation, place, ready)
    return ready


def validate_body(operation: Operation[..., object], body: Any) -> Any:
    """Return the body of an operation in plain JSON, checked against the contract.

    Raises
    ------
    PayloadError
        If the body does not fit the contract.
    """
    ready = to_jsonable(body, body_schema(operation.name))
    validate(operation.name, "body", ready)
    return ready


def _checked_url(operation: Operation[..., object], request: Request) -> str:
    path = {}
    for name, kind in id_parameters(operation.name).items():
        if name in request.path:
            path[name] = as_id(name, request.path[name], kind)
    try:
        return operation.url(evolve(request, path={**request.path, **path}))
    except ValueError as error:
        name, reason = error.args
        fix = "give the record's id" if name.endswith("_id") else "give a plain name"
        raise PayloadError(name, request.path.get(name), f"{reason}; {fix}") from None


def to_jsonable(value: Any, schema: Schema | None = None, path: str = "") -> Any:
    """Convert `value` to plain JSON data, according to the contract's schema if there is one.

    Converts quantities, pint quantities, records, dates, UUIDs, Decimals, enums, sets, tuples,
    numpy scalars, arrays and series. Text such as ``"2.5 V"`` becomes a quantity only where the
    schema requires a quantity or allows any value to be one.

    Raises
    ------
    PayloadError
        For NaN or infinity, for a key that is not in the schema, for a value that cannot be
        converted, and for a quantity with the wrong dimension or outside its bounds.
    """
    try:
        return _convert(value, schema, path)
    except RecursionError:
        where = path or "body"
        raise PayloadError(where, "...", "is nested too deeply, or contains itself") from None


def _convert(value: Any, schema: Schema | None, path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return _convert(value.value, schema, path)
    if isinstance(value, str):
        return _convert_text(value, schema, path)
    if isinstance(value, int | float):
        return _convert_number(value, schema, path)
    if isinstance(value, Record):
        return _convert_record(value, schema, path)
    if isinstance(value, Mapping):
        return _convert_mapping(value, schema, path)
    if isinstance(value, Sequence | Set) and not isinstance(value, _BYTES):
        items = sorted(value, key=str) if isinstance(value, Set) else value
        inner = _item_schema(schema)
        return [_convert(item, inner, f"{path}[{index}]") for index, item in enumerate(items)]
    return _convert_other(value, schema, path)


def _convert_record(value: Record, schema: Schema | None, path: str) -> Any:
    kinds = list(_kinds_of_id(schema))
    if kinds:
        return as_id(path, value, kinds[0])
    if _schema_has(schema, "type", "string"):
        raise PayloadError(path, value, f"expected text, got a {type(value).__name__}")
    return _convert(set_fields(value), schema, path)


def _kinds_of_id(schema: Schema | None) -> Iterator[str]:
    if schema:
        yield from [schema["x-id-of"]] if "x-id-of" in schema else []
        for part in schema.get("anyOf", ()):
            yield from _kinds_of_id(part)


def _convert_text(value: str, schema: Schema | None, path: str) -> Any:
    text = _check_text(value, path)
    if _schema_has(schema, "$ref", _QUANTITY):
        return read_quantity(text, path)
    if _is_property(schema):
        return read_property(text, path)
    if _schema_has(schema, "format", "date-time") and not _is_day(text, schema):
        return to_iso8601(path, text)
    return text


def _convert_number(value: float, schema: Schema | None, path: str) -> Any:
    number = int(value) if isinstance(value, int) else float(value)
    try:
        finite = math.isfinite(number)
    except OverflowError:
        raise PayloadError(path, "...", "the number is too large for JSON") from None
    if not finite:
        reason = "NaN and infinity are not valid JSON; leave the key out, or give None"
        raise PayloadError(path, number, reason)
    if _schema_has(schema, "format", "date-time"):
        return to_iso8601(path, number)  # raises, and says what to give instead
    if schema is _PROPERTY or _schema_has(schema, "$ref", _QUANTITY):
        refuse_number(number, path, schema)
    return (
        int(number) if number == int(number) and _schema_has(schema, "type", "integer") else number
    )


def _convert_other(value: Any, schema: Schema | None, path: str) -> Any:
    if hasattr(value, "magnitude"):
        try:
            return _convert(as_quantity(value), schema, path)
        except QuantityError as error:
            raise PayloadError(path, value, str(error)) from None
    if isinstance(value, datetime.datetime):
        return to_iso8601(path, value)
    if isinstance(value, datetime.date):
        return _convert_text(value.isoformat(), schema, path)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return _convert_number(_decimal(value, path), schema, path)
    if getattr(getattr(value, "dtype", None), "kind", "") in ("M", "m"):
        value = _in_microseconds(value, path)
    # numpy scalars and arrays, pandas and polars series
    listed = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    if listed is not None and not isinstance(value, _BYTES):
        return _convert(listed(), schema, path)
    reason = f"a {type(value).__name__} cannot be converted to JSON; give plain data"
    raise PayloadError(path, value, reason)


def _decimal(value: decimal.Decimal, path: str) -> float:
    try:
        return math.nan if value.is_snan() else nearest_float(value)
    except QuantityError as error:
        raise PayloadError(path, str(value), str(error).removeprefix("value: ")) from None


def _in_microseconds(times: Any, path: str) -> Any:
    # numpy would convert nanoseconds to bare integers, and NaT to None
    if (times != times).any():
        reason = "NaT is not valid JSON; leave the key out, or give None"
        raise PayloadError(path, times, reason)
    too_fine = type(times).__module__ == "numpy" and times.dtype.str.endswith(_TOO_FINE)
    return times.astype(f"{times.dtype.kind}8[us]") if too_fine else times


def _check_text(text: str, path: str) -> str:
    # The validator rejects subclasses of str, such as numpy's.
    text = str.__str__(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        reason = "contains a lone surrogate, which cannot be encoded as UTF-8"
        raise PayloadError(path, ascii(text), reason) from None
    return text


def _convert_mapping(value: Mapping[Any, Any], schema: Schema | None, path: str) -> dict[str, Any]:
    if _is_property(schema) and is_quantity(value):
        quantity = _convert_object(value, None, path)
        check_quantity(quantity, path)
        return quantity
    if isinstance(value, Quantity) and _resolve(schema).get("x-holds-quantities"):
        raise PayloadError(path, str(value), "expected a dictionary of named quantities")
    if isinstance(value, Quantity) or _schema_has(schema, "$ref", _QUANTITY):
        check_unit(value.get("unit"), path)
    return _convert_object(value, schema, path)


def _convert_object(value: Mapping[Any, Any], schema: Schema | None, path: str) -> dict[str, Any]:
    rules = _resolve(schema)
    known: Mapping[str, Schema] = rules.get("properties", {})
    rest = rules.get("additionalProperties", not known)
    if schema is _OPTIONAL or rules.get("x-holds-quantities") == "optional":
        rest = _OPTIONAL
    elif _is_property(schema) or rules.get("x-holds-quantities") == "required":
        rest = _PROPERTY
    result = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise PayloadError(f"{path}.{key}" if path else str(key), key, "keys must be text")
        name = _check_text(key, path or "body")
        place = f"{path}.{name}" if path else name
        if name not in known and rest is False:
            raise PayloadError(place, item, _unknown_key(name, known))
        inner = known.get(name, rest if isinstance(rest, Mapping) else None)
        result[name] = _convert(item, inner, place)
    check_bounds(known, {name: result[name] for name in known if name in result}, path)
    return result


def _unknown_key(key: str, known: Mapping[str, Schema]) -> str:
    near = suggest(key, known)
    hint = f"did you mean {near!r}?" if near else f"known keys: {', '.join(sorted(known))}"
    return f"unknown key; {hint}"


def _resolve(schema: Schema | None) -> Schema:
    """Follow references, and reduce a union to its only structured alternative, if there is one."""
    while schema:
        if "$ref" in schema:
            schema = resolve(schema)
        elif "anyOf" in schema:
            structured = [part for part in schema["anyOf"] if "$ref" in part or "items" in part]
            if len(structured) != 1:
                return {}
            schema = structured[0]
        else:
            return schema
    return {}


def _schema_has(schema: Schema | None, key: str, value: str) -> bool:
    """Return whether the schema, or one of its alternatives, has `value` under `key`."""
    if not schema:
        return False
    inner = schema.get("anyOf", ())
    return schema.get(key) == value or any(_schema_has(part, key, value) for part in inner)


def _is_property(schema: Schema | None) -> bool:
    return schema is _PROPERTY or schema is _ITEM or schema is _OPTIONAL


def _item_schema(schema: Schema | None) -> Schema | None:
    if _is_property(schema):
        return _OPTIONAL if schema is _OPTIONAL else _ITEM
    items: Schema | None = _resolve(schema).get("items")
    return items


def _is_day(value: str, schema: Schema | None) -> bool:
    """Return whether `value` is a plain date and the schema allows one."""
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return _schema_has(schema, "format", "date")
