# Generated from openapi.yaml. Do not edit: run make generate.
"""Kinds of cell: the methods of `client.cell_spec`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ionworks._resource import Resource

from ..api.cell_specifications import (
    delete_cell_specification,
    get_cell_specification,
    update_cell_specification,
)

if TYPE_CHECKING:
    from ..models import (
        CellSpecification,
        CellSpecificationId,
    )


class CellSpecClient(Resource):
    """Kinds of cell: `client.cell_spec`."""

    def get(self, cell_spec_id: CellSpecificationId) -> CellSpecification:
        """Get a cell specification with its components and materials.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.cell_spec.get(cell_spec_id)
        """
        return self._client.call(get_cell_specification, cell_spec_id)

    def update(
        self, cell_spec_id: CellSpecificationId, data: Mapping[str, Any]
    ) -> CellSpecification:
        """Change a cell specification.

        Fields that are not given stay unchanged; the given ratings are merged into the stored ones.
        Components and materials are treated as on creation.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        data : dict
            `name`, `form_factor`, `manufacturer`, `ratings`, `properties`, `source`, `anode`,
            `cathode`, `electrolyte`, `separator`, `case`, `notes`. See
            `ionworks.models.CellSpecificationUpdate`.

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
        >>> record = client.cell_spec.update(cell_spec_id, {"notes": "changed"})
        """
        return self._client.call(update_cell_specification, cell_spec_id, body=data)

    def delete(self, cell_spec_id: CellSpecificationId) -> None:
        """Delete a cell specification, its instances and their measurements.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_spec.delete(cell_spec_id)
        """
        self._client.call(delete_cell_specification, cell_spec_id)
