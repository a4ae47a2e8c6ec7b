"""Handlers of single measurements and of the lists of an instance and of a project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, with_author
from ionworks.sandbox.contract.problems import Json, invalid
from ionworks.sandbox.database.entities import (
    INSTANCES,
    MEASUREMENTS,
    MEASUREMENTS_WITH_PARENTS,
    PROJECTS,
    SPECIFICATIONS,
    change,
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
    instants,
    order_clause,
    record_filters,
    record_order,
    select_page,
)
from ionworks.sandbox.handlers import (
    cell_instances,
    cell_specifications,
    measurement_tags,
    metadata,
)
from ionworks.sandbox.plain.hooks import Hooks

TABLE = MEASUREMENTS.name
HAS_TAG = (
    "EXISTS (SELECT 1 FROM json_each(cell_measurements.document, '$.tags') "
    "WHERE fold(value) IN (SELECT fold(value) FROM json_each(?)))"
)


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a measurement, every given one or any of them; tags differ not by case."""

    every: bool

    def demand(self, where: Where, _name: str, value: object) -> None:
        """Add the conditions that the given tags express."""
        tags = value if isinstance(value, list) else [value]
        for group in [[tag] for tag in tags] if self.every else [tags] if tags else []:
            where.add(HAS_TAG, json.dumps(group))


TAGS: Mapping[str, Filter] = {"tags_all": Tags(every=True), "tags_any": Tags(every=False)}
FILTERS: Mapping[str, Filter] = {
    **TAGS,
    **record_filters(TABLE),
    **instants("start_time", f"{TABLE}.start_time"),
    "measurement_type": Text(f"{TABLE}.measurement_type"),
}
ORDER = {**record_order(TABLE), "start_time": f"{TABLE}.start_time"}

MADE_OF = (
    "EXISTS (SELECT 1 FROM components JOIN materials ON materials.id = components.material_id "
    "WHERE components.cell_specification_id = cell_specifications.id "
    "AND components.slot = '{slot}' AND {{}})"
)
PROJECT_FILTERS: Mapping[str, Filter] = {
    **FILTERS,
    "spec_name": Text("cell_specifications.name"),
    "instance_name": Text("cell_instances.name"),
    "spec_id": Text("cell_specifications.id"),
    "cell_instance_id": Text("cell_instances.id"),
    "spec_anode": Text("materials.name", MADE_OF.format(slot="anode")),
    "spec_cathode": Text("materials.name", MADE_OF.format(slot="cathode")),
}
PROJECT_ORDER = {
    **ORDER,
    "cell_instance_id": f"{TABLE}.parent_id",
    "step_labels_validated": (
        f"COALESCE(json_extract({TABLE}.document, '$.step_labels_validated'), 0)"
    ),
    "cycler": f"json_extract({TABLE}.document, '$.test_setup.cycler')",
    "notes": f"json_extract({TABLE}.document, '$.notes')",
}
SEARCHED = (
    f"{TABLE}.name",
    f"json_extract({TABLE}.document, '$.notes')",
    # The protocol is free-form, so its name may be something else than text.
    f"CAST(json_extract({TABLE}.document, '$.protocol.name') AS TEXT)",
)
HOLDS_TEXT = (
    *(f"instr(fold({column}), ?) > 0" for column in SEARCHED),
    "EXISTS (SELECT 1 FROM json_each(cell_measurements.document, '$.tags') "
    "WHERE instr(fold(value), ?) > 0)",
)
SPECIFICATION_PAGE = 1000


def list_cell_measurements_by_project(backend: Backend, call: Call) -> Answer:
    """Answer one page of the measurements of a project, each with its parents inside."""
    where = conditions(call.query, PROJECT_FILTERS)
    order = order_clause(call.query, PROJECT_ORDER, TABLE)
    where.add("cell_specifications.parent_id = ?", call.path["project_id"])
    with backend.store.read() as connection:
        find(connection, PROJECTS, call.path["project_id"])
        rows, total = select_page(
            connection, f"{TABLE}.*", MEASUREMENTS_WITH_PARENTS, where, order, call.query
        )
        return Answer(envelope(with_parents(connection, backend, rows), total))


