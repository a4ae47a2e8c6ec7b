"""Cell instances: the individual cells, each built to a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from ionworks_openapi.api.cell_instances import list_cell_instances
from ionworks_openapi.api.cell_specifications import list_cell_specifications
from ionworks_openapi.resources.cell_instances import CellInstanceClient as CellInstanceMethods

from ionworks._request.filters import write_filters
from ionworks._workflows.detail import OnError, cell_instance_detail
from ionworks._workflows.find_cells import cells_of
from ionworks._workflows.views import CellInstanceDetail
from ionworks.cell_instance.tables import CellInstanceTables
from ionworks.records.pages import RecordList, report_invalid, split_invalid

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from ionworks_openapi.filters import InstanceFilters
    from ionworks_openapi.models import CellInstance, CellInstanceId, ProjectId

    from ionworks._http.progress import Progress
    from ionworks.frames.convert import Backend, DataFrame


class CellInstanceClient(CellInstanceMethods, CellInstanceTables):
    """Client for cell instances: `client.cell_instance`."""

    def find(
        self,
        *,
        project_id: ProjectId | None = None,
        all_projects: bool = False,
        strict: bool = False,
        **filters: Unpack[InstanceFilters],
    ) -> RecordList[CellInstance]:
        """Find the cells of a whole project, of all its specifications.

        The specifications are listed first, then the cells of each, concurrently.

        Parameters
        ----------
        project_id : str or Project, optional
            The project; by default the project of the client.
        all_projects : bool
            Whether to find the cells of all projects.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Raises
        ------
        NotFound
            If the project is unknown.

        Examples
        --------
        >>> [cell.name for cell in client.cell_instance.find(name="M50")]
        ['M50-007']
        """
        write_filters(list_cell_instances.filters, filters)  # raises before anything is sent
        project = self._project_or_all(project_id, all_projects=all_projects)
        listed = self._list(
            list_cell_specifications,
            limit=None,
            offset=None,
            strict=strict,
            filters={"project_id": project},
        )
        specifications, _ = split_invalid(listed)
        found = cells_of(self._client, [each.id for each in specifications], filters)
        found.backend = self._client.dataframe_backend
        report_invalid(found.invalid, strict=strict, stacklevel=3)
        return found

    @overload
    def detail(
        self,
        cell_instance_id: CellInstanceId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        on_error: OnError = ...,
        as_: Literal["polars"] | None = ...,
        progress: Progress = ...,
    ) -> CellInstanceDetail[polars.DataFrame]: ...
    @overload
    def detail(
        self,
        cell_instance_id: CellInstanceId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        on_error: OnError = ...,
        as_: Literal["pandas"],
        progress: Progress = ...,
    ) -> CellInstanceDetail[pandas.DataFrame]: ...
    @overload
    def detail(
        self,
        cell_instance_id: CellInstanceId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        on_error: OnError = ...,
        as_: Literal["arrow"],
        progress: Progress = ...,
    ) -> CellInstanceDetail[pyarrow.Table]: ...
    @overload
    def detail(
        self,
        cell_instance_id: CellInstanceId,
        include_steps: bool = ...,
        include_cycles: bool = ...,
        include_time_series: bool = ...,
        *,
        on_error: OnError = ...,
        as_: Backend | None,
        progress: Progress = ...,
    ) -> CellInstanceDetail[DataFrame]: ...
    def detail(
        self,
        cell_instance_id: CellInstanceId,
        include_steps: bool = True,
        include_cycles: bool = True,
        include_time_series: bool = True,
        *,
        on_error: OnError = "raise",
        as_: Backend | None = None,
        progress: Progress = "auto",
    ) -> CellInstanceDetail[Any]:
        """Get an instance with all its measurements and their tables.

        Excluded tables cost no request. The others are fetched concurrently, with up to
        `max_workers` requests at a time.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The instance's id.
        include_steps, include_cycles, include_time_series : bool
            Tables to fetch for each measurement.
        on_error : {"raise", "collect"}
            Raise the first error, or collect all errors in `.errors`.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.
        progress : "auto", bool or callable
            A bar in a terminal or a notebook if the call takes longer, by default; True or False
            for one or none in any case; or a function that is called with each `ProgressUpdate`.

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
            progress=progress,
        )
