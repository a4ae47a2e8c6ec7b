"""What is wrong with a value, written the way FastAPI writes its 422 answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from jsonschema_rs import Draft202012Validator, ValidationError

from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.schemas import Schemas

Place = Sequence[str | int]

WHOLE_NUMBER = re.compile(r"[+-]?\d{1,4000}")
TRUE = frozenset({"true", "1", "on", "yes", "t", "y"})
FALSE = frozenset({"false", "0", "off", "no", "f", "n"})

# JSON type -> FastAPI's error type and message.
EXPECTED_TYPE = {
    "string": ("string_type", "Input should be a valid string"),
    "integer": ("int_type", "Input should be a valid integer"),
    "number": ("float_type", "Input should be a valid number"),
    "boolean": ("bool_type", "Input should be a valid boolean"),
    "object": ("dict_type", "Input should be a valid dictionary"),
    "array": ("list_type", "Input should be a valid list"),
    "null": ("none_required", "Input should be None"),
}
# Schema keyword -> FastAPI's error type, message, and the name of the limit in ctx.
LIMITS = {
    "minLength": ("string_too_short", "String should have at least {} characters", "min_length"),
    "maxLength": ("string_too_long", "String should have at most {} characters", "max_length"),
    "minimum": ("greater_than_equal", "Input should be greater than or equal to {}", "ge"),
    "maximum": ("less_than_equal", "Input should be less than or equal to {}", "le"),
    "exclusiveMinimum": ("greater_than", "Input should be greater than {}", "gt"),
    "exclusiveMaximum": ("less_than", "Input should be less than {}", "lt"),
    "minItems": ("too_short", "List should have at least {} items", "min_length"),
    "maxItems": ("too_long", "List should have at most {} items", "max_length"),
    "minProperties": ("too_short", "Dictionary should have at least {} items", "min_length"),
    "maxProperties": ("too_long", "Dictionary should have at most {} items", "max_length"),
    "pattern": ("string_pattern_mismatch", "String should match pattern '{}'", "pattern"),
}
BARE_NUMBER = 'A number needs a unit: {"value": 0.52, "unit": "mm"}'
FORMATS = {
    "date-time": ("datetime_parsing", "Input should be a valid datetime with a timezone"),
    "date": ("date_parsing", "Input should be a valid date"),
    "trimmed": (
        "value_error",
        "String should neither begin nor end with white space or an invisible character",
    ),
}


def entry(
    kind: str, place: Place, message: str, value: object, context: Json | None = None
) -> Json:
    """Return one entry of a 422 answer."""
    found: Json = {"type": kind, "loc": list(place), "msg": message, "input": value}
    return {**found, "ctx": context} if context else found


def errors_of(validator: Draft202012Validator, value: object, place: Place) -> list[Json]:
    """Return every error of a value, each with its place under ``place``."""
    try:
        found = list(validator.iter_errors(value))
    except ValueError as error:
        return [entry("value_error", place, str(error), None)]
    return [each for error in found for each in _entries(error, place)]


def _entries(error: ValidationError, place: Place) -> Iterator[Json]:
    where = [*place, *error.instance_path]
    name = error.kind.name
    if name in {"anyOf", "oneOf"}:
        yield from _iter_alternatives(error, place)
    elif name == "required":
        missing = str(getattr(error.kind, "property", ""))
        yield entry("missing", [*where, missing], "Field required", error.instance)
    else:
        kind, message, context = _describe(error, name)
        yield entry(kind, where, message, error.instance, context)


def _describe(error: ValidationError, name: str) -> tuple[str, str, Json | None]:
    limit = getattr(error.kind, "value", None)
    if name == "type":
        types = getattr(error.kind, "types", [])
        known = [EXPECTED_TYPE[each] for each in types if each != "null"]
        if len(known) == 1:
            return (*known[0], None)
        return "type_error", f"Input should be one of: {', '.join(types)}", None
    if name in LIMITS:
        kind, message, key = LIMITS[name]
        text = message.format(limit)
        return kind, text.removesuffix("s") if limit == 1 else text, {key: limit}
    if name == "format" and limit in FORMATS:
        return (*FORMATS[limit], None)
    if name in {"enum", "const"}:
        options = limit if isinstance(limit, list) else [limit]
        quoted = [repr(each) for each in options if each is not None]
        expected = " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
        return "enum", f"Input should be {expected}", {"expected": expected}
    if name == "not" and isinstance(error.instance, int | float):
        return "value_error", BARE_NUMBER, None
    return "value_error", error.message, None


def _iter_alternatives(error: ValidationError, place: Place) -> Iterator[Json]:
    """Report the alternatives that the value came closest to.

    One that fails only deeper inside, or on a limit, had the right type, so the others are noise.
    """
    branches: list[list[ValidationError]] = getattr(error.kind, "context", [])
    at = error.instance_path
    meant = [b for b in branches if not any(_wrong_type(each, at) for each in b)]
    typed = meant or [b for b in branches if not _is_null_branch(b)]
    if len(typed) == 1:
        for each in typed[0]:
            yield from _entries(each, place)
        return
    described = [_describe(each, each.kind.name)[1] for b in typed for each in b[:1]]
    message = "; or ".join(dict.fromkeys(described)) or error.message
    yield entry("union_error", [*place, *at], message, error.instance)


def _wrong_type(error: ValidationError, at: Sequence[str | int]) -> bool:
    return error.kind.name == "type" and list(error.instance_path) == list(at)


def _is_null_branch(branch: Sequence[ValidationError]) -> bool:
    return any(getattr(error.kind, "types", None) == ["null"] for error in branch)


def coerce(
    schemas: Schemas, schema: Json, given: Sequence[str]
) -> tuple[object, tuple[str, str] | None]:
    """Return the value of query text, or the type and message of an error."""
    types = schemas.types(schema)
    if "array" not in types:
        return _coerce_text(types, given[-1])
    items = [each["items"] for each in schemas.branches(schema) if "items" in each]
    kinds = schemas.types(items[0]) if items and isinstance(items[0], dict) else set()
    found = [_coerce_text(kinds, text) for text in given]
    return [value for value, _ in found], next((error for _, error in found if error), None)


def _coerce_text(types: Set[str], text: str) -> tuple[object, tuple[str, str] | None]:
    if "string" in types or not types:
        return text, None
    if "boolean" in types:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE, None
        return None, ("bool_parsing", "Input should be a valid boolean, unable to interpret input")
    if "integer" in types and WHOLE_NUMBER.fullmatch(text):
        return int(text), None
    if "number" in types:
        try:
            return float(text), None
        except ValueError:
            return None, ("float_parsing", "Input should be a valid number")
    message = "Input should be a valid integer, unable to parse string as an integer"
    return None, ("int_parsing", message)
