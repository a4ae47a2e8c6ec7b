"""Reads a contract as what can be compared: endpoints, with everything they take and answer.

Left out, so that they make no noise: operationIds, tags, prose, examples, evidence, security, error
responses, and the names of schemas and of path parameters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import evolve, field, frozen

from ionworks.testing._openapi.errors import ContractError
from ionworks.testing._openapi.normal_form import normalize
from scripts.codegen.contract import Json, operations
from scripts.spec.schemas import Shapes, SpecError
from scripts.spec.shapes import Shape

Direction = Literal["request", "answer"]
Key = tuple[str, str]
# How often a named schema is followed within one body: where many name each other, the ways through
# them are more than can be listed.
_MOST = 16
# OpenAPI itself says that these are not parameters.
_NO_PARAMETERS = {"accept", "content-type", "authorization"}
_STYLES = {"path": ("simple", False), "query": ("form", True), "header": ("simple", False)}


@frozen
class Field:
    """One place of a value: a parameter, a body, or a part of a body.

    `path` names it within its endpoint, as `answer.items[].name`, `body.ratings.capacity` or
    `query.limit`. `schema` and `local` name it by the schema that declares it; `named` is the
    named schema of its value.
    """

    path: str
    parent: str
    name: str
    schema: str | None
    local: str
    required: bool
    types: frozenset[str]
    nullable: bool
    enum: frozenset[str] | None
    formats: frozenset[str]
    rules: Mapping[str, object]
    default: str | None
    named: str | None
    deprecated: bool


@frozen
class Endpoint:
    """An operation, found by its method and path: what it takes and what it answers.

    `takes` and `gives` are media types; `headers` has the type of each response header by status
    and name; `errors` has the fields of each response that is not a success.
    """

    method: str
    path: str
    name: str | None
    deprecated: bool
    idempotency: str
    statuses: frozenset[str]
    request: Mapping[str, Field]
    answer: Mapping[str, Field]
    tag: str = ""
    security: str = ""
    takes: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(factory=dict)
    errors: Mapping[str, Mapping[str, Field]] = field(factory=dict)

    @property
    def key(self) -> Key:
        """The method, and the path without the names of its parameters."""
        return key_of(self.method, self.path)


def key_of(method: str, path: str) -> Key:
    """Return what an operation is matched by."""
    return method, re.sub(r"\{[^}]*\}", "{}", path)


def endpoints(document: Json) -> dict[Key, Endpoint]:
    """Return the endpoints of a contract.

    Raises
    ------
    SpecError
        If the document has no normal form; says where.
    """
    try:
        document = normalize(document)
    except ContractError as error:
        raise SpecError(str(error)) from None
    shapes, found = Shapes(document), {}
    for method, path, operation in operations(document):
        try:
            endpoint = _endpoint(shapes, method, path, operation)
        except (AttributeError, KeyError, TypeError, ValueError, SpecError) as error:
            kind = "" if isinstance(error, SpecError) else f"{type(error).__name__}: "
            raise SpecError(f"{method} {path}: {kind}{error}") from error
        found[endpoint.key] = endpoint
    return found


def declarations(document: Json) -> dict[str, int]:
    """Return how many named schemas declare a property of each name."""
    counts: dict[str, int] = {}
    for schema in normalize(document)["components"]["schemas"].values():
        for name in schema.get("properties", {}) if isinstance(schema, dict) else ():
            counts[name] = counts.get(name, 0) + 1
    return counts


def _endpoint(shapes: Shapes, method: str, path: str, operation: Json) -> Endpoint:
    request: dict[str, Field] = {}
    takes: frozenset[str] = frozenset()
    for parameter in operation["parameters"]:
        request |= _parameter(shapes, path, parameter)
    if "requestBody" in operation:
        body = operation["requestBody"]
        required = body.get("required", False)
        takes = frozenset(body["content"])
        request |= _content(shapes, body["content"], "body", required=required)
    good = {
        status: response
        for status, response in operation["responses"].items()
        if status.startswith("2")
    }
    kinds: dict[str, list[Json]] = {}
    for answer in good.values():
        for kind, media in answer.get("content", {}).items():
            kinds.setdefault(kind, []).append(media.get("schema", {}))
    content = {
        kind: {"schema": each[0] if len(each) == 1 else {"anyOf": each}}
        for kind, each in kinds.items()
    }
    return Endpoint(
        method=method,
        path=path,
        name=operation.get("operationId"),
        deprecated=operation.get("deprecated", False),
        idempotency=operation.get("x-idempotency", "idempotent" if method != "POST" else "none"),
        statuses=frozenset(good),
        request=request,
        answer=_content(shapes, content, "answer", required=True) if content else {},
        tag=next(iter(operation.get("tags", ())), "default"),
        security=_security(operation["security"]),
        takes=takes,
        gives=frozenset(kinds),
        headers=dict(_headers(operation["responses"])),
        errors={
            status: _content(shapes, response.get("content", {}), "answer", required=True)
            for status, response in operation["responses"].items()
            if status not in good and not status.startswith("3")
        },
    )


def _security(requirements: list[Json]) -> str:
    """Return the credentials that an operation accepts, in words."""
    return " or ".join(" and ".join(sorted(each)) or "none" for each in requirements) or "none"


def _headers(responses: Json) -> Iterator[tuple[str, str]]:
    """Yield the type of each response header; a redirect without headers has an entry, too."""
    for status, response in responses.items():
        if status.startswith("3"):
            yield f"{status} redirect", "there"
        for name, header in response.get("headers", {}).items():
            schema = header.get("schema", {})
            kinds = schema.get("type", "anything")
            kind = kinds if isinstance(kinds, str) else " or ".join(kinds)
            needed = "required " if header.get("required") else ""
            yield f"{status} {name.lower()}", f"{needed}{schema.get('format', kind)}"


def _parameter(shapes: Shapes, path: str, parameter: Json) -> dict[str, Field]:
    name, place = parameter["name"], parameter["in"]
    if place == "header" and name.lower() in _NO_PARAMETERS:
        return {}
    label = name.lower() if place == "header" else name
    if place == "path":  # by its position: on the wire it has no name
        inside = re.findall(r"\{([^}]*)\}", path)
        label = str(inside.index(name)) if name in inside else name
    media = next(iter(parameter.get("content", {}).values()), parameter)
    walk = _Walk(shapes, "request")
    required = parameter.get("required", False) or place == "path"
    where = f"{place}.{label}"
    fields = dict(walk.fields(media.get("schema", {}), where, place, name, required=required))
    style = parameter.get("style", _STYLES.get(place, ("form", True))[0])
    spelling = (style, parameter.get("explode", style == "form"))
    rules, extra = fields[where].rules, {}
    if "array" in fields[where].types and spelling != _STYLES.get(place, ("form", True)):
        extra = {"style": f"{style}, {'repeated' if spelling[1] else 'joined'}"}
    deprecated = fields[where].deprecated or parameter.get("deprecated", False)
    fields[where] = evolve(fields[where], rules={**rules, **extra}, deprecated=deprecated)
    return fields


def _content(shapes: Shapes, content: Json, root: str, *, required: bool) -> dict[str, Field]:
    """Return the fields of a body; anything but JSON is a file, whatever its schema says."""
    texts = [kind for kind in content if _is_json(kind)]
    schema: Json = content[texts[0]].get("schema", {}) if texts else {}
    if not content:
        return {}
    walk = _Walk(shapes, "request" if root == "body" else "answer")
    fields = dict(walk.fields(schema, root, "", root, required=required))
    if not texts:
        fields[root] = evolve(fields[root], types=frozenset({"file"}), nullable=False)
    return fields


def _is_json(kind: str) -> bool:
    kind = kind.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


@frozen
class _Walk:
    """The way through a schema and all that is inside it."""

    shapes: Shapes
    direction: Direction
    _times: Counter[str] = field(factory=Counter)

    def fields(
        self,
        schema: Json,
        path: str,
        parent: str,
        name: str,
        *,
        required: bool,
        owner: tuple[str | None, str] = (None, ""),
        above: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[str, Field]]:
        """Yield the field of a schema, and those within it; repeated schemas are expanded once."""
        shape = self.shapes.of(schema)
        if shape.only == ("readOnly" if self.direction == "request" else "writeOnly"):
            return
        yield path, _field(shape, path, parent, name, owner, required=required)
        self._times.update(shape.through)
        if shape.through & above or any(self._times[name] > _MOST for name in shape.through):
            return
        above |= shape.through
        for step, child in shape.children.items():
            inside = (child.owner, step) if child.owner else (owner[0], owner[1] + step)
            yield from self.fields(
                child.schema,
                path + step,
                path,
                step[1:] if step[0] == "." else name,
                required=step[1:] in shape.required if step[0] == "." else True,
                owner=inside,
                above=above,
            )


def _field(
    shape: Shape,
    path: str,
    parent: str,
    name: str,
    owner: tuple[str | None, str],
    *,
    required: bool,
) -> Field:
    return Field(
        path=path,
        parent=parent,
        name=name,
        schema=owner[0],
        local=owner[1] if owner[0] else path,
        required=required,
        types=shape.types,
        nullable=shape.nullable,
        enum=shape.enum,
        formats=shape.formats,
        rules=shape.rules,
        default=shape.default,
        named=shape.named,
        deprecated=shape.deprecated,
    )
