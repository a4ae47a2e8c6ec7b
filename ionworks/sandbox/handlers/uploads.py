"""Handlers of the upload of a measurement: targets are handed out, and the upload is confirmed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, with_author
from ionworks.sandbox.contract.problems import BadRequest, Conflict, Json, NotFound, invalid
from ionworks.sandbox.database.entities import (
    INSTANCES,
    MEASUREMENTS,
    find,
    insert,
    refuse_taken_name,
)
from ionworks.sandbox.database.identity import SECOND, RealSource, format_datetime
from ionworks.sandbox.database.objects import (
    BUCKET,
    REGION,
    S3_PATH,
    StoredObject,
    object_path,
    unlink_all,
)
from ionworks.sandbox.database.store import Transaction
from ionworks.sandbox.handlers import cell_instances, measurement_tags, metadata
from ionworks.sandbox.processing import lifecycle as processing
from ionworks.sandbox.processing import stored_tables as derived
from ionworks.sandbox.processing.lifecycle import Work

PENDING_SECONDS = 24 * 3600
LONGEST_FILENAME = 255
CHANGED = "A file was uploaded again while it was being confirmed: confirm again."


@dataclass(frozen=True, slots=True)
class Pending:
    """An upload that was begun and not confirmed."""

    measurement_id: str
    instance_id: str
    measurement_type: str
    filenames: tuple[str, ...]


def initiate_measurement_upload(backend: Backend, call: Call) -> Answer:
    """Allot an id and hand out one signed URL for each file; no measurement exists yet."""
    measurement = call.body["measurement"]
    assert isinstance(measurement, dict)
    kind = str(call.body.get("measurement_type", "time_series"))
    filenames = _filenames(kind, call.body.get("filenames"))
    metadata.check(metadata.stored_fields(measurement, ("body", "measurement")), kind)
    instance_id = call.path["cell_instance_id"]
    with backend.store.write() as transaction:
        find(transaction.connection, INSTANCES, instance_id)
        name = str(measurement["name"])
        refuse_taken_name(transaction.connection, MEASUREMENTS, instance_id, name)
        expired = forget_expired(backend, transaction)
        made = transaction.new_id()
        transaction.connection.execute(
            "INSERT INTO pending_uploads VALUES (?, ?, ?, ?, ?)",
            (
                made,
                instance_id,
                kind,
                json.dumps(filenames),
                transaction.now + PENDING_SECONDS * SECOND,
            ),
        )
    unlink_all(expired)
    uploads = [target(backend, made, filename) for filename in filenames]
    return Answer({"measurement_id": made, "uploads": uploads})


def _filenames(kind: str, given: object) -> list[str]:
    """Return the names of the files that an upload consists of."""
    if kind == "time_series":
        return [derived.TIME_SERIES, derived.STEPS]
    if kind == "properties":
        raise BadRequest("A properties measurement has no upload: create it directly.")
    place = ("body", "filenames")
    if not isinstance(given, list) or not given:
        raise invalid("missing", place, "A file measurement needs the names of its files", given)
    if len(set(given)) < len(given):
        raise invalid("value_error", place, "Each filename may occur only once", given)
    for index, name in enumerate(given):
        if not is_plain_name(name):
            message = "Input should be a plain filename of at most 255 characters"
            raise invalid("value_error", (*place, index), message, name)
    return given


def is_plain_name(name: str) -> bool:
    """Return whether a name is that of a file: not a path, and printable."""
    return (
        name not in {"", ".", ".."}
        and len(name) <= LONGEST_FILENAME
        and all(each.isprintable() or category(each) == "Zs" for each in name)
        and not {"/", "\\"} & set(name)
    )


def target(backend: Backend, owner_id: str, filename: str) -> Json:
    """Return where one file is to be put."""
    path = object_path(owner_id, filename)
    url, token = backend.objects.sign("PUT", path)
    return {
        "filename": filename,
        "signed_url": url,
        "token": token,
        "path": path,
        "multipart": _in_parts(backend, path) if backend.objects.in_parts else None,
    }


def _in_parts(backend: Backend, path: str) -> Json:
    """Return where one file can be put in parts, with credentials."""
    grant = backend.objects.grant(path)
    # The clock of a deterministic sandbox is not that of its clients.
    known = isinstance(backend.store.source, RealSource)
    return {
        "endpoint": f"{backend.objects.url}/{S3_PATH}",
        "region": REGION,
        "bucket": BUCKET,
        "object_path": path,
        "access_key_id": grant.access_key,
        "secret_access_key": grant.secret_key,
        "session_token": grant.token,
        "expires_at": format_datetime(grant.expires * SECOND) if known else None,
    }


def forget_expired(backend: Backend, transaction: Transaction) -> list[Path]:
    """Drop uploads that were never confirmed, and return their files."""
    dropped = 0
    for expired in (
        "DELETE FROM pending_uploads WHERE expires_at < ?",
        "DELETE FROM pending_raw_data WHERE expires_at < ?",
        "DELETE FROM extensions WHERE expires_at < ? "
        "AND measurement_id NOT IN (SELECT measurement_id FROM processing)",
    ):
        dropped += transaction.connection.execute(expired, (transaction.now,)).rowcount
    return backend.objects.forget_orphans(transaction) if dropped else []


def confirm_measurement_upload(backend: Backend, call: Call) -> Answer:
    """Make the measurement of an upload: record, tables and files appear together."""
    measurement_id = call.path["measurement_id"]
    measurement = call.body["measurement"]
    assert isinstance(measurement, dict)
    document = metadata.stored_fields(measurement, ("body", "measurement"))
    name = str(document.pop("name"))
    with backend.store.read() as connection:
        pending = _pending(connection, measurement_id)
        _check_confirmation(pending, call.body)
        metadata.check(document, pending.measurement_type)
        refuse_taken_name(connection, MEASUREMENTS, pending.instance_id, name)
        uploaded = backend.objects.of_owner(connection, measurement_id)
    with ExitStack() as temporary:
        work = Work(0, {})
        if pending.measurement_type == "time_series":
            document["processing_status"] = "ready"
            work = _work(backend, uploaded, call.body.get("steps"), temporary)
        else:
            document["file_metadata"] = _file_metadata(document, pending, uploaded)
        with backend.store.write() as transaction:
            _finish(backend, transaction, pending, uploaded, name, document, work)
            answer = confirm(backend, transaction.connection, measurement_id, work)
    return Answer(answer)


def _pending(connection: sqlite3.Connection, measurement_id: str) -> Pending:
    query = "SELECT * FROM pending_uploads WHERE id = ?"
    row = connection.execute(query, (measurement_id,)).fetchone()
    if row is not None:
        filenames = tuple(json.loads(row["filenames"]))
        return Pending(row["id"], row["cell_instance_id"], row["measurement_type"], filenames)
    query = "SELECT 1 FROM cell_measurements WHERE id = ?"
    if connection.execute(query, (measurement_id,)).fetchone() is not None:
        raise Conflict("This upload has been confirmed already.", measurement_id)
    raise NotFound(f"No upload has the id {measurement_id!r}; it may have expired.")


def _check_confirmation(pending: Pending, body: Json) -> None:
    """Refuse with 400 a confirmation that is not of what was begun."""
    if body["cell_instance_id"] != pending.instance_id:
        raise BadRequest("This upload was begun for another cell instance.")
    kind = str(body.get("measurement_type", "time_series"))
    if kind != pending.measurement_type:
        raise BadRequest(f"This upload was begun as {pending.measurement_type!r}, not as {kind!r}.")
    named = body.get("filenames")
    if isinstance(named, list) and (unknown := set(named) - set(pending.filenames)):
        raise BadRequest(f"This upload was begun without {', '.join(sorted(unknown))}.")


def require(uploaded: Mapping[str, StoredObject], filenames: Sequence[str]) -> None:
    """Refuse with 400 a confirmation before all these files are there."""
    missing = [name for name in filenames if name not in uploaded]
    if missing:
        raise BadRequest(
            f"Not uploaded yet: {', '.join(missing)}. Put each file to its signed URL, "
            "then confirm.",
            {"missing": missing},
        )


def _work(
    backend: Backend,
    uploaded: Mapping[str, StoredObject],
    given: object,
    temporary: ExitStack,
) -> Work:
    """Return the tables to store with the uploaded time series, or the work to do later."""
    require(uploaded, [derived.TIME_SERIES])
    steps = derived.parse_steps(given) if isinstance(given, dict) else None
    if backend.processing_time:
        if steps is None or derived.STEPS in uploaded:
            return Work(0, {})
        contents = {derived.STEPS: derived.as_parquet(steps)}
        return Work(0, processing.write_tables(backend, contents, temporary))
    try:
        return processing.prepare(backend, uploaded, temporary, steps=steps)
    except FileNotFoundError:
        raise BadRequest(CHANGED) from None
    except BadRequest as refused:
        raise BadRequest(f"{refused.message} Upload it again, then confirm.") from refused


def _file_metadata(document: Json, pending: Pending, uploaded: Mapping[str, StoredObject]) -> Json:
    """Return the metadata of the uploaded files, with those from the client."""
    require(uploaded, pending.filenames)
    files = [
        {
            "filename": name,
            "size_bytes": uploaded[name].size,
            "content_type": uploaded[name].content_type,
        }
        for name in pending.filenames
    ]
    said = document.get("file_metadata")
    known: Json = {"files": files, **(said if isinstance(said, dict) else {})}
    return {**known, "filenames": list(pending.filenames)}


def _finish(
    backend: Backend,
    transaction: Transaction,
    pending: Pending,
    uploaded: Mapping[str, StoredObject],
    name: str,
    document: Json,
    work: Work,
) -> None:
    """Store everything in one transaction, if nothing has happened to the upload meanwhile."""
    _pending(transaction.connection, pending.measurement_id)
    now_stored = backend.objects.of_owner(transaction.connection, pending.measurement_id)
    if now_stored != uploaded:
        raise BadRequest(CHANGED)
    document = measurement_tags.normalize_tags(
        transaction.connection, pending.instance_id, document
    )
    insert(
        transaction,
        MEASUREMENTS,
        pending.instance_id,
        name,
        with_author(backend, document),
        record_id=pending.measurement_id,
        extra={
            "measurement_type": pending.measurement_type,
            **metadata.columns_of(document),
        },
    )
    work.place(backend, transaction, pending.measurement_id)
    if pending.measurement_type == "time_series" and backend.processing_time:
        processing.begin(backend, transaction, pending.measurement_id)
    query = "DELETE FROM pending_uploads WHERE id = ?"
    transaction.connection.execute(query, (pending.measurement_id,))


def confirm(
    backend: Backend, connection: sqlite3.Connection, measurement_id: str, work: Work
) -> Json:
    """Return a measurement as a confirmation is answered."""
    row = find(connection, MEASUREMENTS, measurement_id)
    instance_row = find(connection, INSTANCES, row["parent_id"])
    return {
        **metadata.record(backend, row),
        "instance": cell_instances.records(connection, backend, [instance_row])[0],
        "steps_created": work.steps_created,
    }


HANDLERS: Mapping[str, Handler] = {
    "initiate_measurement_upload": initiate_measurement_upload,
    "confirm_measurement_upload": confirm_measurement_upload,
}
