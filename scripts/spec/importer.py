"""Rewrites operations and schemas of another description of the API in the way of our contract."""

from __future__ import annotations

import re
from typing import Any

from attrs import define, field
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from scripts.codegen.contract import Json, operations, resolve
from scripts.spec.names import class_name, is_list, operation_names
from scripts.spec.yaml_edit import append, blank_before

_JSON = "application/json"
_DROPPED = ("title", "description", "example", "examples", "discriminator", "$comment")
# The refusals that every operation of ours declares, by the name of the answer.
_REFUSALS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "409": "Conflict",
    "422": "ValidationFailed",
    "429": "TooManyRequests",
    "500": "InternalError",
    "503": "Unavailable",
}


@define
class Importer:
    """Converts their parts for our contract.

    `pairs` has the names that their schemas have with us; the others are taken over by name.
    """

    ours: CommentedMap
    theirs: Json
    pairs: dict[str, str]
    questions: list[str] = field(factory=list)
    _fresh: dict[str, Json] = field(factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the schemas that were taken over."""
        return list(self._fresh)

    def finish(self) -> None:
        """Write the schemas that were taken over, and the tags of new operations."""
        named = self.ours["components"]["schemas"]
        for name, schema in self._fresh.items():
            append(named, name, schema)
            blank_before(named, name)

    def with_evidence(self, schema: Json, where: str) -> CommentedMap:
        """Return a schema of theirs in our way, with its evidence."""
        made = self._schema(schema, where)
        made["x-evidence"] = "doc"
        return made

    def parameter(self, theirs: Json) -> CommentedMap:
        """Return a parameter of theirs in our way."""
        schema = {"type": "string"} if theirs["in"] == "path" else theirs.get("schema", {})
        made = CommentedMap(name=theirs["name"])
        made["in"] = theirs["in"]
        if theirs.get("required"):
            made["required"] = True
        made["schema"] = self._schema(schema, theirs["name"])
        made["x-evidence"] = "doc"
        return made

    def operation(self, method: str, path: str, theirs: Json) -> CommentedMap | str:
        """Return an operation of theirs in our way; or why it cannot be taken over, in words."""
        body = resolve(self.theirs, theirs.get("requestBody", {}))
        if body and _JSON not in body.get("content", {}):
            return f"its body is {' or '.join(body.get('content', {'nothing': 0}))}"
        answers = self._answers(method, path, theirs)
        if isinstance(answers, str):
            return answers
        made = CommentedMap(operationId=self._operation_id(method, path, theirs))
        made["tags"] = _flow([self._tag(path)])
        made["summary"] = theirs.get("summary") or f"{method} {path}"
        made["x-evidence"] = "doc"
        schemes = list(self.ours["components"].get("securitySchemes", ()))
        open_to_all = theirs.get("security") == []
        made["security"] = _flow([] if open_to_all else [{name: []} for name in schemes])
        if parameters := self._parameters(method, path, theirs):
            made["parameters"] = CommentedSeq(parameters)
        if body:
            made["requestBody"] = CommentedMap(required=bool(body.get("required")))
            schema = body["content"][_JSON].get("schema", {})
            made["requestBody"]["content"] = self._content(schema, f"{made['operationId']} body")
        made["responses"] = answers
        return made

    def _parameters(self, method: str, path: str, theirs: Json) -> list[CommentedMap]:
        shared = self.ours["paths"].get(path, {}).get("parameters", ())
        known = {resolve(self.ours, raw)["name"] for raw in shared}
        found = []
        for each in (resolve(self.theirs, raw) for raw in theirs["parameters"]):
            if each["in"] in ("header", "cookie"):
                self.questions.append(
                    f"{each['in']} parameter {each['name']} of {method} {path} was left out:"
                    " it is not sent"
                )
            elif each["in"] == "query" or each["name"] not in known:
                found.append(self.parameter(each))
        return found

    def _answers(self, method: str, path: str, theirs: Json) -> CommentedMap | str:
        made = CommentedMap()
        declared = {str(status): each for status, each in theirs.get("responses", {}).items()}
        for status, raw in sorted(declared.items()):
            if status[0] not in "23":
                continue
            answer = resolve(self.theirs, raw)
            content = answer.get("content", {})
            if any(kind.startswith("text/") for kind in content):
                return f"its answer is {' or '.join(content)}"
            one = CommentedMap(description=str(answer.get("description") or "The answer"))
            if _JSON in content:
                where = f"{path} {method.lower()} answer"
                one["content"] = self._content(content[_JSON].get("schema", {}), where)
            elif content:
                kind = next(iter(content))
                one["content"] = _flow({kind: {"schema": {"type": "string", "format": "binary"}}})
            made[_quote(status)] = one
        if not any(status[0] == "2" for status in made):
            return "no success of it is declared"
        ours = self.ours["components"].get("responses", {})
        for status, name in _REFUSALS.items():
            usual = status not in ("404", "409") or (status == "404" and "{" in path)
            if name in ours and (usual or status in declared):
                made[_quote(status)] = _flow({"$ref": f"#/components/responses/{name}"})
        return made

    def _content(self, schema: Json, where: str) -> CommentedMap:
        made = self._schema(schema, where)
        return CommentedMap({_JSON: CommentedMap(schema=made)})

    def _schema(self, schema: Any, where: str) -> CommentedMap:
        """Copy a schema without prose; a union with null becomes short where it can."""
        if schema is True or not schema:
            return CommentedMap()
        if "$ref" in schema:
            made = CommentedMap({"$ref": f"#/components/schemas/{self._named(schema['$ref'])}"})
            return _with_default(made, schema)
        for key in ("anyOf", "oneOf", "allOf"):
            if len(parts := schema.get(key, ())) == 1:
                rest = {name: value for name, value in schema.items() if name != key}
                return self._schema({**parts[0], **rest}, where)
        if "anyOf" in schema or "oneOf" in schema:
            return self._union(schema, where)
        return self._plain(schema, where)

    def _union(self, schema: Json, where: str) -> CommentedMap:
        parts = [self._schema(each, where) for each in schema.get("anyOf") or schema["oneOf"]]
        others = [each for each in parts if each.get("type") != "null"]
        if len(parts) == 2 and len(others) == 1 and isinstance(others[0].get("type"), str):
            (made,) = others
            made["type"] = _flow([made["type"], _quote("null")])
            if "enum" in made:
                made["enum"].append(None)
        else:
            made = CommentedMap(anyOf=CommentedSeq(parts))
        return _with_default(made, schema)

    def _plain(self, schema: Json, where: str) -> CommentedMap:
        made = CommentedMap()
        for key, value in schema.items():
            if key in _DROPPED or key.startswith("x-") or (key == "default" and value is None):
                continue
            if key == "const":
                made["enum"] = _flow([value])
            elif key == "properties":
                inside = {
                    name: self.with_evidence(each, f"{where}.{name}")
                    for name, each in value.items()
                }
                made[key] = CommentedMap(inside)
            elif key in ("items", "additionalProperties") and isinstance(value, dict):
                made[key] = self._schema(value, where)
            elif key in ("allOf",):
                made[key] = CommentedSeq([self._schema(each, where) for each in value])
            elif key == "type" and value == "null":
                made[key] = _quote("null")
            else:
                made[key] = _flow(value)
        return made

    def _named(self, reference: str) -> str:
        """Return the name with us of a schema of theirs; takes it over if it is new."""
        theirs = reference.rpartition("/")[2]
        if theirs in self.pairs:
            return self.pairs[theirs]
        name = class_name(theirs)
        siblings = {other: mine for other, mine in self.pairs.items() if class_name(other) == name}
        if siblings:
            self.pairs[theirs] = next(iter(siblings.values()))
            return self.pairs[theirs]
        if name in self.ours["components"]["schemas"]:
            self.questions.append(f"schema {theirs} is taken to be our {name}: compare them")
            self.pairs[theirs] = name
            return name
        self.pairs[theirs] = name
        self._fresh[name] = CommentedMap()
        schema = resolve(self.theirs, {"$ref": reference})
        self._fresh[name] = self._schema(schema, name)
        if "properties" not in self._fresh[name]:
            self._fresh[name]["x-evidence"] = "doc"
        return name

    def _operation_id(self, method: str, path: str, theirs: Json) -> str:
        taken = {str(each["operationId"]) for _, _, each in operations(self.ours)}
        for name in operation_names(method.lower(), path, many=is_list(self.theirs, theirs)):
            if name not in taken:
                return name
        raise AssertionError(path)

    def _tag(self, path: str) -> str:
        """Return the tag of our operations that begin with the same word, or a new one."""
        word = path.strip("/").partition("/")[0]
        for _, other, operation in operations(self.ours):
            if other.strip("/").partition("/")[0] == word and operation.get("tags"):
                return str(operation["tags"][0])
        tag = re.sub(r"\W+", "_", word).lower() or "other"
        if tag not in {str(each["name"]) for each in self.ours.get("tags", ())}:
            title = tag.replace("_", " ").capitalize()
            append(
                self.ours.setdefault("tags", CommentedSeq()),
                None,
                _flow({"name": tag, "description": title}),
            )
        return tag


def _with_default(made: CommentedMap, schema: Json) -> CommentedMap:
    """Keep a default; generators lose it next to a bare reference, but not in a union."""
    if schema.get("default") is None:
        return made
    if "$ref" in made:
        made = CommentedMap(anyOf=CommentedSeq([made]))
    made["default"] = _flow(schema["default"])
    return made


def _quote(text: str) -> str:
    quoted: str = SingleQuotedScalarString(text)
    return quoted


def _flow(value: Any) -> Any:
    """Return a value that is written on one line."""
    made: CommentedMap | CommentedSeq
    if isinstance(value, dict):
        made = CommentedMap({key: _flow(each) for key, each in value.items()})
    elif isinstance(value, list):
        made = CommentedSeq([_quote(each) if each == "null" else _flow(each) for each in value])
    else:
        return value
    made.fa.set_flow_style()
    return made
