"""Handlers of cell specifications, with their nested components and materials."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, with_author
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.database.entities import (
    INSTANCES,
    PROJECTS,
    SPECIFICATIONS,
    change,
    children,
    document_of,
    find,
    insert,
)
from ionworks.sandbox.database.queries import (
    Filter,
    Text,
    Where,
    conditions,
    envelope,
    order_clause,
    record_filters,
    record_order,
    select_page,
)
from ionworks.sandbox.handlers import components
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.plain.records import plain_records

TABLE = SPECIFICATIONS.name
MADE_OF = (
    "EXISTS (SELECT 1 FROM components "
    "WHERE components.cell_specification_id = cell_specifications.id AND {}{{}})"
)
FILTERS: Mapping[str, Filter] = {
    **record_filters(TABLE),
    "form_factor": Text(f"json_extract({TABLE}.document, '$.form_factor')"),
    "material_id": Text("components.material_id", MADE_OF.format("")),
    **{
        f"{slot}_material_id": Text(
            "components.material_id", MADE_OF.format(f"components.slot = '{slot}' AND ")
        )
        for slot in components.SLOTS
    },
}
ORDER = record_order(TABLE)


def records(
    connection: sqlite3.Connection,
    backend: Backend,
    rows: Sequence[sqlite3.Row],
    *,
    full: bool = True,
) -> list[Json]:
    """Return specifications as they are answered; ``full`` with components and materials."""
    ids = [row["id"] for row in rows]
    slots = components.of_specifications(connection, backend, ids)
    instances = children(connection, INSTANCES, ids)
    plain = plain_records(connection, backend, TABLE, rows)
    return [
        {
            **record,
            "instance_ids": instances[row["id"]],
            **{f"{slot}_id": each["id"] for slot, each in slots[row["id"]].items()},
            **(slots[row["id"]] if full else {}),
        }
        for row, record in zip(rows, plain, strict=True)
    ]


def _one(connection: sqlite3.Connection, backend: Backend, specification_id: str) -> Answer:
    row = find(connection, SPECIFICATIONS, specification_id)
    return Answer(records(connection, backend, [row])[0])


def list_cell_specifications(backend: Backend, call: Call) -> Answer:
    """Answer one page of specifications, of one project if that is asked."""
    where, order = conditions(call.query, FILTERS), order_clause(call.query, ORDER, TABLE)
    project_id = call.query.get("project_id")
    if project_id is not None:
        where.add("parent_id = ?", project_id)
    _demand_materials(where, call.query)
    full = call.query.get("full") is True
    with backend.store.read() as connection:
        rows, total = select_page(connection, "*", TABLE, where, order, call.query)
        return Answer(envelope(records(connection, backend, rows, full=full), total))


def _demand_materials(where: Where, query: Json) -> None:
    """Add the conditions of ``material_ids`` (any of them) and ``exclude_cell_spec_id``."""
    materials, excluded = query.get("material_ids"), query.get("exclude_cell_spec_id")
    if isinstance(materials, list) and materials:
        clause = "components.material_id IN (SELECT value FROM json_each(?))"
        where.add(MADE_OF.format("").replace("{}", clause), json.dumps(materials))
    if excluded is not None:
        where.add(f"{TABLE}.id <> ?", excluded)


def create_cell_specification(backend: Backend, call: Call) -> Answer:
    """Create a specification, in the default project if none is named."""
    document = _without_components(call.body)
    name = str(document.pop("name"))
    project_id = str(document.pop("project_id", None) or backend.default_project_id)
    with backend.store.write() as transaction:
        find(transaction.connection, PROJECTS, project_id)
        made = insert(transaction, SPECIFICATIONS, project_id, name, with_author(backend, document))
        components.upsert(transaction, project_id, made, call.body)
        return _one(transaction.connection, backend, made)


def update_cell_specification(backend: Backend, call: Call) -> Answer:
    """Change the given fields of a specification; ratings are merged."""
    with backend.store.write() as transaction:
        row = find(transaction.connection, SPECIFICATIONS, call.path["cell_spec_id"])
        stored, given = document_of(row), _without_components(call.body)
        if "ratings" in given:
            merged = {**_object(stored.get("ratings")), **_object(given["ratings"])}
            backend.contract.check_quantities("Ratings", merged, ("body", "ratings"))
            given["ratings"] = merged
        name = str(given.pop("name", row["name"]))
        change(transaction, SPECIFICATIONS, row, name, {**stored, **given})
        components.upsert(transaction, row["parent_id"], row["id"], call.body)
        return _one(transaction.connection, backend, row["id"])


def _without_components(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in components.SLOTS}


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


HANDLERS: Mapping[str, Handler] = {
    "list_cell_specifications": list_cell_specifications,
    "create_cell_specification": create_cell_specification,
    "update_cell_specification": update_cell_specification,
}
HOOKS = Hooks(records=records)
