"""Checks values against the contract's request schemas and describes the violations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import jsonschema_rs

_SHOWN = 5
_IN_WORDS = {
    "array": "a list",
    "boolean": "True or False",
    "integer": "a whole number",
    "null": "None",
    "number": "a number",
    "object": "a dictionary",
    "string": "text",
}


@cache
def contract() -> dict[str, Any]:
    """Return the request schemas that were generated from the contract."""
    text = files("ionworks_openapi").joinpath("schemas.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def validate(operation: str, part: str, instance: object) -> None:
    """Check the query or the body of an operation, given as plain JSON data.

    Raises
    ------
    PayloadError
        If it does not fit; has the first invalid field, and lists the violations.
    """
    try:
        violations = list(iter_violations(_validator(operation, part).iter_errors(instance)))
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
    if kind.name == "type":
        expected = " or ".join(_IN_WORDS[name] for name in sorted(kind.types, key="null".__eq__))
        return f"expected {expected}"
    return error.message


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
        {**schema, "$defs": contract()["$defs"]}, validate_formats=True, mask="it"
    )
