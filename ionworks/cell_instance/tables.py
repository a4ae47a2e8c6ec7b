"""Tables of the measurements of cells: step and cycle tables, and time series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, Unpack, overload

from ionworks._resource import Resource
from ionworks._workflows.combine import table_of_cells
from ionworks.frames.selection import RowSpan, Selection, TimeSpan

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.filters import MeasurementFilters
    from ionworks_openapi.models import CellInstanceId

    from ionworks._http.progress import Progress
    from ionworks.frames.convert import Backend, DataFrame


class CellInstanceTables(Resource):
    """The methods of `client.cell_instance` for tables of many measurements."""

    @overload
    def cycles(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> polars.DataFrame: ...
    @overload
    def cycles(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["pandas"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pandas.DataFrame: ...
    @overload
    def cycles(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["arrow"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pyarrow.Table: ...
    @overload
    def cycles(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Backend | None,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame: ...
    def cycles(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Backend | None = None,
        progress: Progress = "auto",
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame:
        """Get the cycles of all measurements of many cells as one table.

        Parameters
        ----------
        cell_instance_ids : iterable of str or CellInstance
            The cells, as ids or as records.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.
        **filters
            Filters of the measurements, as for `client.cell_measurement.list`.

        Returns
        -------
        DataFrame
            `cell_instance_id`, `cell_instance_name`, `measurement_id` and `measurement_name`, then
            the columns of the cycle tables. Measurements without cycles, or not processed yet, are
            left out with one `MissingTableWarning`.

        Examples
        --------
        >>> cells = client.cell_instance.list(spec_id)
        >>> cycles = client.cell_instance.cycles(cells, name="RPT")
        >>> cycles.select("cell_instance_name", "measurement_name", "Cycle count").rows()
        [('M50-007', 'RPT 0', 0)]
        """
        return table_of_cells(
            self._client,
            cell_instance_ids,
            "cycles",
            {"measurement_type": "time_series", **filters},
            backend=as_,
            progress=progress,
        )

    @overload
    def steps(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> polars.DataFrame: ...
    @overload
    def steps(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["pandas"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pandas.DataFrame: ...
    @overload
    def steps(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Literal["arrow"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pyarrow.Table: ...
    @overload
    def steps(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Backend | None,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame: ...
    def steps(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        as_: Backend | None = None,
        progress: Progress = "auto",
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame:
        """Get the steps of all measurements of many cells as one table.

        Parameters and the returned columns are as for `cycles`.

        Examples
        --------
        >>> steps = client.cell_instance.steps([cell_id])
        >>> steps.select("measurement_name", "Step count", "Step type").row(0)
        ('RPT 0', 0, 'Constant current discharge')
        """
        return table_of_cells(
            self._client,
            cell_instance_ids,
            "steps",
            {"measurement_type": "time_series", **filters},
            backend=as_,
            progress=progress,
        )

    @overload
    def time_series(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        columns: Iterable[str] | None = ...,
        rows: RowSpan | None = ...,
        steps: Iterable[int] | int | None = ...,
        cycles: Iterable[int] | int | None = ...,
        time: TimeSpan | None = ...,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> polars.DataFrame: ...
    @overload
    def time_series(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        columns: Iterable[str] | None = ...,
        rows: RowSpan | None = ...,
        steps: Iterable[int] | int | None = ...,
        cycles: Iterable[int] | int | None = ...,
        time: TimeSpan | None = ...,
        as_: Literal["pandas"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pandas.DataFrame: ...
    @overload
    def time_series(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        columns: Iterable[str] | None = ...,
        rows: RowSpan | None = ...,
        steps: Iterable[int] | int | None = ...,
        cycles: Iterable[int] | int | None = ...,
        time: TimeSpan | None = ...,
        as_: Literal["arrow"],
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> pyarrow.Table: ...
    @overload
    def time_series(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        columns: Iterable[str] | None = ...,
        rows: RowSpan | None = ...,
        steps: Iterable[int] | int | None = ...,
        cycles: Iterable[int] | int | None = ...,
        time: TimeSpan | None = ...,
        as_: Backend | None,
        progress: Progress = ...,
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame: ...
    def time_series(
        self,
        cell_instance_ids: Iterable[CellInstanceId],
        *,
        columns: Iterable[str] | None = None,
        rows: RowSpan | None = None,
        steps: Iterable[int] | int | None = None,
        cycles: Iterable[int] | int | None = None,
        time: TimeSpan | None = None,
        as_: Backend | None = None,
        progress: Progress = "auto",
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame:
        """Get the time series of all measurements of many cells as one table.

        Parameters
        ----------
        cell_instance_ids : iterable of str or CellInstance
            The cells, as ids or as records.
        columns, rows, steps, cycles, time : optional
            The part of each series, as for `client.cell_measurement.time_series`. Only this part
            is transferred.
        as_, progress, **filters
            As for `cycles`.

        Examples
        --------
        >>> series = client.cell_instance.time_series(
        ...     [cell_id], columns=["Time [s]", "Voltage [V]"], rows=(0, 3), name="RPT"
        ... )
        >>> series.select("measurement_name", "Time [s]").height
        3
        """
        return table_of_cells(
            self._client,
            cell_instance_ids,
            "time_series",
            {"measurement_type": "time_series", **filters},
            selection=Selection.of(columns, rows, steps, cycles, time),
            backend=as_,
            progress=progress,
        )
