"""A small contract built in code, and changes planted in it, each with what is to be found."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
QUANTITY = {
    "type": "object",
    "required": ["value", "unit"],
    "properties": {"value": {"type": "number"}, "unit": {"type": "string"}},
}
STATE = {"type": "string", "enum": ["new", "aged"]}
CELL = {
    "type": "object",
    "required": ["id", "name", "state", "made_on"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "state": {"$ref": "#/components/schemas/State"},
        "made_on": {"type": "string", "format": "date"},
        "cycles": {"type": "integer", "default": 0},
        "capacity": {"anyOf": [{"$ref": "#/components/schemas/Quantity"}, {"type": "null"}]},
        "labels": {"type": ["array", "null"], "items": {"type": "string"}},
        "extra": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}
NEW_CELL = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "state": {"$ref": "#/components/schemas/State"},
        "mass": {"type": "number", "minimum": 0},
        "lot": {"type": ["string", "null"]},
        "capacity": {"$ref": "#/components/schemas/Quantity"},
    },
}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def answers(schema: Json | None, status: str = "200") -> Json:
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    return {status: {"description": "fine", **content}, "404": {"description": "not there"}}


def small() -> Json:
    """A contract with a list, a creation, a record, a file, and a deletion."""
    cell_id = {"name": "cell_id", "in": "path", "required": True, "schema": {"type": "string"}}
    page = {"type": "object", "required": ["items"], "properties": {}}
    page["properties"] = {"items": {"type": "array", "items": ref("Cell")}}
    query = [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
        {"name": "state", "in": "query", "schema": ref("State")},
    ]
    body = {"required": True, "content": {"application/json": {"schema": ref("NewCell")}}}
    parquet = {"schema": {"type": "string", "format": "binary"}}
    series = {"200": {"description": "", "content": {"application/vnd.apache.parquet": parquet}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Cells", "version": "1"},
        "paths": {
            "/cells": {
                "get": {
                    "operationId": "list_cells",
                    "parameters": query,
                    "responses": answers(ref("CellPage")),
                },
                "post": {
                    "operationId": "create_cell",
                    "requestBody": body,
                    "responses": answers(ref("Cell"), "201"),
                },
            },
            "/cells/{cell_id}": {
                "parameters": [cell_id],
                "get": {"operationId": "get_cell", "responses": answers(ref("Cell"))},
                "delete": {"operationId": "delete_cell", "responses": answers(None, "204")},
            },
            "/cells/{cell_id}/series": {
                "parameters": [cell_id],
                "get": {"operationId": "get_series", "responses": series},
            },
        },
        "components": {
            "schemas": {
                "Cell": CELL,
                "CellPage": page,
                "NewCell": NEW_CELL,
                "Quantity": QUANTITY,
                "State": STATE,
            }
        },
    }
    return copy.deepcopy(document)


@dataclass(frozen=True)
class Planted:
    """An edit of `small`, and the changes that it makes: kind, direction and severity."""

    edit: Callable[[Json], object]
    found: frozenset[tuple[str, str, str]]


def _schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def _field(schema: str, name: str, **changes: Any) -> Callable[[Json], object]:
    """Change the keywords of a property; None takes one away."""

    def edit(document: Json) -> None:
        rules = _schema(document, schema)["properties"].setdefault(name, {})
        rules.update(changes)
        for key in [key for key, value in changes.items() if value is None]:
            del rules[key]

    return edit


def _gone(schema: str, name: str, now: str | None = None) -> Callable[[Json], object]:
    def edit(document: Json) -> None:
        node = _schema(document, schema)
        rules = node["properties"].pop(name)
        if now:
            node["properties"][now] = rules
        required = [now if each == name else each for each in node["required"]]
        node["required"] = [each for each in required if each]

    return edit


def _required(schema: str, *names: str) -> Callable[[Json], object]:
    return lambda document: _schema(document, schema).update(required=list(names))


def _query(index: int, **changes: Any) -> Callable[[Json], object]:
    return lambda document: document["paths"]["/cells"]["get"]["parameters"][index].update(changes)


def _parameters(edit: Callable[[list[Json]], object]) -> Callable[[Json], object]:
    return lambda document: edit(document["paths"]["/cells"]["get"]["parameters"])


def _moved(old: str, new: str) -> Callable[[Json], object]:
    return lambda document: document["paths"].update({new: document["paths"].pop(old)})


def _operation(path: str, method: str, **changes: Any) -> Callable[[Json], object]:
    return lambda document: document["paths"][path][method].update(changes)


def _state(*values: str) -> Callable[[Json], object]:
    return lambda document: _schema(document, "State").update(enum=list(values))


def _is(edit: Callable[[Json], object], *found: str) -> Planted:
    return Planted(edit, frozenset(tuple(each.split(", ")) for each in found))  # type: ignore[misc]


OPTIONAL = {"name": "q", "in": "query", "schema": {"type": "string"}}
PLANTED = {
    # operations
    "operation removed": _is(
        lambda d: d["paths"]["/cells"].pop("post"), "operation removed, operation, breaking"
    ),
    "operation added": _is(
        lambda d: d["paths"].update({"/makers": {"get": {"responses": answers(ref("Quantity"))}}}),
        "operation added, operation, harmless",
    ),
    "path moved": _is(
        _moved("/cells/{cell_id}/series", "/series/{cell}"),
        "operation possibly moved, operation, breaking",
    ),
    "family moved": _is(
        _moved("/cells/{cell_id}", "/batteries/{id}"),
        "operation possibly moved, operation, breaking",
    ),
    "operation deprecated": _is(
        _operation("/cells", "get", deprecated=True), "deprecated, operation, look"
    ),
    "idempotency": _is(
        _operation("/cells", "post", **{"x-idempotency": "unique-name"}),
        "idempotency changed, operation, harmless",
    ),
    "status": _is(
        _operation("/cells", "post", responses=answers(ref("Cell"), "200")),
        "success status changed, operation, look",
    ),
    # parameters
    "parameter added": _is(
        _parameters(lambda p: p.append(OPTIONAL)), "parameter added, request, harmless"
    ),
    "required parameter added": _is(
        _parameters(lambda p: p.append({**OPTIONAL, "required": True})),
        "parameter added, request, breaking",
    ),
    "parameter removed": _is(
        _parameters(lambda p: p.pop()), "parameter removed, request, breaking"
    ),
    "parameter renamed": _is(
        _query(0, name="page_size"), "parameter possibly renamed, request, breaking"
    ),
    "parameter required": _is(_query(0, required=True), "required, request, breaking"),
    "parameter bounded": _is(
        _query(0, schema={"type": "integer", "maximum": 50}),
        "constraint tightened, request, breaking",
    ),
    "parameter default": _is(
        _query(0, schema={"type": "integer", "maximum": 100, "default": 20}),
        "default changed, request, look",
    ),
    # what is sent
    "optional field to send": _is(
        _field("NewCell", "colour", type="boolean"), "field added, request, harmless"
    ),
    "required field to send": _is(
        lambda d: (
            _field("NewCell", "colour", type="boolean")(d),
            _required("NewCell", "name", "colour")(d),
        ),
        "field added, request, breaking",
    ),
    "made required": _is(_required("NewCell", "name", "lot"), "required, request, breaking"),
    "made optional": _is(_required("NewCell"), "optional, request, harmless"),
    "field not taken": _is(_gone("NewCell", "mass"), "field removed, request, breaking"),
    "field taken renamed": _is(
        _gone("NewCell", "capacity", "rated_capacity"),
        "field possibly renamed, request, breaking",
    ),
    "shorter": _is(
        _field("NewCell", "name", maxLength=64), "constraint tightened, request, breaking"
    ),
    "longer": _is(
        _field("NewCell", "name", maxLength=None), "constraint loosened, request, harmless"
    ),
    "pattern": _is(
        _field("NewCell", "name", pattern="^A"), "constraint tightened, request, breaking"
    ),
    "null taken": _is(
        _field("NewCell", "mass", type=["number", "null"]), "nullable, request, harmless"
    ),
    "null not taken": _is(
        _field("NewCell", "lot", type="string"), "not nullable, request, breaking"
    ),
    "whole numbers only": _is(
        _field("NewCell", "mass", type="integer"), "type narrowed, request, breaking"
    ),
    "other type taken": _is(
        _field("NewCell", "mass", type="string", minimum=None), "type changed, request, breaking"
    ),
    "closed": _is(
        lambda d: _schema(d, "NewCell").update(additionalProperties=False),
        "constraint tightened, request, breaking",
    ),
    "no body": _is(
        lambda d: d["paths"]["/cells"]["post"].pop("requestBody"),
        "body removed, request, breaking",
    ),
    # what is answered
    "field in answers": _is(
        _field("Cell", "colour", type="boolean"), "field added, answer, harmless"
    ),
    "field not answered": _is(_gone("Cell", "extra"), "field removed, answer, breaking"),
    "field answered renamed": _is(
        _gone("Cell", "labels", "tags"), "field possibly renamed, answer, breaking"
    ),
    "may be missing": _is(_required("Cell", "id", "name", "made_on"), "optional, answer, breaking"),
    "always there": _is(
        _required("Cell", "id", "name", "state", "made_on", "labels"), "required, answer, harmless"
    ),
    "null answered": _is(
        _field("Cell", "name", type=["string", "null"]), "nullable, answer, breaking"
    ),
    "fractions answered": _is(
        _field("Cell", "cycles", type="number"), "type widened, answer, breaking"
    ),
    "other type answered": _is(
        _field("Cell", "cycles", type="boolean"), "type changed, answer, breaking"
    ),
    "deep type": _is(
        _field("Cell", "labels", items={"type": "integer"}), "type changed, answer, breaking"
    ),
    "map's type": _is(
        _field("Cell", "extra", additionalProperties={"type": "string"}),
        "type changed, answer, breaking",
    ),
    "another moment": _is(
        _field("Cell", "made_on", format="date-time"), "format changed, answer, breaking"
    ),
    "secret": _is(_field("Cell", "id", format="password"), "format marked, answer, look"),
    "default answered": _is(_field("Cell", "cycles", default=1), "default changed, answer, look"),
    "field deprecated": _is(_field("Cell", "cycles", deprecated=True), "deprecated, answer, look"),
    "file": _is(
        lambda d: d["paths"]["/cells/{cell_id}/series"]["get"].update(
            responses=answers(ref("Quantity"))
        ),
        "type changed, answer, breaking",
        "media type removed, answer, breaking",
        "media type added, answer, harmless",
        "error status added, answer, harmless",
    ),
    # both ways at once
    "value added": _is(
        _state("new", "aged", "dead"),
        "enum value added, request, harmless",
        "enum value added, answer, look",
    ),
    "value removed": _is(
        _state("new"),
        "enum value removed, request, breaking",
        "enum value removed, answer, look",
    ),
    "quantity": _is(
        _gone("Quantity", "unit", "units"),
        "field possibly renamed, request, breaking",
        "field possibly renamed, answer, breaking",
    ),
}


def planted(name: str) -> tuple[Json, Json]:
    """Return the small contract before and after a planted change."""
    after = small()
    PLANTED[name].edit(after)
    return small(), after
