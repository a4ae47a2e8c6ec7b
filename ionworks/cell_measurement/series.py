"""Time series: whole or in part, of one or of many measurements, at once or lazily."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack, overload

from ionworks._request.ids import as_id
from ionworks._resource import Resource
from ionworks._workflows.combine import table_of_measurements
from ionworks._workflows.lazy_series import scan_time_series
from ionworks.errors import PayloadError
from ionworks.frames.convert import Backend
from ionworks.frames.selection import RowSpan, Selection, TimeSpan
from ionworks.records import Record

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.models import CellMeasurementId

    from ionworks._http.progress import Progress
    from ionworks.frames.convert import DataFrame


class SeriesPart(TypedDict, total=False):
    """The arguments of `time_series` that select a part of it."""

    columns: Iterable[str] | None
    rows: RowSpan | None
    steps: Iterable[int] | int | None
    cycles: Iterable[int] | int | None
    time: TimeSpan | None


class MeasurementSeries(Resource):
    """The method of `client.cell_measurement` for time series."""

    @overload
    def time_series(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        as_: Literal["polars"] | None = None,
        lazy: Literal[False] = False,
        progress: Progress = "auto",
        **part: Unpack[SeriesPart],
    ) -> polars.DataFrame: ...

    @overload
    def time_series(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        as_: Literal["pandas"],
        lazy: Literal[False] = False,
        progress: Progress = "auto",
        **part: Unpack[SeriesPart],
    ) -> pandas.DataFrame: ...

    @overload
    def time_series(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        as_: Literal["arrow"],
        lazy: Literal[False] = False,
        progress: Progress = "auto",
        **part: Unpack[SeriesPart],
    ) -> pyarrow.Table: ...

    @overload
    def time_series(
        self,
        measurement_id: CellMeasurementId,
        *,
        as_: None = None,
        lazy: Literal[True],
        progress: Progress = "auto",
        **part: Unpack[SeriesPart],
    ) -> polars.LazyFrame: ...

    @overload
    def time_series(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        as_: Backend | None,
        lazy: Literal[False] = False,
        progress: Progress = "auto",
        **part: Unpack[SeriesPart],
    ) -> DataFrame: ...

    def time_series(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = None,
        rows: RowSpan | None = None,
        steps: Iterable[int] | int | None = None,
        cycles: Iterable[int] | int | None = None,
        time: TimeSpan | None = None,
        lazy: bool = False,
        as_: Backend | None = None,
        progress: Progress = "auto",
    ) -> DataFrame | polars.LazyFrame:
        """Get the time series: `Time [s]`, `Voltage [V]`, `Current [A]` (+ = discharge), ...

        With a selection, only the needed columns and row groups of the file are transferred. The
        conditions are combined with "and", and the result is the same as that of filtering the
        whole series. Files of this client have row groups with statistics. Of a file with a single
        row group, whole columns are transferred.

        Parameters
        ----------
        measurement_id : str, or iterable of str or CellMeasurement
            One measurement, or many for one combined table, as ids or as records.
        columns : iterable of str, optional
            The columns, in this order.
        rows : tuple of int, optional
            The first row and the end, as in a slice: ``(0, 10)``, ``(-10, None)``.
        steps, cycles : iterable of int, or int, optional
            The values of `Step count` and of `Cycle count`. A value that does not occur matches no
            row.
        time : tuple of float, optional
            The first time in seconds and the end, which is excluded; None for an open end.
        lazy : bool
            Return a polars LazyFrame. It reads only what a query needs, each time that it is
            collected; filters of numbers exclude row groups.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.
        progress : "auto", bool or callable
            As for `steps`; for one measurement, the transferred bytes are counted.

        Returns
        -------
        DataFrame or LazyFrame
            One row per sample. For many measurements, with the columns of ids and names as for
            `steps`.

        Raises
        ------
        PayloadError
            If the series does not have a requested column, or a condition is not valid.
        NotFound, Conflict
            If the measurement has no series, or is being processed.
        UnexpectedResponse
            If the stored file is not a readable Parquet file.
        IntegrityError
            If the transfer is damaged, or the file changes again and again while it is read.

        Examples
        --------
        >>> series = client.cell_measurement.time_series(measurement_id)
        >>> series.columns[:4]
        ['Time [s]', 'Voltage [V]', 'Current [A]', 'Step count']
        >>> part = client.cell_measurement.time_series(
        ...     measurement_id, columns=["Time [s]", "Voltage [V]"], steps=[0], rows=(0, 100)
        ... )
        >>> part.shape
        (100, 2)
        >>> lazy = client.cell_measurement.time_series(measurement_id, lazy=True)
        >>> lazy.select("Voltage [V]").head(3).collect().shape
        (3, 1)
        """
        selection = Selection.of(columns, rows, steps, cycles, time)
        if lazy:
            return self._scan(measurement_id, selection, as_)
        return table_of_measurements(
            self._client,
            measurement_id,
            "time_series",
            selection=selection,
            backend=as_,
            progress=progress,
        )

    def _scan(
        self, measurement_id: object, selection: Selection, as_: Backend | None
    ) -> polars.LazyFrame:
        if not isinstance(measurement_id, str | Record):
            fix = "Use polars.concat on the lazy frame of each measurement"
            raise PayloadError("measurement_id", measurement_id, "give one with lazy=True", fix)
        key = as_id("measurement_id", measurement_id, "cell_measurement")
        if as_ not in (None, "polars"):
            raise PayloadError("as_", as_, "lazy=True always returns a polars LazyFrame")
        return scan_time_series(self._client, key, selection)
