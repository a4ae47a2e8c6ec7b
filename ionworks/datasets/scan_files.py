"""Scans the exported files of one table as one lazy frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.datasets.fetch import ID_COLUMNS
from ionworks.datasets.manifest import Entry, place_of
from ionworks.errors import FileError, PayloadError
from ionworks.frames.column_types import holds_all, lazy_with_types, series_type
from ionworks.frames.concat import concat_tables
from ionworks.frames.partial import PartialReader
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

    from ionworks._workflows.views import Part

#: The ids of the cell and of the measurement of a file, and its path.
Files = Mapping[tuple[str, str], Path]
_MIXED: Final = "files have columns of one name whose types cannot be combined"
#: What to do if there is no export, or not all of it.
EXPORT: Final = "Export the dataset first: client.dataset(...).export(path)"


@frozen
class _Scanned:
    """Files with the same columns and types, as one frame."""

    frame: polars.LazyFrame
    paths: Sequence[Path]


def scan_files(folder: Path, table: Part, entries: Mapping[str, Entry]) -> polars.LazyFrame:
    """Return a table of these measurements as a lazy frame, with the columns of ids.

    Raises
    ------
    PayloadError
        If a file is missing, or the types of the files cannot be combined.
    FileError
        If a file cannot be read.
    """
    import polars as pl

    groups: dict[str, dict[tuple[str, str], Path]] = {}
    for measurement_id, entry in sorted(entries.items()):
        if (file := entry.files.get(table)) is not None:
            ids = (entry.cell_instance_id, measurement_id)
            # An absolute path, because polars expands a leading ~.
            path = folder.absolute() / place_of(table, *ids)
            groups.setdefault(repr(file.columns), {})[ids] = path
    with translate_errors(lambda reason: FileError(f"cannot read the export: {reason}")):
        parts = [part for files in groups.values() for part in _scan(files)]
    empty = pl.LazyFrame(schema=dict.fromkeys(ID_COLUMNS, pl.String))

    def fits_float(number: int, name: str) -> bool:
        paths = parts[number - 1].paths
        return all(PartialReader.of_file(path).fits_float(name) for path in paths)

    try:
        return concat_tables([empty, *(part.frame for part in parts)], fits_float)
    except ValueError as error:
        reason = str(error)
    raise PayloadError("table", table, f"{_MIXED}: {reason}")


def _scan(files: Files) -> Iterator[_Scanned]:
    """Yield files of the same columns as frames with the types of the client."""
    missing = next((each for each in files.values() if not each.is_file()), None)
    if missing is not None:
        raise PayloadError("path", str(missing), "is missing from the export", EXPORT)
    stored = _open(files).collect_schema()
    wanted = {name: found for name, dtype in stored.items() if (found := series_type(name, dtype))}
    if all(holds_all(found, stored[name]) for name, found in wanted.items()):
        yield _Scanned(lazy_with_types(_open(files), wanted), [*files.values()])
        return
    # The types depend on the values of each file.
    groups: dict[str, dict[tuple[str, str], Path]] = {}
    types: dict[str, Mapping[str, polars.DataType]] = {}
    for ids, path in files.items():
        own = PartialReader.of_file(path).schema([*wanted])
        types[repr(own)] = own
        groups.setdefault(repr(own), {})[ids] = path
    for key, some in groups.items():
        yield _Scanned(lazy_with_types(_open(some), types[key]), [*some.values()])


def _open(files: Files) -> polars.LazyFrame:
    """Return files as a frame that begins with the columns of ids."""
    import polars as pl

    paths = [*files.values()]
    if any("=" in str(path.parents[3]) for path in paths):
        # polars would take columns from the names of these folders too.
        frame = pl.concat([_open_one(path, ids) for ids, path in files.items()])
    else:
        schema = dict.fromkeys(ID_COLUMNS, pl.String)
        frame = pl.scan_parquet(paths, hive_partitioning=True, hive_schema=schema, glob=False)
    own = [name for name in frame.collect_schema().names() if name not in ID_COLUMNS]
    return frame.select(*ID_COLUMNS, *own)


def _open_one(path: Path, ids: tuple[str, str]) -> polars.LazyFrame:
    import polars as pl

    literals = [pl.lit(value).alias(name) for name, value in zip(ID_COLUMNS, ids, strict=True)]
    return pl.scan_parquet(path, hive_partitioning=False, glob=False).with_columns(literals)
