"""The filters and the order of a list, from the names and types of its query parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ionworks.sandbox.contract.operations import Operation, Parameter
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.resources import Resource
from ionworks.sandbox.contract.schemas import Schemas
from ionworks.sandbox.database.entities import Table
from ionworks.sandbox.database.queries import Equal, Filter, Instant, Members, Text
from ionworks.sandbox.plain.tables import table_of

PAGING = frozenset({"limit", "offset", "order_by", "order"})
COMMON = ("name", "created_at", "updated_at")
TIMES = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the query parameters of a list mean.

    ``order`` are the columns to sort by; ``unknown`` the parameters that the sandbox cannot serve.
    """

    filters: Mapping[str, Filter]
    order: Mapping[str, str]
    unknown: frozenset[str]


def read_rules(
    schemas: Schemas,
    resource: Resource,
    operation: Operation,
    special: Mapping[str, Filter | None],
) -> Rules:
    """Return what the query parameters of a list mean; ``special`` are the hand-written ones."""
    table = table_of(resource, schemas)
    fields = dict(schemas.properties(resource.record))
    filters: dict[str, Filter] = {}
    unknown = set()
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.place != "query" or name in PAGING:
            continue
        found = special.get(name) or _rule(schemas, resource, table, fields, parameter)
        if name in special and special[name] is None:
            continue
        if found is None:
            unknown.add(name)
        else:
            filters[name] = found
    order = {name: _column(schemas, table, fields, name) for name in (*fields, *COMMON)}
    return Rules(filters, order, frozenset(unknown))


def _rule(
    schemas: Schemas,
    resource: Resource,
    table: Table,
    fields: Mapping[str, Json],
    parameter: Parameter,
) -> Filter | None:
    above = _id_above(schemas, resource, table, parameter.name)
    if above is not None:
        return above
    for suffix, operator in (("", "eq"), ("_gt", "gt"), ("_lt", "lt")):
        name = parameter.name.removesuffix(suffix) if suffix else parameter.name
        if parameter.name.endswith(suffix) and _is_time(schemas, fields, name):
            return Instant(_column(schemas, table, fields, name), operator)
    name = parameter.name
    if name not in fields and name not in table.columns and name != "name":
        return None
    column = _column(schemas, table, fields, name)
    if "array" in schemas.types(fields.get(name, {})):
        return Members(column)
    if schemas.types(parameter.schema) & {"array", "boolean", "integer", "number"}:
        return Equal(column)
    # A column that compares without regard to case is for unique names; a filter with eq. does not.
    return Text(f"{column} COLLATE BINARY")


def _id_above(schemas: Schemas, resource: Resource, table: Table, name: str) -> Filter | None:
    """Return the filter by the id of a parent or of a record above it."""
    column = f"{table.name}.parent_id"
    for each in resource.parents:
        if name in each.id_names:
            return Equal(column)
        above = table_of(each, schemas).name
        column = " ".join(("(SELECT parent_id FROM", above, "WHERE", f"{above}.id =", column, ")"))
    return None


def _is_time(schemas: Schemas, fields: Mapping[str, Json], name: str) -> bool:
    if name in TIMES:
        return True
    formats = {each.get("format") for each in schemas.branches(fields.get(name, {}))}
    return bool(formats & {"date", "date-time"})


def _column(schemas: Schemas, table: Table, fields: Mapping[str, Json], name: str) -> str:
    if name in COMMON or name in table.columns:
        return f"{table.name}.{name}"
    if name == table.parent_field:
        return f"{table.name}.parent_id"
    # A field that was not given is not stored; records show its default.
    path = name.replace("'", "''")
    stored = [f"json_extract({table.name}.document, '$.\"{path}\"')"]
    declared = fields.get(name, {})
    default = declared.get("default", schemas.resolve(declared).get("default"))
    if isinstance(default, str | int | float):
        text = json.dumps({"default": default}).replace("'", "''")
        stored.append(f"json_extract('{text}', '$.default')")
    column = f"COALESCE({', '.join(stored)})" if stored[1:] else stored[0]
    return f"instant({column})" if _is_time(schemas, fields, name) else column
