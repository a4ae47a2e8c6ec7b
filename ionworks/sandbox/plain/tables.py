"""The table of each resource: one that the store always has, or one made from the contract."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ionworks.sandbox.contract.resources import Resource
from ionworks.sandbox.contract.schemas import Schemas
from ionworks.sandbox.database.entities import (
    BATCHES,
    INSTANCES,
    JOBS,
    MATERIALS,
    MEASUREMENTS,
    PROJECTS,
    RAW_DATA,
    SPECIFICATIONS,
    Table,
)

FIXED = {
    table.name: table
    for table in (
        PROJECTS,
        SPECIFICATIONS,
        MATERIALS,
        BATCHES,
        INSTANCES,
        MEASUREMENTS,
        RAW_DATA,
        JOBS,
    )
}
DEFINITION = """
CREATE TABLE IF NOT EXISTS {table} (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL{reference},
    name TEXT{collation},
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL{unique}
);
CREATE INDEX IF NOT EXISTS {table}_by_parent ON {table} (parent_id);
"""


def table_of(resource: Resource, schemas: Schemas) -> Table:
    """Return the table of a resource."""
    if resource.tag in FIXED:
        return FIXED[resource.tag]
    shown = dict(schemas.properties(resource.record))
    parent = resource.parent
    field = "organization_id" if parent is None else parent.id_name(shown)
    return Table(_name(resource), resource.singular.replace("_", " "), field or "")


def definitions(resources: Iterable[Resource]) -> str:
    """Return the SQL that makes the tables of all resources for which the store has none.

    Data that are kept keep the rules for names of the contract that their tables were made from.
    """
    return "".join(_definition(each) for each in resources if each.tag not in FIXED)


def _definition(resource: Resource) -> str:
    parent = resource.parent
    reference = ""
    if parent is not None:
        above = parent.tag if parent.tag in FIXED else _name(parent)
        reference = f" REFERENCES {above} (id) ON DELETE CASCADE"
    return DEFINITION.format(
        table=_name(resource),
        reference=reference,
        collation=" COLLATE fold" if resource.any_case else "",
        unique=",\n    UNIQUE (parent_id, name)" if resource.unique_names else "",
    )


def _name(resource: Resource) -> str:
    """Return a name that no table of the store has."""
    return "plain_" + re.sub(r"\W", "_", resource.tag, flags=re.ASCII)
