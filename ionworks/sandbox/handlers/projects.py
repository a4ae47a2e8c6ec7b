"""Handlers of projects."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, delete_record
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.database.entities import (
    PROJECTS,
    change,
    common_fields,
    document_of,
    find,
    insert,
)
from ionworks.sandbox.database.queries import (
    conditions,
    envelope,
    order_clause,
    record_filters,
    record_order,
    select_page,
)

FILTERS = record_filters("projects")
ORDER = record_order("projects")


def record(backend: Backend, row: sqlite3.Row) -> Json:
    """Return a project as it is answered."""
    return {
        **backend.contract.empty_record("Project"),
        **common_fields(row, PROJECTS),
        **document_of(row),
    }


def list_projects(backend: Backend, call: Call) -> Answer:
    """Answer one page of projects."""
    where, order = conditions(call.query, FILTERS), order_clause(call.query, ORDER, "projects")
    with backend.store.read() as connection:
        rows, total = select_page(connection, "*", "projects", where, order, call.query)
    return Answer(envelope([record(backend, row) for row in rows], total))


def create_project(backend: Backend, call: Call) -> Answer:
    """Create a project of the organization."""
    document = dict(call.body)
    name = str(document.pop("name"))
    organization = backend.account.organization_id
    with backend.store.write() as transaction:
        made = insert(transaction, PROJECTS, organization, name, document)
        return Answer(record(backend, find(transaction.connection, PROJECTS, made)))


def get_project(backend: Backend, call: Call) -> Answer:
    """Answer one project."""
    with backend.store.read() as connection:
        row = find(connection, PROJECTS, call.path["project_id"])
    return Answer(record(backend, row))


def update_project(backend: Backend, call: Call) -> Answer:
    """Change the given fields of a project."""
    with backend.store.write() as transaction:
        row = find(transaction.connection, PROJECTS, call.path["project_id"])
        document = {**document_of(row), **call.body}
        name = str(document.pop("name", row["name"]))
        change(transaction, PROJECTS, row, name, document)
        return Answer(record(backend, find(transaction.connection, PROJECTS, row["id"])))


def delete_project(backend: Backend, call: Call) -> Answer:
    """Delete a project and everything in it."""
    return delete_record(backend, PROJECTS, call.path["project_id"])


HANDLERS: Mapping[str, Handler] = {
    "list_projects": list_projects,
    "create_project": create_project,
    "get_project": get_project,
    "update_project": update_project,
    "delete_project": delete_project,
}
