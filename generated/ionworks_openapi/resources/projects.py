# Generated from openapi.yaml. Do not edit: run make generate.
"""Projects of an organization: the methods of `client.project`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks._resource import Resource
from ionworks._workflows.create import OnDifference, UniqueNames
from ionworks.records.pages import RecordList

from ..api.projects import (
    create_project,
    delete_project,
    get_project,
    list_projects,
    update_project,
)
from ..filters import ProjectFilters

if TYPE_CHECKING:
    from ..models import (
        Project,
        ProjectId,
    )


class ProjectClient(Resource):
    """Projects of an organization: `client.project`."""

    _unique = UniqueNames(create_project, get_project, list_projects)

    def get(self, project_id: ProjectId) -> Project:
        """Get a project.

        Parameters
        ----------
        project_id : str or Project
            The id of the project.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.project.get(project_id)
        """
        return self._client.call(get_project, project_id)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectFilters],
    ) -> RecordList[Project]:
        """List the projects of the organization.

        Parameters
        ----------
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (a part of it), `name_exact`, `created_after`, `created_before`,
            `updated_after`, `updated_before`, `order_by`, `order`. See
            `ionworks.models.ProjectFilters`.

        Examples
        --------
        >>> records = client.project.list()
        """
        return self._list(list_projects, filters=filters, limit=limit, offset=offset, strict=strict)

    def iterate(
        self,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[ProjectFilters],
    ) -> Iterator[Project]:
        """Yield the records of `list` lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Parameters
        ----------
        max_items : int, optional
            Stop after this many records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Examples
        --------
        >>> for record in client.project.iterate():
        ...     _ = record
        """
        return self._iterate(list_projects, filters=filters, max_items=max_items, strict=strict)

    def create(self, data: Mapping[str, Any]) -> Project:
        """Create a project.

        The creator becomes its administrator.

        Parameters
        ----------
        data : dict
            `name` (required), `description`. See `ionworks.models.ProjectCreate`.

        Raises
        ------
        Conflict
            If the name is taken.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> record = client.project.create({"name": "New project"})
        """
        return self._unique.request(self._client, data=data).create()

    def create_or_get(
        self, data: Mapping[str, Any], *, on_difference: OnDifference = "warn"
    ) -> Project:
        """Create a project, or get the existing one with the same name.

        Parameters
        ----------
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing record differs from `data`. It is never changed.

        Examples
        --------
        >>> record = client.project.create_or_get({"name": "New project"})
        """
        return self._unique.request(self._client, data=data).create_or_get(on_difference)

    def update(self, project_id: ProjectId, data: Mapping[str, Any]) -> Project:
        """Change a project.

        Fields that are not given stay unchanged.

        Parameters
        ----------
        project_id : str or Project
            The id of the project.
        data : dict
            `name`, `description`. See `ionworks.models.ProjectUpdate`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        Conflict
            If the name is taken, or the state of the record does not allow it.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> record = client.project.update(project_id, {"description": "changed"})
        """
        return self._client.call(update_project, project_id, body=data)

    def delete(self, project_id: ProjectId) -> None:
        """Delete a project.

        Parameters
        ----------
        project_id : str or Project
            The id of the project.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.project.delete(project_id)
        """
        self._client.call(delete_project, project_id)
