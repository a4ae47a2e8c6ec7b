"""Merges what another description of the API has, and our contract lacks, into our contract.

Operations are matched by method and path, schemas by their place. What both have
stays as ours has it; comments, order and layout of our file stay.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from attrs import define, field, frozen
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from scripts.codegen.contract import METHODS, Json, operations, resolve
from scripts.spec.changes import compare
from scripts.spec.fields import Key, key_of
from scripts.spec.importer import Importer
from scripts.spec.names import branches, schema_name
from scripts.spec.yaml_edit import append, append_value, insert_path

_GONE = ("operation removed", "field removed", "parameter removed", "body removed")


@frozen
class Merged:
    """Our contract with what the other one has besides.

    Attributes
    ----------
    ours, theirs : dict
        What was compared: ours as it was, theirs with the marks that only ours has.
    text : str
        The YAML; byte for byte ours where nothing was added.
    added : tuple of str
        What came in, in words.
    kept : tuple of str
        What we have and they lack: it stays.
    questions : tuple of str
        Where both differ, and what could not be taken over: ours stays.
    """

    ours: Json
    theirs: Json
    text: str
    added: tuple[str, ...]
    kept: tuple[str, ...]
    questions: tuple[str, ...]


def merge(text: str, theirs: Json) -> Merged:
    """Merge the document `theirs` into our contract, given as YAML.

    Raises
    ------
    SpecError
        If one of them is not a readable OpenAPI document.
    """
    ours = _round_trip().load(text)
    before = _plain(ours)
    theirs = restore_extensions(before, theirs)
    work = _Merge(ours, theirs)
    work.run()
    merged = text
    if work.added:
        buffer = io.StringIO()
        _round_trip().dump(ours, buffer)
        merged = buffer.getvalue()
    kept: list[str] = []
    questions = [*work.questions]
    for change in compare(_plain(ours), theirs, payloads_only=True):
        (kept if change.kind in _GONE else questions).append(change.sentence)
    reported = (tuple(work.added), tuple(kept), tuple(dict.fromkeys(questions)))
    return Merged(before, theirs, merged, *reported)


def restore_extensions(ours: Json, theirs: Json) -> Json:
    """Return their document with our extensions: the idempotency of operations."""
    known = {key_of(method, path): each for method, path, each in operations(ours)}
    document = deepcopy(theirs)
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            idempotency = known.get(key_of(method.upper(), path), {}).get("x-idempotency")
            if idempotency and isinstance(item, dict) and isinstance(item.get(method), dict):
                item[method].setdefault("x-idempotency", idempotency)
    return document


def _plain(document: CommentedMap) -> Json:
    plain: Json = json.loads(json.dumps(document, default=str))
    return plain


def _round_trip() -> YAML:
    """Return what reads and writes our file such that not a byte of it changes."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    return yaml


@frozen
class _MissingProperty:
    """A property that an object of ours lacks."""

    target: Json
    where: str
    name: str
    schema: Json
    required: bool


