"""Handler of the search: records of every kind whose name holds a text."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import BadRequest, Json
from ionworks.sandbox.database.entities import INSTANCES_WITH_PARENTS, MEASUREMENTS_WITH_PARENTS
from ionworks.sandbox.database.queries import Where


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that can be found.

    ``project_id`` and ``parent_id`` are expressions of SQL. Records that are not ``scoped`` are
    found whatever project is asked for, because they are the organization's.
    """

    entity_type: str
    table: str
    tables: str
    project_id: str = "NULL"
    parent_id: str = "NULL"
    scoped: bool = True


KINDS = (
    Kind("project", "projects", "projects", scoped=False),
    Kind(
        "cell_specification",
        "cell_specifications",
        "cell_specifications",
        "cell_specifications.parent_id",
    ),
    Kind(
        "cell_instance",
        "cell_instances",
        INSTANCES_WITH_PARENTS,
        "cell_specifications.parent_id",
        "cell_instances.parent_id",
    ),
    Kind(
        "cell_measurement",
        "cell_measurements",
        MEASUREMENTS_WITH_PARENTS,
        "cell_specifications.parent_id",
        "cell_measurements.parent_id",
    ),
    Kind("material", "materials", "materials", "materials.project_id", scoped=False),
)


def search(backend: Backend, call: Call) -> Answer:
    """Answer one page of hits: those whose name begins with the text go first."""
    query = call.query
    text = str(query["q"]).strip()
    if not text:
        raise BadRequest("q is blank: give the text to look for.")
    wanted = query.get("entity_types")
    kinds = [kind for kind in KINDS if not isinstance(wanted, list) or kind.entity_type in wanted]
    with backend.store.read() as connection:
        found = [row for kind in kinds for row in _hits(connection, kind, text, query)]
    found.sort(key=lambda row: row["place"] > 1)
    limit, offset = query["limit"], query["offset"]
    assert isinstance(limit, int)
    assert isinstance(offset, int)
    hits = [_hit(row) for row in found[offset : offset + limit]]
    return Answer(
        {"results": hits, "query": text, "total": len(found), "limit": limit, "offset": offset}
    )


def _hits(connection: sqlite3.Connection, kind: Kind, text: str, query: Json) -> list[sqlite3.Row]:
    """Return the best hits of one kind; ``place`` is where in the name the text begins."""
    where = Where(["place > 0"])
    if kind.scoped and query.get("project_id") is not None:
        where.add(f"{kind.project_id} = ?", query["project_id"])
    columns = {
        "id": f"{kind.table}.id",
        "name": f"{kind.table}.name",
        "project_id": kind.project_id,
        "parent_id": kind.parent_id,
        "place": f"instr(fold({kind.table}.name), ?)",
        "entity_type": "?",
    }
    parts = (
        "SELECT",
        ", ".join(f"{column} AS {name}" for name, column in columns.items()),
        "FROM",
        kind.tables,
        where.sql(),
        f"ORDER BY place > 1, fold({kind.table}.name), {kind.table}.sequence LIMIT ?",
    )
    values = (text.casefold(), kind.entity_type, *where.values, query["per_type"])
    return connection.execute(" ".join(parts), values).fetchall()


def _hit(row: sqlite3.Row) -> Json:
    return {key: row[key] for key in ("id", "entity_type", "name", "project_id", "parent_id")}


HANDLERS: Mapping[str, Handler] = {"search": search}
