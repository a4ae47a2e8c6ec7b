"""Handlers of the extension of a running test: more rows are uploaded, and added as a whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import BadRequest, WrongState
from ionworks.sandbox.database.entities import MEASUREMENTS, document_of, find
from ionworks.sandbox.database.identity import SECOND
from ionworks.sandbox.database.objects import StoredObject, unlink_all
from ionworks.sandbox.handlers.uploads import confirm, forget_expired, require, target
from ionworks.sandbox.processing import lifecycle as processing
from ionworks.sandbox.processing import stored_tables as derived
from ionworks.sandbox.processing.lifecycle import (
    Work,
    check_processed,
    close_extension,
    extension_of,
)

UNDER_WAY = "Another extension of the measurement {!r} is under way."


def initiate_measurement_extend(backend: Backend, call: Call) -> Answer:
    """Hand out a signed URL for new rows; one extension at a time, until its URL expires."""
    measurement_id = call.path["measurement_id"]
    with backend.store.write() as transaction:
        expired = forget_expired(backend, transaction)
        row = _running_test(transaction.connection, measurement_id)
        if extension_of(backend, transaction.connection, measurement_id)[0] is not None:
            status = document_of(row).get("processing_status")
            raise WrongState(UNDER_WAY.format(measurement_id), status)
        made = transaction.new_id()
        transaction.connection.execute(
            "INSERT INTO extensions VALUES (?, ?, ?)",
            (made, measurement_id, transaction.now + backend.objects.lifetime * SECOND),
        )
    unlink_all(expired)
    uploads = [target(backend, made, derived.EXTENSION)]
    return Answer({"measurement_id": measurement_id, "uploads": uploads})


def _running_test(connection: sqlite3.Connection, measurement_id: str) -> sqlite3.Row:
    """Return a measurement that can be extended, or refuse with 400 or 409 any other."""
    row = find(connection, MEASUREMENTS, measurement_id)
    if row["measurement_type"] != "time_series":
        raise BadRequest(
            f"The measurement {measurement_id!r} is of type {row['measurement_type']!r}: only a "
            "time series can be extended."
        )
    end_time = document_of(row).get("end_time")
    if end_time is not None:
        raise BadRequest(
            f"The measurement {measurement_id!r} ended at {end_time}: only a running test, without "
            "an end_time, can be extended."
        )
    check_processed(row)
    return row


def confirm_measurement_extend(backend: Backend, call: Call) -> Answer:
    """Add the uploaded rows: series, steps and cycles change together, or nothing does."""
    measurement_id = call.path["measurement_id"]
    with backend.store.read() as connection:
        extension = _uploaded(backend, connection, measurement_id)
        stored = backend.objects.of_owner(connection, measurement_id)
    with ExitStack() as temporary:
        work = Work(0, {})
        if not backend.processing_time:
            work = _work(backend, measurement_id, stored, extension, temporary)
        with backend.store.write() as transaction:
            _check_unchanged(backend, transaction.connection, measurement_id, extension)
            gone = work.place(backend, transaction, measurement_id)
            if backend.processing_time:
                processing.begin(backend, transaction, measurement_id)
            else:
                processing.set_status(transaction, measurement_id, "ready")
                gone += close_extension(backend, transaction, measurement_id)
            answer = confirm(backend, transaction.connection, measurement_id, work)
    unlink_all(gone)
    return Answer(answer)


def _uploaded(
    backend: Backend, connection: sqlite3.Connection, measurement_id: str
) -> StoredObject:
    """Return the new rows of the extension that is under way, or refuse with 400."""
    _running_test(connection, measurement_id)
    extension_id, found = extension_of(backend, connection, measurement_id)
    if extension_id is None:
        raise BadRequest(
            f"No extension of the measurement {measurement_id!r} is under way, or it has expired: "
            "initiate one first."
        )
    require({} if found is None else {derived.EXTENSION: found}, [derived.EXTENSION])
    assert found is not None
    return found


def _check_unchanged(
    backend: Backend, connection: sqlite3.Connection, measurement_id: str, extension: StoredObject
) -> None:
    """Refuse with 409 if the extension was confirmed, or uploaded again, in the meantime."""
    row = _running_test(connection, measurement_id)
    if extension_of(backend, connection, measurement_id)[1] != extension:
        status = document_of(row).get("processing_status")
        raise WrongState(UNDER_WAY.format(measurement_id), status)


def _work(
    backend: Backend,
    measurement_id: str,
    stored: Mapping[str, StoredObject],
    extension: StoredObject,
    temporary: ExitStack,
) -> Work:
    """Return the tables of the extended series. Rows that do not follow end the extension."""
    try:
        return processing.prepare(backend, stored, temporary, extension=extension)
    except FileNotFoundError:  # replaced by the same extension, confirmed twice
        raise WrongState(UNDER_WAY.format(measurement_id), None) from None
    except BadRequest as refused:
        with backend.store.write() as transaction:
            _check_unchanged(backend, transaction.connection, measurement_id, extension)
            gone = close_extension(backend, transaction, measurement_id)
        unlink_all(gone)
        raise BadRequest(f"{refused.message} Nothing was added; extend again.") from refused


HANDLERS: Mapping[str, Handler] = {
    "initiate_measurement_extend": initiate_measurement_extend,
    "confirm_measurement_extend": confirm_measurement_extend,
}