def list_all_cell_measurements(backend: Backend, call: Call) -> Answer:
    """Answer one page of the measurements of a project or of a specification."""
    query = dict(call.query)
    where, order = conditions(query, FILTERS), order_clause(query, ORDER, TABLE)
    _demand_one_parent(where, query)
    if query.get("q") is not None:
        text = str(query["q"]).casefold()
        where.add(f"({' OR '.join(HOLDS_TEXT)})", *[text] * len(HOLDS_TEXT))
    if query.get("project_id") is None and "limit" not in call.given:
        query["limit"] = SPECIFICATION_PAGE
    with backend.store.read() as connection:
        rows, total = select_page(
            connection, f"{TABLE}.*", MEASUREMENTS_WITH_PARENTS, where, order, query
        )
    return Answer(envelope([metadata.record(backend, row) for row in rows], total))


def _demand_one_parent(where: Where, query: Json) -> None:
    """Add the condition of the one parent that is asked for; none or both are refused with 422."""
    columns = {
        "project_id": "cell_specifications.parent_id",
        "cell_specification_id": "cell_specifications.id",
    }
    given = [name for name in columns if query.get(name) is not None]
    if len(given) != 1:
        message = f"Give exactly one of {' and '.join(columns)}"
        raise invalid("value_error", ("query", "project_id"), message, query.get("project_id"))
    where.add(f"{columns[given[0]]} = ?", query[given[0]])


def with_parents(
    connection: sqlite3.Connection, backend: Backend, rows: Sequence[sqlite3.Row]
) -> list[Json]:
    """Return measurements with their instance and specification inside.

    The parents go without the ids of their children, or a page would grow with its square.
    """
    instance_ids = dict.fromkeys(row["parent_id"] for row in rows)
    instance_rows = [find(connection, INSTANCES, each) for each in instance_ids]
    instances = {
        each["id"]: each for each in cell_instances.records(connection, backend, instance_rows)
    }
    specification_ids = dict.fromkeys(row["parent_id"] for row in instance_rows)
    specification_rows = [find(connection, SPECIFICATIONS, each) for each in specification_ids]
    specifications = {
        each["id"]: each
        for each in cell_specifications.records(connection, backend, specification_rows)
    }
    return [
        {
            **metadata.record(backend, row),
            "instance": {**instances[row["parent_id"]], "measurement_ids": None},
            "specification": {
                **specifications[str(instances[row["parent_id"]]["cell_specification_id"])],
                "instance_ids": None,
            },
        }
        for row in rows
    ]


def create_properties_measurement(backend: Backend, call: Call) -> Answer:
    """Create a measurement that holds properties and needs no upload."""
    document = metadata.stored_fields(call.body, ("body",))
    kind = str(document.pop("measurement_type", "properties"))
    if kind != "properties":
        message = "Must be 'properties' for this endpoint"
        raise invalid("value_error", ("body", "measurement_type"), message, kind)
    name = str(document.pop("name"))
    metadata.check(document, kind)
    extra = {"measurement_type": kind, **metadata.columns_of(document)}
    with backend.store.write() as transaction:
        instance_id = call.path["cell_instance_id"]
        find(transaction.connection, INSTANCES, instance_id)
        document = measurement_tags.normalize_tags(transaction.connection, instance_id, document)
        document = with_author(backend, document)
        made = insert(transaction, MEASUREMENTS, instance_id, name, document, extra=extra)
        row = find(transaction.connection, MEASUREMENTS, made)
        return Answer(metadata.record(backend, row))


def update_cell_measurement(backend: Backend, call: Call) -> Answer:
    """Change the given metadata of a measurement; its data stay."""
    given = metadata.stored_fields(call.body, ("body",))
    name = given.pop("name", None)
    with backend.store.write() as transaction:
        row = find(transaction.connection, MEASUREMENTS, call.path["measurement_id"])
        given = measurement_tags.normalize_tags(transaction.connection, row["parent_id"], given)
        document = {**document_of(row), **given}
        metadata.check(document, row["measurement_type"])
        new_name = row["name"] if name is None else str(name)
        extra = metadata.columns_of(document)
        change(transaction, MEASUREMENTS, row, new_name, document, extra=extra)
        changed = find(transaction.connection, MEASUREMENTS, row["id"])
        return Answer(metadata.record(backend, changed))


HANDLERS: Mapping[str, Handler] = {
    "list_cell_measurements_by_project": list_cell_measurements_by_project,
    "list_all_cell_measurements": list_all_cell_measurements,
    "create_properties_measurement": create_properties_measurement,
    "update_cell_measurement": update_cell_measurement,
}
HOOKS = Hooks(records=metadata.records, filters=TAGS)
