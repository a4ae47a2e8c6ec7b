"""An exported folder, read without the service."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ionworks.datasets.export import checked_tables
from ionworks.datasets.fetch import ID_COLUMNS
from ionworks.datasets.manifest import (
    RECORDS,
    TABLES,
    Entries,
    is_intact,
    place_of,
    read_entries,
)
from ionworks.datasets.records import NAME_COLUMNS
from ionworks.errors import FileError, PayloadError
from ionworks.frames.column_types import lazy_series_types
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

    from ionworks._workflows.views import Part

_MIXED: Final = "files have columns of one name whose types cannot be combined"
_FIX: Final = "Export the dataset first: client.dataset(...).export(path)"


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
        self.path: Path = Path(path)
        self._entries: Entries = read_entries(self.path)
        if not self._entries and not (self.path / RECORDS).exists():
            raise PayloadError("path", str(path), "has no exported dataset", _FIX)

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
        measurement_ids: Iterable[str] | None = None,
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
        measurement_ids : iterable of str, optional
            The measurements; by default all.

        Returns
        -------
        LazyFrame
            `cell_instance_id` and `measurement_id` as text, then the columns of the table. A filter
            on an id reads only the files of that id, unless a folder above has a `=` in its name.

        Raises
        ------
        PayloadError
            If a file is missing, or two files have a column of one name with types that cannot be
            combined.
        FileError
            If a file cannot be read.

        Examples
        --------
        >>> report = client.dataset().export("data")
        >>> folder = open_dataset("data")
        >>> folder.scan("cycles", names=True).select("cell_instance_name").collect().rows()
        [('M50-007',)]
        """
        import polars as pl

        (kind,) = checked_tables([table])
        wanted = None if measurement_ids is None else set(measurement_ids)
        groups: dict[str, list[tuple[str, str]]] = {}
        for measurement_id, entry in sorted(self._entries.items()):
            file = entry.files.get(kind)
            if file is not None and (wanted is None or measurement_id in wanted):
                ids = (entry.cell_instance_id, measurement_id)
                groups.setdefault(repr(file.columns), []).append(ids)
        empty = pl.LazyFrame(schema=dict.fromkeys(ID_COLUMNS, pl.String))
        parts = [self._scan_files(kind, group) for group in groups.values()]
        whole = pl.concat([empty, *parts], how="diagonal_relaxed")
        with translate_errors(lambda reason: PayloadError("table", kind, f"{_MIXED}: {reason}")):
            whole.collect_schema()
        return self._with_names(whole) if names else whole

    def damaged(self) -> list[Path]:
        """Return the files that are missing, or that differ from the manifest.

        The next `export` fetches them again.

        Examples
        --------
        >>> report = client.dataset().export("data")
        >>> open_dataset("data").damaged()
        []
        """
        found = []
        for measurement_id, entry in sorted(self._entries.items()):
            for table in TABLES:
                path = self.path / place_of(table, entry.cell_instance_id, measurement_id)
                file = entry.files.get(table)
                if file is not None and not is_intact(path, file, verify=True):
                    found.append(path)
        return found

    def _scan_files(self, table: str, group: list[tuple[str, str]]) -> polars.LazyFrame:
        """Return the files of measurements, which have the same columns, as one frame."""
        import polars as pl

        folder = self.path.absolute()  # polars expands a leading ~
        files = {ids: folder / place_of(table, *ids) for ids in group}
        missing = next((each for each in files.values() if not each.is_file()), None)
        if missing is not None:
            raise PayloadError("path", str(missing), "is missing from the export", _FIX)
        with translate_errors(lambda reason: FileError(f"cannot read the export: {reason}")):
            if "=" in str(folder):  # polars would take columns from the names of these folders too
                frame = pl.concat([_scan_file(path, ids) for ids, path in files.items()])
            else:
                schema = dict.fromkeys(ID_COLUMNS, pl.String)
                frame = pl.scan_parquet(
                    [*files.values()], hive_partitioning=True, hive_schema=schema, glob=False
                )
            own = [name for name in frame.collect_schema().names() if name not in ID_COLUMNS]
            return lazy_series_types(frame.select(*ID_COLUMNS, *own))

    def _with_names(self, frame: polars.LazyFrame) -> polars.LazyFrame:
        columns = ["measurement_id", *NAME_COLUMNS]
        names = self.measurements().lazy().select(columns)
        own = frame.collect_schema().names()
        clash = [name for name in NAME_COLUMNS if name in own]
        if clash:
            raise PayloadError("names", True, f"the table has a column {clash[0]!r} already")
        joined = frame.join(names, on="measurement_id", how="left")
        first, *rest = own[: len(ID_COLUMNS)], *own[len(ID_COLUMNS) :]
        return joined.select(*first, *NAME_COLUMNS, *rest)


def _scan_file(path: Path, ids: tuple[str, str]) -> polars.LazyFrame:
    """Return one file with its ids."""
    import polars as pl

    literals = [pl.lit(value).alias(name) for name, value in zip(ID_COLUMNS, ids, strict=True)]
    return pl.scan_parquet(path, hive_partitioning=False, glob=False).with_columns(literals)


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
