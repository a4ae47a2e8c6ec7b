"""Cell instances: their measurements and their batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.database.entities import MEASUREMENTS, children
from ionworks.sandbox.handlers import cell_batches
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.plain.records import plain_records


def records(
    connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return instances as they are answered."""
    measurements = children(connection, MEASUREMENTS, [row["id"] for row in rows])
    batches = dict.fromkeys(row["batch_id"] for row in rows if row["batch_id"] is not None)
    batch_names = cell_batches.names(connection, batches)
    plain = plain_records(connection, backend, "cell_instances", rows)
    return [
        {
            **record,
            "measurement_ids": measurements[row["id"]],
            "batch_id": row["batch_id"],
            "batch_name": batch_names.get(row["batch_id"]),
        }
        for row, record in zip(rows, plain, strict=True)
    ]


def take_batch(connection: sqlite3.Connection, specification_id: str, given: Json) -> Json:
    """Return the batch that is given, as the column that has it."""
    if "batch_id" not in given:
        return {}
    batch_id = given.pop("batch_id")
    return {"batch_id": cell_batches.demand_batch(connection, specification_id, batch_id)}


HOOKS = Hooks(records=records, prepare=take_batch)
