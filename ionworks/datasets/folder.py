"""An exported folder, read without the service."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ionworks._http.progress import Progress, measure
from ionworks._request.ids import as_id
from ionworks._workflows.combine import MissingTableWarning
from ionworks._workflows.energies import levels_to_the_user
from ionworks.datasets.export import checked_table
from ionworks.datasets.fetch import ID_COLUMNS
from ionworks.datasets.manifest import (
    RECORDS,
    TABLES,
    Entries,
    as_path,
    is_intact,
    place_of,
    read_entries,
)
from ionworks.datasets.records import NAME_COLUMNS
from ionworks.datasets.scan_files import EXPORT, scan_files
from ionworks.errors import FileError, PayloadError
from ionworks.frames.translate import translate_errors
from ionworks.records import Record

if TYPE_CHECKING:
    import polars

    from ionworks._workflows.views import Part


class DatasetFolder:
    """An exported folder; it needs no client and no key.

    Parameters
    ----------
    path : path
        The folder that `Dataset.export` wrote.

    Raises
    ------
    PayloadError
        If the folder has no export.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path: Path = as_path(path)
        self._entries: Entries = read_entries(self.path)
        if not self._entries and not (self.path / RECORDS).exists():
            raise PayloadError("path", str(path), "has no exported dataset", EXPORT)

    def __repr__(self) -> str:
        return f"DatasetFolder({str(self.path)!r}, measurements={len(self._entries)})"

    @property
    def measurement_ids(self) -> list[str]:
        """The ids of the exported measurements, sorted."""
        return sorted(self._entries)

    def measurements(self) -> polars.DataFrame:
        """Return the metadata of the measurements: names, tags, times, ratings and properties.

        Examples
        --------
        >>> report = client.dataset().export("data")
        >>> open_dataset("data").measurements()["cell_instance_name"].unique().to_list()
        ['M50-007']
        """
        import polars as pl

        path = self.path / RECORDS
        with translate_errors(lambda reason: FileError(f"{str(path)!r} cannot be read: {reason}")):
            return pl.read_parquet(path)

    def scan(
        self,
        table: Part = "time_series",
        *,
        names: bool = False,
        measurement_ids: str | Record | Iterable[str | Record] | None = None,
    ) -> polars.LazyFrame:
        """Return a table of all measurements as a polars LazyFrame.

        Files may have different columns and types: a column that a file does not have is null, and
        whole numbers become floats if another file has floats. Columns have the same types as from
        `client.cell_measurement`.

        Parameters
        ----------
        table : {"time_series", "steps", "cycles"}
            The table.
        names : bool
            Whether to add the names of the measurement, of its cell and of its specification.
        measurement_ids : str or CellMeasurement, or iterable of str or CellMeasurement, optional
            The measurements, as ids or as records; by default all.

        Returns
        -------
        LazyFrame
            `cell_instance_id` and `measurement_id` as text, then the columns of the table. A filter
            on an id reads only the files of that id, unless a folder above has a `=` in its name.

        Raises
        ------
        PayloadError
            If a file is missing, a measurement or the table was not exported, or two files have a
            column of one name with types that cannot be combined without rounding.
        FileError
            If a file cannot be read.

        Examples
        --------
        >>> report = client.dataset().export("data")
        >>> folder = open_dataset("data")
        >>> folder.scan("cycles", names=True).select("cell_instance_name").collect().rows()
        [('M50-007',)]
        """
        kind = checked_table(table)
        entries = self._entries
        if measurement_ids is not None:
            entries = {each: entries[each] for each in self._known_ids(measurement_ids)}
        _check_exported(kind, entries)
        whole = scan_files(self.path, kind, entries)
        return self._with_names(whole) if names else whole

    def damaged(self, *, progress: Progress = "auto") -> list[Path]:
        """Return the files that are missing, or that differ from the manifest.

        The next `export` fetches them again.

        Parameters
        ----------
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

        Examples
        --------
        >>> report = client.dataset().export("data")
        >>> open_dataset("data").damaged()
        []
        """
        files = [
            (self.path / place_of(table, entry.cell_instance_id, measurement_id), file)
            for measurement_id, entry in sorted(self._entries.items())
            for table in TABLES
            if (file := entry.files.get(table)) is not None
        ]
        found = []
        with measure(progress, "checking", "file", total=len(files)) as meter:
            for path, file in files:
                if not is_intact(path, file, verify=True):
                    found.append(path)
                meter.advance()
        return found

    def _known_ids(self, given: str | Record | Iterable[str | Record]) -> Iterator[str]:
        several = [given] if isinstance(given, str | Record) else given
        for index, each in enumerate(several):
            key = as_id(f"measurement_ids[{index}]", each, "cell_measurement")
            if key not in self._entries:
                raise PayloadError("measurement_ids", key, "is not in this export", EXPORT)
            yield key

    def _with_names(self, frame: polars.LazyFrame) -> polars.LazyFrame:
        columns = ["measurement_id", *NAME_COLUMNS]
        records = self.measurements()
        if missing := sorted({*columns} - {*records.columns}):
            path = self.path / RECORDS
            raise FileError(f"{str(path)!r} is damaged: it has no column {missing[0]!r}")
        names = records.lazy().select(columns)
        own = frame.collect_schema().names()
        clash = [name for name in NAME_COLUMNS if name in own]
        if clash:
            raise PayloadError("names", True, f"the table has a column {clash[0]!r} already")
        joined = frame.join(names, on="measurement_id", how="left")
        first, *rest = own[: len(ID_COLUMNS)], *own[len(ID_COLUMNS) :]
        return joined.select(*first, *NAME_COLUMNS, *rest)


def _check_exported(table: Part, entries: Entries) -> None:
    """Check that a table was exported: a measurement may not have it, which an export records."""
    without = [
        name
        for name, each in entries.items()
        if table not in each.files and table not in each.missing
    ]
    if without and len(without) == len(entries):
        fix = f"Export it: client.dataset(...).export(path, tables=[{table!r}])"
        raise PayloadError("table", table, "was not exported", fix)
    if without:
        text = f"the table {table!r} of {len(without)} of {len(entries)} measurements was not"
        warnings.warn(f"{text} exported", MissingTableWarning, stacklevel=levels_to_the_user())


def open_dataset(path: str | PathLike[str]) -> DatasetFolder:
    """Open a folder that `Dataset.export` wrote; no client and no key is needed.

    Parameters
    ----------
    path : path
        The folder.

    Raises
    ------
    PayloadError
        If the folder has no export.

    Examples
    --------
    >>> report = client.dataset().export("data")
    >>> open_dataset("data").scan("steps").collect().height
    5
    """
    return DatasetFolder(path)
