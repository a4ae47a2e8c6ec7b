"""Projects: the top-level containers of all other records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.projects import (
    create_project,
    delete_project,
    get_project,
    list_projects,
    update_project,
)

from ionworks._request.filters import ProjectFilters, project_filters, sort_order
from ionworks._resource import Resource
from ionworks._workflows.create import CreateRequest, OnDifference
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import Project


class ProjectClient(Resource):
    """Client for projects: `client.project`."""

    def get(self, project_id: str) -> Project:
        """Get a project by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.project.get(project_id).name
        'Ageing study'
        """
        return self._client.call(get_project, project_id)

    def create(self, data: Mapping[str, Any]) -> Project:
        """Create a project.

        Parameters
        ----------
        data : dict
            `name` (required), `description`.

        Raises
        ------
        Conflict
            If the organization has a project with this name.

        Examples
        --------
        >>> project = client.project.create({"name": "Fast charge", "description": "4C to 80 %"})
        >>> project.name
        'Fast charge'
        """
        return self._create_request(data).create()

    def create_or_get(
        self, data: Mapping[str, Any], *, on_difference: OnDifference = "warn"
    ) -> Project:
        """Create a project, or get the existing one with the same name.

        Parameters
        ----------
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing project differs from `data`. It is never changed.

        Examples
        --------
        >>> project = client.project.create_or_get({"name": "Ageing study"})
        >>> project.id == project_id  # it existed already
        True
        """
        return self._create_request(data).create_or_get(on_difference)

    def update(self, project_id: str, data: Mapping[str, Any]) -> Project:
        """Update the given fields of a project.

        Examples
        --------
        >>> client.project.update(project_id, {"description": "25 and 45 degC"}).description
        '25 and 45 degC'
        """
        return self._client.call(update_project, project_id, body=data)

    def delete(self, project_id: str) -> None:
        """Delete a project and everything in it.

        Examples
        --------
        >>> client.project.delete(project_id)
        >>> client.project.list(name_exact="Ageing study")
        []
        """
        self._client.call(delete_project, project_id)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectFilters],
    ) -> RecordList[Project]:
        """List all projects that the key has access to, or one page with `limit` or `offset`.

        Examples
        --------
        >>> [project.name for project in client.project.list(name="age")]
        ['Ageing study']
        """
        fetch, order = self._page(filters), sort_order(filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

    def iterate(
        self,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectFilters],
    ) -> Iterator[Project]:
        """Yield projects lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> for project in client.project.iterate(order_by="name", order="asc"):
        ...     print(project.name)
        Ageing study
        Sandbox project
        """
        fetch, order = self._page(filters), sort_order(filters)
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

    def _create_request(self, data: Mapping[str, Any]) -> CreateRequest[Project]:
        return CreateRequest.of(
            self._client,
            create_project,
            data=data,
            get=self.get,
            search=lambda name: iter(self.list(name_exact=name)),
        )

    def _page(self, filters: ProjectFilters) -> FetchPage[Project]:
        query = project_filters(**filters)
        return self._client._pages(list_projects, **query)
