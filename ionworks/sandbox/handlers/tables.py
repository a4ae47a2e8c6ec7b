"""Handlers of a measurement's data: steps, cycles, downloads, and the one-answer detail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import BadRequest, Json, NotFound
from ionworks.sandbox.database.entities import MEASUREMENTS, find
from ionworks.sandbox.database.objects import StoredObject, object_path, reading
from ionworks.sandbox.handlers.cell_measurements import with_parents
from ionworks.sandbox.processing import stored_tables as derived
from ionworks.sandbox.processing.lifecycle import check_processed

if TYPE_CHECKING:
    import polars as pl

MOST_DETAIL_ROWS = 10_000
DEFAULT_X_COLUMN = "Time [s]"


def _find_stored(backend: Backend, call: Call, *filenames: str) -> list[StoredObject]:
    """Return stored tables of a time series, or refuse with 404 or 409 where there are none.

    The series itself is there also if nothing could be made of it.
    """
    measurement_id = call.path["measurement_id"]
    with backend.store.read() as connection:
        row = find(connection, MEASUREMENTS, measurement_id)
        if row["measurement_type"] != "time_series":
            raise NotFound(
                f"The measurement {measurement_id!r} is of type {row['measurement_type']!r}: only "
                "a time series has steps, cycles and a series to download."
            )
        check_processed(row, or_failed=filenames == (derived.TIME_SERIES,))
        return [_object(backend, connection, measurement_id, each) for each in filenames]


def _object(
    backend: Backend, connection: sqlite3.Connection, measurement_id: str, filename: str
) -> StoredObject:
    found = backend.objects.find(connection, object_path(measurement_id, filename))
    if found is None:
        raise NotFound(f"The measurement {measurement_id!r} has no {filename}.")
    return found


def _tables(backend: Backend, call: Call, **filenames: str) -> Answer:
    """Answer stored JSON tables under their names, without parsing them again."""
    contents = reading(
        lambda: [
            each.file.read_bytes() for each in _find_stored(backend, call, *filenames.values())
        ]
    )
    parts = [
        b'"%s":%s' % (name.encode(), each) for name, each in zip(filenames, contents, strict=True)
    ]
    return Answer(b"{%s}" % b",".join(parts))


def get_measurement_steps(backend: Backend, call: Call) -> Answer:
    """Answer the step table by columns."""
    return _tables(backend, call, steps=derived.STEPS_JSON)


def get_measurement_cycles(backend: Backend, call: Call) -> Answer:
    """Answer the cycle table by columns."""
    return _tables(backend, call, cycles=derived.CYCLES_JSON)


def get_measurement_steps_and_cycles(backend: Backend, call: Call) -> Answer:
    """Answer both tables by columns."""
    return _tables(backend, call, steps=derived.STEPS_JSON, cycles=derived.CYCLES_JSON)


def _redirect(backend: Backend, call: Call, filename: str) -> Answer:
    found = _find_stored(backend, call, filename)[0]
    url, _ = backend.objects.sign("GET", found.path)
    return Answer(status=307, headers={"location": url})


def download_measurement_steps(backend: Backend, call: Call) -> Answer:
    """Redirect to the step table as Parquet."""
    return _redirect(backend, call, derived.STEPS)


def download_measurement_time_series(backend: Backend, call: Call) -> Answer:
    """Redirect to the time series as Parquet."""
    return _redirect(backend, call, derived.TIME_SERIES)


def get_cell_measurement_detail(backend: Backend, call: Call) -> Answer:
    """Answer a measurement with its parents and, if it has any, its tables."""
    return reading(lambda: _detail(backend, call))


def _detail(backend: Backend, call: Call) -> Answer:
    measurement_id = call.path["measurement_id"]
    with backend.store.read() as connection:
        row = find(connection, MEASUREMENTS, measurement_id)
        detail = with_parents(connection, backend, [row])[0]
        stored = backend.objects.of_owner(connection, measurement_id)
    detail.update(steps=None, cycles=None, time_series=None)
    if row["measurement_type"] != "time_series":
        return Answer(detail)
    without_steps = call.query.get("include_steps") is False
    check_processed(row, or_failed=without_steps)
    if not without_steps:
        detail["steps"] = json.loads(stored[derived.STEPS_JSON].file.read_bytes())
        detail["cycles"] = json.loads(stored[derived.CYCLES_JSON].file.read_bytes())
    if call.query.get("include_time_series") is not False:
        series = derived.read_table(stored[derived.TIME_SERIES].file, derived.TIME_SERIES)
        detail["time_series"] = json.loads(derived.as_json(_thin(_window(series, call.query))))
    return Answer(detail)


def _window(series: pl.DataFrame, query: Json) -> pl.DataFrame:
    """Return the rows within ``x_min`` and ``x_max``."""
    import polars as pl

    limits = (query.get("x_min"), query.get("x_max"))
    if limits == (None, None):
        return series
    column = str(query.get("x_column") or DEFAULT_X_COLUMN)
    if column not in series.columns or not series.schema[column].is_numeric():
        raise BadRequest(f"x_column {column!r} is not a column of numbers of this time series.")
    for limit, keeps in zip(limits, (pl.Expr.ge, pl.Expr.le), strict=True):
        if limit is not None:
            series = series.filter(keeps(pl.col(column), limit))
    return series


def _thin(series: pl.DataFrame) -> pl.DataFrame:
    """Return at most so many rows, evenly spaced."""
    return series.gather_every(max(1, -(-series.height // MOST_DETAIL_ROWS)))


HANDLERS: Mapping[str, Handler] = {
    "get_measurement_steps": get_measurement_steps,
    "get_measurement_cycles": get_measurement_cycles,
    "get_measurement_steps_and_cycles": get_measurement_steps_and_cycles,
    "download_measurement_steps": download_measurement_steps,
    "download_measurement_time_series": download_measurement_time_series,
    "get_cell_measurement_detail": get_cell_measurement_detail,
}
