"""Exports measurements to a folder: fetches what is new, changed or damaged, and nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import partial
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen
from ionworks_openapi.api.cell_measurements import get_cell_measurement

from ionworks._http.files import atomic_write
from ionworks._http.progress import Progress
from ionworks._redact import encodable
from ionworks._workflows.combine import MissingTableWarning
from ionworks._workflows.energies import levels_to_the_user
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.views import Part, PartError
from ionworks._workflows.wait import state_of
from ionworks.datasets.fetch import MeasurementFetch, write_table
from ionworks.datasets.lock import lock_folder
from ionworks.datasets.manifest import (
    RECORDS,
    TABLES,
    Journal,
    StoredFile,
    as_path,
    is_safe_id,
    read_entries,
    remove_tables,
    write_manifest,
)
from ionworks.datasets.origin import origin_text
from ionworks.datasets.records import measurements_table, merge_tables
from ionworks.datasets.report import ExportReport, measurements
from ionworks.errors import (
    AuthenticationFailed,
    ClientClosed,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    ExportIncomplete,
    FileError,
    IonworksError,
    NotFound,
    PayloadError,
    UnexpectedResponse,
)

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

    from ionworks._http.session import Session
    from ionworks._workflows.detail import OnError
    from ionworks.datasets.selection import Selected

_FATAL: Final = (AuthenticationFailed, ClientClosed, ConfigurationError, FileError)


@frozen
class ExportOptions:
    """The options of an export; see `Dataset.export`."""

    tables: tuple[Part, ...]
    progress: Progress
    on_error: OnError
    delete: bool
    verify: bool


def export(
    session: Session,
    selected: Selected,
    path: str | PathLike[str],
    options: ExportOptions,
) -> ExportReport:
    """Export measurements; see `Dataset.export`."""
    if options.on_error not in ("raise", "collect"):
        raise PayloadError("on_error", options.on_error, "give 'raise' or 'collect'")
    folder = _folder(path)
    with lock_folder(folder):
        report = _Export(session, selected, folder, options).run()
    if report.not_ready:
        verb = "was" if len(report.not_ready) == 1 else "were"
        text = f"{measurements(report.not_ready)} {verb} not exported: {report.not_ready}"
        warnings.warn(encodable(text[:500]), MissingTableWarning, stacklevel=levels_to_the_user())
    if report.errors and options.on_error == "raise":
        first = report.errors[0]
        raise ExportIncomplete(
            f"{len(report.errors)} of {len(selected.measurements)} measurements could not be"
            f" exported; the first is {first.measurement_id}: {first.error}. The others are"
            " complete. Call export again to continue, or give on_error='collect'",
            report,
        )
    return report


def checked_tables(tables: str | Iterable[str]) -> tuple[Part, ...]:
    """Return the names of tables, each once.

    Raises
    ------
    PayloadError
        If one is not a table, or there is none.
    """
    given = [tables] if isinstance(tables, str) or not isinstance(tables, Iterable) else [*tables]
    found = [checked_table(each, "tables") for each in given]
    if not found:
        raise PayloadError("tables", given, f"is empty; there are {', '.join(TABLES)}")
    return tuple(each for each in TABLES if each in found)


def checked_table(table: object, argument: str = "table") -> Part:
    """Return the name of a table.

    Raises
    ------
    PayloadError
        If it is not one.
    """
    for each in TABLES:
        if table == each:
            return each
    raise PayloadError(argument, table, f"is not a table; there are {', '.join(TABLES)}")


class _Export:
    """One run of an export, with the lock of the folder."""

    def __init__(
        self, session: Session, selected: Selected, folder: Path, options: ExportOptions
    ) -> None:
        self._session, self._selected = session, selected
        self._folder, self._options = folder, options
        self._origin = origin_text(session.settings)
        self._entries = read_entries(folder, self._origin)
        self._journal = Journal(folder)
        self._report = ExportReport(folder)
        self._lock = Lock()

    def run(self) -> ExportReport:
        """Export, and return the report. If it fails, the next run continues."""
        self._find_deleted()
        records = self._write_records()
        # From the start, so that the folder belongs to one service.
        write_manifest(self._folder, self._origin, self._entries, records)
        fan_out(
            [partial(self._fetch, each) for each in self._ready()],
            max_workers=self._session.max_workers,
            progress=self._options.progress,
            label="export",
        )
        write_manifest(self._folder, self._origin, self._entries, records)
        self._journal.remove()
        return _sorted(self._report)

    def _find_deleted(self) -> None:
        """Ask for the exported measurements that are not selected."""
        selected = {each.id for each in self._selected.measurements}
        others = [each for each in self._entries if each not in selected]
        gone = fan_out(
            [partial(_is_deleted, self._session, each) for each in others],
            max_workers=self._session.max_workers,
        )
        deleted = [each for each, is_gone in zip(others, gone, strict=True) if is_gone]
        self._report.deleted.extend(deleted)
        if self._options.delete:
            for each in deleted:
                remove_tables(self._folder, each, self._entries.pop(each))
            self._report = evolve(self._report, removed=True)

    def _write_records(self) -> StoredFile:
        path = self._folder / RECORDS
        selected = {each.id for each in self._selected.measurements}
        kept = self._entries.keys() - selected
        table = merge_tables(path, measurements_table(self._selected), kept)
        with atomic_write(path) as file:
            return write_table(file, table)

    def _ready(self) -> list[CellMeasurement]:
        """Return the measurements whose tables can be read, and report the others."""
        ready = []
        for each in self._selected.measurements:
            state = state_of(each.processing_status)
            if each.measurement_type in ("properties", "file"):
                self._report.without_tables.append(each.id)
            elif not (is_safe_id(each.id) and is_safe_id(each.cell_instance_id)):
                reason = f"the id {each.id!r} or {each.cell_instance_id!r} cannot name a folder"
                self._add_error(each, UnexpectedResponse(reason))
            elif state != "ready":
                why = f": {each.processing_error}" if each.processing_error else ""
                reason = f"processing is {each.processing_status}{why}"
                self._report.not_ready[each.id] = encodable(reason)
            else:
                ready.append(each)
        return ready

    def _fetch(self, measurement: CellMeasurement) -> None:
        known = self._entries.get(measurement.id)
        fetch = MeasurementFetch(
            self._session, self._folder, measurement, known, self._options.verify
        )
        try:
            tables = fetch.outdated_tables(self._options.tables)
            entry = fetch.run(tables)
        except Conflict as error:  # processing began after the list was read
            with self._lock:
                self._report.not_ready[measurement.id] = error.message
        except IonworksError as error:
            if _is_fatal(error):
                raise
            self._add_error(measurement, error)
        else:
            if entry != known:
                self._journal.append(measurement.id, entry)
            with self._lock:
                self._entries[measurement.id] = entry
                kept = self._report.fetched if tables else self._report.unchanged
                kept.append(measurement.id)
                written = sum(entry.files[each].bytes for each in tables if each in entry.files)
                self._report = evolve(self._report, bytes=self._report.bytes + written)

    def _add_error(self, measurement: CellMeasurement, error: IonworksError) -> None:
        with self._lock:
            self._report.errors.append(PartError(measurement.id, "export", error))


def _is_deleted(session: Session, measurement_id: str) -> bool:
    try:
        session.call(get_cell_measurement, measurement_id)
    except NotFound:
        return True
    except IonworksError as error:
        if _is_fatal(error):
            raise
    return False  # or not known


def _is_fatal(error: IonworksError) -> bool:
    """Return whether every further measurement would fail too."""
    unreachable = isinstance(error, ConnectionFailed) and error.outcome == "not_sent"
    return unreachable or isinstance(error, _FATAL)


def _sorted(report: ExportReport) -> ExportReport:
    """Return the report in the order of the ids, which does not depend on the threads."""
    return evolve(
        report,
        fetched=sorted(report.fetched),
        unchanged=sorted(report.unchanged),
        not_ready=dict(sorted(report.not_ready.items())),
        errors=sorted(report.errors, key=lambda each: each.measurement_id),
        deleted=sorted(report.deleted),
    )


def _folder(path: str | PathLike[str]) -> Path:
    """Return the folder of an export, created if it does not exist."""
    folder = as_path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError.of(error, "cannot be created", folder) from None
    return folder
