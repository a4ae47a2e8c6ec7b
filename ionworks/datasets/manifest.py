"""The manifest of an exported folder: what was exported, with the size and the digest of each file.

While an export runs, it appends each finished measurement to a journal. At the end, the manifest is
written and the journal is removed. A killed export leaves the journal, and the next one continues.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final, TypeAlias

from attrs import asdict, field, frozen
from ionworks_openapi import CONTRACT_VERSION

from ionworks._http.files import atomic_write
from ionworks._version import __version__
from ionworks._workflows.views import Part
from ionworks.errors import FileError, PayloadError
from ionworks.frames.quantity_columns import split_header

TABLES: Final[tuple[Part, ...]] = ("time_series", "steps", "cycles")
#: The metadata of all measurements, beside the folders of the tables.
RECORDS: Final = "measurements.parquet"
_MANIFEST: Final = "manifest.json"
_JOURNAL: Final = ".journal.jsonl"
_FORMAT: Final = "ionworks-dataset"
_VERSION: Final = 1
_BLOCK: Final = 1 << 20
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9])?")


@frozen
class StoredFile:
    """One Parquet file of an export.

    Attributes
    ----------
    sha256 : str
        The digest of the file.
    rows, bytes : int
        Its rows and its size.
    columns : dict of str to str
        The type of each column.
    etag : str or None
        The ETag of the service's file; None for a table that was written here.
    """

    sha256: str
    rows: int
    bytes: int
    columns: dict[str, str]
    etag: str | None = None


@frozen
class Entry:
    """One exported measurement.

    Attributes
    ----------
    cell_instance_id : str
        The cell.
    updated_at : str
        When the record was last changed, at the time of the export.
    files : dict of str to StoredFile
        The files, by table.
    missing : dict of str to str
        Why the measurement has no such table.
    """

    cell_instance_id: str
    updated_at: str
    files: dict[str, StoredFile] = field(factory=dict)
    missing: dict[str, str] = field(factory=dict)


Entries: TypeAlias = dict[str, Entry]


def as_path(path: object) -> Path:
    """Return the path of a folder.

    Raises
    ------
    PayloadError
        If it is not a path.
    """
    if not isinstance(path, str | PathLike) or not isinstance(os.fspath(path), str):
        raise PayloadError("path", path, "is not a path; give a str or a Path")
    if "\0" in os.fspath(path):
        raise PayloadError("path", str(path), "is not a valid path")
    return Path(path)


def is_safe_id(record_id: str) -> bool:
    """Return whether an id can be the name of a folder, unchanged, on every system."""
    return _SAFE_ID.fullmatch(record_id) is not None


def place_of(table: str, cell_instance_id: str, measurement_id: str) -> Path:
    """Return the path of a file inside of the exported folder."""
    cell, measurement = f"cell_instance_id={cell_instance_id}", f"measurement_id={measurement_id}"
    return Path(table, cell, measurement, "part-0.parquet")


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file."""
    file.seek(0)
    digest = sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def is_intact(path: Path, stored: StoredFile, *, verify: bool) -> bool:
    """Return whether a file has the size and, with `verify`, the digest of the manifest."""
    try:
        if path.stat().st_size != stored.bytes:
            return False
        if not verify:
            return True
        with path.open("rb") as file:
            return digest_of(file) == stored.sha256
    except OSError:
        return False


