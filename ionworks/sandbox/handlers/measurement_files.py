"""Handlers of the files of a file measurement: their names, and a redirect to each of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.problems import BadRequest, NotFound
from ionworks.sandbox.database.entities import MEASUREMENTS, find
from ionworks.sandbox.database.objects import object_path


def _filenames(connection: sqlite3.Connection, measurement_id: str) -> list[str]:
    """Return the names in the order of the upload, or refuse with 400 what has no files."""
    row = find(connection, MEASUREMENTS, measurement_id)
    if row["measurement_type"] != "file":
        raise BadRequest(
            f"The measurement {measurement_id!r} is of type {row['measurement_type']!r}: only one "
            "of type 'file' has files."
        )
    return [str(name) for name in json.loads(row["document"])["file_metadata"]["filenames"]]


def list_measurement_files(backend: Backend, call: Call) -> Answer:
    """Answer the names of the files of a measurement."""
    with backend.store.read() as connection:
        return Answer({"filenames": _filenames(connection, call.path["measurement_id"])})


def download_measurement_file(backend: Backend, call: Call) -> Answer:
    """Redirect to one file of a measurement."""
    measurement_id, filename = call.path["measurement_id"], call.path["filename"]
    with backend.store.read() as connection:
        known = _filenames(connection, measurement_id)
    if filename not in known:
        raise NotFound(f"The measurement {measurement_id!r} has no file {filename!r}.")
    url, _ = backend.objects.sign("GET", object_path(measurement_id, filename))
    return Answer(status=307, headers={"location": url})


HANDLERS: Mapping[str, Handler] = {
    "list_measurement_files": list_measurement_files,
    "download_measurement_file": download_measurement_file,
}
