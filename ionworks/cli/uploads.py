"""Plans and sends the files of an upload, one measurement for each."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import field, frozen

from ionworks._workflows.growing_file import read_complete_lines
from ionworks.cli.lookup import find_cell
from ionworks.cli.reading import check_test, findings_as_json, read_test
from ionworks.cli.status import Status, describe, status_of
from ionworks.errors import (
    AuthenticationFailed,
    ConfigurationError,
    FileError,
    IonworksError,
    MeasurementValidationError,
    PermissionDenied,
)

if TYPE_CHECKING:
    from ionworks import Ionworks
    from ionworks.models import CyclerData


@frozen
class Item:
    """A file to upload, and the name of its measurement."""

    path: Path
    name: str


@frozen
class Result:
    """What became of one file.

    Attributes
    ----------
    state : str
        "uploaded", "extended", "exists", "ready" (of a dry run) or "failed".
    """

    path: Path
    name: str
    state: str
    rows: int | None = None
    id: str | None = None
    findings: list[dict[str, object]] = field(factory=list)
    error: dict[str, object] | None = None
    status: Status = Status.OK

    def to_dict(self) -> dict[str, object]:
        """Return the result as JSON."""
        return {
            "file": str(self.path),
            "name": self.name,
            "state": self.state,
            "rows": self.rows,
            "id": self.id,
            "findings": self.findings,
            "error": self.error,
        }


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
        The options of the validation: `strict` and `skip_checks`.
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
        try:
            if self.follow and known is not None and not self.dry_run:
                return self._extend(item, known)
            data = self._read(item.path)
            return self._plan(item, data) if self.dry_run else self._send(item, data)
        except (AuthenticationFailed, PermissionDenied, ConfigurationError):
            raise
        except IonworksError as error:
            return failed(item, error)

    def _read(self, path: Path) -> CyclerData:
        if not self.follow:
            return read_test(path, self.reading)
        return read_complete_lines(path, lambda each: read_test(each, self.reading), "path")

    def _plan(self, item: Item, data: CyclerData) -> Result:
        findings = check_test(data, **self.checking)
        shown = findings_as_json(findings)
        if findings.errors:
            lines = "; ".join(f"{each.code}: {each}" for each in findings.errors)
            error = MeasurementValidationError(lines, list(findings.errors))
            return failed(item, error, len(data), shown)
        known = self.existing.get(item.name)
        state = "ready" if known is None else "exists"
        return Result(item.path, item.name, state, len(data), known, shown)

    def _send(self, item: Item, data: CyclerData) -> Result:
        detail = {"measurement": {"name": item.name, **self.metadata}, "time_series": data}
        with collecting_findings() as findings:
            stored = self.client.cell_measurement.create_or_get(
                self.cell_id,
                detail,
                on_difference="raise",
                validate_strict=self.checking["strict"],
                skip_checks=self.checking["skip_checks"],
            )
        state = "exists" if self.existing.get(item.name) == stored.id else "uploaded"
        return Result(item.path, item.name, state, len(data), stored.id, findings)

    def _extend(self, item: Item, measurement_id: str) -> Result:
        with collecting_findings() as findings:
            done = self.client.cell_measurement.follow(
                measurement_id,
                item.path,
                read=lambda path: read_test(path, self.reading),
                validate_strict=self.checking["strict"],
                skip_checks=self.checking["skip_checks"],
            )
        state = "extended" if done.rows_added else "exists"
        return Result(item.path, item.name, state, done.rows, measurement_id, findings)


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


def failed(
    item: Item,
    error: IonworksError | click.ClickException,
    rows: int | None = None,
    findings: list[dict[str, object]] | None = None,
) -> Result:
    """Return the result of a file that could not be uploaded."""
    return Result(
        item.path,
        item.name,
        "failed",
        rows,
        findings=findings or [],
        error=describe(error),
        status=status_of(error),
    )


def files_in(paths: Iterable[Path]) -> Iterator[Path | FileError]:
    """Yield files, and of folders their visible files; an error for a folder that cannot be read.

    Folders inside of folders are left out, and so is a file that was there already.
    """
    seen: set[Path] = set()
    for path in paths:
        for each in _expand(path):
            if isinstance(each, Path):
                if each.absolute() in seen:
                    continue
                seen.add(each.absolute())
            yield each


def _expand(path: Path) -> Sequence[Path | FileError]:
    try:
        if not path.is_dir():
            return [path]
        inside = [each for each in path.iterdir() if each.is_file() and each.name[0] not in ".~"]
    except OSError as error:
        return [FileError.of(error, "cannot be read", path)]
    if not inside:
        reason = f"{str(path)!r} has no files; folders in it are not searched"
        return [FileError(reason, filename=str(path))]
    return sorted(inside)


def name_of(path: Path) -> str:
    """Return the name of the measurement of a file: that of the file without its ending.

    An ending that is a number is kept.

    Raises
    ------
    click.UsageError
        If the name of the file is not text.
    """
    numbered = path.suffix[1:].isdigit()  # Maccor counts its files, as in cell.041
    name = path.name if numbered else path.name.removesuffix(path.suffix) or path.name
    name = name.removesuffix(".bdf")  # of names such as cell.bdf.csv
    if not name.isprintable() or not name.strip():
        raise click.UsageError(
            f"the name of {str(path)!r} cannot be the name of a measurement: rename the file, or"
            " give --name"
        )
    return name.strip()


def plan(found: Iterable[Path | FileError], name: str | None) -> list[Item | Result]:
    """Return the files with the names of their measurements; a file without one is a failure.

    Raises
    ------
    click.UsageError
        If one name is given for several files.
    """
    paths = list(found)
    if name is not None and len(paths) > 1:
        raise click.UsageError(
            "--name is for one file: leave it out, or upload the files one by one"
        )
    planned: list[Item | Result] = []
    names: dict[str, Path] = {}
    for each in paths:
        if isinstance(each, FileError):
            planned.append(failed(Item(Path(each.filename or ""), ""), each))
            continue
        try:
            item = Item(each, name_of(each) if name is None else name)
        except click.UsageError as error:
            planned.append(failed(Item(each, ""), error))
            continue
        other = names.setdefault(item.name, each)
        if other is not each:
            reason = f"{str(other)!r} has the same name {item.name!r}: give --name for one of them"
            planned.append(failed(item, click.UsageError(reason)))
        else:
            planned.append(item)
    return planned


def status_of_all(results: Iterable[Result]) -> Status:
    """Return the exit status of an upload: that of the failures if they have one in common."""
    found = {each.status for each in results} - {Status.OK}
    if Status.UNKNOWN in found:
        return Status.UNKNOWN
    return found.pop() if len(found) == 1 else Status.FAILED if found else Status.OK