@define
class _Merge:
    """Our contract as it grows, and what is said about it."""

    ours: CommentedMap
    theirs: Json
    added: list[str] = field(factory=list)
    questions: list[str] = field(factory=list)
    #: Named schemas of theirs by the name that ours has in the same place.
    pairs: dict[str, str] = field(factory=dict)
    _seen: set[tuple[int, int]] = field(factory=set)
    _lacks: list[_MissingProperty] = field(factory=list)

    def run(self) -> None:
        """Take over values, properties, parameters and operations, in this order."""
        known = {key_of(method, path): (method, path) for method, path, _ in operations(self.ours)}
        both: list[tuple[Key, Json]] = []
        new: list[tuple[str, str, Json]] = []
        for method, path, operation in operations(self.theirs):
            if (key := key_of(method, path)) in known:
                both.append((known[key], operation))
            else:
                new.append((method, path, operation))
        for (method, path), operation in both:
            self._pair_operation(self.ours["paths"][path][method.lower()], operation)
        importer = Importer(self.ours, self.theirs, self.pairs)
        # An object that inherits comes last: what its parts get it has already.
        for lack in sorted(self._lacks, key=lambda each: "allOf" in each.target):
            self._add_property(lack, importer)
        for (method, path), operation in both:
            self._add_parameters(method, path, operation, importer)
        for method, path, operation in new:
            self._add_operation(method, path, operation, importer)
        importer.finish()
        self.added += [f"schema {name}" for name in importer.names]
        self.questions += importer.questions

    def _pair_operation(self, ours: CommentedMap, theirs: Json) -> None:
        name = str(ours["operationId"])
        mine, other = (_body(d, o) for d, o in ((self.ours, ours), (self.theirs, theirs)))
        if mine is not None and other is not None:
            self._pair(mine, other, f"the body of {name}")
        mine, other = (_answer(d, o) for d, o in ((self.ours, ours), (self.theirs, theirs)))
        if mine is not None and other is not None:
            self._pair(mine, other, f"the answer of {name}")
        asked = {p["name"]: p for p in map(self._theirs, theirs["parameters"]) if "schema" in p}
        for raw in ours.get("parameters", ()):
            parameter = resolve(self.ours, raw)
            if parameter["in"] == "query" and parameter["name"] in asked:
                where = f"parameter {parameter['name']} of {name}"
                self._pair(parameter["schema"], asked[parameter["name"]]["schema"], where)

    def _theirs(self, node: Json) -> Json:
        return resolve(self.theirs, node)

    def _pair(self, mine: Any, other: Any, where: str) -> None:
        """Walk two schemas of the same place, and note what ours lacks."""
        ours, theirs = branches(self.ours, mine), branches(self.theirs, other)
        if len(ours) != 1 or len(theirs) != 1:
            return
        (one,), (two,) = ours, theirs
        name, their_name = schema_name(self.ours, mine), schema_name(self.theirs, other)
        if name and their_name:
            self.pairs.setdefault(their_name, name)
        if (key := (id(one), id(two))) in self._seen:
            return
        self._seen.add(key)
        where = name or where
        self._pair_values(one, two, where)
        for inner, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(one.get(inner), dict) and isinstance(two.get(inner), dict):
                self._pair(one[inner], two[inner], where + mark)
        known, asked = _properties(self.ours, one), _properties(self.theirs, two)
        required = _required(self.theirs, two)
        for prop, schema in asked.items():
            if prop in known:
                self._pair(known[prop], schema, f"{where}.{prop}")
            elif known:
                self._lacks.append(_MissingProperty(one, where, prop, schema, prop in required))

    def _pair_values(self, mine: Json, other: Json, where: str) -> None:
        new = [value for value in other.get("enum", ()) if value not in mine.get("enum", ())]
        if mine.get("enum") and other.get("enum"):
            for value in new:
                append_value(mine["enum"], value)
                self.added.append(f"value {value!r} of {where}")

    def _add_property(self, lack: _MissingProperty, importer: Importer) -> None:
        if lack.name in _properties(self.ours, lack.target):
            return
        parts = [part for part in lack.target.get("allOf", ()) if "properties" in part]
        target: Any = parts[-1] if parts else lack.target
        if "properties" not in target:
            self.questions.append(f"{lack.where}.{lack.name} has no place in ours: add it by hand")
            return
        schema = importer.with_evidence(lack.schema, lack.where + lack.name)
        append(target["properties"], lack.name, schema)
        if lack.required:
            if "required" not in target:
                position = list(target).index("properties")
                target.insert(position, "required", CommentedSeq())
                target["required"].fa.set_flow_style()
            append_value(target["required"], lack.name)
        needed = ", required" if lack.required else ""
        self.added.append(f"field {lack.where}.{lack.name}{needed}")

    def _add_parameters(self, method: str, path: str, theirs: Json, importer: Importer) -> None:
        operation = self.ours["paths"][path][method.lower()]
        item = [*self.ours["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
        known = {(p["in"], p["name"]) for p in (resolve(self.ours, raw) for raw in item)}
        for raw in map(self._theirs, theirs["parameters"]):
            if raw["in"] == "query" and ("query", raw["name"]) not in known:
                if "parameters" not in operation:
                    position = list(operation).index("responses")
                    operation.insert(position, "parameters", CommentedSeq())
                append(operation["parameters"], None, importer.parameter(raw))
                self.added.append(f"parameter {raw['name']} of {operation['operationId']}")

    def _add_operation(self, method: str, path: str, theirs: Json, importer: Importer) -> None:
        made = importer.operation(method, path, theirs)
        if isinstance(made, str):
            self.questions.append(f"{method} {path} was left out: {made}")
            return
        paths = self.ours["paths"]
        same = next((p for p in paths if key_of("", p) == key_of("", path)), None)
        if same is None:
            insert_path(paths, path)
        append(paths[same or path], method.lower(), made)
        self.added.append(f"operation {made['operationId']}: {method} {path}")


def _body(document: Json, operation: Json) -> Any:
    return _json(resolve(document, operation.get("requestBody", {})))


def _answer(document: Json, operation: Json) -> Any:
    for status, raw in operation.get("responses", {}).items():
        if str(status)[0] == "2" and (schema := _json(resolve(document, raw))) is not None:
            return schema
    return None


def _json(holder: Json) -> Any:
    content = holder.get("content", {})
    found = (
        content[kind].get("schema") for kind in content if kind.partition(";")[0][-4:] == "json"
    )
    return next(found, None)


def _properties(document: Json, schema: Json) -> Json:
    return {name: rules for part in _parts(document, schema) for name, rules in part.items()}


def _parts(document: Json, schema: Json) -> Iterator[Json]:
    for part in schema.get("allOf", ()):
        yield from _parts(document, resolve(document, part))
    yield schema.get("properties", {})


def _required(document: Json, schema: Json) -> set[str]:
    inherited = [_required(document, resolve(document, part)) for part in schema.get("allOf", ())]
    return set(schema.get("required", ())).union(*inherited)
