"""Writes our contract as FastAPI would: the same service, described in another shape."""

from __future__ import annotations

import copy
import re
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")
REFUSALS = {
    "HTTPValidationError": {
        "title": "HTTPValidationError",
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "type": "array",
                "items": {"$ref": "#/components/schemas/ValidationError"},
            }
        },
    },
    "ValidationError": {
        "title": "ValidationError",
        "type": "object",
        "required": ["loc", "msg", "type"],
        "properties": {
            "loc": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
            "msg": {"title": "Message", "type": "string"},
            "type": {"title": "Error Type", "type": "string"},
        },
    },
}


def as_fastapi(contract: Json) -> Json:
    """Return a document of the same meaning: ids, tags, refusals, nulls and names as FastAPI's."""
    document = copy.deepcopy(contract)
    parameters = document["components"]["parameters"]
    responses = document["components"]["responses"]
    twice = _on_both_sides(document)
    for path, item in document["paths"].items():
        shared = item.pop("parameters", [])
        for method in [each for each in METHODS if each in item]:
            operation = item[method]
            found = (
                [_target(parameters, raw) for raw in (*shared, *operation["parameters"])]
                if ("parameters" in operation)
                else [_target(parameters, raw) for raw in shared]
            )
            item[method] = _operation(path, method, operation, found, responses)
    document = _renamed(document, twice)
    schemas = {
        name: _schema(rules, name) for name, rules in document["components"]["schemas"].items()
    }
    document["components"] = {"schemas": dict(sorted({**schemas, **REFUSALS}.items()))}
    for key in ("security", "servers", "tags"):
        document.pop(key, None)
    document["info"] = {"title": "Ionworks", "version": "0.1.0"}
    return document


def _target(named: Json, raw: Json) -> Json:
    return copy.deepcopy(named[raw["$ref"].rpartition("/")[2]] if "$ref" in raw else raw)


def _operation(
    path: str, method: str, operation: Json, parameters: list[Json], responses: Json
) -> Json:
    words = re.sub(r"\W", "_", f"{operation['operationId']}{path}_{method}")
    made: Json = {
        "tags": [*operation["tags"], "api"],
        "summary": operation["operationId"].replace("_", " ").title(),
        "operationId": words,
    }
    if operation.get("deprecated"):
        made["deprecated"] = True
    if parameters:
        made["parameters"] = [
            {
                "name": each["name"],
                "in": each["in"],
                "required": each.get("required", False),
                "schema": _schema(each["schema"], each["name"]),
            }
            for each in parameters
        ]
    if "requestBody" in operation:
        body = copy.deepcopy(operation["requestBody"])
        body["content"]["application/json"]["schema"] = _schema(
            body["content"]["application/json"]["schema"], "Body"
        )
        made["requestBody"] = body
    answers = {}
    for status, raw in operation["responses"].items():
        if status[0] in "23":
            answer = _target(responses, raw)
            content = answer.get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                content["application/json"]["schema"] = _schema(schema, "Response")
            answers[status] = {"description": "Successful Response"}
            answers[status] |= {"content": content} if content else {}
    refusal = {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}
    answers["422"] = {
        "description": "Validation Error",
        "content": {"application/json": refusal},
    }
    return {**made, "responses": answers}


def _schema(schema: Any, title: str) -> Any:
    """Write null as an alternative, a default beside its reference, and a title everywhere."""
    if not isinstance(schema, dict):
        return schema
    made: Json = {}
    for key, value in schema.items():
        if key in ("description", "x-evidence"):
            continue
        if key == "properties":
            made[key] = {name: _schema(rules, name) for name, rules in value.items()}
        elif key in ("items", "additionalProperties", "not"):
            made[key] = _schema(value, title) if isinstance(value, dict) else value
        elif key in ("anyOf", "allOf"):
            made[key] = [_schema(each, title) for each in value]
        else:
            made[key] = value
    if made.get("anyOf") and len(made["anyOf"]) == 1:
        (single,) = made.pop("anyOf")
        made = {**single, **made}
    kinds = made.get("type")
    if isinstance(kinds, list):
        rest = {key: value for key, value in made.items() if key not in ("type", "default")}
        outer = {key: made[key] for key in ("default",) if key in made}
        made = {"anyOf": [{**rest, "type": kinds[0]}, {"type": "null"}], **outer}
    if "$ref" not in made:
        made["title"] = title.replace("_", " ").title()
    return made


def _on_both_sides(document: Json) -> set[str]:
    """Return the schemas that are sent and answered: FastAPI writes those twice."""
    sent, answered = set(), set()
    for item in document["paths"].values():
        for method in [each for each in METHODS if each in item]:
            _reach(document, item[method].get("requestBody"), sent)
            good = {k: v for k, v in item[method]["responses"].items() if k[0] == "2"}
            _reach(document, good, answered)
    schemas = document["components"]["schemas"]
    return {name for name in sent & answered if "properties" in schemas[name]}


def _reach(document: Json, node: Any, found: set[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _reach(document, each, found)
    elif isinstance(node, dict):
        name = node.get("$ref", "").rpartition("/")[2]
        if name and name not in found and "schemas" in node["$ref"]:
            found.add(name)
            _reach(document, document["components"]["schemas"][name], found)
        for value in node.values():
            _reach(document, value, found)


def _renamed(document: Json, twice: set[str]) -> Json:
    """Write each schema of both sides as an input and an output."""
    schemas = document["components"]["schemas"]
    sent: set[str] = set()
    for item in document["paths"].values():
        for operation in item.values():
            _reach(document, operation.get("requestBody"), sent)
    for name in sorted(twice):
        rules = schemas.pop(name)
        for side in ("Input", "Output"):
            schemas[f"{name}-{side}"] = _pointed(rules, twice, side)
    for item in document["paths"].values():
        for operation in item.values():
            if "requestBody" in operation:
                operation["requestBody"] = _pointed(operation["requestBody"], twice, "Input")
            operation["responses"] = _pointed(operation["responses"], twice, "Output")
            operation["parameters"] = _pointed(operation.get("parameters", []), twice, "Input")
    for name in [each for each in schemas if "-" not in each]:
        schemas[name] = _pointed(schemas[name], twice, "Input" if name in sent else "Output")
    return document


def _pointed(node: Any, twice: set[str], side: str) -> Any:
    if isinstance(node, list):
        return [_pointed(each, twice, side) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _pointed(value, twice, side) for key, value in node.items()}
    name = str(made.get("$ref", "")).rpartition("/")[2]
    if name in twice:
        made["$ref"] = f"#/components/schemas/{name}-{side}"
    return made
