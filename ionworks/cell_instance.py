"""Cell instances: the individual cells, each built to a specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.cell_instances import (
    create_cell_instance,
    delete_cell_instance,
    get_cell_instance,
    list_cell_instances,
    update_cell_instance,
)

from ionworks._request.filters import (
    InstanceFilters,
    MeasurementFilters,
    instance_filters,
    sort_order,
)
from ionworks._resource import Resource
from ionworks._workflows.combine import table_of_cells
from ionworks._workflows.create import CreateRequest, OnDifference
from ionworks._workflows.detail import OnError, cell_instance_detail
from ionworks._workflows.views import CellInstanceDetail
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import CellInstance

    from ionworks._workflows.fan_out import Progress
    from ionworks.frames.convert import Backend, DataFrame


class CellInstanceClient(Resource):
    """Client for cell instances: `client.cell_instance`."""

    def get(self, cell_instance_id: str) -> CellInstance:
        """Get a cell instance by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> cell = client.cell_instance.get(cell_id)
        >>> cell.name, cell.cell_specification_id == spec_id
        ('M50-007', True)
        """
        return self._client.call(get_cell_instance, cell_instance_id)

    def list(
        self,
        cell_spec_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[InstanceFilters],
    ) -> RecordList[CellInstance]:
        """List all instances of a specification.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (substring), `name_exact`, `created_by_email`, `created_after`,
            `created_before`, `updated_after`, `updated_before`, `order_by`, `order`.

        Returns
        -------
        list of CellInstance
            `.total` is the number of matching records on the server.

        Examples
        --------
        >>> cells = client.cell_instance.list(spec_id, order_by="name", order="asc")
        >>> [cell.name for cell in cells], cells.total
        (['M50-007'], 1)
        """
        fetch, order = self._page(cell_spec_id, filters), sort_order(filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

    def iterate(
        self,
        cell_spec_id: str,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[InstanceFilters],
    ) -> Iterator[CellInstance]:
        """Yield instances lazily, one page at a time; filters as for `list`.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> for cell in client.cell_instance.iterate(spec_id, name="M50"):
        ...     print(cell.name)
        M50-007
        """
        fetch, order = self._page(cell_spec_id, filters), sort_order(filters)
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

    def update(self, cell_instance_id: str, data: Mapping[str, Any]) -> CellInstance:
        """Update the given fields of a cell instance; `None` clears a field.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.
        Conflict
            If the specification has another instance with the new name.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> client.cell_instance.update(cell_id, {"notes": "dented on arrival"}).notes
        'dented on arrival'
        """
        return self._client.call(update_cell_instance, cell_instance_id, body=data)

    def delete(self, cell_instance_id: str) -> None:
        """Delete a cell instance and its measurements.

        Examples
        --------
        >>> client.cell_instance.delete(cell_id)
        >>> client.cell_instance.list(spec_id)
        []
        """
        self._client.call(delete_cell_instance, cell_instance_id)

    def detail(
        self,
        cell_instance_id: str,
        include_steps: bool = True,
        include_cycles: bool = True,
        include_time_series: bool = True,
        *,
        on_error: OnError = "raise",
        as_: Backend | None = None,
    ) -> CellInstanceDetail:
        """Get an instance with all its measurements and their tables.

        Excluded tables cost no request. The others are fetched concurrently, with up to
        `max_workers` requests at a time.

        Parameters
        ----------
        cell_instance_id : str
            The instance's id.
        include_steps, include_cycles, include_time_series : bool
            Tables to fetch for each measurement.
        on_error : {"raise", "collect"}
            Raise the first error, or collect all errors in `.errors`.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.

        Returns
        -------
        CellInstanceDetail
            `.instance`, `.specification_id`, `.measurements`. If a table does not exist or is not
            processed yet, it is None, and `.missing` of the measurement has the reason.

        Examples
        --------
        >>> view = client.cell_instance.detail(cell_id, include_time_series=False)
        >>> test = view.measurements[0]
        >>> test.measurement.name, test.steps.height, test.time_series is None
        ('RPT 0', 5, True)
        >>> round(test.cycles["Discharge capacity [A.h]"][0], 3)  # A.h
        4.921
        """
        return cell_instance_detail(
            self._client,
            cell_instance_id,
            steps=include_steps,
            cycles=include_cycles,
            time_series=include_time_series,
            on_error=on_error,
            backend=as_,
        )

    def cycles(
        self,
        cell_instance_ids: Iterable[str | CellInstance],
        *,
        as_: Backend | None = None,
        progress: Progress = False,
        **filters: Unpack[MeasurementFilters],
    ) -> DataFrame:
        """Get the cycles of all measurements of many cells as one table.

        Parameters
        ----------
        cell_instance_ids : iterable of str or CellInstance
            The cells, as ids or as records.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.
        progress : bool or callable
            True for a progress bar in a terminal or a notebook, or a function that is called with
            the number of fetched tables and the total number.
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

    def steps(
        self,
        cell_instance_ids: Iterable[str | CellInstance],
        *,
        as_: Backend | None = None,
        progress: Progress = False,
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

    def create(self, cell_spec_id: str, data: Mapping[str, Any]) -> CellInstance:
        """Create a cell instance under a specification.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        data : dict
            `name` (required), `batch`, `date_manufactured`, `notes`, and `measured_properties`,
            grouped by component, with numbers as quantities.

        Raises
        ------
        Conflict
            If the specification has an instance with this name.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> from ionworks import Quantity
        >>> cell = client.cell_instance.create(
        ...     spec_id,
        ...     {
        ...         "name": "M50-008",
        ...         "measured_properties": {"cell": {"initial_capacity": Quantity(4.94, "A*h")}},
        ...     },
        ... )
        >>> cell.quantities["measured_properties"]["cell"]["initial_capacity"]
        Quantity(4.94, 'A*h')
        """
        return self._create_request(cell_spec_id, data).create()

    def create_or_get(
        self,
        cell_spec_id: str,
        data: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
    ) -> CellInstance:
        """Create a cell instance, or get the existing one with the same name.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing instance differs from `data`. It is never changed.

        Examples
        --------
        >>> cell = client.cell_instance.create_or_get(spec_id, {"name": "M50-007"})
        >>> cell.name
        'M50-007'
        """
        return self._create_request(cell_spec_id, data).create_or_get(on_difference)

    def _create_request(
        self, cell_spec_id: str, data: Mapping[str, Any]
    ) -> CreateRequest[CellInstance]:
        return CreateRequest.of(
            self._client,
            create_cell_instance,
            cell_spec_id,
            data=data,
            get=self.get,
            search=lambda name: iter(self.list(cell_spec_id, name_exact=name)),
        )

    def _page(self, cell_spec_id: str, filters: InstanceFilters) -> FetchPage[CellInstance]:
        query = instance_filters(**filters)
        return self._client._pages(list_cell_instances, cell_spec_id, **query)
