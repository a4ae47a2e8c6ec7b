"""Checks values against the schemas of the contract and describes the violations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

from ionworks.errors import PayloadError
from ionworks.records.base import trim
from ionworks.records.pages import PAGE_SIZE

if TYPE_CHECKING:
    import jsonschema_rs

_SHOWN = 5
_TRIMMED = "trimmed"  # a format of the contract: neither begins nor ends with white space
_IN_WORDS = {
    "array": "a list",
    "boolean": "True or False",
    "integer": "a whole number",
    "null": "None",
    "number": "a number",
    "object": "a dictionary",
    "string": "text",
}


Schema: TypeAlias = Mapping[str, Any]


@cache
def contract() -> dict[str, Any]:
    """Return the contract in its normal form, as generation wrote it."""
    text = files("ionworks_openapi").joinpath("openapi.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def operations() -> dict[str, dict[str, Any]]:
    """Return the operations of the contract by name."""
    items = contract()["paths"].values()
    return {each["operationId"]: each for item in items for each in item.values()}


@cache
def _paths() -> dict[str, str]:
    items = contract()["paths"].items()
    return {each["operationId"]: path for path, item in items for each in item.values()}


def operation_path(operation: str) -> str | None:
    """Return the path of an operation, with its parameters in braces; None for an unknown one."""
    return _paths().get(operation)


def parameter_schemas(operation: str, place: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of an operation's parameters in one place, such as the query, by name."""
    parameters = operations()[operation].get("parameters", ())
    return {each["name"]: each["schema"] for each in parameters if each["in"] == place}


@cache
def id_parameters(operation: str) -> dict[str, str]:
    """Return the ids in an operation's path, with the kind of record of each."""
    found = parameter_schemas(operation, "path").items()
    return {name: schema["x-id-of"] for name, schema in found if "x-id-of" in schema}


def multipart_schema(operation: str) -> Schema:
    """Return the schema of an operation's multipart body, references followed."""
    content = operations()[operation]["requestBody"]["content"]
    return resolve(content["multipart/form-data"]["schema"])


def resolve(schema: Schema) -> Schema:
    """Follow the references of a schema."""
    while "$ref" in schema:
        schema = contract()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@cache
def page_size(operation: str | None = None, *, most: int = PAGE_SIZE) -> int:
    """Return how many items of a list are requested at once, by default of any list.

    It is `most`, or less where the contract allows no page as large as that.
    """
    names = operations() if operation is None else (operation,)
    limits = [parameter_schemas(name, "query").get("limit", {}) for name in names]
    return min([most, *(int(each["maximum"]) for each in limits if "maximum" in each)])


def body_schema(operation: str) -> dict[str, Any] | None:
    """Return the schema of an operation's JSON body; None without one."""
    content = operations()[operation].get("requestBody", {}).get("content", {})
    schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return schema


def validate(operation: str, part: str, instance: object) -> None:
    """Check the query or the body of an operation, given as plain JSON data.

    Raises
    ------
    PayloadError
        If it does not fit; has the first invalid field, and lists the violations.
    """
    _raise_violations(_validator(operation, part), instance, part)


def validate_value(schema: dict[str, Any], instance: object, part: str) -> None:
    """Check a value against a schema of the contract; see `validate`."""
    _raise_violations(_compile(schema), instance, part)


def _raise_violations(
    validator: jsonschema_rs.Draft202012Validator, instance: object, part: str
) -> None:
    try:
        violations = list(iter_violations(validator.iter_errors(instance)))
    except ValueError as error:  # nested more deeply than jsonschema_rs supports
        raise PayloadError(part, "...", str(error)) from None
    if not violations:
        return
    field, value, _ = violations[0]
    lines = [reason if place == field else f"{place}: {reason}" for place, _, reason in violations]
    more = [f"and {len(violations) - _SHOWN} more"] if len(violations) > _SHOWN else []
    raise PayloadError(field or part, value, "; ".join(lines[:_SHOWN] + more))


def iter_violations(
    errors: Iterable[jsonschema_rs.ValidationError],
) -> Iterator[tuple[str, Any, str]]:
    """Yield path, value and reason of each violation that a validator found."""
    for error in errors:
        place = _dotted_path(error.instance_path)
        kind: Any = error.kind  # its attributes depend on its name
        if kind.name == "required":
            yield (
                _dotted_path([*error.instance_path, kind.property]),
                None,
                "required, but not given",
            )
        elif kind.name == "anyOf":
            yield from _iter_alternatives(error)
        else:
            yield place, error.instance, _describe(error)


def _describe(error: jsonschema_rs.ValidationError) -> str:
    kind: Any = error.kind
    if kind.name == "format" and kind.format == _TRIMMED:
        return _untrimmed(error.instance)
    if kind.name == "minLength" and not error.instance:
        return "is empty; give some text"
    if kind.name == "type":
        expected = " or ".join(_IN_WORDS[name] for name in sorted(kind.types, key="null".__eq__))
        return f"expected {expected}"
    return error.message


def _untrimmed(text: object) -> str:
    name = trim(str(text))
    if not name:
        return "is blank; give some text"
    return f"begins or ends with white space or with an invisible character; give {name!r}"


def _iter_alternatives(error: jsonschema_rs.ValidationError) -> Iterator[tuple[str, Any, str]]:
    """Yield the violations of a union.

    If the type of the value fits only one alternative, these are the violations of that one.
    Otherwise it is a single violation that lists what the alternatives expect.
    """
    kind: Any = error.kind
    fitting = [errors for errors in kind.context if not _is_of_other_type(errors, error)]
    if len(fitting) == 1:
        yield from iter_violations(fitting[0])
        return
    wanted = dict.fromkeys(_describe(each) for errors in fitting or kind.context for each in errors)
    reason = "; or ".join(wanted).replace("; or expected", " or")
    yield _dotted_path(error.instance_path), error.instance, reason


def _is_of_other_type(
    errors: Sequence[jsonschema_rs.ValidationError], whole: jsonschema_rs.ValidationError
) -> bool:
    return any(e.kind.name == "type" and e.instance_path == whole.instance_path for e in errors)


def _dotted_path(path: Sequence[str | int]) -> str:
    place = ""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place


@cache
def _validator(operation: str, part: str) -> jsonschema_rs.Draft202012Validator:
    if part == "body":
        schema = dict(body_schema(operation) or {})
    else:
        parameters = operations()[operation].get("parameters", ())
        schema = {
            "type": "object",
            "properties": parameter_schemas(operation, part),
            "required": [p["name"] for p in parameters if p["in"] == part and p.get("required")],
        }
    return _compile(schema)


def _compile(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    components = {"schemas": contract()["components"]["schemas"]}
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": components},
        validate_formats=True,
        formats={_TRIMMED: lambda text: trim(text) == text},
        mask="it",
    )
