"""Handlers of cell batches: cells of one specification that were made together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, delete_record
from ionworks.sandbox.contract.problems import BadRequest, Json
from ionworks.sandbox.database.entities import (
    BATCHES,
    SPECIFICATIONS,
    change,
    common_fields,
    document_of,
    find,
    insert,
)
from ionworks.sandbox.database.queries import Text, conditions, envelope, order_clause, select_page

TABLE = BATCHES.name
# The column compares without regard to case, for the unique names; a filter with eq. does not.
FILTERS = {"name": Text(f"{TABLE}.name COLLATE BINARY")}
ORDER = {"created_at": f"{TABLE}.created_at"}


def records(
    connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return batches as they are answered."""
    counts = connection.execute(
        "SELECT batch_id, COUNT(*) AS members FROM cell_instances "
        "WHERE batch_id IN (SELECT value FROM json_each(?)) GROUP BY batch_id",
        (json.dumps([row["id"] for row in rows]),),
    )
    members = {row["batch_id"]: row["members"] for row in counts}
    projects = {row["parent_id"]: "" for row in rows}
    for specification_id in projects:
        projects[specification_id] = find(connection, SPECIFICATIONS, specification_id)["parent_id"]
    blank = backend.contract.empty_record("CellBatch")
    return [
        {
            **blank,
            **common_fields(row, BATCHES),
            "project_id": projects[row["parent_id"]],
            "organization_id": backend.account.organization_id,
            **document_of(row),
            "instance_count": members.get(row["id"], 0),
        }
        for row in rows
    ]


def names(connection: sqlite3.Connection, batch_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of batches by their ids."""
    query = "SELECT id, name FROM cell_batches WHERE id IN (SELECT value FROM json_each(?))"
    rows = connection.execute(query, (json.dumps(list(batch_ids)),))
    return {row["id"]: row["name"] for row in rows}


def demand_batch(
    connection: sqlite3.Connection, specification_id: str, batch_id: object
) -> str | None:
    """Return the id of a batch of this specification or None, or refuse any other with 400."""
    if batch_id is None:
        return None
    query = "SELECT 1 FROM cell_batches WHERE id = ? AND parent_id = ?"
    if connection.execute(query, (batch_id, specification_id)).fetchone() is None:
        raise BadRequest(f"No batch of this specification has the id {batch_id!r}.")
    return str(batch_id)


def _one(connection: sqlite3.Connection, backend: Backend, batch_id: str) -> Answer:
    row = find(connection, BATCHES, batch_id)
    return Answer(records(connection, backend, [row])[0])


def list_cell_batches(backend: Backend, call: Call) -> Answer:
    """Answer one page of the batches of a specification."""
    where, order = conditions(call.query, FILTERS), order_clause(call.query, ORDER, TABLE)
    specification_id = call.path["cell_spec_id"]
    where.add("parent_id = ?", specification_id)
    with backend.store.read() as connection:
        find(connection, SPECIFICATIONS, specification_id)
        rows, total = select_page(connection, "*", TABLE, where, order, call.query)
        return Answer(envelope(records(connection, backend, rows), total))


def create_cell_batch(backend: Backend, call: Call) -> Answer:
    """Create a batch of a specification; its name is unique there, whatever the case."""
    document = {**call.body, "created_by": backend.account.user_id}
    name = str(document.pop("name"))
    specification_id = call.path["cell_spec_id"]
    with backend.store.write() as transaction:
        find(transaction.connection, SPECIFICATIONS, specification_id)
        made = insert(transaction, BATCHES, specification_id, name, document)
        return _one(transaction.connection, backend, made)


def get_cell_batch(backend: Backend, call: Call) -> Answer:
    """Answer one batch."""
    with backend.store.read() as connection:
        return _one(connection, backend, call.path["cell_batch_id"])


def update_cell_batch(backend: Backend, call: Call) -> Answer:
    """Change the given fields of a batch."""
    with backend.store.write() as transaction:
        row = find(transaction.connection, BATCHES, call.path["cell_batch_id"])
        document = {**document_of(row), **call.body}
        name = str(document.pop("name", row["name"]))
        change(transaction, BATCHES, row, name, document)
        return _one(transaction.connection, backend, row["id"])


def delete_cell_batch(backend: Backend, call: Call) -> Answer:
    """Delete a batch; its cells stay, and belong to none."""
    return delete_record(backend, BATCHES, call.path["cell_batch_id"])


HANDLERS: Mapping[str, Handler] = {
    "list_cell_batches": list_cell_batches,
    "create_cell_batch": create_cell_batch,
    "get_cell_batch": get_cell_batch,
    "update_cell_batch": update_cell_batch,
    "delete_cell_batch": delete_cell_batch,
}
