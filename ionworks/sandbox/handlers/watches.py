"""Handlers of watching a measurement: a mark that each user sets and takes away."""

from __future__ import annotations

from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.database.entities import MEASUREMENTS, find


def _set(backend: Backend, call: Call, query: str) -> Answer:
    measurement_id = call.path["measurement_id"]
    with backend.store.write() as transaction:
        find(transaction.connection, MEASUREMENTS, measurement_id)
        transaction.connection.execute(query, (backend.account.user_id, measurement_id))
    return Answer()


def watch_cell_measurement(backend: Backend, call: Call) -> Answer:
    """Watch a measurement; to watch it twice changes nothing."""
    return _set(backend, call, "INSERT OR IGNORE INTO watches VALUES (?, ?)")


def unwatch_cell_measurement(backend: Backend, call: Call) -> Answer:
    """Stop watching a measurement; to stop twice changes nothing."""
    return _set(backend, call, "DELETE FROM watches WHERE user_id = ? AND measurement_id = ?")


HANDLERS: Mapping[str, Handler] = {
    "watch_cell_measurement": watch_cell_measurement,
    "unwatch_cell_measurement": unwatch_cell_measurement,
}
