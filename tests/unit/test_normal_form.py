"""The normal form of a contract: what OpenAPI 3.0 and 3.1 say, written in one way."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ionworks.testing._openapi.errors import SCHEMAS, ContractError
from ionworks.testing._openapi.normal_form import normalize

Json = dict[str, Any]
NAMES = ("A", "B", "C")


def ref(name: str) -> Json:
    return {"$ref": f"{SCHEMAS}{name}"}


def document(schemas: Json, *, sent: Any = None, answered: Any = None, version="3.1.0") -> Json:
    """Return a contract that sends one schema and answers another."""
    operation: Json = {"operationId": "ask", "responses": {"204": {"description": ""}}}
    if sent is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": sent}}}
    if answered is not None:
        content = {"application/json": {"schema": answered}}
        operation["responses"] = {"200": {"description": "", "content": content}}
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas},
    }


def sent_in(contract: Json) -> Any:
    return contract["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]["schema"]


def answered_in(contract: Json) -> Any:
    responses = contract["paths"]["/a"]["post"]["responses"]
    return responses["200"]["content"]["application/json"]["schema"]


def is_valid(contract: Json, schema: Any, value: object) -> bool:
    root = {**schema, "components": contract["components"]} if schema is not True else True
    return jsonschema_rs.Draft202012Validator(root).is_valid(value)


def nodes(node: Any) -> list[Any]:
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += (
            each.values() if isinstance(each, dict) else each if isinstance(each, list) else []
        )
    return found


# Random contracts: the normal form accepts the values that the contract accepts.

keys = st.sampled_from(["a", "b", "c"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "xyz", 0.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)
scalars = st.sampled_from(
    [
        *({"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number", "maximum": 2}),
        *({"type": ["string", "null"], "maxLength": 2}, {"type": "boolean"}, {"enum": ["x", 1]}),
        *({"const": "x"}, {"type": "string", "pattern": "^x"}, {"exclusiveMinimum": 0}, {}),
    ]
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(keys, inner, max_size=3),
            "required": st.lists(keys, max_size=2, unique=True),
            "additionalProperties": st.just(True) | inner,
            "minProperties": st.integers(0, 2),
        },
    )


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return (
        objects(inner)
        | inner.map(lambda each: {"type": "array", "items": each})
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: {"allOf": each})
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each})
        | st.tuples(inner, objects(inner)).map(lambda each: {"allOf": [each[0]], **each[1]})
        | inner.map(lambda each: {"anyOf": [each, {"type": "null"}], "description": "or null"})
    )


schemas = st.recursive(scalars | st.sampled_from(NAMES).map(ref), compound, max_leaves=6)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, schemas)), schemas, st.lists(values, max_size=8))
def test_the_normal_form_accepts_what_the_contract_accepts(named, body, drawn):
    contract = document(named, sent=body)
    kept = deepcopy(contract)
    try:
        normal = normalize(contract)
    except ContractError:
        assume(False)
    assert contract == kept
    for value in drawn:
        fits = is_valid(contract, body, value)
        assert is_valid(normal, sent_in(normal), value) is fits, (value, sent_in(normal))


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, schemas)), schemas)
def test_the_normal_form_has_no_all_of_and_is_its_own_normal_form(named, body):
    try:
        normal = normalize(document(named, sent=body))
    except ContractError:
        assume(False)
    assert not [each for each in nodes(normal) if isinstance(each, dict) and "allOf" in each]
    assert normalize(normal) == normal


# OpenAPI 3.0.

LIFTED = {
    "nullable type": ({"type": "string", "nullable": True}, [None, "x"], [1]),
    "nullable enum": ({"type": "string", "enum": ["x"], "nullable": True}, [None, "x"], ["y"]),
    "nullable reference": ({"allOf": [ref("A")], "nullable": True}, [None, {"a": 1}], ["y", {}]),
    "nullable beside a reference": ({**ref("A"), "nullable": True}, [None, {"a": 1}], [{}]),
    "not nullable": ({"type": "string", "nullable": False}, ["x"], [None]),
    "exclusive minimum": ({"minimum": 0, "exclusiveMinimum": True}, [1], [0, -1]),
    "inclusive minimum": ({"minimum": 0, "exclusiveMinimum": False}, [0, 1], [-1]),
    "exclusive maximum": ({"maximum": 9, "exclusiveMaximum": True}, [8], [9]),
    "minimum alone": ({"exclusiveMinimum": True}, [-1], []),
}


@pytest.mark.parametrize(("schema", "good", "bad"), LIFTED.values(), ids=LIFTED)
def test_openapi_30_is_written_as_31(schema, good, bad):
    named = {"A": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}}
    normal = normalize(document(named, sent=schema, version="3.0.3"))
    assert normal["openapi"] == "3.1.0"
    found = sent_in(normal)
    assert [is_valid(normal, found, each) for each in good] == [True] * len(good)
    assert [is_valid(normal, found, each) for each in bad] == [False] * len(bad)
    assert "nullable" not in json.dumps(normal)


# Requests and responses.

CELL = {
    "type": "object",
    "required": ["id", "name", "key"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "key": {"type": "string", "writeOnly": True},
        "parent": ref("B"),
    },
}


def test_read_only_fields_are_in_responses_alone_and_write_only_in_requests():
    named = {"A": CELL, "B": {"type": "object", "properties": {"inner": ref("A")}}}
    normal = normalize(document(named, sent=ref("A"), answered=ref("A")))
    sent, answered = (normal["components"]["schemas"][name] for name in ("ARequest", "A"))
    assert sent_in(normal) == ref("ARequest")
    assert answered_in(normal) == ref("A")
    assert list(sent["properties"]) == ["name", "key", "parent"]
    assert list(answered["properties"]) == ["id", "name", "parent"]
    assert (sent["required"], answered["required"]) == (["name", "key"], ["id", "name"])
    inner = normal["components"]["schemas"]["BRequest"]
    assert sent["properties"]["parent"] == ref("BRequest")
    assert inner["properties"]["inner"] == ref("ARequest")


@pytest.mark.parametrize("direction", ["sent", "answered"])
def test_a_schema_of_one_direction_keeps_its_name(direction):
    named = {"A": CELL, "B": {"type": "object"}}
    normal = normalize(document(named, **{direction: ref("A")}))
    assert set(normal["components"]["schemas"]) == {"A", "B"}
    hidden = "id" if direction == "sent" else "key"
    assert hidden not in normal["components"]["schemas"]["A"]["properties"]


# Parts of an operation.


def test_parts_of_an_operation_are_in_it():
    contract = document({"A": {"type": "string"}}, answered=ref("A"))
    contract["components"] |= {
        "parameters": {
            "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            "Id": {"name": "id", "in": "path", "schema": ref("A")},
        },
        "responses": {"Gone": {"description": "gone", "headers": {"X": {"$ref": "#/x-header"}}}},
    }
    contract["x-header"] = {"schema": {"type": "string", "nullable": True}}
    own = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 5}}
    item = contract["paths"].pop("/a")
    item["parameters"] = [
        {"$ref": "#/components/parameters/Limit"},
        {"$ref": "#/components/parameters/Id"},
    ]
    item["post"] |= {"parameters": [own]}
    item["post"]["responses"]["410"] = {"$ref": "#/components/responses/Gone"}
    contract["paths"]["/a/{id}"] = item
    contract["security"] = [{"key": []}]
    operation = normalize(contract)["paths"]["/a/{id}"]["post"]
    assert operation["parameters"] == [
        own,
        {"name": "id", "in": "path", "schema": ref("A"), "required": True},
    ]
    assert operation["responses"]["410"]["headers"]["X"]["schema"] == {"type": ["string", "null"]}
    assert operation["security"] == [{"key": []}]


# Unions.

CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "cat"}}}
DOG = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["dog", "pup"]}}}
BARE = {"type": "object", "properties": {"kind": {"type": "string"}}}
OWN = {"type": "object", "required": ["wings"], "properties": {"wings": {"type": "integer"}}}
BY_KIND = {"propertyName": "kind", "mapping": {"c": f"{SCHEMAS}A", "d": "B"}}
UNIONS = {
    "constants": ({"A": CAT, "B": DOG}, {}, ["kind", [["cat"], ["dog", "pup"]]]),
    "a mapping": ({"A": BARE, "B": BARE}, {"discriminator": BY_KIND}, ["kind", [["c"], ["d"]]]),
    "names": (
        {"A": BARE, "B": BARE},
        {"discriminator": {"propertyName": "kind"}},
        ["kind", [["A"], ["B"]]],
    ),
    "a field of its own": ({"A": OWN, "B": BARE}, {}, None),
}


@pytest.mark.parametrize("key", ["oneOf", "anyOf"])
@pytest.mark.parametrize(("named", "more", "tags"), UNIONS.values(), ids=UNIONS)
def test_a_union_says_what_distinguishes_its_objects(key, named, more, tags):
    union = {key: [ref("A"), ref("B"), {"type": "null"}], **more}
    found = answered_in(normalize(document(named, answered=union)))
    assert found[key] == [ref("A"), ref("B"), {"type": "null"}]
    expected = {} if tags is None else {"property": tags[0], "values": tags[1]}
    assert found["x-discriminator"] == expected
    assert "discriminator" not in found


def test_unions_in_unions_are_one_union():
    named = {"A": {"anyOf": [{"type": "string"}, {"type": "null"}]}, "B": {"type": "integer"}}
    union = {"anyOf": [ref("A"), {"anyOf": [ref("B"), {"type": "string"}]}]}
    found = answered_in(normalize(document(named, answered=union)))
    assert found == {"anyOf": [{"type": "string"}, ref("B"), {"type": "null"}]}


# What cannot be written in normal form is refused with its place.

LOOP = {"A": {"allOf": [ref("B")], "type": "object"}, "B": {"allOf": [ref("A"), {"minimum": 1}]}}
REFUSED = {
    "objects that nothing distinguishes": (
        {"A": BARE, "B": BARE},
        {"anyOf": [ref("A"), ref("B")]},
        "nothing distinguishes A from B; add a discriminator",
    ),
    "no such schema": ({}, ref("X"), r"\$ref '#/components/schemas/X' leads nowhere"),
    "no such part": ({}, {"$ref": "#/nowhere/x"}, "leads nowhere"),
    "another file": ({}, {"$ref": "other.yaml#/X"}, "leads out of the document"),
    "a schema made of itself": (LOOP, ref("A"), "components.schemas.A: allOf makes this schema"),
    "a reference to itself": ({"A": ref("B"), "B": ref("A")}, ref("A"), "reference to itself"),
    "types": ({}, {"allOf": [{"type": "string"}, {"type": "object"}]}, "no common type"),
    "values": ({}, {"allOf": [{"enum": [1]}, {"enum": [2]}]}, "without a common value"),
    "closed parts": (
        {},
        {"allOf": [{"additionalProperties": False}, {"properties": {"a": {}}}]},
        "one part of allOf declares 'a'",
    ),
    "not a schema": ({}, "string", "expected a schema, got 'string'"),
}


@pytest.mark.parametrize(("named", "schema", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_normal_form_is_refused(named, schema, reason):
    with pytest.raises(ContractError, match=reason):
        normalize(document(named, sent=schema))


@pytest.mark.parametrize("broken", [{}, {"openapi": "2.0"}, {"openapi": "3.1.0"}, [], None])
def test_what_is_not_openapi_is_refused(broken):
    with pytest.raises(ContractError):
        normalize(broken)


def test_schemas_that_name_each_other_take_linear_time():
    names = [f"S{number}" for number in range(60)]
    named = {name: {"type": "object", "properties": {n: ref(n) for n in names}} for name in names}
    union = {"anyOf": [{"type": "string"}, ref("S0")]}
    assert set(normalize(document(named, answered=union))["components"]["schemas"]) == set(names)
