"""Fetches the tables of one measurement into files. A time series is copied, not decoded."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from attrs import evolve, frozen
from ionworks_openapi.api.cell_measurements import download_measurement_time_series

from ionworks._http.files import atomic_write
from ionworks._workflows.combine import OWN, rename_own
from ionworks._workflows.tables import read_cycles, read_steps, read_steps_and_cycles
from ionworks.datasets.manifest import (
    TABLES,
    Entry,
    StoredFile,
    digest_of,
    is_intact,
    place_of,
)
from ionworks.datasets.stored import stored_etag
from ionworks.errors import FileError, NotFound, UnexpectedResponse
from ionworks.frames.footer import footer_size, read_footer
from ionworks.frames.parquet import unpacked_size
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.models import CellMeasurement

    from ionworks._http.session import Session
    from ionworks._workflows.views import Part

#: The columns that readers take from the folders; a file must not have them.
ID_COLUMNS: Final = ("cell_instance_id", "measurement_id")
_NOT_THERE: Final = "the measurement has no such table"


@frozen
class MeasurementFetch:
    """Fetches the tables of one measurement.

    Attributes
    ----------
    session : Session
        The client.
    folder : Path
        The exported folder.
    measurement : CellMeasurement
        The record.
    known : Entry or None
        What the folder has of the measurement, whether it is valid or not.
    verify : bool
        Whether the digest of a local file is computed before the file is kept.
    """

    session: Session
    folder: Path
    measurement: CellMeasurement
    known: Entry | None
    verify: bool

    def outdated_tables(self, requested: Sequence[Part]) -> list[Part]:
        """Return the tables to be fetched, of the requested ones and those that the folder has.

        A request is sent only if the record changed. It also changes with its name or its tags.
        Then a time series with the same ETag is kept.
        """
        known = self.known
        if known is None or known.cell_instance_id != self.measurement.cell_instance_id:
            return list(requested)
        tables = [each for each in TABLES if each in {*requested, *known.files, *known.missing}]
        wanted = list(tables)
        intact = [table for table in tables if self._is_intact(table)]
        if known.updated_at == version_of(self.measurement):
            absent = [table for table in tables if table in known.missing]
            return [table for table in tables if table not in (*intact, *absent)]
        if "time_series" in intact:
            etag = known.files["time_series"].etag
            if etag is not None and stored_etag(self.session, self.measurement.id) == etag:
                wanted.remove("time_series")
        return wanted

    def run(self, tables: Sequence[Part]) -> Entry:
        """Fetch tables, each to a temporary file that is renamed when it is complete.

        Raises
        ------
        IonworksError
            If a table cannot be read or written; complete files of this measurement may be newer
            than the manifest then, and are fetched again.
        """
        record, known = self.measurement, self.known
        files = dict(known.files) if known is not None else {}
        missing = dict(known.missing) if known is not None else {}
        for table in tables:
            files.pop(table, None)
            missing.pop(table, None)
        if "time_series" in tables:
            files["time_series"] = self._copy_series()
        for name, frame in self._read_tables(tables).items():
            if isinstance(frame, str):
                missing[name] = frame
            else:
                files[name] = self._write(name, frame)
        for name in missing:
            self._path(name).unlink(missing_ok=True)
        return Entry(record.cell_instance_id, version_of(record), files, missing)

    def _is_intact(self, table: Part) -> bool:
        stored = None if self.known is None else self.known.files.get(table)
        return stored is not None and is_intact(self._path(table), stored, verify=self.verify)

    def _path(self, table: str) -> Path:
        return self.folder / place_of(table, self.measurement.cell_instance_id, self.measurement.id)

    def _copy_series(self) -> StoredFile:
        request = self.session.prepare(download_measurement_time_series, self.measurement.id)
        with atomic_write(self._new_path("time_series")) as file:
            answer = self.session._exchange(request, accept="bytes", sink=file)
            return _check_series(file, answer.headers.get("etag"))

    def _read_tables(self, tables: Sequence[Part]) -> dict[str, polars.DataFrame | str]:
        """Return step and cycle tables, with one request; a text if there is no such table."""
        wanted = [table for table in tables if table != "time_series"]
        if not wanted:
            return {}
        session, measurement_id = self.session, self.measurement.id
        try:
            if len(wanted) == 2:
                both = read_steps_and_cycles(session, measurement_id)
                found = {"steps": both.steps, "cycles": both.cycles}
            else:
                read = read_steps if wanted == ["steps"] else read_cycles
                found = {wanted[0]: read(session, measurement_id)}
        except NotFound:
            return dict.fromkeys(wanted, _NOT_THERE)
        return {name: frame if frame.width else _NOT_THERE for name, frame in found.items()}

    def _write(self, table: str, frame: polars.DataFrame) -> StoredFile:
        with atomic_write(self._new_path(table)) as file:
            return write_table(file, frame)

    def _new_path(self, table: str) -> Path:
        path = self._path(table)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError.of(error, "cannot be created", path.parent) from None
        return path


def version_of(measurement: CellMeasurement) -> str:
    """Return the time of the last change of a record as text."""
    return measurement.updated_at.isoformat()


def write_table(file: IO[bytes], frame: polars.DataFrame) -> StoredFile:
    """Write a table as Parquet, and describe the file."""
    frame.write_parquet(file)
    file.flush()
    size = file.seek(0, 2)
    columns = {name: str(dtype) for name, dtype in frame.schema.items()}
    return StoredFile(digest_of(file), frame.height, size, columns)


def _check_series(file: IO[bytes], etag: str | None) -> StoredFile:
    """Check that a file is a Parquet file that can be read, and describe it."""
    import polars as pl

    file.flush()
    try:
        size = file.seek(0, 2)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            unpacked_size(content)
            end = content[-min(footer_size(content[-8:]), size) :]
        with translate_errors(ValueError):
            columns = {k: str(v) for k, v in pl.read_parquet_schema(BytesIO(end)).items()}
        rows, _ = read_footer(end)
        if not set(columns) & set(ID_COLUMNS):
            return StoredFile(digest_of(file), rows, size, columns, etag)
        with translate_errors(ValueError):
            return _write_again(file, etag)
    except ValueError as error:
        reason = str(error)
    operation = download_measurement_time_series.name
    raise UnexpectedResponse(f"not a readable Parquet file: {reason}", operation=operation)


def _write_again(file: IO[bytes], etag: str | None) -> StoredFile:
    """Write a series whose columns have the names of the folders with other names."""
    import polars as pl

    file.seek(0)
    frame = rename_own(pl.read_parquet(file.read()), ID_COLUMNS)
    file.seek(0)
    file.truncate()
    return evolve(write_table(file, frame), etag=etag)


def own_name(column: str) -> str:
    """Return the stored name of a column of a table with ids."""
    name = column.removesuffix(OWN)
    return name if name in ID_COLUMNS else column
