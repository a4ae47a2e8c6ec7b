# Generated from openapi.yaml. Do not edit: run make generate.
"""Physical cells: the methods of `client.cell_instance`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks._resource import Resource
from ionworks._workflows.create import OnDifference, UniqueNames
from ionworks.records.pages import RecordList

from ..api.cell_instances import (
    create_cell_instance,
    delete_cell_instance,
    get_cell_instance,
    list_cell_instances,
    update_cell_instance,
)
from ..filters import InstanceFilters

if TYPE_CHECKING:
    from ..models import (
        CellInstance,
        CellInstanceId,
        CellSpecificationId,
    )


class CellInstanceClient(Resource):
    """Physical cells: `client.cell_instance`."""

    _unique = UniqueNames(create_cell_instance, get_cell_instance, list_cell_instances)

    def get(self, cell_instance_id: CellInstanceId) -> CellInstance:
        """Get a cell instance.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The id of the cell instance.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.cell_instance.get(cell_instance_id)
        """
        return self._client.call(get_cell_instance, cell_instance_id)

    def list(
        self,
        cell_spec_id: CellSpecificationId,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[InstanceFilters],
    ) -> RecordList[CellInstance]:
        """List the cell instances of a specification.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (a part of it), `name_exact`, `created_by_email` (a part of it),
            `created_after`, `created_before`, `updated_after`, `updated_before`, `order_by`,
            `order`, `batch_id`. See `ionworks.models.InstanceFilters`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> records = client.cell_instance.list(cell_spec_id)
        """
        return self._list(
            list_cell_instances,
            cell_spec_id,
            filters=filters,
            limit=limit,
            offset=offset,
            strict=strict,
        )

    def iterate(
        self,
        cell_spec_id: CellSpecificationId,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[InstanceFilters],
    ) -> Iterator[CellInstance]:
        """Yield the records of `list` lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        max_items : int, optional
            Stop after this many records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Examples
        --------
        >>> for record in client.cell_instance.iterate(cell_spec_id):
        ...     _ = record
        """
        return self._iterate(
            list_cell_instances, cell_spec_id, filters=filters, max_items=max_items, strict=strict
        )

    def create(self, cell_spec_id: CellSpecificationId, data: Mapping[str, Any]) -> CellInstance:
        """Create a cell instance of a specification.

        The name must be unique within the specification.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        data : dict
            `name` (required), `batch`, `date_manufactured`, `measured_properties`, `notes`,
            `batch_id`. See `ionworks.models.CellInstanceCreate`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        Conflict
            If the name is taken.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> record = client.cell_instance.create(
        ...     cell_spec_id, {"name": "New cell instance"}
        ... )
        """
        return self._unique.request(self._client, cell_spec_id, data=data).create()

    def create_or_get(
        self,
        cell_spec_id: CellSpecificationId,
        data: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
    ) -> CellInstance:
        """Create a cell instance, or get the existing one with the same name.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing record differs from `data`. It is never changed.

        Examples
        --------
        >>> record = client.cell_instance.create_or_get(
        ...     cell_spec_id, {"name": "New cell instance"}
        ... )
        """
        return self._unique.request(self._client, cell_spec_id, data=data).create_or_get(
            on_difference
        )

    def update(self, cell_instance_id: CellInstanceId, data: Mapping[str, Any]) -> CellInstance:
        """Change a cell instance.

        Fields that are not given stay unchanged.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The id of the cell instance.
        data : dict
            `name`, `batch`, `date_manufactured`, `measured_properties`, `notes`, `batch_id`.
            See `ionworks.models.CellInstanceUpdate`.

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
        >>> record = client.cell_instance.update(cell_instance_id, {"notes": "changed"})
        """
        return self._client.call(update_cell_instance, cell_instance_id, body=data)

    def delete(self, cell_instance_id: CellInstanceId) -> None:
        """Delete a cell instance and its measurements.

        Parameters
        ----------
        cell_instance_id : str or CellInstance
            The id of the cell instance.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_instance.delete(cell_instance_id)
        """
        self._client.call(delete_cell_instance, cell_instance_id)
