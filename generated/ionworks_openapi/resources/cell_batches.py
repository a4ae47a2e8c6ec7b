# Generated from openapi.yaml. Do not edit: run make generate.
"""Cells that were made together: the methods of `client.cell_batch`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks._resource import Resource
from ionworks._workflows.create import OnDifference, UniqueNames
from ionworks.records.pages import RecordList

from ..api.cell_batches import (
    create_cell_batch,
    delete_cell_batch,
    get_cell_batch,
    list_cell_batches,
    update_cell_batch,
)
from ..filters import BatchFilters

if TYPE_CHECKING:
    from ..models import (
        CellBatch,
        CellBatchId,
        CellSpecificationId,
    )


class CellBatchClient(Resource):
    """Cells that were made together: `client.cell_batch`."""

    _unique = UniqueNames(create_cell_batch, get_cell_batch, list_cell_batches, any_case=True)

    def get(self, cell_batch_id: CellBatchId) -> CellBatch:
        """Get a batch.

        Parameters
        ----------
        cell_batch_id : str or CellBatch
            The id of the batch.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.cell_batch.get(cell_batch_id)
        """
        return self._client.call(get_cell_batch, cell_batch_id)

    def list(
        self,
        cell_spec_id: CellSpecificationId,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[BatchFilters],
    ) -> RecordList[CellBatch]:
        """List the batches of a specification.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (a part of it), `name_exact`. See `ionworks.models.BatchFilters`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> records = client.cell_batch.list(cell_spec_id)
        """
        return self._list(
            list_cell_batches,
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
        **filters: Unpack[BatchFilters],
    ) -> Iterator[CellBatch]:
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
        >>> for record in client.cell_batch.iterate(cell_spec_id):
        ...     _ = record
        """
        return self._iterate(
            list_cell_batches, cell_spec_id, filters=filters, max_items=max_items, strict=strict
        )

    def create(self, cell_spec_id: CellSpecificationId, data: Mapping[str, Any]) -> CellBatch:
        """Create a batch of a specification.

        The name must be unique within the specification, ignoring case.

        Parameters
        ----------
        cell_spec_id : str or CellSpecification
            The id of the cell specification.
        data : dict
            `name` (required), `notes`, `date_manufactured`, `properties`. See
            `ionworks.models.CellBatchCreate`.

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
        >>> record = client.cell_batch.create(cell_spec_id, {"name": "New cell batch"})
        """
        return self._unique.request(self._client, cell_spec_id, data=data).create()

    def create_or_get(
        self,
        cell_spec_id: CellSpecificationId,
        data: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
    ) -> CellBatch:
        """Create a cell batch, or get the existing one with the same name, ignoring case.

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
        >>> record = client.cell_batch.create_or_get(
        ...     cell_spec_id, {"name": "New cell batch"}
        ... )
        """
        return self._unique.request(self._client, cell_spec_id, data=data).create_or_get(
            on_difference
        )

    def update(self, cell_batch_id: CellBatchId, data: Mapping[str, Any]) -> CellBatch:
        """Change a batch.

        Fields that are not given stay unchanged.

        Parameters
        ----------
        cell_batch_id : str or CellBatch
            The id of the batch.
        data : dict
            `name`, `notes`, `date_manufactured`, `properties`. See
            `ionworks.models.CellBatchUpdate`.

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
        >>> record = client.cell_batch.update(cell_batch_id, {"notes": "changed"})
        """
        return self._client.call(update_cell_batch, cell_batch_id, body=data)

    def delete(self, cell_batch_id: CellBatchId) -> None:
        """Delete a batch.

        Its cells are kept, without a batch.

        Parameters
        ----------
        cell_batch_id : str or CellBatch
            The id of the batch.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_batch.delete(cell_batch_id)
        """
        self._client.call(delete_cell_batch, cell_batch_id)
