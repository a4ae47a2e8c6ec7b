"""What the contract assumes, by readable names, and the reads that it offers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from scripts.codegen.contract import Json, load, operations, resolve
from scripts.codegen.manifest import ROOT

ASSUMED = "assumed"


@frozen
class Mark:
    """One `x-evidence: assumed`: its path in the document, and its readable name."""

    pointer: str
    name: str


@frozen
class Read:
    """A GET operation: its path, its query parameters by name, and its declared answers."""

    name: str
    path: str
    parameters: Mapping[str, Json]
    responses: Mapping[str, Json]

    def schema(self, status: int) -> Json | None:
        """Return the schema of the JSON body of an answer; None if the body is not JSON."""
        content = self.responses.get(str(status), {}).get("content", {})
        schema: Json | None = content.get("application/json", {}).get("schema")
        return schema


@cache
def document() -> Json:
    """Return the contract that the client was generated from."""
    return load(ROOT / "openapi.yaml")


@cache
def version() -> str:
    """Return the contract's version, with the start of its file's digest."""
    text = files("ionworks_openapi").joinpath("MANIFEST.json").read_text(encoding="utf-8")
    digest: str = json.loads(text)["sources"]["openapi.yaml"]
    return f"{document()['info']['version']} ({digest[:12]})"


def marks(contract: Json) -> list[Mark]:
    """Return every mark of a contract, in its order."""
    return [
        Mark("".join(f"/{_escape(part)}" for part in way), readable(contract, way))
        for way, node in _nodes(contract, ())
        if isinstance(node, Mapping) and node.get("x-evidence") == ASSUMED
    ]


def reads(contract: Json) -> dict[str, Read]:
    """Return the GET operations of a contract by name."""
    found = {}
    for method, path, operation in operations(contract):
        if method == "GET":
            parameters = [resolve(contract, raw) for raw in operation["parameters"]]
            found[operation["operationId"]] = Read(
                operation["operationId"],
                path,
                {each["name"]: each for each in parameters if each["in"] == "query"},
                {code: resolve(contract, raw) for code, raw in operation["responses"].items()},
            )
    return found


def find_reads(contract: Json, parameter: str) -> list[str]:
    """Return the names of the GET operations that share a named parameter."""
    reference = {"$ref": f"#/components/parameters/{parameter}"}
    return [
        operation["operationId"]
        for method, _, operation in operations(contract)
        if method == "GET" and reference in operation["parameters"]
    ]


def readable(contract: Json, way: Sequence[str | int]) -> str:
    """Name a place of the contract for people, as `CellInstance.measurement_ids[] as string`."""
    match way:
        case ("paths", str(path), str(method), "parameters", int(index)):
            parameter = resolve(contract, contract["paths"][path][method]["parameters"][index])
            return f"{method.upper()} {path} ?{parameter['name']}"
        case ("paths", str(path), str(method), "responses", str(code)):
            return f"{method.upper()} {path} -> {code}"
        case ("paths", str(path), str(method)):
            return f"{method.upper()} {path}"
        case ("components", "parameters", str(name)):
            return f"?{contract['components']['parameters'][name]['name']} of lists ({name})"
        case ("components", "schemas", str(name), *rest):
            return name + _inside(contract["components"]["schemas"][name], rest)
    return "/".join(str(part) for part in way)


def _inside(node: Any, way: Sequence[str | int]) -> str:
    text = ""
    steps = iter(way)
    for step in steps:
        node = node[step]
        if step == "properties":
            name = next(steps)
            node, text = node[name], f"{text}.{name}"
        elif step == "items":
            text += "[]"
        elif step == "additionalProperties":
            text += ".*"
        elif step in ("anyOf", "oneOf"):
            node = node[next(steps)]
            text += f" as {node.get('type') or node.get('$ref', '').rpartition('/')[2]}"
        elif step == "allOf":
            node = node[next(steps)]
        else:
            text += f"/{step}"
    return text


def _nodes(node: Any, way: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield way, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _nodes(value, (*way, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nodes(value, (*way, index))


def _escape(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
