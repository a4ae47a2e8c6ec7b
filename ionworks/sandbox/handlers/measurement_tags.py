"""Tags of measurements: how they are kept, and the handlers that count and change them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import BadRequest, Json
from ionworks.sandbox.database.entities import (
    MEASUREMENTS,
    MEASUREMENTS_WITH_PARENTS,
    change,
    document_of,
    find,
)
from ionworks.sandbox.database.queries import Where, envelope
from ionworks.sandbox.database.store import Transaction

MOST_TAGS = 50
LONGEST_TAG = 50
IN_PROJECT = "cell_specifications.parent_id = ?"
BORNE = " ".join(
    ("FROM", MEASUREMENTS_WITH_PARENTS, "JOIN json_each(cell_measurements.document, '$.tags') tag")
)


def clean_tag(given: Iterable[str]) -> list[str]:
    """Return tags trimmed, sorted, and once each whatever their case; the first spelling stays.

    A tag that is empty or too long, and more tags than a measurement bears, are refused with 400.
    """
    unlike: dict[str, str] = {}
    for tag in (each.strip() for each in given):
        if not tag:
            raise BadRequest("A tag is empty.")
        if len(tag) > LONGEST_TAG:
            raise BadRequest(f"The tag {tag!r} is longer than {LONGEST_TAG} characters.")
        unlike.setdefault(tag.casefold(), tag)
    if len(unlike) > MOST_TAGS:
        raise BadRequest(f"A measurement bears at most {MOST_TAGS} tags, not {len(unlike)}.")
    return [unlike[key] for key in sorted(unlike)]


def stored_spelling(
    connection: sqlite3.Connection, project_id: str, tags: Sequence[str]
) -> dict[str, str]:
    """Return tags by what makes them the same, in the spelling that the project has already."""
    found = {tag.casefold(): tag for tag in tags}
    same = "fold(tag.value) IN (SELECT value FROM json_each(?))"
    query = " ".join(("SELECT DISTINCT tag.value", BORNE, "WHERE", IN_PROJECT, "AND", same))
    for row in connection.execute(query, (project_id, json.dumps(list(found)))):
        found[row["value"].casefold()] = row["value"]
    return found


def normalize_tags(connection: sqlite3.Connection, instance_id: str, document: Json) -> Json:
    """Return the fields of a measurement, with its tidy tags as its project spells them."""
    tags = document.get("tags")
    if not isinstance(tags, list) or not tags:
        return document
    query = (
        "SELECT cell_specifications.parent_id AS project_id FROM cell_instances "
        "JOIN cell_specifications ON cell_specifications.id = cell_instances.parent_id "
        "WHERE cell_instances.id = ?"
    )
    project_id = connection.execute(query, (instance_id,)).fetchone()["project_id"]
    return {**document, "tags": list(stored_spelling(connection, project_id, tags).values())}


def list_measurement_tags(backend: Backend, call: Call) -> Answer:
    """Answer the tags of a project with how many measurements bear each, most used first."""
    where = Where([IN_PROJECT], [call.query["project_id"]])
    text = call.query.get("q")
    if text is not None:
        where.add("instr(fold(tag.value), ?) > 0", str(text).casefold())
    parts = (
        "SELECT MIN(tag.value) AS tag, COUNT(*) AS usage_count",
        BORNE,
        where.sql(),
        "GROUP BY fold(tag.value) ORDER BY usage_count DESC, fold(tag.value)",
    )
    with backend.store.read() as connection:
        rows = connection.execute(" ".join(parts), where.values).fetchall()
    limit = call.query["limit"]
    assert isinstance(limit, int)
    return Answer(envelope([dict(row) for row in rows[:limit]], len(rows)))


def update_measurement_tags(backend: Backend, call: Call) -> Answer:
    """Put tags on measurements and take tags off them: on all of them, or on none."""
    added = clean_tag(_texts(call.body.get("add")))
    removed = {tag.strip().casefold() for tag in _texts(call.body.get("remove"))}
    if both := [tag for tag in added if tag.casefold() in removed]:
        raise BadRequest(f"To be both added and removed: {', '.join(both)}.")
    wanted = dict.fromkeys(_texts(call.body["measurement_ids"]))
    with backend.store.write() as transaction:
        connection = transaction.connection
        rows = _with_project(connection, wanted)
        known = {row["id"] for row in rows}
        for measurement_id in (each for each in wanted if each not in known):
            find(connection, MEASUREMENTS, measurement_id)
        projects = dict.fromkeys(row["project_id"] for row in rows)
        spellings = {project: stored_spelling(connection, project, added) for project in projects}
        changed = [
            _replace_tags(transaction, row, spellings[row["project_id"]], removed) for row in rows
        ]
    return Answer({"updated_count": sum(changed)})


def _with_project(connection: sqlite3.Connection, wanted: Iterable[str]) -> list[sqlite3.Row]:
    parts = (
        "SELECT cell_measurements.*, cell_specifications.parent_id AS project_id FROM",
        MEASUREMENTS_WITH_PARENTS,
        "WHERE cell_measurements.id IN (SELECT value FROM json_each(?))",
        "ORDER BY cell_measurements.sequence",
    )
    return connection.execute(" ".join(parts), (json.dumps(list(wanted)),)).fetchall()


def _replace_tags(
    transaction: Transaction, row: sqlite3.Row, added: Mapping[str, str], removed: set[str]
) -> bool:
    """Store the new tags of a measurement; return whether they differ from before."""
    document = document_of(row)
    before = _texts(document.get("tags"))
    after = {tag.casefold(): tag for tag in before}
    after = {key: tag for key, tag in {**added, **after}.items() if key not in removed}
    tags = clean_tag(after.values())
    if tags == before:
        return False
    change(transaction, MEASUREMENTS, row, row["name"], {**document, "tags": tags})
    return True


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


HANDLERS: Mapping[str, Handler] = {
    "list_measurement_tags": list_measurement_tags,
    "update_measurement_tags": update_measurement_tags,
}
