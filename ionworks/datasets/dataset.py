"""A selection of measurements: what it holds, its export, and references to its tables."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, overload

from ionworks._html import html_fields
from ionworks._http.progress import Progress
from ionworks._redact import encodable
from ionworks._workflows.combine import MissingTableWarning
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.wait import state_of
from ionworks.datasets.export import ExportOptions, checked_tables, export
from ionworks.datasets.folder import DatasetFolder
from ionworks.datasets.manifest import TABLES
from ionworks.datasets.records import measurements_table
from ionworks.datasets.refs import make_refs
from ionworks.datasets.report import format_bytes
from ionworks.datasets.stored import StoredSeries, stored_series
from ionworks.errors import NotFound, PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.models import CellInstance, CellMeasurement, CellSpecification

    from ionworks._http.session import Session
    from ionworks._workflows.detail import OnError
    from ionworks._workflows.views import Part
    from ionworks.datasets.refs import MeasurementRef
    from ionworks.datasets.report import ExportReport
    from ionworks.datasets.selection import Selected
    from ionworks.frames.convert import DataFrame

_NOT_READ: Final = "not known; call sizes()"


class Dataset:
    """Selected measurements with their cells and specifications: `client.dataset(...)`.

    Only the records were read. `sizes`, `export`, `scan` and the references read tables.

    Attributes
    ----------
    measurements : list of CellMeasurement
        The records, each once.
    cells, specifications : dict
        The records of their cells and specifications, by id.
    """

    def __init__(self, client: Session, selected: Selected) -> None:
        self._client = client
        self._selected = selected
        self.measurements: list[CellMeasurement] = self._selected.measurements
        self.cells: dict[str, CellInstance] = self._selected.cells
        self.specifications: dict[str, CellSpecification] = self._selected.specifications
        self._sizes: dict[str, StoredSeries] | None = None
        self._folder: Path | None = None

    def __len__(self) -> int:
        return len(self.measurements)

    def __iter__(self) -> Iterator[CellMeasurement]:
        return iter(self.measurements)

    def __repr__(self) -> str:
        return f"<Dataset {'; '.join(f'{name}: {text}' for name, text in self._lines())}>"

    def _repr_html_(self) -> str:
        return html_fields(self._lines(), "Dataset")

    @overload
    def to_frame(self, *, as_: Literal["polars"] | None = ...) -> polars.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["arrow"]) -> pyarrow.Table: ...
    @overload
    def to_frame(self, *, as_: Backend | None) -> DataFrame: ...
    def to_frame(self, *, as_: Backend | None = None) -> DataFrame:
        """Return the metadata as a table with a row for each measurement; nothing is requested.

        Returns
        -------
        DataFrame
            Ids and names of measurement, cell and specification, tags, times, notes, protocol, and
            quantities with units in the headers: ratings as `rated.capacity [A*h]`, measured
            properties of the cell as `cell.mass [g]`, and properties of the measurement.

        Examples
        --------
        >>> frame = client.dataset(tags_all="formation").to_frame()
        >>> frame["cell_instance_name"].to_list()
        ['M50-007']
        """
        backend = check_backend(as_ or self._client.dataframe_backend)
        return from_polars(measurements_table(self._selected), backend)

    @overload
    def sizes(
        self, *, as_: Literal["polars"] | None = ..., progress: Progress = ...
    ) -> polars.DataFrame: ...
    @overload
    def sizes(self, *, as_: Literal["pandas"], progress: Progress = ...) -> pandas.DataFrame: ...
    @overload
    def sizes(self, *, as_: Literal["arrow"], progress: Progress = ...) -> pyarrow.Table: ...
    @overload
    def sizes(self, *, as_: Backend | None, progress: Progress = ...) -> DataFrame: ...
    def sizes(self, *, as_: Backend | None = None, progress: Progress = "auto") -> DataFrame:
        """Return the rows and the bytes of each time series, read from the ends of the files.

        Two small requests are sent for each measurement; the result is kept, and shown by `repr`.

        Returns
        -------
        DataFrame
            `measurement_id`, `rows`, `bytes`. Measurements without a time series are left out.

        Examples
        --------
        >>> dataset = client.dataset()
        >>> dataset.sizes()["rows"].to_list()
        [749]
        """
        import polars as pl

        if self._sizes is None:
            ready = self._ready()
            found = fan_out(
                [partial(_size_of, self._client, each.id) for each in ready],
                max_workers=self._client.max_workers,
                progress=progress,
                label="sizes",
            )
            pairs = zip(ready, found, strict=True)
            self._sizes = {each.id: size for each, size in pairs if size is not None}
        rows = [(name, each.rows, each.bytes) for name, each in self._sizes.items()]
        schema = {"measurement_id": pl.String, "rows": pl.Int64, "bytes": pl.Int64}
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        return from_polars(frame, check_backend(as_ or self._client.dataframe_backend))

    def export(
        self,
        path: str | PathLike[str],
        *,
        tables: Part | Iterable[Part] = TABLES,
        progress: Progress = "auto",
        on_error: OnError = "raise",
        delete: bool = False,
        verify: bool = True,
    ) -> ExportReport:
        """Export the tables to a folder of Parquet files that any engine can read.

        The folder has ``time_series/cell_instance_id=<id>/measurement_id=<id>/part-0.parquet``, the
        same for ``steps`` and ``cycles``, ``measurements.parquet`` with the metadata, and
        ``manifest.json``. An export into the same folder fetches only what is new, changed or
        damaged, and an interrupted export continues.

        Parameters
        ----------
        path : path
            The folder. One folder can take several selections of one service.
        tables : iterable of {"time_series", "steps", "cycles"}
            The tables; tables of an earlier export are kept up to date too.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.
        on_error : {"raise", "collect"}
            If measurements cannot be fetched, the others are fetched first. Then raise, or return
            the report with `.errors`. An error that would stop every measurement, such as a full
            disk or a wrong key, is raised at once.
        delete : bool
            Whether to remove the files of measurements that were deleted on the service. They are
            reported in any case.
        verify : bool
            Whether to compare local files with the digests of the manifest. False compares only
            their sizes, which is faster.

        Returns
        -------
        ExportReport
            The fetched, unchanged, missing and deleted measurements. Measurements that are not
            processed yet, or failed, are reported with one `MissingTableWarning`.

        Raises
        ------
        ExportIncomplete
            If measurements could not be fetched; `.report` has each error.
        PayloadError
            If another export writes the folder, or it holds data of another service.
        FileError
            If a file cannot be written.

        Examples
        --------
        >>> report = client.dataset().export("data", tables=["time_series", "cycles"])
        >>> len(report.fetched)
        1
        >>> len(client.dataset().export("data").unchanged)  # steps are new
        0
        """
        options = ExportOptions(checked_tables(tables), progress, on_error, delete, verify)
        report = export(self._client, self._selected, path, options)
        self._folder = report.path
        return report

    def scan(
        self,
        table: Part = "time_series",
        path: str | PathLike[str] | None = None,
        *,
        names: bool = False,
    ) -> polars.LazyFrame:
        """Return a table of the exported measurements as a polars LazyFrame.

        Parameters
        ----------
        table : {"time_series", "steps", "cycles"}
            The table.
        path : path, optional
            The exported folder; by default that of the last `export` of this dataset.
        names : bool
            Whether to add the names of the measurement, of its cell and of its specification.

        Returns
        -------
        LazyFrame
            As from `DatasetFolder.scan`; only the measurements of this dataset. Those that are not
            exported are left out with one `MissingTableWarning`.

        Raises
        ------
        PayloadError
            If the dataset was not exported.

        Examples
        --------
        >>> dataset = client.dataset()
        >>> report = dataset.export("data")
        >>> series = dataset.scan("time_series", names=True)
        >>> series.select("cell_instance_name").unique().collect().rows()
        [('M50-007',)]
        """
        place = path if path is not None else self._folder
        if place is None:
            fix = "Call export(path) first, or give the path of an export"
            raise PayloadError("path", None, "this dataset was not exported", fix)
        folder = DatasetFolder(place)
        ids = {each.id for each in self.measurements}
        known = {*folder.measurement_ids}
        missing = {each.id for each in self._ready()} - known
        if missing:
            text = f"{len(missing)} of {len(ids)} measurements are not in {str(place)!r}; export it"
            warnings.warn(encodable(text), MissingTableWarning, stacklevel=2)
        return folder.scan(table, names=names, measurement_ids=ids & known)

    def refs(self, table: Part = "time_series") -> list[MeasurementRef]:
        """Return references to a table, which other processes can read with their own key.

        Parameters
        ----------
        table : {"time_series", "steps", "cycles"}
            The table.

        Returns
        -------
        list of MeasurementRef
            One for each measurement that is processed.

        Examples
        --------
        >>> refs = client.dataset().refs("steps")
        >>> refs[0].read().height
        5
        """
        return make_refs(self._client, self._ready(), table)

    def _ready(self) -> list[CellMeasurement]:
        """Return the measurements whose tables can be read."""
        return [
            each
            for each in self.measurements
            if each.measurement_type not in ("properties", "file")
            and state_of(each.processing_status) == "ready"
        ]

    def _lines(self) -> list[tuple[str, str]]:
        series = len(self._ready())
        others = len(self.measurements) - series
        lines = [
            ("specifications", str(len(self.specifications))),
            ("cells", str(len(self.cells))),
            ("measurements", f"{len(self.measurements)} ({series} with time series)"),
        ]
        if others:
            kinds = self._other_kinds()
            lines.append(("without time series", kinds))
        if self._sizes is None:
            return [*lines, ("rows", _NOT_READ), ("bytes", _NOT_READ)]
        rows = sum(each.rows for each in self._sizes.values())
        size = sum(each.bytes for each in self._sizes.values())
        return [*lines, ("rows", f"{rows:,}"), ("bytes", format_bytes(size))]

    def _other_kinds(self) -> str:
        counts: dict[str, int] = {}
        ready = {each.id for each in self._ready()}
        for each in self.measurements:
            if each.id not in ready:
                kind = str(each.measurement_type)
                name = str(each.processing_status) if kind == "time_series" else kind
                counts[name] = counts.get(name, 0) + 1
        return encodable(", ".join(f"{count} {name}" for name, count in counts.items()))


def _size_of(session: Session, measurement_id: str) -> StoredSeries | None:
    try:
        return stored_series(session, measurement_id)
    except NotFound:
        return None
