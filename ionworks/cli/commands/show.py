"""`ionworks show`: one record, with its quantities and the sizes of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ionworks.cli.invocation import Invocation, command, pass_invocation
from ionworks.cli.lookup import find_any, find_measurement
from ionworks.cli.output import emit, fields, say

if TYPE_CHECKING:
    from ionworks import Ionworks


@command("show")
@click.argument("record")
@click.option("--cell", metavar="NAME_OR_ID", help="The cell of a measurement given by its name.")
@pass_invocation
def run(invocation: Invocation, record: str, cell: str | None) -> None:
    """Show the record with this id or exact name.

    Quantities have their units. A measurement has the sizes of its tables, or the names of its
    files.
    """
    from ionworks.models import CellMeasurement
    from ionworks.records.flatten import flatten

    client = invocation.client()
    found: Any = (
        find_any(client, record) if cell is None else find_measurement(client, record, cell)
    )
    is_measurement = isinstance(found, CellMeasurement)
    contents = _contents(client, found) if is_measurement else {}
    if invocation.as_json:
        emit(found.to_dict() | contents)
        return
    values = dict(flatten(found))
    head = [(name, values.pop(name, None)) for name in ("name", "id")]
    say(fields([("kind", _kind(found)), *head, *values.items(), *_sizes(contents)]))


def _contents(client: Ionworks, measurement: Any) -> dict[str, Any]:
    """Return the sizes of the tables of a measurement, or the names of its files."""
    if measurement.measurement_type == "file":
        return {"files": client.cell_measurement.list_files(measurement.id)}
    if measurement.measurement_type != "time_series":
        return {}
    view = client.cell_measurement.detail(measurement.id, include_time_series=False, as_="polars")
    sizes: dict[str, object] = {"time_series": _size_of_series(client, measurement.id)}
    for part in ("steps", "cycles"):
        frame = getattr(view, part)
        if frame is None:
            sizes[part] = {"missing": view.missing.get(part)}
        else:
            sizes[part] = {"rows": frame.height, "columns": frame.columns}
    return {"tables": sizes}


def _size_of_series(client: Ionworks, measurement_id: str) -> dict[str, object]:
    """Return the size of a time series, which may be large: it is not downloaded if possible."""
    from ionworks._workflows.stored_series import stored_fingerprint
    from ionworks.errors import Conflict, NotFound

    try:
        found = stored_fingerprint(client, measurement_id)
    except (Conflict, NotFound) as error:  # not processed yet, or failed
        return {"missing": error.message}
    return {"rows": found.rows, "columns": list(found.columns)}


def _sizes(contents: dict[str, Any]) -> list[tuple[str, object]]:
    if "files" in contents:
        return [("files", ", ".join(contents["files"]))]
    return [
        (
            f"table {part}",
            each.get("missing") or f"{each['rows']:,} rows, {len(each['columns'])} columns",
        )
        for part, each in contents.get("tables", {}).items()
    ]


def _kind(record: object) -> str:
    words = type(record).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in words).strip()
