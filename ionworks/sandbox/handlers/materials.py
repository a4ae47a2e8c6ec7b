"""Handlers of materials and components: none comes with the sandbox, and none has sets of data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import Conflict, Json
from ionworks.sandbox.database.entities import COMPONENTS, MATERIALS, document_of, find
from ionworks.sandbox.handlers.components import component_record, material_record, uniqueness
from ionworks.sandbox.plain.hooks import Hooks


def records(
    _connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return materials as they are answered by themselves."""
    return [{**material_record(backend, row), "property_count": 0} for row in rows]


def _one(connection: sqlite3.Connection, backend: Backend, material_id: str) -> Answer:
    return Answer(records(connection, backend, [find(connection, MATERIALS, material_id)])[0])


def create_material(backend: Backend, call: Call) -> Answer:
    """Create a material of no project; there may be others that are the same."""
    with backend.store.write() as transaction:
        made, now = transaction.new_id(), transaction.now
        transaction.connection.execute(
            "INSERT INTO materials VALUES (NULL, ?, NULL, ?, ?, ?, ?, ?, ?)",
            (made, *uniqueness(call.body), now, now, json.dumps(call.body)),
        )
        return _one(transaction.connection, backend, made)


def update_material(backend: Backend, call: Call) -> Answer:
    """Change the given fields of a material; two of one project never become the same."""
    with backend.store.write() as transaction:
        row = find(transaction.connection, MATERIALS, call.path["material_id"])
        document = {**document_of(row), **call.body}
        key = uniqueness(document)
        query = (
            "SELECT id FROM materials WHERE id <> ? "
            "AND project_id = ? AND name = ? AND manufacturer = ? AND product_id = ?"
        )
        values = (row["id"], row["project_id"], *key)
        same = transaction.connection.execute(query, values).fetchone()
        if same is not None:
            raise Conflict(f"A material named {key[0]!r} already exists here.", same["id"])
        transaction.connection.execute(
            "UPDATE materials SET name = ?, manufacturer = ?, product_id = ?, "
            "updated_at = ?, document = ? WHERE id = ?",
            (*key, transaction.now, json.dumps(document), row["id"]),
        )
        return _one(transaction.connection, backend, row["id"])


def get_cell_component(backend: Backend, call: Call) -> Answer:
    """Answer one component with its material."""
    with backend.store.read() as connection:
        row = find(connection, COMPONENTS, call.path["component_id"])
        material = material_record(backend, find(connection, MATERIALS, row["material_id"]))
    return Answer(component_record(backend, row, material))


HANDLERS: Mapping[str, Handler] = {
    "create_material": create_material,
    "update_material": update_material,
    "get_cell_component": get_cell_component,
}
# Every list has the materials of all projects.
HOOKS = Hooks(records=records, filters={"include_system": None, "project_id": None})
