"""Handlers of cell instances."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, delete_record, with_author
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.database.entities import (
    INSTANCES,
    MEASUREMENTS,
    SPECIFICATIONS,
    change,
    children,
    common_fields,
    document_of,
    find,
    insert,
)
from ionworks.sandbox.database.queries import (
    Text,
    conditions,
    envelope,
    order_clause,
    record_filters,
    record_order,
    select_page,
)
from ionworks.sandbox.database.times import in_utc
from ionworks.sandbox.handlers import cell_batches

TABLE = INSTANCES.name
FILTERS = {**record_filters(TABLE), "batch_id": Text(f"{TABLE}.batch_id")}
ORDER = record_order(TABLE)


def records(
    connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return instances as they are answered."""
    measurements = children(connection, MEASUREMENTS, [row["id"] for row in rows])
    batches = dict.fromkeys(row["batch_id"] for row in rows if row["batch_id"] is not None)
    batch_names = cell_batches.names(connection, batches)
    blank = backend.contract.empty_record("CellInstance")
    return [
        {
            **blank,
            **common_fields(row, INSTANCES),
            "organization_id": backend.account.organization_id,
            **document_of(row),
            "measurement_ids": measurements[row["id"]],
            "batch_id": row["batch_id"],
            "batch_name": batch_names.get(row["batch_id"]),
        }
        for row in rows
    ]


def _one(connection: sqlite3.Connection, backend: Backend, instance_id: str) -> Answer:
    row = find(connection, INSTANCES, instance_id)
    return Answer(records(connection, backend, [row])[0])


def _document(body: Json) -> Json:
    """Return the given fields as they are stored."""
    return in_utc(body, ("date_manufactured",), ("body",))


def list_cell_instances(backend: Backend, call: Call) -> Answer:
    """Answer one page of the instances of a specification."""
    where, order = conditions(call.query, FILTERS), order_clause(call.query, ORDER, TABLE)
    specification_id = call.path["cell_spec_id"]
    where.add("parent_id = ?", specification_id)
    with backend.store.read() as connection:
        find(connection, SPECIFICATIONS, specification_id)
        rows, total = select_page(connection, "*", TABLE, where, order, call.query)
        return Answer(envelope(records(connection, backend, rows), total))


def create_cell_instance(backend: Backend, call: Call) -> Answer:
    """Create an instance of a specification."""
    document = _document(call.body)
    name, batch = str(document.pop("name")), document.pop("batch_id", None)
    specification_id = call.path["cell_spec_id"]
    with backend.store.write() as transaction:
        connection = transaction.connection
        find(connection, SPECIFICATIONS, specification_id)
        extra = {"batch_id": cell_batches.demand_batch(connection, specification_id, batch)}
        document = with_author(backend, document)
        made = insert(transaction, INSTANCES, specification_id, name, document, extra=extra)
        return _one(transaction.connection, backend, made)


def get_cell_instance(backend: Backend, call: Call) -> Answer:
    """Answer one instance."""
    with backend.store.read() as connection:
        return _one(connection, backend, call.path["cell_instance_id"])


def update_cell_instance(backend: Backend, call: Call) -> Answer:
    """Change the given fields of an instance."""
    given = _document(call.body)
    with backend.store.write() as transaction:
        row = find(transaction.connection, INSTANCES, call.path["cell_instance_id"])
        name, batch = str(given.pop("name", row["name"])), given.pop("batch_id", row["batch_id"])
        extra = {
            "batch_id": cell_batches.demand_batch(transaction.connection, row["parent_id"], batch)
        }
        change(transaction, INSTANCES, row, name, {**document_of(row), **given}, extra=extra)
        return _one(transaction.connection, backend, row["id"])


def delete_cell_instance(backend: Backend, call: Call) -> Answer:
    """Delete an instance and its measurements."""
    return delete_record(backend, INSTANCES, call.path["cell_instance_id"])


HANDLERS: Mapping[str, Handler] = {
    "list_cell_instances": list_cell_instances,
    "create_cell_instance": create_cell_instance,
    "get_cell_instance": get_cell_instance,
    "update_cell_instance": update_cell_instance,
    "delete_cell_instance": delete_cell_instance,
}
