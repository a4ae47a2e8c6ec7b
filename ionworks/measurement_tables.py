"""The tables of a measurement: series, steps and cycles, one by one or composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks.detail import MeasurementDetail, measurement_detail
from ionworks.frames import Backend, check_backend, from_polars
from ionworks.resource import Resource
from ionworks.tables import (
    StepsAndCycles,
    read_cycles,
    read_steps,
    read_steps_and_cycles,
    read_time_series,
)

if TYPE_CHECKING:
    from ionworks.frames import DataFrame


class MeasurementTables(Resource):
    """The methods of `client.cell_measurement` for tables."""

    def detail(
        self,
        measurement_id: str,
        include_steps: bool = True,
        include_cycles: bool = True,
        include_time_series: bool = True,
        *,
        as_: Backend | None = None,
    ) -> MeasurementDetail:
        """Get a measurement with the tables that are asked for.

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
        )

    def steps(self, measurement_id: str, *, as_: Backend | None = None) -> DataFrame:
        """Get the step table: a row for each step, with `Step type`, `Duration [s]`, ...

        Examples
        --------
        >>> steps = client.cell_measurement.steps(measurement_id)
        >>> steps["Step type"].to_list()[:2]
        ['Constant current discharge', 'Rest']
        """
        backend = self._backend(as_)
        return from_polars(read_steps(self._client, measurement_id), backend)

    def cycles(self, measurement_id: str, *, as_: Backend | None = None) -> DataFrame:
        """Get the cycle table: a row for each cycle, capacities in A.h, efficiencies as ratios.

        Examples
        --------
        >>> cycles = client.cell_measurement.cycles(measurement_id)
        >>> [round(capacity, 3) for capacity in cycles["Discharge capacity [A.h]"]]
        [4.921]
        """
        backend = self._backend(as_)
        return from_polars(read_cycles(self._client, measurement_id), backend)

    def steps_and_cycles(
        self, measurement_id: str, *, as_: Backend | None = None
    ) -> StepsAndCycles[DataFrame]:
        """Get the step table and the cycle table with one request.

        Examples
        --------
        >>> both = client.cell_measurement.steps_and_cycles(measurement_id)
        >>> both.steps.height, both.cycles.height
        (5, 1)
        """
        backend = self._backend(as_)
        both = read_steps_and_cycles(self._client, measurement_id)
        return StepsAndCycles(from_polars(both.steps, backend), from_polars(both.cycles, backend))

    def time_series(self, measurement_id: str, *, as_: Backend | None = None) -> DataFrame:
        """Get the time series: `Time [s]`, `Voltage [V]`, `Current [A]` (+ = discharge), ...

        Examples
        --------
        >>> series = client.cell_measurement.time_series(measurement_id)
        >>> series.columns[:4]
        ['Time [s]', 'Voltage [V]', 'Current [A]', 'Step count']
        >>> client.cell_measurement.time_series(measurement_id, as_="pandas").shape == series.shape
        True
        """
        backend = self._backend(as_)
        return from_polars(read_time_series(self._client, measurement_id), backend)

    def _backend(self, as_: Backend | None) -> Backend:
        return check_backend(as_ or self._client.dataframe_backend)
