"""The keywords of JSON Schema, and those of OpenAPI 3.0 as 3.1 writes them."""

from __future__ import annotations

import json
from typing import Any, Final

from ionworks.testing._openapi.errors import Json

#: Keywords whose values are schemas by name, lists of schemas, or one schema.
BY_NAME: Final = ("properties", "patternProperties", "$defs", "dependentSchemas")
LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE: Final = (
    *("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"),
)
#: Keywords that say nothing about which values are valid.
ANNOTATIONS: Final = frozenset(
    {
        *("title", "description", "default", "example", "examples", "deprecated"),
        *("readOnly", "writeOnly", "externalDocs", "xml", "$comment"),
    }
)


def is_annotation(key: str) -> bool:
    """Whether a keyword says nothing about which values are valid."""
    return key in ANNOTATIONS or key.startswith("x-")


def types_of(schema: Any) -> list[str] | None:
    """Return the types that `type` lists; None without one."""
    if not isinstance(schema, dict) or "type" not in schema:
        return None
    given = schema["type"]
    return [given] if isinstance(given, str) else list(given)


def is_null(schema: Any) -> bool:
    """Whether null is the only value of a schema."""
    if not isinstance(schema, dict):
        return False
    return (
        types_of(schema) == ["null"]
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
    )


def same(one: object, other: object) -> bool:
    """Whether two values of JSON are equal; True is not 1."""
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(
        other, sort_keys=True, default=str
    )


def lift(schema: Json) -> Json:
    """Return a schema of OpenAPI 3.0 as 3.1 writes it; one of 3.1 stays as it is."""
    lifted = {key: value for key, value in schema.items() if key != "nullable"}
    for bound, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(lifted.get(strict), bool) and lifted.pop(strict) and bound in lifted:
            lifted[strict] = lifted.pop(bound)
    if schema.get("nullable") is not True:
        return lifted
    if isinstance(lifted.get("enum"), list) and None not in lifted["enum"]:
        lifted["enum"] = [*lifted["enum"], None]
    kinds = types_of(lifted)
    if kinds is not None:
        lifted["type"] = kinds if "null" in kinds else [*kinds, "null"]
        return lifted
    inner = {key: value for key, value in lifted.items() if not is_annotation(key)}
    if not inner or set(inner) == {"enum"}:
        return lifted
    outer = {key: value for key, value in lifted.items() if is_annotation(key)}
    return {"anyOf": [inner, {"type": "null"}], **outer}
