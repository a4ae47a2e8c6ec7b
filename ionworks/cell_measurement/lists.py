"""Lists of measurements: of a cell, of a project, or found by a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from ionworks_openapi.api.cell_measurements import (
    list_all_cell_measurements,
    list_cell_measurements_by_project,
)
from ionworks_openapi.resources.cell_measurements import (
    CellMeasurementClient as CellMeasurementMethods,
)

from ionworks._request.schemas import page_size
from ionworks.errors import PayloadError
from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.filters import MeasurementFilters, ProjectMeasurementFilters
    from ionworks_openapi.models import (
        CellMeasurement,
        CellMeasurementWithParents,
        CellSpecificationId,
        ProjectId,
    )


class MeasurementLists(CellMeasurementMethods):
    """The methods of `client.cell_measurement` that return lists."""

    #: The service documents a maximum page size of 1000 for this list.
    project_page_size = 500

    def list_by_project(
        self,
        project_id: ProjectId | None = None,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectMeasurementFilters],
    ) -> RecordList[CellMeasurementWithParents]:
        """List all measurements of a project, each with its instance and specification.

        Parameters
        ----------
        project_id : str or Project, optional
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
            list_cell_measurements_by_project,
            self._project(project_id),
            filters=filters,
            limit=limit,
            offset=offset,
            strict=strict,
            page_size=page_size(
                list_cell_measurements_by_project.name, most=self.project_page_size
            ),
        )

    def find(
        self,
        q: str | None = None,
        *,
        project_id: ProjectId | None = None,
        cell_spec_id: CellSpecificationId | None = None,
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
        project_id : str or Project, optional
        cell_spec_id : str or CellSpecification, optional
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
        return self._list(
            list_all_cell_measurements,
            filters={"q": q, **filters},
            limit=limit,
            offset=offset,
            strict=strict,
            project_id=project,
            cell_specification_id=cell_spec_id,
        )
