"""`ionworks download`: a table or the files of a measurement."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from ionworks.cli.invocation import PATH, Invocation, command, pass_invocation
from ionworks.cli.lookup import find_measurement
from ionworks.cli.output import emit, say
from ionworks.errors import FileError

if TYPE_CHECKING:
    import polars

    from ionworks import Ionworks

#: The parts of a measurement that are tables.
PARTS: Final = ("time_series", "steps", "cycles")


def _write_csv(frame: polars.DataFrame, file: IO[bytes]) -> None:
    """Write a table as text; nested values, which CSV does not have, as JSON."""
    import polars as pl

    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    texts = [frame[name].map_elements(_as_text, return_dtype=pl.String) for name in nested]
    frame.with_columns(texts).write_csv(file)


def _as_text(value: Any) -> str:
    from ionworks.cli.output import as_json

    return as_json(list(value) if hasattr(value, "to_list") else value)


_WRITERS: Final[Mapping[str, Callable[[Any, IO[bytes]], None]]] = {
    ".parquet": lambda frame, file: frame.write_parquet(file),
    ".csv": _write_csv,
}


@command("download")
@click.argument("measurement")
@click.argument("target", type=PATH)
@click.option(
    "--table",
    "part",
    type=click.Choice(PARTS),
    default="time_series",
    show_default=True,
    help="Which table.",
)
@click.option("--columns", metavar="NAME,NAME", help="Only these columns, in this order.")
@click.option("--files", is_flag=True, help="Save the files of the measurement into a folder.")
@click.option("--cell", metavar="NAME_OR_ID", help="The cell of a measurement given by its name.")
@click.option("--force", is_flag=True, help="Replace existing files.")
@pass_invocation
def run(
    invocation: Invocation,
    measurement: str,
    target: Path,
    part: str,
    columns: str | None,
    files: bool,
    cell: str | None,
    force: bool,
) -> None:
    """Save a table or files of a measurement.

    A table is saved to TARGET, a .parquet or .csv file. With --files, TARGET is the folder for the
    files of the measurement. MEASUREMENT is an id or an exact name.
    """
    from ionworks._http.files import atomic_write

    names = _split(columns)
    if not files:
        _check_target(target, force=force)
    elif columns is not None:
        raise click.UsageError("--columns is for tables: leave it out with --files")
    client = invocation.client()
    found = find_measurement(client, measurement, cell)
    if files and found.measurement_type != "file":
        raise click.UsageError(f"{found.name!r} has tables and no files: leave out --files")
    if files:
        saved = _save_files(client, found.id, target, force=force)
    elif found.measurement_type == "file":
        raise click.UsageError(f"{found.name!r} has files and no tables: give a folder and --files")
    else:
        with atomic_write(target) as file:  # first, so that a wrong target costs no download
            _WRITERS[target.suffix.lower()](_read(client, found.id, part, names), file)
            _check_absent(target, force=force)  # again: the download may have taken long
        saved = {part: target}
    if invocation.as_json:
        emit({"id": found.id, "saved": {name: str(path) for name, path in saved.items()}})
    else:
        say("\n".join(str(path) for path in saved.values()))


def _split(columns: str | None) -> list[str] | None:
    if columns is None:
        return None
    names = [each.strip() for each in columns.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise click.BadParameter("give each name once, separated by commas", param_hint="--columns")
    return names


def _check_target(target: Path, *, force: bool) -> None:
    endings = " or ".join(_WRITERS)
    if os.path.isdir(target):  # noqa: PTH112 - False for a name that the system does not allow
        reason = f"{str(target)!r} is a folder: give the path of a {endings} file in it"
        raise click.BadParameter(reason, param_hint="TARGET")
    if target.suffix.lower() not in _WRITERS:
        raise click.BadParameter(f"{str(target)!r} must end with {endings}", param_hint="TARGET")
    _check_absent(target, force=force)


def _check_absent(target: Path, *, force: bool) -> None:
    if not force and os.path.lexists(target):
        raise click.UsageError(f"{str(target)!r} exists already: --force replaces it")


def _read(
    client: Ionworks, measurement_id: str, part: str, columns: list[str] | None
) -> polars.DataFrame:
    tests = client.cell_measurement
    if part == "time_series":
        return tests.time_series(measurement_id, columns=columns, as_="polars")
    if part == "steps":
        return tests.steps(measurement_id, columns=columns, as_="polars")
    return tests.cycles(measurement_id, columns=columns, as_="polars")


def _save_files(
    client: Ionworks, measurement_id: str, folder: Path, *, force: bool
) -> Mapping[str, Path]:
    for name in client.cell_measurement.list_files(measurement_id):
        _check_absent(folder / name, force=force)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError.of(error, "cannot be created", folder) from None
    return client.cell_measurement.save_files(measurement_id, folder)
