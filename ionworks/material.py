"""Materials of the components of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ionworks_openapi.api.materials import create_material, get_material, list_materials
from ionworks_openapi.resources.materials import MaterialClient as MaterialMethods

from ionworks._workflows.create import (
    OnDifference,
    UniqueNames,
    check_on_difference,
    find_by_name,
    report_differences,
)
from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import Material, ProjectId

_UNIQUE = UniqueNames(create_material, get_material, list_materials)


class MaterialClient(MaterialMethods):
    """Client for materials: `client.material`.

    When a specification is created or updated, the service creates the materials that its
    components name, or finds the existing ones. How the service handles a second material with the
    same name is not documented. So `create_or_get` looks for the name first, and `create` is not
    retried if the response is lost.
    """

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        project_id: ProjectId | None = None,
        include_system: bool = True,
        strict: bool = False,
    ) -> RecordList[Material]:
        """List all materials of the organization.

        Parameters
        ----------
        limit, offset : int, optional
            Return one page instead of all records; a page has at most 100.
        project_id : str or Project, optional
            The project whose data sets are counted in `property_count`; not a filter.
        include_system : bool
            Whether to include the built-in materials of the service.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.

        Examples
        --------
        >>> [material.name for material in client.material.list()]
        ['NMC811']
        """
        return self._list(
            list_materials,
            limit=limit,
            offset=offset,
            strict=strict,
            include_system=include_system,
            project_id=project_id,
        )

    def iterate(
        self,
        *,
        max_items: int | None = None,
        project_id: ProjectId | None = None,
        include_system: bool = True,
        strict: bool = False,
    ) -> Iterator[Material]:
        """Yield materials lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> next(client.material.iterate()).manufacturer
        'Umicore'
        """
        return self._iterate(
            list_materials,
            max_items=max_items,
            strict=strict,
            include_system=include_system,
            project_id=project_id,
        )

    def create_or_get(
        self, data: Mapping[str, Any], *, on_difference: OnDifference = "warn"
    ) -> Material:
        """Create a material, or get the existing one with the same name.

        All materials are read to find the name.

        Parameters
        ----------
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing material differs from `data`. It is never changed.

        Examples
        --------
        >>> first = client.material.create_or_get({"name": "LFP"})
        >>> client.material.create_or_get({"name": "LFP"}) == first
        True
        """
        check_on_difference(on_difference)
        request = _UNIQUE.request(self._client, data=data)
        name = str(request.requested["name"])
        existing = find_by_name(request.search(name), name)
        if existing is None:
            return request.create_or_get(on_difference)  # another client may create it meanwhile
        report_differences(request.differences(existing), existing, on_difference, stacklevel=3)
        return existing
