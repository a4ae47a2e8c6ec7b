"""Plans an upload: its files, the names of their measurements, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from attrs import evolve, field, frozen

from ionworks.cli.status import Status, describe, status_of
from ionworks.errors import FileError, IonworksError


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

    def after(self, notes: Sequence[dict[str, object]]) -> Result:
        """Return the result with the notes of the reader before its findings."""
        return evolve(self, findings=[*notes, *self.findings])

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
