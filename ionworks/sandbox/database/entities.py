"""The named tables, which are alike: a record has a parent, and a name unique within it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ionworks.sandbox.contract.problems import Conflict, Json, NotFound
from ionworks.sandbox.database.identity import format_datetime
from ionworks.sandbox.database.store import Transaction

MOST_CHILDREN = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """A named table and how errors speak of its records.

    ``parent_field`` is empty if records do not name their parent. ``columns`` are the fields that
    the table has as columns of their own, times in microseconds since 1970.
    """

    name: str
    label: str
    parent_field: str
    columns: tuple[str, ...] = ()


PROJECTS = Table("projects", "project", "organization_id")
SPECIFICATIONS = Table("cell_specifications", "cell specification", "project_id")
INSTANCES = Table("cell_instances", "cell instance", "cell_specification_id", ("batch_id",))
MATERIALS = Table("materials", "material", "project_id")
COMPONENTS = Table("components", "cell component", "cell_specification_id")
BATCHES = Table("cell_batches", "cell batch", "cell_specification_id")
MEASUREMENTS = Table(
    "cell_measurements", "cell measurement", "cell_instance_id", ("measurement_type", "start_time")
)
RAW_DATA = Table("raw_data", "raw data", "project_id")
JOBS = Table("jobs", "job", "")

INSTANCES_WITH_PARENTS = (
    "cell_instances JOIN cell_specifications ON cell_specifications.id = cell_instances.parent_id"
)
MEASUREMENTS_WITH_PARENTS = (
    "cell_measurements JOIN cell_instances ON cell_instances.id = cell_measurements.parent_id "
    "JOIN cell_specifications ON cell_specifications.id = cell_instances.parent_id"
)


def find(connection: sqlite3.Connection, table: Table, record_id: str) -> sqlite3.Row:
    """Return the row with this id, or refuse with 404."""
    query = " ".join(("SELECT * FROM", table.name, "WHERE id = ?"))
    row: sqlite3.Row | None = connection.execute(query, (record_id,)).fetchone()
    if row is None:
        raise NotFound(f"No {table.label} has the id {record_id!r}.")
    return row


def id_of_name(
    connection: sqlite3.Connection, table: Table, parent_id: str, name: str
) -> str | None:
    """Return the id of the record of this name under this parent."""
    query = " ".join(("SELECT id FROM", table.name, "WHERE parent_id = ? AND name = ?"))
    row = connection.execute(query, (parent_id, name)).fetchone()
    return None if row is None else str(row["id"])


def refuse_taken_name(
    connection: sqlite3.Connection, table: Table, parent_id: str, name: str | None
) -> None:
    """Refuse with 409 if the parent already has a record of this name."""
    existing = None if name is None else id_of_name(connection, table, parent_id, name)
    if existing is not None:
        raise Conflict(f"A {table.label} named {name!r} already exists here.", existing)


def insert(
    transaction: Transaction,
    table: Table,
    parent_id: str,
    name: str | None,
    document: Mapping[str, object],
    *,
    record_id: str | None = None,
    extra: Mapping[str, object] | None = None,
) -> str:
    """Store a new record and return its id; the table's unique index decides about the name."""
    values: dict[str, object] = {
        "id": record_id or transaction.new_id(),
        "parent_id": parent_id,
        "name": name,
        "created_at": transaction.now,
        "updated_at": transaction.now,
        "document": json.dumps(document),
        **(extra or {}),
    }
    marks = ", ".join("?" * len(values))
    query = " ".join(("INSERT INTO", table.name, "(", ", ".join(values), ") VALUES (", marks, ")"))
    try:
        transaction.connection.execute(query, tuple(values.values()))
    except sqlite3.IntegrityError:
        refuse_taken_name(transaction.connection, table, parent_id, name)
        raise
    return str(values["id"])


def change(
    transaction: Transaction,
    table: Table,
    row: sqlite3.Row,
    name: str | None,
    document: Mapping[str, object],
    *,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Store the new state of a record; a rename onto a taken name is refused with 409."""
    values: dict[str, object] = {
        "name": name,
        "updated_at": transaction.now,
        "document": json.dumps(document),
        **(extra or {}),
    }
    columns = ", ".join(f"{column} = ?" for column in values)
    query = " ".join(("UPDATE", table.name, "SET", columns, "WHERE id = ?"))
    try:
        transaction.connection.execute(query, (*values.values(), row["id"]))
    except sqlite3.IntegrityError:
        parent_id = str(values.get("parent_id", row["parent_id"]))
        refuse_taken_name(transaction.connection, table, parent_id, name)
        raise


def remove(transaction: Transaction, table: Table, record_id: str) -> None:
    """Delete a record and, by the foreign keys, all that hangs on it."""
    find(transaction.connection, table, record_id)
    query = " ".join(("DELETE FROM", table.name, "WHERE id = ?"))
    transaction.connection.execute(query, (record_id,))


def children(
    connection: sqlite3.Connection, table: Table, parent_ids: Iterable[str]
) -> dict[str, list[str] | None]:
    """Return the ids of the records under each of these parents, in the order of creation.

    They are None under a parent with more than `MOST_CHILDREN`, whose lists have pages.
    """
    found: dict[str, list[str] | None] = {}
    query = " ".join(
        ("SELECT id FROM", table.name, "WHERE parent_id = ? ORDER BY created_at, sequence LIMIT ?")
    )
    for parent_id in parent_ids:
        rows = connection.execute(query, (parent_id, MOST_CHILDREN + 1)).fetchall()
        found[parent_id] = None if len(rows) > MOST_CHILDREN else [row["id"] for row in rows]
    return found


def document_of(row: sqlite3.Row) -> Json:
    """Return the part of a record that the client wrote."""
    document: Json = json.loads(row["document"])
    return document


def common_fields(row: sqlite3.Row, table: Table) -> Json:
    """Return the fields that every named record has."""
    parent = {table.parent_field: row["parent_id"]} if table.parent_field else {}
    created, updated = row["created_at"], row["updated_at"]
    first = format_datetime(created)
    return {
        "id": row["id"],
        **parent,
        "name": row["name"],
        "created_at": first,
        "updated_at": first if updated == created else format_datetime(updated),
    }
