"""Reads the generator's parsed objects: what an operation or a model consists of."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.strings import ClassName

from ionworks.records.readers import read_date, read_datetime
from ionworks.testing._openapi.errors import schema_name
from ionworks.testing._openapi.unions import TAGGED

#: OpenAPI says that parameters of these names are ignored.
IGNORED_HEADERS = ("accept", "content-type", "authorization")
Property = Any  # the generator's own union is not exported


def list_members(owner: ModelProperty | Endpoint) -> list[Property]:
    """Return a model's fields, the required ones first, or an operation's parameters."""
    if isinstance(owner, Endpoint):
        return [*owner.path_parameters, *owner.query_parameters, *header_parameters(owner)]
    return [*(owner.required_properties or []), *(owner.optional_properties or [])]


def header_parameters(endpoint: Endpoint) -> list[Property]:
    """Return the header parameters, without those that OpenAPI ignores."""
    return [p for p in endpoint.header_parameters if wire_name(p).lower() not in IGNORED_HEADERS]


@frozen
class Tags:
    """The property that distinguishes the objects of a union, and its values by class."""

    property: str
    values: dict[str, list[Any]]


def find_tags(node: Any) -> Iterator[Tags]:
    """Yield what distinguishes the objects of each union in a document in normal form."""
    if isinstance(node, list):
        for each in node:
            yield from find_tags(each)
    elif isinstance(node, dict):
        tags = node.get(TAGGED)
        if isinstance(tags, dict) and tags:
            branches = node.get("anyOf") or node.get("oneOf") or []
            names = [schema_name(each.get("$ref")) for each in branches]
            pairs = zip(names, tags["values"], strict=False)
            values = {str(ClassName(name, "")): list(each) for name, each in pairs if name and each}
            yield Tags(tags["property"], values)
        for each in node.values():
            yield from find_tags(each)


def flatten(props: Iterable[Property]) -> Iterable[Property]:
    """Yield `props`, with the members of lists and unions in place of these."""
    for prop in props:
        if isinstance(prop, ListProperty):
            yield from flatten([prop.inner_property])
        elif isinstance(prop, UnionProperty):
            yield from flatten(prop.inner_properties)
        else:
            yield prop


def success_responses(endpoint: Endpoint) -> list[Any]:
    """Return the answers of the 2xx statuses."""
    return [
        response
        for response in endpoint.responses
        if response.status_code.range is not None and 200 <= response.status_code.range[0] < 300
    ]


def page_item(model: ModelProperty) -> Property | None:
    """Return what `model` lists, if it is the envelope of a list."""
    fields = {wire_name(prop): prop for prop in list_members(model)}
    items = fields.get("items")
    if {"items", "total"} <= fields.keys() and isinstance(items, ListProperty):
        return items.inner_property
    return None


def wire_name(prop: Property) -> str:
    """Return the name as the contract has it."""
    name: str = prop.name.get_untrusted_value()
    return name


def enum_of(prop: Property) -> LiteralEnumProperty | None:
    """Return the enum that all values of `prop` must be of, or all items of a list."""
    kinds = [p for p in flatten([prop]) if not isinstance(p, NoneProperty)]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], LiteralEnumProperty) else None


def default_code(prop: Property) -> str | None:
    """Return the contract's default as Python code."""
    raw = prop.default.raw_value if prop.default is not None else None
    if isinstance(raw, str):
        kinds = list(flatten([prop]))
        if any(isinstance(kind, DateTimeProperty) for kind in kinds):
            return repr(read_datetime(raw))
        if any(isinstance(kind, DateProperty) for kind in kinds):
            return repr(read_date(raw))
    return repr(raw) if isinstance(raw, str | int | float | bool) else None


def restore_path(endpoint: Endpoint) -> None:
    """Undo the generator's renaming inside the path, which changes what is sent."""
    path = endpoint.path.get_untrusted_value()
    for prop in endpoint.path_parameters:
        path = path.replace(f"{{{prop.python_name}}}", f"{{{wire_name(prop)}}}")
    endpoint.path = type(endpoint.path)(path)


def rename(owner: ModelProperty | Endpoint, taken: set[str]) -> None:
    """Give the members Python names that are free, and differ."""
    names: set[str] = set()
    for prop in list_members(owner):
        # As Python reads an identifier: U+00B5 is U+03BC there.
        name = unicodedata.normalize("NFKC", str(prop.python_name))
        while name in taken or name in names or keyword.iskeyword(name):
            name += "_"
        names.add(name)
        object.__setattr__(prop, "python_name", name)
