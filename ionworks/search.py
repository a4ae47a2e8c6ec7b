"""Search over everything that has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks_openapi.api.search import search

from ionworks._request.filters import StrOrList, as_str_list
from ionworks._resource import Resource

if TYPE_CHECKING:
    from ionworks_openapi.models import SearchResults


class SearchClient(Resource):
    """Client for the search: `client.search`."""

    def query(
        self,
        q: str,
        *,
        limit: int = 25,
        offset: int = 0,
        per_type: int = 5,
        entity_types: StrOrList | None = None,
        project_id: str | None = None,
    ) -> SearchResults:
        """Find records by a part of their names.

        Parameters
        ----------
        q : str
            What to look for, two characters or more.
        limit, offset : int
            Which part of the results; at most 100 at once.
        per_type : int
            How many of one kind at most, 1 to 20.
        entity_types : str or sequence of str, optional
            Kinds of records, for example "cell_instance".
        project_id : str, optional
            Only what belongs to this project.

        Returns
        -------
        SearchResults
            `.results`, each with `id`, `entity_type`, `name` and the ids of what it belongs to;
            `.total`.

        Examples
        --------
        >>> found = client.search.query("M50-007", entity_types="cell_instance")
        >>> [(hit.entity_type, hit.name) for hit in found.results]
        [('cell_instance', 'M50-007')]
        """
        kinds = None if entity_types is None else as_str_list("entity_types", entity_types)
        return self._client.call(
            search,
            q=q,
            limit=limit,
            offset=offset,
            per_type=per_type,
            entity_types=kinds,
            project_id=project_id,
        )
