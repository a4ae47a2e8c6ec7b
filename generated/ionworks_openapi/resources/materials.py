# Generated from openapi.yaml. Do not edit: run make generate.
"""Materials of cell components: the methods of `client.material`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ionworks._resource import Resource

from ..api.materials import (
    create_material,
    get_cell_component,
    get_material,
    update_material,
)

if TYPE_CHECKING:
    from ..models import (
        Component,
        ComponentId,
        Material,
        MaterialId,
    )


class MaterialClient(Resource):
    """Materials of cell components: `client.material`."""

    def get(self, material_id: MaterialId) -> Material:
        """Get a material.

        Parameters
        ----------
        material_id : str or Material
            The id of the material.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.material.get(material_id)
        """
        return self._client.call(get_material, material_id)

    def create(self, data: Mapping[str, Any]) -> Material:
        """Create a material of the organization.

        Parameters
        ----------
        data : dict
            `name` (required), `definition`, `manufacturer`, `product_id`. See
            `ionworks.models.MaterialInput`.

        Raises
        ------
        Conflict
            If the name is taken, or the state of the record does not allow it.
        PayloadError
            If `data` does not fit the contract; nothing was sent.
        WriteOutcomeUnknown
            If the response was lost: the service may have made the change.

        Examples
        --------
        >>> record = client.material.create({"name": "New material"})
        """
        return self._client.call(create_material, body=data)

    def update(self, material_id: MaterialId, data: Mapping[str, Any]) -> Material:
        """Change a material.

        Fields that are not given stay unchanged.

        Parameters
        ----------
        material_id : str or Material
            The id of the material.
        data : dict
            `name`, `definition`, `manufacturer`, `product_id`. See
            `ionworks.models.MaterialUpdate`.

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
        >>> record = client.material.update(material_id, {"name": "changed"})
        """
        return self._client.call(update_material, material_id, body=data)

    def component(self, component_id: ComponentId) -> Component:
        """Get a component of a specification.

        Parameters
        ----------
        component_id : str or Component
            The id of the component.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.material.component(component_id)
        """
        return self._client.call(get_cell_component, component_id)
