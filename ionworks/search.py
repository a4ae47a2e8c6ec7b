"""Search for records by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks_openapi.api.search import search
from ionworks_openapi.resources.search import SearchClient as SearchMethods

from ionworks._request.filters import StrOrList, as_str_list

if TYPE_CHECKING:
    from ionworks_openapi.models import ProjectId, SearchResults


class SearchClient(SearchMethods):
    """Client for searching: `client.search`."""

    def query(
        self,
        q: str,
        *,
        limit: int = 25,
        offset: int = 0,
        per_type: int = 5,
        entity_types: StrOrList | None = None,
        project_id: ProjectId | None = None,
        all_projects: bool = False,
    ) -> SearchResults:
        """Find records by a part of their name.

        Parameters
        ----------
        q : str
            The text to find, at least two characters.
        limit, offset : int
            Number of results, at most 100, and number of results to skip.
        per_type : int
            Maximum number of results of one kind, 1 to 20.
        entity_types : str or sequence of str, optional
            Kinds of records, for example "cell_instance".
        project_id : str or Project, optional
            Find only records of this project, and those that belong to no project; by default of
            the project of the client.
        all_projects : bool
            Whether to find the records of all projects.

        Returns
        -------
        SearchResults
            `.results`, each with `id`, `entity_type`, `name` and the ids of its parents; and
            `.total`, the number of matches.

        Examples
        --------
        >>> found = client.search.query("M50-007", entity_types="cell_instance")
        >>> [(hit.entity_type, hit.name) for hit in found.results]
        [('cell_instance', 'M50-007')]
        """
        kinds = None if entity_types is None else as_str_list("entity_types", entity_types)
        project = self._project_or_all(project_id, all_projects=all_projects)
        found = self._client.call(
            search,
            q=q,
            limit=limit,
            offset=offset,
            per_type=per_type,
            entity_types=kinds,
            project_id=project,
        )
        # Records without a project are found for every project, also for an unknown one.
        if all(hit.project_id != project for hit in found.results):
            self._check_project({"project_id": project})
        return found
