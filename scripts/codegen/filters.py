"""The keywords of the lists, as the contract declares them."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.string import StringProperty

from scripts.codegen.contract import Json, resolve
from scripts.codegen.generator_model import Property, enum_of, flatten, wire_name
from scripts.codegen.id_types import IdTypes

#: Parameters that select a page.
PAGING = ("limit", "offset")
_TYPES = {"contains": "str", "equals": "str", "datetime": "DatetimeLike", "texts": "StrOrList"}


@frozen
class Keyword:
    """A keyword of a list; the attributes are those of `ionworks_openapi.types.Filter`."""

    name: str
    parameter: str
    kind: str
    annotation: str
    constant: bool
    choices: tuple[str, ...]
    description: str
    id_of: str | None = None

    @property
    def code(self) -> str:
        """The entry of the operation's table."""
        parts = [repr(self.parameter)]
        if self.kind != "plain":
            parts.append(repr(self.kind))
        if self.choices:
            parts.append(repr(self.choices))
        if self.constant:
            parts.append("constant=True")
        if self.id_of:
            parts.append(f"id_of={self.id_of!r}")
        return f"{self.name!r}: Filter({', '.join(parts)})"


@frozen
class FilterType:
    """A `TypedDict` of the keywords of a list."""

    name: str
    method: str
    keywords: list[Keyword] = field(factory=list)


def keywords_of(
    endpoint: Endpoint, document: Json, declared: Json, types: dict[int, str], ids: IdTypes
) -> Iterator[Keyword]:
    """Yield the keywords of a list, in the contract's order.

    `types` has the annotation of each query parameter, by its `id`.
    """
    rules = {each["name"]: each for each in declared["parameters"] if each["in"] == "query"}
    for prop in endpoint.query_parameters:
        parameter = wire_name(prop)
        rule = rules[parameter]
        if parameter in PAGING or prop.required:
            continue
        names = rule.get("x-filter", {str(prop.python_name): _kind(prop)})
        for name, kind in names.items():
            id_of = ids.id_of(rule["schema"])
            known = None if id_of else _TYPES.get(kind)
            yield Keyword(
                name,
                parameter,
                kind,
                known or types[id(prop)].removesuffix(" | None"),
                rule.get("x-constant", False) is True,
                tuple(_choices(document, rule["schema"])) if kind == "choice" else (),
                " ".join(str(rule.get("description", "")).split()),
                id_of,
            )


def _choices(document: Json, schema: Json) -> Iterator[str]:
    schema = resolve(document, schema)
    yield from schema.get("enum", ())
    for branch in schema.get("anyOf", ()):
        yield from _choices(document, branch)


def _kind(prop: Property) -> str:
    if isinstance(prop, ListProperty):
        return "texts" if isinstance(prop.inner_property, StringProperty) else "plain"
    if enum_of(prop) is not None:
        return "choice"
    return "text" if any(isinstance(p, StringProperty) for p in flatten([prop])) else "plain"
