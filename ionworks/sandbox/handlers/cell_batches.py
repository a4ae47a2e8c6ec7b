"""Cell batches: how many cells they have."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import BadRequest, Json
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.plain.records import plain_records


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
    plain = plain_records(connection, backend, "cell_batches", rows)
    return [{**record, "instance_count": members.get(record["id"], 0)} for record in plain]


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


HOOKS = Hooks(records=records)
