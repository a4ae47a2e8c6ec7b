"""Jobs: the sandbox runs none, so they are what `Sandbox.add_job` says, and can be cancelled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TypedDict

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import Json, NotFound, Problem
from ionworks.sandbox.contract.schemas import ROOT
from ionworks.sandbox.contract.validation import errors_of
from ionworks.sandbox.database.identity import format_datetime
from ionworks.sandbox.database.queries import Where, envelope, order_clause, select_page

TERMINAL = frozenset({"completed", "failed", "canceled"})
DEFAULTS: Json = {"job_type": "dummy", "status": "pending", "priority": 5}
COLUMNS = {each: f"json_extract(jobs.document, '$.{each}')" for each in ("job_type", "status")}


class JobFields(TypedDict, total=False):
    """The fields of a job that can be given; the other fields follow from them."""

    job_type: str
    status: str
    priority: int
    started_at: str | None
    completed_at: str | None
    compute_time: float | None
    error: str | None
    error_code: str | None
    result: Mapping[str, object] | None
    callback_url: str | None
    parent_job_id: str | None
    project_id: str | None
    access_level: str | None
    params_path: str | None
    metadata_path: str | None


def add(backend: Backend, fields: JobFields) -> str:
    """Store a job and return its id.

    Raises
    ------
    ValueError
        If the contract does not have the field, or does not allow its value.
    """
    document = {**DEFAULTS, **fields}
    unknown = sorted(document.keys() - JobFields.__annotations__.keys())
    if unknown:
        known = ", ".join(JobFields.__annotations__)
        raise ValueError(f"A job has no {', '.join(unknown)} to choose; there are: {known}.")
    with backend.store.write() as transaction:
        made = transaction.new_id()
        transaction.connection.execute(
            "INSERT INTO jobs VALUES (NULL, ?, ?, ?, ?)",
            (made, transaction.now, transaction.now, json.dumps(document, allow_nan=False)),
        )
        record = _record(backend, _find(transaction.connection, made))
        validator = backend.contract.schemas.validator({"$ref": f"{ROOT}Job"})
        for wrong in errors_of(validator, record, ()):
            place = wrong["loc"]
            assert isinstance(place, list)
            where = ".".join(map(str, place))
            raise ValueError(f"{where} is {wrong['input']!r}: {wrong['msg']}.")
    return made


def _find(connection: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    query = "SELECT * FROM jobs WHERE id = ?"
    row: sqlite3.Row | None = connection.execute(query, (job_id,)).fetchone()
    if row is None:
        raise NotFound(f"No job has the id {job_id!r}.")
    return row


def _record(backend: Backend, row: sqlite3.Row) -> Json:
    document: Json = json.loads(row["document"])
    return {
        **backend.contract.empty_record("Job"),
        "job_id": row["id"],
        "user_id": backend.account.user_id,
        "organization_id": backend.account.organization_id,
        **document,
        "created_at": format_datetime(row["created_at"]),
        "updated_at": format_datetime(row["updated_at"]),
        "is_terminal": document["status"] in TERMINAL,
        "is_failed": document["status"] == "failed",
    }


def list_jobs(backend: Backend, call: Call) -> Answer:
    """Answer one page of jobs, the newest first."""
    where = Where()
    types, kind = call.query.get("job_types"), call.query.get("job_type")
    wanted = types if isinstance(types, list) else [] if kind is None else [kind]
    if wanted:
        clause = "IN (SELECT value FROM json_each(?))"
        where.add(f"{COLUMNS['job_type']} {clause}", json.dumps(wanted))
    if call.query.get("status") is not None:
        where.add(f"{COLUMNS['status']} = ?", call.query["status"])
    order = order_clause(call.query, {"created_at": "jobs.created_at"}, "jobs")
    with backend.store.read() as connection:
        rows, total = select_page(connection, "*", "jobs", where, order, call.query)
    return Answer(envelope([_record(backend, row) for row in rows], total))


def list_jobs_unpaged(backend: Backend, _call: Call) -> Answer:
    """Answer all jobs as a bare array, the newest first."""
    with backend.store.read() as connection:
        rows = connection.execute("SELECT * FROM jobs ORDER BY sequence DESC").fetchall()
    found = [_record(backend, row) for row in rows]
    return Answer(json.dumps(found, separators=(",", ":")).encode())


def get_job(backend: Backend, call: Call) -> Answer:
    """Answer one job."""
    with backend.store.read() as connection:
        row = _find(connection, call.path["job_id"])
    return Answer(_record(backend, row))


def cancel_job(backend: Backend, call: Call) -> Answer:
    """Cancel a job that has not come to its end, or refuse with 409."""
    with backend.store.write() as transaction:
        row = _find(transaction.connection, call.path["job_id"])
        document: Json = json.loads(row["document"])
        status = document["status"]
        if status in TERMINAL:
            message = f"The job is {status}: only one that has not ended can be cancelled."
            raise Problem(409, "CONFLICT", message, {"status": status})
        document.update(status="canceled", completed_at=format_datetime(transaction.now))
        transaction.connection.execute(
            "UPDATE jobs SET updated_at = ?, document = ? WHERE id = ?",
            (transaction.now, json.dumps(document), row["id"]),
        )
        return Answer(_record(backend, _find(transaction.connection, row["id"])))


HANDLERS: Mapping[str, Handler] = {
    "list_jobs": list_jobs,
    "list_jobs_unpaged": list_jobs_unpaged,
    "get_job": get_job,
    "cancel_job": cancel_job,
}
