"""One interface to two clients with the same import name: the calls of the comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
from series import frame

import ionworks

THREADS = 16
FIELDS = ("id", "name", "notes", "tags", "measurement_type", "properties")
Json = Any


class Adapter:
    """A client with its defaults and the options of a row; it returns plain JSON."""

    def __init__(self, kind: str, scratch: Path, options: Mapping[str, float]) -> None:
        self.kind = kind
        if kind == "vendor":
            ionworks.set_cache_directory(scratch / "cache")
            ionworks.set_cache_enabled(False)
            known = {"timeout": options["timeout"]} if "timeout" in options else {}
        else:
            known = dict(options)
        self.client = ionworks.Ionworks(**known)
        self.calls: dict[str, Callable[..., Json]] = {
            "get_spec": lambda id: record(self.client.cell_spec.get(id)),
            "list_specs": lambda: [record(each) for each in self.client.cell_spec.list()],
            "make_spec": lambda **data: record(self.client.cell_spec.create(data)),
            "ensure_spec": lambda **data: record(self.client.cell_spec.create_or_get(data)),
            "ensure_spec_at_once": self._ensure_at_once,
            "change_spec": lambda id, **data: record(self.client.cell_spec.update(id, data)),
            "drop_spec": lambda id: self.client.cell_spec.delete(id),
            "detail": self._detail,
            "upload": self._upload,
            "ensure_upload": self._ensure_upload,
            "upload_text": self._upload_text,
            "append": self._append,
            "series": self._series,
            "get_measurement": lambda id: record(self.client.cell_measurement.get(id)),
            "list_measurements": self._list_measurements,
            "drop_measurement": lambda id: self.client.cell_measurement.delete(id),
            "make_properties": self._make_properties,
            "get_file": lambda id, name: digest(self.client.cell_measurement.get_file(id, name)),
            "download_files": self._download_files,
            "create_file": self._create_file,
            "upload_raw": lambda project_id, path: record(
                self.client.raw_data.upload(project_id, path)
            ),
            "download_raw": lambda id: digest(self.client.raw_data.download(id)),
        }

    def _ensure_at_once(self, **data: Json) -> Json:
        with ThreadPoolExecutor(THREADS) as pool:
            made = pool.map(lambda _: self.client.cell_spec.create_or_get(data), range(THREADS))
            return sorted({each.id for each in made})

    def _detail(self, id: str) -> Json:
        view = self.client.cell_instance.detail(id)
        parts = [(getattr(part, "measurement", part), part) for part in view.measurements]
        return {measurement.name: columns(part.time_series) for measurement, part in parts}

    def _upload(self, cell_id: str, name: str) -> Json:
        data = {"measurement": {"name": name}, "time_series": frame()}
        return record(self.client.cell_measurement.create(cell_id, data))

    def _ensure_upload(self, cell_id: str, name: str) -> Json:
        data = {"measurement": {"name": name}, "time_series": frame()}
        return record(self.client.cell_measurement.create_or_get(cell_id, data))

    def _upload_text(self, cell_id: str, name: str) -> Json:
        warm = frame().with_columns(pl.lit("warm").alias("Temperature [degC]"))
        data = {"measurement": {"name": name}, "time_series": warm}
        return record(self.client.cell_measurement.create(cell_id, data))

    def _append(self, id: str) -> Json:
        return record(self.client.cell_measurement.extend(id, frame(part=1)))

    def _series(self, id: str) -> Json:
        return columns(self.client.cell_measurement.time_series(id))

    def _list_measurements(self, cell_id: str) -> Json:
        return [record(each) for each in self.client.cell_measurement.list(cell_id)]

    def _make_properties(self, cell_id: str, name: str, properties: Json) -> Json:
        make = self.client.cell_measurement.create_properties
        return record(make(cell_id, name, properties))

    def _create_file(self, cell_id: str, name: str, paths: list[str]) -> Json:
        return record(self.client.cell_measurement.create_file(cell_id, name, paths))

    def _download_files(self, id: str) -> Json:
        files = self.client.cell_measurement.download_files(id)
        return {name: digest(content) for name, content in files.items()}


def digest(content: bytes) -> str:
    """Return the SHA-256 digest of the content of a file."""
    return hashlib.sha256(content).hexdigest()


def record(found: Any) -> Json:
    """Return the compared fields of a record; the type of anything else."""
    if not hasattr(found, "id"):
        return {"type": type(found).__name__}
    fields = {}
    for name in FIELDS:
        with suppress(AttributeError):
            value = getattr(found, name)
            fields[name] = value if value is None else plain(value)
    return fields


def plain(value: Any) -> Json:
    """Return a value as JSON; a member of an enum as its value."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    value = getattr(value, "value", value)
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def columns(table: pl.DataFrame | None) -> Json:
    """Return the values of the uploaded columns."""
    if table is None:
        return None
    return {name: table[name].to_list() for name in frame().columns if name in table.columns}
