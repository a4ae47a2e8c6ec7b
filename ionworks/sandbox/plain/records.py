"""Rows as the records that the contract describes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.resources import Resource
from ionworks.sandbox.contract.schemas import Schemas
from ionworks.sandbox.database.entities import common_fields, document_of, find
from ionworks.sandbox.database.identity import Account, format_datetime
from ionworks.sandbox.plain.tables import table_of

UNSET = object()
EMPTY: Mapping[str, object] = {
    "string": "",
    "integer": 0,
    "number": 0.0,
    "boolean": False,
    "array": [],
    "object": {},
}


def plain_records(
    connection: sqlite3.Connection,
    backend: Backend,
    tag: str,
    rows: Sequence[sqlite3.Row],
    schema: Json | None = None,
) -> list[Json]:
    """Return rows of a resource as records: what was given, whose it is, and blanks.

    ``schema`` is that of the answer, if it is not that of a single record.
    """
    resource = backend.resources[tag]
    shown_as = resource.record if schema is None else schema
    schemas = backend.contract.schemas
    shown = dict(schemas.properties(shown_as))
    blank, table = backend.contract.blank(shown_as), table_of(resource, schemas)
    above = _ids_above(connection, schemas, resource, rows, shown)
    own = resource.id_name(shown)
    organization = {"organization_id": backend.account.organization_id}
    needed = _needed(schemas, shown_as, shown)
    found = []
    for row in rows:
        every = {
            **blank,
            **common_fields(row, table),
            **above[row["parent_id"]],
            **organization,
            **({own: row["id"]} if own else {}),
            **document_of(row),
        }
        if row["name"] is None:  # as if the contract had no names
            every["name"] = blank.get("name", UNSET)
        record = {
            name: value
            for name, value in every.items()
            if value is not UNSET and (name in shown or not shown)
        }
        for name, declared in needed:
            if name not in record:
                record[name] = _placeholder(schemas, declared, row)
        found.append(record)
    return found


def lineage(
    connection: sqlite3.Connection, schemas: Schemas, resource: Resource, parent_id: str
) -> list[tuple[Resource, str]]:
    """Return the resources above a record with the id in each, its parent first, or 404."""
    found, above = [], parent_id
    for each in resource.parents:
        row = find(connection, table_of(each, schemas), above)
        found.append((each, above))
        above = row["parent_id"] if "parent_id" in row.keys() else ""  # noqa: SIM118
    return found


def author_fields(schemas: Schemas, resource: Resource, account: Account) -> Json:
    """Return the fields of a new record that say who made it."""
    shown = dict(schemas.properties(resource.record))
    by = {"created_by": account.user_id, "created_by_email": account.email}
    return {name: value for name, value in by.items() if name in shown}


def time_fields(schemas: Schemas, resource: Resource) -> list[str]:
    """Return the fields of a record that are times."""
    return [
        name
        for name, declared in schemas.properties(resource.record)
        if any(each.get("format") == "date-time" for each in schemas.branches(declared))
    ]


def _ids_above(
    connection: sqlite3.Connection,
    schemas: Schemas,
    resource: Resource,
    rows: Iterable[sqlite3.Row],
    shown: Mapping[str, object],
) -> dict[str, Json]:
    """Return the ids of grandparents that records show, by the parent's id."""
    found: dict[str, Json] = {row["parent_id"]: {} for row in rows}
    if any(each.id_name(shown) for each in resource.parents[1:]):
        for parent_id in found:
            for each, above in lineage(connection, schemas, resource, parent_id)[1:]:
                if name := each.id_name(shown):
                    found[parent_id][name] = above
    return found


def _needed(schemas: Schemas, schema: Json, shown: Mapping[str, Json]) -> list[tuple[str, Json]]:
    """Return the fields that the contract requires of a record, with their schemas."""
    required = schemas.resolve(schema).get("required", [])
    assert isinstance(required, list)
    return [(name, shown[name]) for name in required if name in shown]


def _placeholder(schemas: Schemas, declared: Json, row: sqlite3.Row) -> object:
    first = schemas.branches(declared)[0]
    options = first.get("enum")
    if isinstance(options, list):
        return options[0]
    if "const" in first:
        return first["const"]
    if first.get("format") == "date-time":
        return format_datetime(row["created_at"])
    if first.get("format") == "date":
        return format_datetime(row["created_at"])[:10]
    return next((EMPTY[kind] for kind in schemas.types(declared) if kind in EMPTY), None)