class Journal:
    """Appends finished measurements to a file; any thread may append."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _JOURNAL
        self._lock = Lock()

    def append(self, measurement_id: str, entry: Entry) -> None:
        """Store one finished measurement."""
        line = json.dumps({measurement_id: asdict(entry)}, ensure_ascii=False) + "\n"
        try:
            # One write to a file in append mode; a torn last line is skipped when it is read.
            with self._lock, self._path.open("ab") as file:
                file.write(line.encode())
        except OSError as error:
            raise FileError.of(error, "cannot be written", self._path) from None

    def remove(self) -> None:
        """Remove the journal, because the manifest has its content."""
        self._path.unlink(missing_ok=True)


def read_entries(folder: Path, origin: str | None = None) -> Entries:
    """Return the exported measurements of a folder; none if there is no export.

    Raises
    ------
    PayloadError
        If the manifest is damaged, of a newer version, or of another service than `origin`.
    FileError
        If it cannot be read.
    """
    manifest = _read_manifest(folder)
    if manifest is None:
        return dict(_journal_entries(folder))
    exported_from, entries = manifest
    if origin is not None and exported_from != origin:
        reason = f"it holds an export from {exported_from}, and this client is of {origin}"
        raise PayloadError("path", str(folder), reason, "Use another folder")
    return {**entries, **dict(_journal_entries(folder))}


def write_manifest(
    folder: Path, origin: str, entries: Entries, records: StoredFile | None = None
) -> None:
    """Write the manifest; its bytes depend only on what was exported."""
    schemas: dict[str, int] = {}
    measurements: dict[str, Any] = {}
    for measurement_id, entry in sorted(entries.items()):
        measurement = asdict(entry)
        for table, file in measurement["files"].items():
            key = json.dumps(file.pop("columns"), ensure_ascii=False)
            file["path"] = place_of(table, entry.cell_instance_id, measurement_id).as_posix()
            file["schema"] = schemas.setdefault(key, len(schemas))
        measurements[measurement_id] = measurement
    columns = [json.loads(key) for key in schemas]
    described = [*columns, *([] if records is None else [records.columns])]
    names = dict.fromkeys(name for each in described for name in each)
    content = {
        "format": _FORMAT,
        "format_version": _VERSION,
        "client_version": __version__,
        "contract_version": CONTRACT_VERSION,
        "origin": origin,
        "sign_convention": {"Current [A]": "positive on discharge"},
        "units": {name: unit[1] for name in names if (unit := split_header(name))},
        "schemas": columns,
        "records": None if records is None else {"path": RECORDS, **asdict(records)},
        "measurements": measurements,
    }
    with atomic_write(folder / _MANIFEST) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1).encode())


def _read_manifest(folder: Path) -> tuple[str, Entries] | None:
    """Return the origin and the entries of a manifest; None if there is none."""
    path = folder / _MANIFEST
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != _FORMAT:
            raise ValueError(content["format"])
        version = content["format_version"]
        if version == _VERSION:
            return str(content["origin"]), _manifest_entries(content)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError.of(error, "cannot be read", path) from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        reason = "is not the manifest of an export, or it is damaged"
        fix = "Remove the file, and export again: all measurements are then fetched"
        raise PayloadError("path", str(path), reason, fix) from None
    reason = f"has format version {version}, and this client knows {_VERSION}"
    raise PayloadError("path", str(path), reason, "Update ionworks-client")


def _manifest_entries(manifest: Any) -> Entries:
    found: Entries = {}
    for measurement_id, each in manifest["measurements"].items():
        for file in each["files"].values():
            file["columns"] = manifest["schemas"][file.pop("schema")]
        found[measurement_id] = _entry(measurement_id, each)
    return found


def _journal_entries(folder: Path) -> Iterator[tuple[str, Entry]]:
    try:
        lines = (folder / _JOURNAL).read_bytes().splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError.of(error, "cannot be read", folder / _JOURNAL) from None
    for line in lines:
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            for measurement_id, each in json.loads(line).items():
                yield measurement_id, _entry(measurement_id, each)


def _entry(measurement_id: str, content: Mapping[str, Any]) -> Entry:
    """Return an entry; an edited manifest cannot lead out of the folder."""
    names = (measurement_id, content["cell_instance_id"])
    if not all(map(is_safe_id, names)) or not set(content["files"]) <= set(TABLES):
        raise ValueError(measurement_id)
    files = {
        table: StoredFile(
            file["sha256"], file["rows"], file["bytes"], dict(file["columns"]), file["etag"]
        )
        for table, file in content["files"].items()
    }
    missing = dict(content["missing"])
    return Entry(content["cell_instance_id"], content["updated_at"], files, missing)


def remove_tables(folder: Path, measurement_id: str, entry: Entry) -> None:
    """Remove the files of a measurement, and the folders that are empty then."""
    for table in TABLES:
        path = folder / place_of(table, entry.cell_instance_id, measurement_id)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError.of(error, "cannot be removed", path) from None
        for parent in (path.parent, path.parent.parent, folder / table):
            with suppress(OSError):  # it is not empty
                parent.rmdir()
