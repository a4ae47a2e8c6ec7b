"""Hypothesis strategies: JSON as the contract's schemas allow it."""

from __future__ import annotations

import datetime
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from hypothesis import strategies as st

UNITS = ("V", "A*h", "mg.cm-2", "degC", "percent", "mAh/g")
# Spellings of the dimension of each rating; those of the voltages keep their order.
SPELLINGS = {
    "A*h": ("A*h", "A.h", "mAh", "coulomb"),
    "V": ("V",),
    "W*h": ("W*h", "W.h", "kJ"),
    "W*h/kg": ("W*h/kg", "W.h.kg-1", "Wh/kg"),
    "W*h/L": ("W*h/L", "W.h.L-1"),
    "1/h": ("C", "1/h"),
}


@cache
def documents() -> dict[str, Any]:
    text = files("ionworks_openapi").joinpath("openapi.json").read_text(encoding="utf-8")
    return json.loads(text)


def schemas() -> dict[str, Any]:
    return documents()["components"]["schemas"]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without references, its parts joined."""
    if "$ref" in schema:
        return resolved(schemas()[schema["$ref"].rsplit("/", 1)[1]])
    joined = dict(schema)
    for part in map(resolved, joined.pop("allOf", ())):
        joined["type"] = "object"
        joined["properties"] = {**joined.get("properties", {}), **part.get("properties", {})}
        joined["required"] = [*joined.get("required", ()), *part.get("required", ())]
    return joined


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(2**50), 2**50)
scalars = st.none() | st.booleans() | numbers | texts
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=2)
)
instants = st.datetimes(
    datetime.datetime(1970, 1, 1), datetime.datetime(2100, 1, 1), timezones=st.just(datetime.UTC)
).map(lambda moment: moment.isoformat().replace("+00:00", "Z"))
quantities = st.fixed_dictionaries({"value": numbers, "unit": st.sampled_from(UNITS)})
# Names and ids: text that begins and ends with a visible character.
shown = st.characters(
    categories=("L", "N", "P", "S"), exclude_characters="\u115f\u1160\u2800\u3164\uffa0"
)
visible = st.text(shown, min_size=1, max_size=8)
# Text that starts with a number may be read as a quantity.
words = texts.filter(lambda text: not re.match(r"\s*[+\u2212-]?\s*\.?\d", text))
unmarked = st.none() | st.booleans() | words | quantities
properties = st.recursive(
    unmarked,
    lambda inner: (
        st.lists(inner | numbers, max_size=2)
        | st.dictionaries(keys, inner, max_size=2).filter(lambda drawn: "unit" not in drawn)
    ),
)


@st.composite
def json_for(draw: st.DrawFn, name: str) -> Any:
    """Draw what the named schema allows; composite, for the strategies' reprs are huge."""
    return draw(_named(name))


@cache
def _named(name: str) -> st.SearchStrategy[Any]:
    special = {"Quantity": quantities, "Ratings": ratings()}
    return special[name] if name in special else json_of(schemas()[name])


@st.composite
def ratings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw ratings of the right dimension and sign, the voltages in their order."""
    amounts = st.floats(0.1, 1000, allow_nan=False)
    low, middle, high = sorted(draw(st.lists(amounts, min_size=3, max_size=3, unique=True)))
    voltages = {"voltage_min": low, "nominal_voltage": middle, "voltage_max": high}
    drawn = {}
    for name, rule in schemas()["Ratings"]["properties"].items():
        value = voltages.get(name) or draw(amounts)
        unit = draw(st.sampled_from(SPELLINGS[rule["x-quantity"]["dimension"]]))
        drawn[name] = draw(st.sampled_from([None, {"value": value, "unit": unit}]))
    kept = draw(st.sets(st.sampled_from(sorted(drawn))))
    return {name: value for name, value in drawn.items() if name in kept}


def json_of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for what `schema` allows."""
    if "$ref" in schema:
        return _named(schema["$ref"].rsplit("/", 1)[1])
    schema = resolved(schema)
    if "anyOf" in schema:
        return st.one_of([json_of(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", ())
    if isinstance(kinds, list):
        return st.one_of([json_of({**schema, "type": kind}) for kind in kinds])
    if kinds == "object":
        return _objects(schema)
    if kinds == "array":
        least = schema.get("minItems", 0)
        return st.lists(json_of(schema["items"]), min_size=least, max_size=least + 2)
    return _scalars(kinds, schema)


def _objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    parts = {key: json_of(rule) for key, rule in schema.get("properties", {}).items()}
    if held := schema.get("x-holds-quantities"):
        values = properties if held == "required" else properties | numbers
        return st.dictionaries(keys, values, max_size=3)
    if not parts:
        rest = schema.get("additionalProperties", True)
        values = anything | quantities if rest is True else json_of(rest)
        return st.dictionaries(keys, values, max_size=3)
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {key: value for key, value in parts.items() if key in required},
        optional={key: value for key, value in parts.items() if key not in required},
    )


def _scalars(kind: Any, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if schema.get("format") == "date-time":
        return instants
    if schema.get("format") == "date":
        return st.dates().map(datetime.date.isoformat)
    if kind == "string" and (schema.get("format") == "trimmed" or "x-identity" in schema):
        return visible
    by_kind: dict[Any, st.SearchStrategy[Any]] = {
        "string": st.text(
            st.characters(exclude_categories=("Cs",)),
            min_size=schema.get("minLength", 0),
            max_size=min(schema.get("maxLength", 8), 8),
        ),
        "number": numbers,
        "integer": st.integers(schema.get("minimum", -9), schema.get("maximum", 2**60)),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return by_kind.get(kind, anything)
