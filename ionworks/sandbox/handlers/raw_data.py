"""Handlers of raw data: files of instruments, uploaded to a project, attached to measurements."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, with_author
from ionworks.sandbox.contract.problems import BadRequest, Conflict, Json, NotFound, invalid
from ionworks.sandbox.database.entities import (
    INSTANCES,
    MEASUREMENTS,
    PROJECTS,
    RAW_DATA,
    SPECIFICATIONS,
    document_of,
    find,
    insert,
)
from ionworks.sandbox.database.identity import SECOND
from ionworks.sandbox.database.objects import StoredObject, object_path, unlink_all
from ionworks.sandbox.database.queries import (
    Where,
    envelope,
    order_clause,
    record_order,
    select_page,
)
from ionworks.sandbox.handlers.uploads import (
    PENDING_SECONDS,
    forget_expired,
    is_plain_name,
    require,
    target,
)
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.plain.records import plain_records

NEWEST_FIRST = order_clause({}, record_order(RAW_DATA.name), RAW_DATA.name)


def clean_source(_connection: sqlite3.Connection, _project_id: str, given: Json) -> Json:
    """Store an empty source as none."""
    if "source" in given:
        given["source"] = given["source"] or None
    return {}


def initiate_raw_data_upload(backend: Backend, call: Call) -> Answer:
    """Allot an id and hand out a signed URL for the file."""
    project_id, filename = str(call.body["project_id"]), str(call.body["filename"])
    if not is_plain_name(filename):
        message = "Input should be a plain filename of at most 255 characters"
        raise invalid("value_error", ("body", "filename"), message, filename)
    with backend.store.write() as transaction:
        find(transaction.connection, PROJECTS, project_id)
        expired = forget_expired(backend, transaction)
        made = transaction.new_id()
        transaction.connection.execute(
            "INSERT INTO pending_raw_data VALUES (?, ?, ?, ?)",
            (made, project_id, filename, transaction.now + PENDING_SECONDS * SECOND),
        )
    unlink_all(expired)
    return Answer({"raw_data_id": made, "uploads": [target(backend, made, filename)]})


def confirm_raw_data_upload(backend: Backend, call: Call) -> Answer:
    """Make the raw data of an upload: record and file appear together."""
    raw_data_id = call.path["raw_data_id"]
    with backend.store.write() as transaction:
        connection = transaction.connection
        pending = _pending(connection, raw_data_id)
        for field in ("project_id", "filename"):
            if call.body[field] != pending[field]:
                raise BadRequest(
                    f"This upload was begun with {field} {pending[field]!r}, not "
                    f"{call.body[field]!r}."
                )
        filename = pending["filename"]
        uploaded = backend.objects.of_owner(connection, raw_data_id)
        require(uploaded, [filename])
        document = _describe(call.body, uploaded[filename])
        insert(
            transaction,
            RAW_DATA,
            pending["project_id"],
            str(call.body["name"]),
            with_author(backend, document),
            record_id=raw_data_id,
        )
        connection.execute("DELETE FROM pending_raw_data WHERE id = ?", (raw_data_id,))
        row = find(connection, RAW_DATA, raw_data_id)
        return Answer(plain_records(connection, backend, RAW_DATA.name, [row])[0])


def _pending(connection: sqlite3.Connection, raw_data_id: str) -> sqlite3.Row:
    query = "SELECT * FROM pending_raw_data WHERE id = ?"
    row: sqlite3.Row | None = connection.execute(query, (raw_data_id,)).fetchone()
    if row is not None:
        return row
    query = "SELECT 1 FROM raw_data WHERE id = ?"
    if connection.execute(query, (raw_data_id,)).fetchone() is not None:
        raise Conflict("This upload has been confirmed already.", raw_data_id)
    raise NotFound(f"No upload has the id {raw_data_id!r}; it may have expired.")


def _describe(body: Json, uploaded: StoredObject) -> Json:
    """Return what is known of a file, or refuse with 400 one of another size."""
    if body["size_bytes"] != uploaded.size:
        raise BadRequest(
            f"size_bytes is {body['size_bytes']}, but {uploaded.filename} was stored with "
            f"{uploaded.size} bytes. Upload it again, then confirm."
        )
    return {
        "filename": uploaded.filename,
        "size_bytes": uploaded.size,
        "content_type": body.get("content_type") or uploaded.content_type,
        "metadata": body.get("metadata") or {},
        "source": body.get("source") or None,
    }


def _page(backend: Backend, connection: sqlite3.Connection, where: Where, call: Call) -> Answer:
    rows, total = select_page(connection, "*", RAW_DATA.name, where, NEWEST_FIRST, call.query)
    return Answer(envelope(plain_records(connection, backend, RAW_DATA.name, rows), total))


def get_raw_data_download_url(backend: Backend, call: Call) -> Answer:
    """Answer a signed URL of the file."""
    raw_data_id = call.path["raw_data_id"]
    with backend.store.read() as connection:
        filename = str(document_of(find(connection, RAW_DATA, raw_data_id))["filename"])
    url, _ = backend.objects.sign("GET", object_path(raw_data_id, filename))
    return Answer({"url": url})


def list_raw_data_measurements(backend: Backend, call: Call) -> Answer:
    """Answer the ids of the measurements that raw data are attached to, newest first."""
    where = Where()
    attached = "id IN (SELECT measurement_id FROM raw_data_links WHERE raw_data_id = ?)"
    where.add(attached, call.path["raw_data_id"])
    order = order_clause({}, record_order(MEASUREMENTS.name), MEASUREMENTS.name)
    with backend.store.read() as connection:
        find(connection, RAW_DATA, call.path["raw_data_id"])
        rows, total = select_page(connection, "id", MEASUREMENTS.name, where, order, call.query)
    return Answer({"items": [row["id"] for row in rows], "total": total})


def list_measurement_raw_data(backend: Backend, call: Call) -> Answer:
    """Answer one page of the raw data that are attached to a measurement."""
    measurement_id = call.path["measurement_id"]
    where = Where()
    attached = "id IN (SELECT raw_data_id FROM raw_data_links WHERE measurement_id = ?)"
    where.add(attached, measurement_id)
    with backend.store.read() as connection:
        find(connection, MEASUREMENTS, measurement_id)
        return _page(backend, connection, where, call)


def attach_raw_data(backend: Backend, call: Call) -> Answer:
    """Attach raw data to a measurement: all of them or, at a refusal, none; again does nothing."""
    measurement_id, given = call.path["measurement_id"], call.body["raw_data_ids"]
    assert isinstance(given, list)
    with backend.store.write() as transaction:
        connection = transaction.connection
        project_id = _project_of(connection, measurement_id)
        for raw_data_id in given:
            if find(connection, RAW_DATA, raw_data_id)["parent_id"] != project_id:
                raise BadRequest(
                    f"The raw data {raw_data_id!r} belong to another project than the measurement."
                )
            query = "INSERT OR IGNORE INTO raw_data_links VALUES (?, ?)"
            connection.execute(query, (measurement_id, raw_data_id))
    return Answer({"measurement_id": measurement_id, "raw_data_ids": list(dict.fromkeys(given))})


def _project_of(connection: sqlite3.Connection, measurement_id: str) -> str:
    record_id = measurement_id
    for table in (MEASUREMENTS, INSTANCES, SPECIFICATIONS):
        record_id = str(find(connection, table, record_id)["parent_id"])
    return record_id


def detach_raw_data(backend: Backend, call: Call) -> Answer:
    """Detach raw data from a measurement; both stay."""
    ids = call.path["measurement_id"], call.path["raw_data_id"]
    with backend.store.write() as transaction:
        find(transaction.connection, MEASUREMENTS, ids[0])
        query = "DELETE FROM raw_data_links WHERE measurement_id = ? AND raw_data_id = ?"
        if transaction.connection.execute(query, ids).rowcount == 0:
            raise NotFound(f"The raw data {ids[1]!r} are not attached to this measurement.")
    return Answer()


HANDLERS: Mapping[str, Handler] = {
    "initiate_raw_data_upload": initiate_raw_data_upload,
    "confirm_raw_data_upload": confirm_raw_data_upload,
    "get_raw_data_download_url": get_raw_data_download_url,
    "list_raw_data_measurements": list_raw_data_measurements,
    "list_measurement_raw_data": list_measurement_raw_data,
    "attach_raw_data": attach_raw_data,
    "detach_raw_data": detach_raw_data,
}
HOOKS = Hooks(prepare=clean_source)
