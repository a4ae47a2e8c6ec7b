"""Cell measurements: what was measured on a cell, as a time series or as properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from attrs import evolve
from ionworks_openapi.api.cell_measurements import (
    create_properties_measurement,
    delete_cell_measurement,
    get_cell_measurement,
    list_cell_measurements,
    list_cell_measurements_by_project,
    update_cell_measurement,
)

from ionworks.detail import MeasurementDetail, measurement_detail
from ionworks.errors import ConfigurationError, Conflict
from ionworks.filters import (
    MeasurementFilters,
    ProjectMeasurementFilters,
    measurement_filters,
    project_measurement_filters,
)
from ionworks.frames import Backend, check_backend, from_polars
from ionworks.pagination import FetchPage, RecordList
from ionworks.resource import (
    OnDifference,
    Resource,
    check_on_difference,
    named,
    report_differences,
)
from ionworks.tables import (
    StepsAndCycles,
    read_cycles,
    read_steps,
    read_steps_and_cycles,
    read_time_series,
)
from ionworks.upload import (
    checked_metadata,
    split_measurement,
    upload_time_series,
    wait_until_ready,
)

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellMeasurement,
        CellMeasurementConfirmed,
        CellMeasurementWithParents,
    )

    from ionworks.frames import DataFrame


class CellMeasurementClient(Resource):
    """Client for measurements: `client.cell_measurement`, or `client.measurement` for short."""

    #: The service documents a largest page of 1000 for this list.
    project_page_size = 500

    def get(self, measurement_id: str) -> CellMeasurement:
        """Get a measurement's record by its id.

        Raises
        ------
        NotFound
            If there is none, or the key may not see it.

        Examples
        --------
        >>> measurement = client.cell_measurement.get(measurement_id)
        >>> measurement.name, measurement.measurement_type
        ('RPT 0', 'time_series')
        """
        return self._client.call(get_cell_measurement.OPERATION, measurement_id)

    def list(
        self,
        cell_instance_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> RecordList[CellMeasurement]:
        """List all measurements of a cell.

        Parameters
        ----------
        cell_instance_id : str
            The cell's id.
        limit, offset : int, optional
            Ask for one page instead of all.
        strict : bool
            Raise at an item that does not fit the contract, instead of a warning.
        **filters
            `name` (a part of it), `name_exact`, `measurement_type`, `created_by_email`,
            `created_after`, `created_before`, `updated_after`, `updated_before`,
            `started_after`, `started_before`, `order_by`, `order`.

        Returns
        -------
        list of CellMeasurement
            With `.total`, the number of all that match.

        Examples
        --------
        >>> tests = client.cell_measurement.list(cell_id, measurement_type="time_series")
        >>> [test.name for test in tests], tests.total
        (['RPT 0'], 1)
        """
        fetch = self._page(cell_instance_id, filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict)

    def iterate(
        self,
        cell_instance_id: str,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> Iterator[CellMeasurement]:
        """Yield measurements lazily, page after page; filters as for `list`.

        Examples
        --------
        >>> for measurement in client.cell_measurement.iterate(cell_id, name="RPT"):
        ...     print(measurement.name)
        RPT 0
        """
        fetch = self._page(cell_instance_id, filters)
        return self._iterate(fetch, max_items=max_items, strict=strict)

    def list_by_project(
        self,
        project_id: str | None = None,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectMeasurementFilters],
    ) -> RecordList[CellMeasurementWithParents]:
        """List all measurements of a project, each with its instance and specification.

        Parameters
        ----------
        project_id : str, optional
            The project's id; by default the client's.
        limit, offset : int, optional
            Ask for one page instead of all.
        strict : bool
            Raise at an item that does not fit the contract, instead of a warning.
        **filters
            Those of `list`, and `spec_name`, `instance_name`, `spec_anode`, `spec_cathode`
            (parts of names), `spec_id`, `cell_instance_id`. `order_by` takes also
            `cell_instance_id`, `step_labels_validated`, `cycler` and `notes`.

        Examples
        --------
        >>> for test in client.cell_measurement.list_by_project(project_id, spec_name="M50"):
        ...     print(test.specification.name, test.instance.name, test.name)
        LG M50 M50-007 RPT 0
        """
        project = project_id or self._client.settings.project_id
        if project is None:
            raise ConfigurationError(
                "no project given: pass project_id, or set IONWORKS_PROJECT_ID"
            )
        return self._list(
            self._project_page(project, filters),
            limit=limit,
            offset=offset,
            strict=strict,
            page_size=self.project_page_size,
        )

    def create(
        self, cell_instance_id: str, measurement_detail: Mapping[str, Any]
    ) -> CellMeasurementConfirmed:
        """Upload a time series as a new measurement, and wait until it is processed.

        Metadata and data are checked first. The record appears at the end: whatever breaks on
        the way, there is a whole measurement or none.

        Parameters
        ----------
        cell_instance_id : str
            The cell that was measured.
        measurement_detail : dict
            `measurement`: the metadata with `name`, and `protocol`, `start_time`, `test_setup`,
            `notes`, ...; `time_series`: a frame with `Time [s]`, `Voltage [V]`, `Current [A]`
            (+ = discharge) and `Step count`, and any columns besides; `steps`: a table of your
            own instead of the service's.

        Returns
        -------
        CellMeasurementConfirmed
            The record, with `steps_created`.

        Raises
        ------
        PayloadError, MeasurementValidationError
            If metadata or data are wrong; nothing was sent.
        Conflict
            If the cell has a measurement of this name.
        MeasurementProcessingError
            If the service stored the data but could not process them.

        Examples
        --------
        >>> measurement = client.cell_measurement.create(
        ...     cell_id, {"measurement": {"name": "RPT 1"}, "time_series": time_series}
        ... )
        >>> measurement.name, measurement.steps_created
        ('RPT 1', 5)
        """
        confirmed = upload_time_series(self._client, cell_instance_id, measurement_detail)
        fresh = wait_until_ready(lambda: self.get(confirmed.id), confirmed.processing_status)
        if fresh is None:
            return confirmed
        return evolve(
            confirmed, processing_status=fresh.processing_status, updated_at=fresh.updated_at
        )

    def create_or_get(
        self,
        cell_instance_id: str,
        measurement_detail: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
    ) -> CellMeasurement:
        """Upload a measurement, or get the one that has the name already.

        The name is looked up first, so nothing is uploaded in vain. Of a measurement that is
        found, the metadata are compared with what was asked for, the series is not.

        Parameters
        ----------
        cell_instance_id : str
            The cell that was measured.
        measurement_detail : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do when the measurement found differs. It is never changed.

        Examples
        --------
        >>> data = {"measurement": {"name": "RPT 0"}, "time_series": time_series}
        >>> measurement = client.cell_measurement.create_or_get(cell_id, data)
        >>> measurement.id == measurement_id  # it was there already; nothing was uploaded
        True
        """
        check_on_difference(on_difference)
        metadata, _ = split_measurement(measurement_detail)
        asked = checked_metadata(cell_instance_id, metadata)

        def search() -> Iterator[CellMeasurement]:
            return self.iterate(cell_instance_id, name_exact=asked["name"])

        found = named(search(), asked["name"])
        if found is None:
            try:
                created = self.create(cell_instance_id, measurement_detail)
            except Conflict as conflict:  # somebody was faster
                found = self._existing(conflict, self.get, search, asked)
                if found is None:
                    raise
            else:
                return self.get(created.id)
        report_differences(asked, found, on_difference, stacklevel=3)
        return found

    def create_properties(
        self,
        cell_instance_id: str,
        name: str,
        properties: Mapping[str, Any],
        *,
        notes: str | None = None,
        protocol: Mapping[str, Any] | None = None,
        start_time: datetime | str | None = None,
        test_setup: Mapping[str, Any] | None = None,
    ) -> CellMeasurement:
        """Create a measurement of single properties, without a time series.

        Parameters
        ----------
        cell_instance_id : str
            The cell that was measured.
        name : str
            The measurement's name, 1 to 255 characters.
        properties : dict
            Names to values; every number is a quantity.
        notes, protocol, start_time, test_setup : optional
            As for any measurement.

        Examples
        --------
        >>> from ionworks import Quantity
        >>> record = client.cell_measurement.create_properties(
        ...     cell_id, "Thickness", {"thickness": Quantity(0.52, "mm")}
        ... )
        >>> record.properties["thickness"]["unit"]
        'mm'
        """
        given = {
            "notes": notes,
            "protocol": protocol,
            "start_time": start_time,
            "test_setup": test_setup,
        }
        body: dict[str, Any] = {
            "name": name,
            "properties": properties,
            "measurement_type": "properties",
        }
        body |= {key: value for key, value in given.items() if value is not None}
        return self._client.call(
            create_properties_measurement.OPERATION, cell_instance_id, body=body
        )

    def update(self, measurement_id: str, data: Mapping[str, Any]) -> CellMeasurement:
        """Change the given metadata of a measurement; its data stay as they are.

        Examples
        --------
        >>> client.cell_measurement.update(measurement_id, {"notes": "after storage"}).notes
        'after storage'
        """
        return self._client.call(update_cell_measurement.OPERATION, measurement_id, body=data)

    def delete(self, measurement_id: str) -> None:
        """Delete a measurement, with its data.

        Examples
        --------
        >>> client.cell_measurement.delete(measurement_id)
        >>> client.cell_measurement.list(cell_id)
        []
        """
        self._client.call(delete_cell_measurement.OPERATION, measurement_id)

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

    def _page(
        self, cell_instance_id: str, filters: MeasurementFilters
    ) -> FetchPage[CellMeasurement]:
        query = measurement_filters(**filters)
        return lambda limit, offset: self._client.call(
            list_cell_measurements.OPERATION, cell_instance_id, limit=limit, offset=offset, **query
        )

    def _project_page(
        self, project_id: str, filters: ProjectMeasurementFilters
    ) -> FetchPage[CellMeasurementWithParents]:
        query = project_measurement_filters(**filters)
        return lambda limit, offset: self._client.call(
            list_cell_measurements_by_project.OPERATION,
            project_id,
            limit=limit,
            offset=offset,
            **query,
        )
