"""Processing of uploaded series: begun by a confirmation, finished by the first call when due.

No thread works in the background. Every call to the API first checks what is due, so
what was begun is finished after a restart, too. A look is a write: on a deterministic sandbox the
clock moves one second with each call while something is being processed.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import BadRequest, WrongState
from ionworks.sandbox.database.entities import MEASUREMENTS, change, document_of, find
from ionworks.sandbox.database.objects import IncomingFile, StoredObject, unlink_all
from ionworks.sandbox.database.store import Transaction
from ionworks.sandbox.processing import stored_tables as derived

if TYPE_CHECKING:
    import polars as pl

LOGGER = logging.getLogger("ionworks.sandbox")
JSON_TYPE, PARQUET_TYPE = "application/json", "application/vnd.apache.parquet"
BUSY = frozenset({"pending", "running"})


@dataclass(frozen=True, slots=True)
class Work:
    """The tables computed from a series, written next to the stored objects."""

    steps_created: int
    tables: Mapping[str, IncomingFile]

    def place(self, backend: Backend, transaction: Transaction, measurement_id: str) -> list[Path]:
        """Store the tables; return the files that they replace, to be unlinked afterwards."""
        replaced = []
        for filename, incoming in self.tables.items():
            kind = JSON_TYPE if filename.endswith(".json") else PARQUET_TYPE
            objects = backend.objects
            replaced += objects.place(transaction, measurement_id, filename, incoming, kind)
        return replaced


def prepare(
    backend: Backend,
    stored: Mapping[str, StoredObject],
    temporary: ExitStack,
    *,
    steps: pl.DataFrame | None = None,
    extension: StoredObject | None = None,
) -> Work:
    """Work out the tables of a series, or refuse with 400 what they cannot be made of.

    Steps that came with the series are kept; those of an extended series are computed again.
    """
    series = derived.read_table(stored[derived.TIME_SERIES].file, derived.TIME_SERIES)
    contents: dict[str, bytes] = {}
    if extension is not None:
        rows = derived.read_table(extension.file, derived.EXTENSION)
        series = derived.append_rows(series, rows)
        contents[derived.TIME_SERIES] = derived.as_parquet(series)
    elif derived.STEPS in stored:
        steps = derived.read_table(stored[derived.STEPS].file, derived.STEPS)
    if extension is not None or derived.STEPS not in stored:
        steps = derived.steps_of(series) if steps is None else steps
        contents[derived.STEPS] = derived.as_parquet(steps)
    assert steps is not None
    contents[derived.STEPS_JSON] = derived.as_json(steps)
    contents[derived.CYCLES_JSON] = derived.as_json(derived.cycles_of(steps))
    return Work(steps.height, write_tables(backend, contents, temporary))


def write_tables(
    backend: Backend, contents: Mapping[str, bytes], temporary: ExitStack
) -> dict[str, IncomingFile]:
    """Write tables next to the stored objects; they are removed at the end unless placed."""
    tables = {}
    for filename, content in contents.items():
        incoming = temporary.enter_context(IncomingFile(backend.objects.incoming))
        incoming.write(content)
        incoming.complete()
        tables[filename] = incoming
    return tables


def begin(backend: Backend, transaction: Transaction, measurement_id: str) -> None:
    """Have a series processed: it runs after a third of the time, and is due at its end."""
    running_at = transaction.now + backend.processing_time // 3
    values = (measurement_id, running_at, transaction.now + backend.processing_time)
    transaction.connection.execute("INSERT INTO processing VALUES (?, ?, ?)", values)
    set_status(transaction, measurement_id, "pending")


def set_status(
    transaction: Transaction, measurement_id: str, status: str, error: str | None = None
) -> None:
    """Write the state of its data into the record of a measurement."""
    row = find(transaction.connection, MEASUREMENTS, measurement_id)
    document = {**document_of(row), "processing_status": status, "processing_error": error}
    change(transaction, MEASUREMENTS, row, row["name"], document)


def check_processed(row: sqlite3.Row, *, or_failed: bool = False) -> None:
    """Refuse with 409 a series that is being processed, or could not be."""
    document = document_of(row)
    status, error = document.get("processing_status"), document.get("processing_error")
    if status in BUSY:
        message = f"The data of the measurement {row['id']!r} are being processed ({status})."
        raise WrongState(message, status)
    if status == "failed" and not or_failed:
        raise WrongState(
            f"The data of the measurement {row['id']!r} could not be processed: {error} "
            "Delete it and upload the data again.",
            status,
            error,
        )


def advance(backend: Backend) -> None:
    """Move on what is being processed, and finish what is due; one call at a time does so."""
    with backend.store.read() as connection:
        if connection.execute("SELECT 1 FROM processing").fetchone() is None:
            return
    if backend.processing.acquire(blocking=False):
        try:
            for measurement_id in _advance_states(backend):
                _finish(backend, measurement_id)
        finally:
            backend.processing.release()


def _advance_states(backend: Backend) -> list[str]:
    """Set to running what has waited for its third of the time; return what is due."""
    with backend.store.write() as transaction:
        query = "SELECT * FROM processing WHERE running_at <= ? ORDER BY due_at, measurement_id"
        rows = transaction.connection.execute(query, (transaction.now,)).fetchall()
        for row in rows:
            measurement = find(transaction.connection, MEASUREMENTS, row["measurement_id"])
            if document_of(measurement)["processing_status"] == "pending":
                set_status(transaction, row["measurement_id"], "running")
        return [row["measurement_id"] for row in rows if row["due_at"] <= transaction.now]


def _finish(backend: Backend, measurement_id: str) -> None:
    """Work out the tables of a series, and store them or why there are none."""
    with backend.store.read() as connection:
        stored = backend.objects.of_owner(connection, measurement_id)
        extended, extension = extension_of(backend, connection, measurement_id)
    with ExitStack() as temporary:
        work, error = _attempt(backend, stored, extension, temporary)
        with backend.store.write() as transaction:
            query = "DELETE FROM processing WHERE measurement_id = ?"
            if transaction.connection.execute(query, (measurement_id,)).rowcount == 0:
                return  # it was deleted meanwhile
            gone = work.place(backend, transaction, measurement_id) if work else []
            # A failed extension leaves the data as they were.
            set_status(
                transaction, measurement_id, "ready" if work or extended else "failed", error
            )
            gone += close_extension(backend, transaction, measurement_id)
    unlink_all(gone)


def _attempt(
    backend: Backend,
    stored: Mapping[str, StoredObject],
    extension: StoredObject | None,
    temporary: ExitStack,
) -> tuple[Work | None, str | None]:
    """Return the tables, or why there are none; whatever it is, it must not fail every call."""
    import polars as pl

    try:
        return prepare(backend, stored, temporary, extension=extension), None
    except BadRequest as refused:
        return None, refused.message
    except (Exception, pl.exceptions.PanicException) as error:
        LOGGER.exception("uploaded data could not be processed")
        return None, f"The data cannot be processed ({type(error).__name__}: {error})."


def extension_of(
    backend: Backend, connection: sqlite3.Connection, measurement_id: str
) -> tuple[str | None, StoredObject | None]:
    """Return the id of the extension that is under way, and what was uploaded for it."""
    query = "SELECT id FROM extensions WHERE measurement_id = ?"
    row = connection.execute(query, (measurement_id,)).fetchone()
    if row is None:
        return None, None
    return row["id"], backend.objects.of_owner(connection, row["id"]).get(derived.EXTENSION)


def close_extension(backend: Backend, transaction: Transaction, measurement_id: str) -> list[Path]:
    """Forget the extension of a measurement, if any; return its files, to be unlinked."""
    query = "DELETE FROM extensions WHERE measurement_id = ?"
    transaction.connection.execute(query, (measurement_id,))
    return backend.objects.forget_orphans(transaction)
