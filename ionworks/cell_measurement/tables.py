"""Step and cycle tables, of one or of many measurements, and measurements with their tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, overload

from ionworks._resource import Resource
from ionworks._workflows.combine import table_of_measurements
from ionworks._workflows.detail import measurement_detail
from ionworks._workflows.energies import warn_of_unknown_energies
from ionworks._workflows.tables import StepsAndCycles, read_steps_and_cycles
from ionworks._workflows.views import MeasurementDetail
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.frames.selection import Selection

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.models import CellMeasurementId

    from ionworks._http.progress import Progress
    from ionworks.frames.convert import DataFrame


class MeasurementTables(Resource):
    """The methods of `client.cell_measurement` for step and cycle tables."""

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
        backend = check_backend(as_ or self._client.dataframe_backend)
        both = read_steps_and_cycles(self._client, measurement_id)
        warn_of_unknown_energies([both.steps, both.cycles])
        return StepsAndCycles(from_polars(both.steps, backend), from_polars(both.cycles, backend))
