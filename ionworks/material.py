"""Materials: what the components of cells are made of."""

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

    Creating or changing a specification makes the materials that its components name, or finds
    them again. It is not known what the service does with a second material of the same name. So
    there is no `create_or_get`, and a `create` whose answer was lost is not sent again.
    """

    def get(self, material_id: str) -> Material:
        """Get a material by its id.

        Raises
        ------
        NotFound
            If there is none, or the key may not see it.

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
            Ask for one page instead of all; a page has at most 100.
        project_id : str, optional
            The project whose sets of data `property_count` counts. It hides no material.
        include_system : bool
            List the materials that the service brings along, too.
        strict : bool
            Raise at an item that does not fit the contract, instead of a warning.

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
        """Yield materials lazily, page after page.

        To delete or change what is yielded, take `list` first.

        Examples
        --------
        >>> next(client.material.iterate()).manufacturer
        'Umicore'
        """
        fetch = self._page(project_id, include_system)
        return self._iterate(fetch, max_items=max_items, strict=strict)

    def create(self, data: Mapping[str, Any]) -> Material:
        """Create a material that no component is made of yet.

        Parameters
        ----------
        data : dict
            `name` (required), `definition`, `manufacturer`, `product_id`.

        Raises
        ------
        WriteOutcomeUnknown
            If the answer was lost: it may have been made.

        Examples
        --------
        >>> made = client.material.create({"name": "Graphite", "definition": {"type": "graphite"}})
        >>> made.property_count
        0
        """
        return self._client.call(create_material, body=data)

    def update(self, material_id: str, data: Mapping[str, Any]) -> Material:
        """Change the given fields of a material, for all components that are made of it.

        `None` clears `manufacturer` or `product_id`; a `definition` takes the place of the old one.

        Examples
        --------
        >>> client.material.update(material_id, {"product_id": "T-811"}).product_id
        'T-811'
        """
        return self._client.call(update_material, material_id, body=data)

    def component(self, component_id: str) -> Component:
        """Get a component of a specification by its id, as `anode_id` of a specification gives it.

        Raises
        ------
        NotFound
            If there is none, or the key may not see it.

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
