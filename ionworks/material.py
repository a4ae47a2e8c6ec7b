"""Materials of the components of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ionworks_openapi.api.materials import (
    create_material,
    get_cell_component,
    get_material,
    list_materials,
    update_material,
)

from ionworks._resource import Resource
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import Component, Material


class MaterialClient(Resource):
    """Client for materials: `client.material`.

    When a specification is created or updated, the service creates the materials that its
    components name, or finds the existing ones. How the service handles a second material with the
    same name is not documented. So there is no `create_or_get`, and `create` is not retried if the
    response is lost.
    """

    def get(self, material_id: str) -> Material:
        """Get a material by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.material.get(material_id).definition["formula"]
        'LiNi0.8Mn0.1Co0.1O2'
        """
        return self._client.call(get_material, material_id)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        project_id: str | None = None,
        include_system: bool = True,
        strict: bool = False,
    ) -> RecordList[Material]:
        """List all materials of the organization.

        Parameters
        ----------
        limit, offset : int, optional
            Return one page instead of all records; a page has at most 100.
        project_id : str, optional
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
        fetch = self._page(project_id, include_system)
        return self._list(fetch, limit=limit, offset=offset, strict=strict)

    def iterate(
        self,
        *,
        max_items: int | None = None,
        project_id: str | None = None,
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
        fetch = self._page(project_id, include_system)
        return self._iterate(fetch, max_items=max_items, strict=strict)

    def create(self, data: Mapping[str, Any]) -> Material:
        """Create a material that no component uses yet.

        Parameters
        ----------
        data : dict
            `name` (required), `definition`, `manufacturer`, `product_id`.

        Raises
        ------
        WriteOutcomeUnknown
            If the response was lost, so that the material may exist.

        Examples
        --------
        >>> new = client.material.create({"name": "Graphite", "definition": {"type": "graphite"}})
        >>> new.property_count
        0
        """
        return self._client.call(create_material, body=data)

    def update(self, material_id: str, data: Mapping[str, Any]) -> Material:
        """Update the given fields of a material, for all components that use it.

        `None` clears `manufacturer` or `product_id`. A `definition` replaces the old one.

        Examples
        --------
        >>> client.material.update(material_id, {"product_id": "T-811"}).product_id
        'T-811'
        """
        return self._client.call(update_material, material_id, body=data)

    def component(self, component_id: str) -> Component:
        """Get a component of a specification by its id, such as the specification's `anode_id`.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.material.component(component_id).component_type
        'cathode'
        """
        return self._client.call(get_cell_component, component_id)

    def _page(self, project_id: str | None, include_system: bool) -> FetchPage[Material]:
        return self._client._pages(
            list_materials, include_system=include_system, project_id=project_id
        )
