"""Components of a specification and their materials: found again by what makes them the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.problems import Json, invalid
from ionworks.sandbox.database.entities import document_of
from ionworks.sandbox.database.identity import format_datetime
from ionworks.sandbox.database.store import Transaction

SLOTS = ("anode", "cathode", "electrolyte", "separator", "case")


def upsert(transaction: Transaction, project_id: str, specification_id: str, body: Json) -> None:
    """Store the components that a body names; a slot holds one component."""
    for slot in SLOTS:
        given = body.get(slot)
        if isinstance(given, dict):
            _upsert_component(transaction, project_id, specification_id, slot, given)


def _upsert_component(
    transaction: Transaction, project_id: str, specification_id: str, slot: str, given: Json
) -> None:
    query = "SELECT * FROM components WHERE cell_specification_id = ? AND slot = ?"
    row = transaction.connection.execute(query, (specification_id, slot)).fetchone()
    material = given.get("material")
    if isinstance(material, dict):
        material_id = _upsert_material(transaction, project_id, material)
    elif row is not None:
        material_id = row["material_id"]
    else:
        message = f"The specification has no {slot} yet, so its material is required"
        raise invalid("missing", ("body", slot, "material"), message, given)
    kept = {} if row is None else document_of(row)
    document = json.dumps({**kept, "properties": given.get("properties", kept.get("properties"))})
    now = transaction.now
    if row is None:
        values = (transaction.new_id(), specification_id, slot, material_id, now, now, document)
        transaction.connection.execute(
            "INSERT INTO components VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", values
        )
    else:
        transaction.connection.execute(
            "UPDATE components SET material_id = ?, updated_at = ?, document = ? WHERE id = ?",
            (material_id, now, document, row["id"]),
        )


def _upsert_material(transaction: Transaction, project_id: str, given: Json) -> str:
    """Return the id of the project's material of this name, maker and product; made if new."""
    key = (project_id, *uniqueness(given))
    query = (
        "SELECT * FROM materials "
        "WHERE project_id = ? AND name = ? AND manufacturer = ? AND product_id = ?"
    )
    row = transaction.connection.execute(query, key).fetchone()
    now = transaction.now
    if row is None:
        made = transaction.new_id()
        transaction.connection.execute(
            "INSERT INTO materials VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (made, *key, now, now, json.dumps(given)),
        )
        return made
    stored = document_of(row)
    if "definition" in given and given["definition"] != stored.get("definition"):
        transaction.connection.execute(
            "UPDATE materials SET updated_at = ?, document = ? WHERE id = ?",
            (now, json.dumps({**stored, "definition": given["definition"]}), row["id"]),
        )
    return str(row["id"])


def uniqueness(material: Json) -> tuple[str, str, str]:
    """Return what makes a material the same as another: its name, maker and product."""
    maker, product = material.get("manufacturer"), material.get("product_id")
    return str(material["name"]), str(maker or ""), str(product or "")


def of_specifications(
    connection: sqlite3.Connection, backend: Backend, specification_ids: Iterable[str]
) -> dict[str, dict[str, Json]]:
    """Return the components of specifications, by specification and slot."""
    found: dict[str, dict[str, Json]] = {each: {} for each in specification_ids}
    wanted = json.dumps(list(found))
    rows = connection.execute(
        "SELECT * FROM components "
        "WHERE cell_specification_id IN (SELECT value FROM json_each(?)) ORDER BY sequence",
        (wanted,),
    ).fetchall()
    materials = connection.execute(
        "SELECT * FROM materials WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([row["material_id"] for row in rows]),),
    )
    by_id = {row["id"]: material_record(backend, row) for row in materials}
    for row in rows:
        component = component_record(backend, row, by_id[row["material_id"]])
        found[row["cell_specification_id"]][row["slot"]] = component
    return found


def material_record(backend: Backend, row: sqlite3.Row) -> Json:
    """Return a material as it is answered inside of a component."""
    return {
        **backend.contract.empty_record("Material"),
        **document_of(row),
        "id": row["id"],
        "organization_id": backend.account.organization_id,
        "created_at": format_datetime(row["created_at"]),
        "updated_at": format_datetime(row["updated_at"]),
    }


def component_record(backend: Backend, row: sqlite3.Row, material: Json) -> Json:
    """Return a component as it is answered, with its material."""
    return {
        "id": row["id"],
        "component_type": row["slot"],
        "material_id": row["material_id"],
        "organization_id": backend.account.organization_id,
        "properties": document_of(row).get("properties") or {},
        "material": material,
        "created_at": format_datetime(row["created_at"]),
        "updated_at": format_datetime(row["updated_at"]),
    }
