"""Examples of calls, made from the schemas of the contract."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from scripts.codegen.contract import Json, resolve

_FORMATS = {"date": "2026-01-31", "date-time": "2026-01-31T08:00:00Z"}
_CHANGED = ("notes", "description", "name")


@frozen
class Code:
    """A name of Python inside an example value."""

    text: str

    def __repr__(self) -> str:
        return self.text


def new_record(document: Json, schema: Json, label: str) -> str:
    """Return a body with the required fields, as Python code."""
    schema = resolve(document, schema)
    required = schema.get("required", ())
    fields = schema.get("properties", {})
    return _code({name: _value(document, name, fields.get(name, {}), label) for name in required})


def changed_record(document: Json, schema: Json, label: str) -> str:
    """Return a body that changes one field, as Python code."""
    fields: Json = resolve(document, schema).get("properties", {})
    name = next((each for each in (*_CHANGED, *fields) if each in fields), None)
    if name is None:
        return "{}"
    changed = "changed" if name in _CHANGED else None
    return _code({name: changed or _value(document, name, fields[name], label)})


def _code(value: Any) -> str:
    return repr(value).replace("'", '"')


def _value(document: Json, name: str, schema: Json, label: str) -> Any:
    if name.endswith("_id"):
        return Code(name)
    quantity = schema.get("x-quantity", {}).get("example")
    if quantity is not None:
        return quantity
    schema = resolve(document, schema)
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        if branch.get("type") != "null":
            return _value(document, name, branch, label)
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    return _typical(document, name, schema, label)


def _typical(document: Json, name: str, schema: Json, label: str) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    if kind == "array":
        items = schema.get("items", {})
        return [_value(document, name, items, label)] if schema.get("minItems") else []
    if kind == "string":
        text = f"New {label}" if name == "name" else name.replace("_", " ")
        return _FORMATS.get(schema.get("format", ""), text)
    fields = schema.get("properties", {})
    required = schema.get("required", ())
    return {each: _value(document, each, fields.get(each, {}), label) for each in required}
