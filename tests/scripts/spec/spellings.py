"""Draws schemas, and writes the same contract in other words."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
NAMES = ["mass", "name", "state", "temperature"]


def _bounded(kind: str, low: str, high: str) -> st.SearchStrategy[Json]:
    limits = st.fixed_dictionaries({}, optional={low: st.integers(1, 3), high: st.integers(4, 6)})
    return limits.map(lambda rules: {"type": kind, **rules})


SCALARS = st.one_of(
    st.just({"type": "boolean"}),
    _bounded("integer", "minimum", "maximum"),
    _bounded("number", "minimum", "maximum"),
    _bounded("string", "minLength", "maxLength"),
    st.sampled_from([{"type": "string", "format": each} for each in ("date", "date-time")]),
    st.sets(st.sampled_from("abcd"), min_size=1).map(
        lambda values: {"type": "string", "enum": sorted(values)}
    ),
)


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Json]) -> Json:
    fields = draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3))
    required = [name for name in fields if draw(st.booleans())]
    return {"type": "object", "properties": fields, "required": required}


def _or_null(schema: Json) -> Json:
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **values}


def _nested(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return _objects(inner) | _bounded("array", "minItems", "maxItems").flatmap(
        lambda array: inner.map(lambda items: {**array, "items": items})
    )


VALUES = st.recursive(SCALARS, lambda inner: _nested(inner | inner.map(_or_null)), max_leaves=6)
BODIES = _objects(VALUES | VALUES.map(lambda each: each if "enum" in each else _or_null(each)))


def contract(body: Json, answer: Json, names: Json | None = None) -> Json:
    """Return a contract of one operation that takes and answers these."""

    def content(schema: Json) -> Json:
        return {"content": {"application/json": {"schema": schema}}}

    operation = {
        "operationId": "act",
        "tags": ["acts"],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "requestBody": {"required": True, **content(body)},
        "responses": {"200": {"description": "fine", **content(answer)}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Acts", "version": "1"},
        "paths": {"/acts/{id}": {"post": operation}},
        "components": {"schemas": names or {}},
    }


class Speller:
    """Writes schemas in other words, by chance; some get a name and are referred to."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.named: Json = {}

    def contract(self, body: Json, answer: Json) -> Json:
        document = contract(self.schema(body), self.schema(answer), self.named)
        item = document["paths"].pop("/acts/{id}")
        operation = item["post"]
        operation["operationId"] = self.word()
        operation["tags"] = [self.word()]
        operation["summary"] = self.word()
        operation["security"] = [{self.word(): []}]
        operation["responses"]["422"] = {"description": self.word()}
        operation["x-evidence"] = "assumed"
        name = self.word()
        operation["parameters"][0]["name"] = name
        if self.chance():
            item["parameters"] = operation.pop("parameters")
        document["paths"][f"/acts/{{{name}}}"] = item
        return self.shuffled(document)

    def schema(self, schema: Json) -> Json:
        """Return a schema that allows the same."""
        spelled = {**schema}
        if "properties" in spelled:
            fields = {name: self.schema(each) for name, each in spelled["properties"].items()}
            spelled["properties"] = self.shuffled(fields)
            spelled["required"] = self.random.sample(spelled["required"], len(spelled["required"]))
        if "items" in spelled:
            spelled["items"] = self.schema(spelled["items"])
        if "enum" in spelled:
            spelled["enum"] = self.random.sample(spelled["enum"], len(spelled["enum"]))
        if isinstance(spelled.get("type"), list):
            spelled = self.null(spelled)
        if self.chance():
            name = f"{self.word()}{len(self.named)}"
            self.named[name] = spelled
            spelled = {"$ref": f"#/components/schemas/{name}"}
        if self.chance():
            spelled = {self.random.choice(["allOf", "anyOf", "oneOf"]): [spelled]}
        prose = {"description": self.word(), "title": self.word(), "examples": [self.word()]}
        return {**spelled, **{key: each for key, each in prose.items() if self.chance()}}

    def null(self, schema: Json) -> Json:
        """Say in one of several ways that null is allowed too."""
        bare = {**schema, "type": schema["type"][0]}
        if "enum" in bare:
            bare["enum"] = [each for each in bare["enum"] if each is not None]
        variants = [bare, {"type": "null"}]
        self.random.shuffle(variants)
        ways = [schema, {"anyOf": variants}, {"oneOf": variants}, {**bare, "nullable": True}]
        return self.random.choice(ways)

    def shuffled(self, mapping: Json) -> Json:
        return dict(self.random.sample(list(mapping.items()), len(mapping)))

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def word(self) -> str:
        return "".join(self.random.choices("klmnop", k=6))


@st.composite
def near(draw: st.DrawFn, schema: Json) -> Json:
    """Draw a schema that is like another, with few edits."""
    edited = {**schema}
    if draw(st.integers(0, 5)) == 0 and schema["type"] != "object":
        return draw(SCALARS)
    for key in ("minimum", "minLength", "minItems", "maximum", "maxLength", "maxItems"):
        if key in edited and draw(st.booleans()):
            edited[key] = draw(st.integers(1, 3) if key[:3] == "min" else st.integers(4, 6))
    if "enum" in edited and isinstance(edited["type"], str):
        edited["enum"] = sorted(set(edited["enum"]) | draw(st.sets(st.sampled_from("abcd"))))
    if edited["type"] == "number" and draw(st.booleans()):
        edited["type"] = "integer"
    elif edited["type"] == "integer" and draw(st.booleans()):
        edited["type"] = "number"
    if "items" in edited:
        edited["items"] = draw(near(edited["items"]))
    if "properties" in edited:
        fields = {name: draw(near(each)) for name, each in edited["properties"].items()}
        fields |= draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=1))
        edited["properties"] = fields
        edited["required"] = [
            name
            for name in fields
            if (name in schema["required"]) != (draw(st.integers(0, 4)) == 0)
        ]
    return edited


@st.composite
def values(draw: st.DrawFn, schema: Json) -> Any:
    """Draw a value that fits a schema of `VALUES` or `BODIES`, with the declared fields only."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = draw(st.sampled_from(kinds))
    if kind == "null":
        return None
    if "enum" in schema:
        return draw(st.sampled_from([each for each in schema["enum"] if each is not None]))
    if kind == "object":
        fields = schema["properties"]
        names = [n for n in fields if n in schema["required"] or draw(st.booleans())]
        return {name: draw(values(fields[name])) for name in names}
    if kind == "array":
        least = schema.get("minItems", 0)
        most = schema.get("maxItems", least + 1)
        return draw(st.lists(values(schema["items"]), min_size=least, max_size=most))
    if kind == "string":
        if "format" in schema:
            return "2026-01-01" if schema["format"] == "date" else "2026-01-01T00:00:00Z"
        least = schema.get("minLength", 0)
        return draw(st.text("xyz", min_size=least, max_size=schema.get("maxLength", least + 4)))
    if kind == "boolean":
        return draw(st.booleans())
    low = schema.get("minimum", 0)
    high = schema.get("maximum", low + 9)
    return draw(st.integers(low, high) if kind == "integer" else st.floats(low, high))
