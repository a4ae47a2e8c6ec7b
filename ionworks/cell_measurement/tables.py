"""Tables of measurements: time series, steps and cycles, of one or of many measurements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from ionworks._request.ids import as_id
from ionworks._resource import Resource
from ionworks._workflows.combine import table_of_measurements
from ionworks._workflows.detail import measurement_detail
from ionworks._workflows.energies import warn_of_unknown_energies
from ionworks._workflows.lazy_series import scan_time_series
from ionworks._workflows.tables import StepsAndCycles, read_steps_and_cycles
from ionworks._workflows.views import MeasurementDetail
from ionworks.errors import PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars
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


class MeasurementTables(Resource):
    """The methods of `client.cell_measurement` for tables."""

    @overload
    def detail(
        self,
        measurement_id: CellMeasurementId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
    ) -> MeasurementDetail[polars.DataFrame]: ...
    @overload
    def detail(
        self,
        measurement_id: CellMeasurementId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        as_: Literal["pandas"],
        progress: Progress = ...,
    ) -> MeasurementDetail[pandas.DataFrame]: ...
    @overload
    def detail(
        self,
        measurement_id: CellMeasurementId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        as_: Literal["arrow"],
        progress: Progress = ...,
    ) -> MeasurementDetail[pyarrow.Table]: ...
    @overload
    def detail(
        self,
        measurement_id: CellMeasurementId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        as_: Backend | None,
        progress: Progress = ...,
    ) -> MeasurementDetail[DataFrame]: ...
    def detail(
        self,
        measurement_id: CellMeasurementId,
        include_steps: bool = True,
        include_cycles: bool = True,
        include_time_series: bool = True,
        *,
        as_: Backend | None = None,
        progress: Progress = "auto",
    ) -> MeasurementDetail[Any]:
        """Get a measurement with the requested tables.

        Examples
        --------
        >>> test = client.cell_measurement.detail(measurement_id, include_time_series=False)
        >>> test.measurement.name, test.steps.height, test.cycles.height
        ('RPT 0', 5, 1)
        """
        return measurement_detail(
            self._client,
            measurement_id,
            steps=include_steps,
            cycles=include_cycles,
            time_series=include_time_series,
            backend=as_,
            progress=progress,
        )

    @overload
    def steps(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
    ) -> polars.DataFrame: ...
    @overload
    def steps(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["pandas"],
        progress: Progress = ...,
    ) -> pandas.DataFrame: ...
    @overload
    def steps(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["arrow"],
        progress: Progress = ...,
    ) -> pyarrow.Table: ...
    @overload
    def steps(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Backend | None,
        progress: Progress = ...,
    ) -> DataFrame: ...
    def steps(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = None,
        as_: Backend | None = None,
        progress: Progress = "auto",
    ) -> DataFrame:
        """Get the step table, with a row per step: `Step type`, `Duration [s]`, ...

        Parameters
        ----------
        measurement_id : str or CellMeasurement, or iterable of str or CellMeasurement
            One measurement, or many for one combined table, as ids or as records.
        columns : iterable of str, optional
            The columns, in this order; by default all. The service sends the whole table.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.
        progress : "auto", bool or callable
            For many measurements: a bar in a terminal or a notebook if the call takes longer, by
            default; True or False for one or none in any case; or a function that is called with
            each `ProgressUpdate`.

        Returns
        -------
        DataFrame
            For many measurements, the columns `cell_instance_id`, `cell_instance_name`,
            `measurement_id` and `measurement_name` precede those of the step table. Measurements
            without steps, or not processed yet, are left out with one `MissingTableWarning`.
            Energies of a series that was uploaded without them are null, with one
            `MissingEnergyWarning`.

        Examples
        --------
        >>> steps = client.cell_measurement.steps(measurement_id)
        >>> steps["Step type"].to_list()[:2]
        ['Constant current discharge', 'Rest']
        """
        return table_of_measurements(
            self._client,
            measurement_id,
            "steps",
            selection=Selection.of(columns),
            backend=as_,
            progress=progress,
        )

    @overload
    def cycles(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
    ) -> polars.DataFrame: ...
    @overload
    def cycles(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["pandas"],
        progress: Progress = ...,
    ) -> pandas.DataFrame: ...
    @overload
    def cycles(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Literal["arrow"],
        progress: Progress = ...,
    ) -> pyarrow.Table: ...
    @overload
    def cycles(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = ...,
        as_: Backend | None,
        progress: Progress = ...,
    ) -> DataFrame: ...
    def cycles(
        self,
        measurement_id: CellMeasurementId | Iterable[CellMeasurementId],
        *,
        columns: Iterable[str] | None = None,
        as_: Backend | None = None,
        progress: Progress = "auto",
    ) -> DataFrame:
        """Get the cycle table, with a row per cycle: capacities in A.h, efficiencies as ratios.

        Parameters and the columns added for many measurements are as for `steps`.

        Examples
        --------
        >>> cycles = client.cell_measurement.cycles(measurement_id)
        >>> [round(capacity, 3) for capacity in cycles["Discharge capacity [A.h]"]]
        [4.921]
        >>> tests = client.cell_measurement.list(cell_id, measurement_type="time_series")
        >>> client.cell_measurement.cycles(tests).select("cell_instance_name", "Cycle count").rows()
        [('M50-007', 0)]
        """
        return table_of_measurements(
            self._client,
            measurement_id,
            "cycles",
            selection=Selection.of(columns),
            backend=as_,
            progress=progress,
        )

    @overload
    def steps_and_cycles(
        self, measurement_id: CellMeasurementId, *, as_: Literal["polars"] | None = ...
    ) -> StepsAndCycles[polars.DataFrame]: ...
    @overload
    def steps_and_cycles(
        self, measurement_id: CellMeasurementId, *, as_: Literal["pandas"]
    ) -> StepsAndCycles[pandas.DataFrame]: ...
    @overload
    def steps_and_cycles(
        self, measurement_id: CellMeasurementId, *, as_: Literal["arrow"]
    ) -> StepsAndCycles[pyarrow.Table]: ...
    @overload
    def steps_and_cycles(
        self, measurement_id: CellMeasurementId, *, as_: Backend | None
    ) -> StepsAndCycles[DataFrame]: ...
    def steps_and_cycles(
        self, measurement_id: CellMeasurementId, *, as_: Backend | None = None
    ) -> StepsAndCycles[Any]:
        """Get the step table and the cycle table with one request.

        Examples
        --------
        >>> both = client.cell_measurement.steps_and_cycles(measurement_id)
        >>> both.steps.height, both.cycles.height
        (5, 1)
        """
        backend = self._backend(as_)
        both = read_steps_and_cycles(self._client, measurement_id)
        warn_of_unknown_energies([both.steps, both.cycles])
        return StepsAndCycles(from_polars(both.steps, backend), from_polars(both.cycles, backend))

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

    def _backend(self, as_: Backend | None) -> Backend:
        return check_backend(as_ or self._client.dataframe_backend)
