"""Lists of measurements: of a cell, of a project, or found by a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Unpack

from ionworks_openapi.api.cell_measurements import (
    list_all_cell_measurements,
    list_cell_measurements,
    list_cell_measurements_by_project,
)

from ionworks._request.filters import (
    MeasurementFilters,
    ProjectMeasurementFilters,
    measurement_filters,
    project_measurement_filters,
    sort_order,
)
from ionworks._request.schemas import page_size
from ionworks._resource import Resource
from ionworks.errors import PayloadError
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement, CellMeasurementWithParents


class MeasurementLists(Resource):
    """The methods of `client.cell_measurement` that return lists."""

    #: The service documents a maximum page size of 1000 for this list.
    project_page_size = 500

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
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (substring), `name_exact`, `measurement_type`, `created_by_email`,
            `created_after`, `created_before`, `updated_after`, `updated_before`,
            `started_after`, `started_before`, `order_by`, `order`.

        Returns
        -------
        list of CellMeasurement
            `.total` is the number of matching records on the server.

        Examples
        --------
        >>> tests = client.cell_measurement.list(cell_id, measurement_type="time_series")
        >>> [test.name for test in tests], tests.total
        (['RPT 0'], 1)
        """
        fetch, order = self._page(cell_instance_id, filters), sort_order(filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

    def iterate(
        self,
        cell_instance_id: str,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> Iterator[CellMeasurement]:
        """Yield measurements lazily, one page at a time; filters as for `list`.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> for measurement in client.cell_measurement.iterate(cell_id, name="RPT"):
        ...     print(measurement.name)
        RPT 0
        """
        fetch, order = self._page(cell_instance_id, filters), sort_order(filters)
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

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
            The project; by default the project of the client.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`, and `spec_name`, `instance_name`, `spec_anode`, `spec_cathode`
            (substrings), `spec_id`, `cell_instance_id`. `order_by` also accepts
            `cell_instance_id`, `step_labels_validated`, `cycler` and `notes`.

        Examples
        --------
        >>> tests = client.cell_measurement.list_by_project(
        ...     project_id, spec_name="M50", measurement_type="time_series"
        ... )
        >>> for test in tests:
        ...     print(test.specification.name, test.instance.name, test.name)
        LG M50 M50-007 RPT 0
        """
        return self._list(
            self._project_page(self._project(project_id), filters),
            limit=limit,
            offset=offset,
            strict=strict,
            page_size=page_size(
                list_cell_measurements_by_project.name, most=self.project_page_size
            ),
            order=sort_order(filters),
        )

    def find(
        self,
        q: str | None = None,
        *,
        project_id: str | None = None,
        cell_spec_id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[MeasurementFilters],
    ) -> RecordList[CellMeasurement]:
        """Find measurements of a whole project, or of all cells of a specification.

        Parameters
        ----------
        q : str, optional
            Text to find in the name, the notes, the protocol's name or a tag.
        project_id, cell_spec_id : str, optional
            The project or the specification to search; by default the project of the client.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Examples
        --------
        >>> [test.name for test in client.cell_measurement.find("formation")]
        ['RPT 0']
        """
        if project_id is not None and cell_spec_id is not None:
            reason = "cannot be combined with project_id"
            raise PayloadError("cell_spec_id", cell_spec_id, reason, "Give one of the two")
        project = self._project(project_id) if cell_spec_id is None else None
        query = measurement_filters(**filters)
        return self._list(
            self._client._pages(
                list_all_cell_measurements,
                project_id=project,
                cell_specification_id=cell_spec_id,
                q=q,
                **query,
            ),
            limit=limit,
            offset=offset,
            strict=strict,
            order=sort_order({"q": q, **filters}),
        )

    def _page(
        self, cell_instance_id: str, filters: MeasurementFilters
    ) -> FetchPage[CellMeasurement]:
        query = measurement_filters(**filters)
        return self._client._pages(list_cell_measurements, cell_instance_id, **query)

    def _project_page(
        self, project_id: str, filters: ProjectMeasurementFilters
    ) -> FetchPage[CellMeasurementWithParents]:
        query = project_measurement_filters(**filters)
        return self._client._pages(list_cell_measurements_by_project, project_id, **query)
