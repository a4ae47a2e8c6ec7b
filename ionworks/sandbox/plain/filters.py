"""The filters and the order of a list, from the names and types of its query parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ionworks.sandbox.contract.operations import Operation, Parameter
from ionworks.sandbox.contract.resources import Resource
from ionworks.sandbox.contract.schemas import Schemas
from ionworks.sandbox.database.queries import Equal, Filter, Instant, Members, Text
from ionworks.sandbox.plain.tables import table_of

PAGING = frozenset({"limit", "offset", "order_by", "order"})
COMMON = ("name", "created_at", "updated_at")
TIMES = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the parameters of a list mean.

    ``path`` and ``filters`` are conditions of the path and of the query, ``order`` the columns to
    sort by. ``unknown`` are the query parameters that the sandbox cannot serve.
    """

    path: Mapping[str, Filter]
    filters: Mapping[str, Filter]
    order: Mapping[str, str]
    unknown: frozenset[str]


def read_rules(
    schemas: Schemas,
    resource: Resource,
    operation: Operation,
    special: Mapping[str, Filter | None],
) -> Rules | None:
    """Return what the parameters of a list mean, or None if its path has one without a meaning.

    ``special`` are the hand-written filters.
    """
    fields = Fields(schemas, resource)
    path: dict[str, Filter] = {}
    filters: dict[str, Filter] = {}
    unknown = set()
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.place == "path":
            found = fields.path_filter(name, operation.path)
            if found is None:
                return None
            path[name] = found
        elif parameter.place == "query" and name not in PAGING:
            found = special[name] if name in special else fields.filter(parameter)
            if found is not None:
                filters[name] = found
            elif name not in special:
                unknown.add(name)
    return Rules(path, filters, fields.order(), frozenset(unknown))


class Fields:
    """The fields of the records of a resource, as columns."""

    def __init__(self, schemas: Schemas, resource: Resource) -> None:
        self._schemas = schemas
        self._resource = resource
        self._table = table_of(resource, schemas)
        self._declared = dict(schemas.properties(resource.record))

    def order(self) -> dict[str, str]:
        """Return the columns that a list can be sorted by."""
        return {name: self._column(name) for name in (*self._declared, *COMMON)}

    def path_filter(self, name: str, path: str) -> Filter | None:
        """Return the condition that a parameter of the path puts on records, if it is known."""
        above = {each.path_parameter(path): each for each in self._resource.parents}
        if name in above:
            return self._id_above(above[name].id_names)
        if name == "id" or name not in self._declared:
            return None  # the id of something else
        return Equal(self._column(name))

    def filter(self, parameter: Parameter) -> Filter | None:
        """Return the condition that a query parameter puts on records, if it is known."""
        name, kinds = parameter.name, self._schemas.types(parameter.schema)
        if name not in self._declared and "array" in kinds:
            name = name.removesuffix("s")  # `ids` are several values of `id`
        above = self._id_above({name})
        if above is not None:
            return above
        for suffix, operator in (("", "eq"), ("_gt", "gt"), ("_lt", "lt")):
            field = name.removesuffix(suffix)
            if name.endswith(suffix) and self._is_time(field):
                return Instant(self._column(field), operator)
        if name not in {*self._declared, *self._table.columns, "name"}:
            return None
        column = self._column(name)
        if "array" in self._schemas.types(self._declared.get(name, {})):
            return Members(column)
        if kinds & {"array", "boolean", "integer", "number"}:
            return Equal(column)
        # Columns that compare without regard to case are for unique names; eq. is exact.
        return Text(f"{column} COLLATE BINARY")

    def _id_above(self, names: Set[str]) -> Filter | None:
        """Return the filter by the id of a parent or of a record above it."""
        column = f"{self._table.name}.parent_id"
        for each in self._resource.parents:
            if names & each.id_names:
                return Equal(column)
            above = table_of(each, self._schemas).name
            parts = ("(SELECT parent_id FROM", above, "WHERE", f"{above}.id =", column, ")")
            column = " ".join(parts)
        return None

    def _is_time(self, name: str) -> bool:
        if name in TIMES:
            return True
        branches = self._schemas.branches(self._declared.get(name, {}))
        return any(each.get("format") in {"date", "date-time"} for each in branches)

    def _column(self, name: str) -> str:
        table = self._table
        if name in COMMON or name in table.columns:
            return f"{table.name}.{name}"
        if name == "id" or name in self._resource.id_names:
            return f"{table.name}.id"
        if name == table.parent_field:
            return f"{table.name}.parent_id"
        # A field that was not given is not stored; records show its default.
        path = name.replace("'", "''")
        column = f"json_extract({table.name}.document, '$.\"{path}\"')"
        declared = self._declared.get(name, {})
        default = declared.get("default", self._schemas.resolve(declared).get("default"))
        if isinstance(default, str | int | float):
            text = json.dumps({"default": default}).replace("'", "''")
            column = f"COALESCE({column}, json_extract('{text}', '$.default'))"
        return f"instant({column})" if self._is_time(name) else column
