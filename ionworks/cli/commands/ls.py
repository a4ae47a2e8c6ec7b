"""`ionworks ls`: lists of projects, specifications, cells and measurements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from ionworks.cli.invocation import Invocation, command, pass_invocation
from ionworks.cli.lookup import find_cell, find_specification
from ionworks.cli.output import emit, plural, say, table

if TYPE_CHECKING:
    from ionworks import Ionworks
    from ionworks.records import RecordList

KINDS: Final = ("projects", "specs", "cells", "measurements")
_PARENTS: Final = {"cells": "SPEC", "measurements": "CELL"}
#: The columns of each list: their titles and the fields of a record.
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "projects": {"name": "name", "description": "description", "id": "id"},
    "specs": {
        "name": "name",
        "form factor": "form_factor",
        "manufacturer": "manufacturer",
        "capacity": "capacity",
        "id": "id",
    },
    "cells": {"name": "name", "batch": "batch_name", "created": "created_at", "id": "id"},
    "measurements": {
        "name": "name",
        "type": "measurement_type",
        "state": "processing_status",
        "started": "start_time",
        "tags": "tags",
        "id": "id",
    },
}


@command("ls")
@click.argument("kind", type=click.Choice(KINDS), default="projects")
@click.argument("parent", required=False)
@click.option("--name", metavar="TEXT", help="Only records with this text in their name.")
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of records.")
@pass_invocation
def run(
    invocation: Invocation, kind: str, parent: str | None, name: str | None, limit: int | None
) -> None:
    """List projects, specs, cells or measurements.

    `ionworks ls cells SPEC` lists the cells of a specification, and `ionworks ls measurements CELL`
    those of a cell; PARENT is an id or an exact name. Without PARENT, the records of the project
    are listed. If there is no project, specs and cells of all projects are listed.
    """
    if parent is not None and kind not in _PARENTS:
        raise click.UsageError(f"'ls {kind}' takes no PARENT: use --project or --name")
    filters = {} if name is None else {"name": name}
    found = _LISTS[kind](invocation.client(), parent, filters)
    records = found if limit is None else found[:limit]
    if invocation.as_json:
        emit({"items": [_as_json(each) for each in records], "total": found.total})
        return
    columns = _COLUMNS[kind]
    if records:
        say(table(list(columns), [_row(each, list(columns.values())) for each in records]))
    else:
        invocation.warn(f"no {kind} found", "note")
    if len(records) < found.total:
        invocation.warn(f"{plural(found.total - len(records), 'more record')} not shown", "note")


def _projects(client: Ionworks, _: str | None, filters: Mapping[str, str]) -> RecordList[Any]:
    return client.project.list(**filters)  # type: ignore[arg-type]


def _specs(client: Ionworks, _: str | None, filters: Mapping[str, str]) -> RecordList[Any]:
    return client.cell_spec.list(**filters)  # type: ignore[arg-type]


def _cells(client: Ionworks, parent: str | None, filters: Mapping[str, str]) -> RecordList[Any]:
    if parent is None:
        return client.cell_instance.find(**filters)  # type: ignore[arg-type]
    specification = find_specification(client, parent)
    return client.cell_instance.list(specification.id, **filters)  # type: ignore[arg-type]


def _measurements(
    client: Ionworks, parent: str | None, filters: Mapping[str, str]
) -> RecordList[Any]:
    if parent is not None:
        cell = find_cell(client, parent)
        return client.cell_measurement.list(cell.id, **filters)  # type: ignore[arg-type]
    if client.settings.project_id is None:
        raise click.UsageError("give a cell, or a project with --project")
    return client.cell_measurement.find(**filters)  # type: ignore[arg-type]


_LISTS: Final[Mapping[str, Callable[[Any, str | None, Mapping[str, str]], RecordList[Any]]]] = {
    "projects": _projects,
    "specs": _specs,
    "cells": _cells,
    "measurements": _measurements,
}


def _row(record: object, names: Sequence[str]) -> list[object]:
    from ionworks.records.flatten import flatten

    values = flatten(record)
    if "invalid" in values:  # a record that does not fit the contract
        return [f"(invalid: {values['invalid']})", *[None] * (len(names) - 2), values.get("id")]
    return [values.get(name) for name in names]


def _as_json(record: Any) -> object:
    from ionworks.records import InvalidRecord

    if isinstance(record, InvalidRecord):
        return {"id": record.id, "invalid": record.problem}
    return record.to_dict()
