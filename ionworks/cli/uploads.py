"""Sends the files of an upload, one measurement for each."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from ionworks._workflows.checks import Checks
from ionworks._workflows.create import report_differences
from ionworks._workflows.follow import rows_to_store
from ionworks._workflows.growing_file import read_complete_lines
from ionworks._workflows.stored_series import compare_series
from ionworks._workflows.upload import Upload
from ionworks.cli.lookup import find_cell
from ionworks.cli.planning import Item, Result, failed
from ionworks.cli.reading import findings_as_json, read_test
from ionworks.errors import (
    AuthenticationFailed,
    ConfigurationError,
    IonworksError,
    PermissionDenied,
    RecordDiffers,
)

if TYPE_CHECKING:
    from ionworks import Ionworks
    from ionworks.models import CyclerData


_OF_ALL_FILES: Final = (AuthenticationFailed, PermissionDenied, ConfigurationError)


@frozen
class Sender:
    """Sends files to a cell, or says what would be sent.

    Attributes
    ----------
    existing : dict of str to str
        The ids of the measurements that the cell has, by name.
    reading : dict
        The options of `ionworks.read_cycler`.
    metadata : dict
        Further metadata of each measurement, such as its tags.
    checking : dict
        The options of the validation: `validate_strict` and `skip_checks`.
    """

    client: Ionworks
    cell_id: str
    existing: Mapping[str, str]
    reading: dict[str, Any]
    metadata: Mapping[str, object]
    checking: dict[str, Any]
    dry_run: bool
    follow: bool = False

    @classmethod
    def of(
        cls,
        client: Ionworks,
        cell: str,
        *,
        reading: dict[str, Any],
        metadata: Mapping[str, object],
        checking: dict[str, Any],
        dry_run: bool,
        follow: bool = False,
    ) -> Sender:
        """Return what sends files to the cell with this id or name; metadata may be empty."""
        found = find_cell(client, cell)
        tests = client.cell_measurement.list(found.id)
        existing = {each.name: each.id for each in tests if hasattr(each, "name")}  # not invalid
        given = {key: value for key, value in metadata.items() if value}
        return cls(client, found.id, existing, reading, given, checking, dry_run, follow)

    def run(self, item: Item) -> Result:
        """Read, check and send one file; an error is part of the result.

        Raises
        ------
        IonworksError
            If the next file would fail for the same reason, such as a rejected key.
        """
        known = self.existing.get(item.name)
        unread: list[IonworksError] = []
        notes: list[dict[str, object]] = []

        def read(path: Path) -> CyclerData:
            try:
                data = read_test(path, self.reading)
                notes[:] = findings_as_json(n for n in data.report.notes if n.severity != "info")
                return data
            except IonworksError as error:
                unread.append(error)
                raise

        try:
            if self.follow and known is not None and not self.dry_run:
                return self._extend(item, known, read).after(notes)
            if self.follow:
                data = read_complete_lines(item.path, read, "path")
                data = evolve(data, frame=data.frame.head(rows_to_store(data.frame, item.path)))
            else:
                data = read(item.path)
            result = self._plan(item, data) if self.dry_run else self._send(item, data)
            return result.after(notes)
        except IonworksError as error:
            # A missing library, which is a wrong configuration too, concerns this file only.
            if isinstance(error, _OF_ALL_FILES) and error not in unread:
                raise
            return failed(item, error)

    def _plan(self, item: Item, data: CyclerData) -> Result:
        known = self.existing.get(item.name)
        checks = Checks.of(**self.checking)
        with (
            collecting_findings() as findings,
            Upload.of(self.client, self.cell_id, self._detail(item, data), checks) as upload,
        ):
            if known is not None and not self.follow:
                stored = self.client.cell_measurement.get(known)
                differences = compare_series(self.client, upload.fingerprint, stored)
                with _explaining_differences():
                    report_differences(differences, stored, "raise", stacklevel=1)
        state = "ready" if known is None else "exists"
        return Result(item.path, item.name, state, len(data), known, findings)

    def _detail(self, item: Item, data: CyclerData) -> dict[str, object]:
        return {"measurement": {"name": item.name, **self.metadata}, "time_series": data}

    def _send(self, item: Item, data: CyclerData) -> Result:
        with collecting_findings() as findings, _explaining_differences():
            stored = self.client.cell_measurement.create_or_get(
                self.cell_id, self._detail(item, data), on_difference="raise", **self.checking
            )
        state = "exists" if self.existing.get(item.name) == stored.id else "uploaded"
        return Result(item.path, item.name, state, len(data), stored.id, findings)

    def _extend(
        self, item: Item, measurement_id: str, read: Callable[[Path], CyclerData]
    ) -> Result:
        with collecting_findings() as findings:
            done = self.client.cell_measurement.follow(
                measurement_id, item.path, read=read, **self.checking
            )
        state = "extended" if done.rows_added else "exists"
        return Result(item.path, item.name, state, done.rows, measurement_id, findings)


@contextmanager
def _explaining_differences() -> Iterator[None]:
    """Say what to do with the options of the command if a measurement of the name differs."""
    try:
        yield
    except RecordDiffers as error:
        error.fix = (
            "Give --name to store the file as another measurement, or --follow if the file has only"
            " grown. --tag and --notes do not change what is stored"
        )
        raise


@contextmanager
def collecting_findings() -> Iterator[list[dict[str, object]]]:
    """Collect the findings of the checks that are warnings; other warnings pass."""
    from ionworks.validators import MeasurementDataWarning

    findings: list[dict[str, object]] = []
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        yield findings
    for each in issued:
        if isinstance(each.message, MeasurementDataWarning):
            findings += findings_as_json(each.message.report)
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
