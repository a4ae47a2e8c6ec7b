"""Cell batches: cells of one specification that were manufactured together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.cell_batches import (
    create_cell_batch,
    delete_cell_batch,
    get_cell_batch,
    list_cell_batches,
    update_cell_batch,
)

from ionworks._request.filters import BatchFilters, batch_filters, sort_order
from ionworks._resource import Resource
from ionworks._workflows.create import CreateRequest, OnDifference
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import CellBatch


class CellBatchClient(Resource):
    """Client for cell batches: `client.cell_batch`."""

    def get(self, cell_batch_id: str) -> CellBatch:
        """Get a batch by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.cell_batch.get(batch_id).name
        'Lot 12'
        """
        return self._client.call(get_cell_batch, cell_batch_id)

    def list(
        self,
        cell_spec_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[BatchFilters],
    ) -> RecordList[CellBatch]:
        """List all batches of a specification; filters: `name` (substring), `name_exact`.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.

        Examples
        --------
        >>> [batch.name for batch in client.cell_batch.list(spec_id)]
        ['Lot 12']
        """
        fetch, order = self._page(cell_spec_id, filters), sort_order(filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

    def iterate(
        self,
        cell_spec_id: str,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[BatchFilters],
    ) -> Iterator[CellBatch]:
        """Yield batches lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> next(client.cell_batch.iterate(spec_id, name="lot")).instance_count
        1
        """
        fetch, order = self._page(cell_spec_id, filters), sort_order(filters)
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

    def create(self, cell_spec_id: str, data: Mapping[str, Any]) -> CellBatch:
        """Create a batch under a specification.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        data : dict
            `name` (required), `date_manufactured`, `properties`, `notes`.

        Raises
        ------
        Conflict
            If the specification has a batch with this name, ignoring case.

        Examples
        --------
        >>> client.cell_batch.create(spec_id, {"name": "Lot 13"}).instance_count
        0
        """
        return self._create_request(cell_spec_id, data).create()

    def create_or_get(
        self,
        cell_spec_id: str,
        data: Mapping[str, Any],
        *,
        on_difference: OnDifference = "warn",
    ) -> CellBatch:
        """Create a batch, or get the existing one with the same name, ignoring case.

        Parameters
        ----------
        cell_spec_id : str
            The specification's id.
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing batch differs from `data`. It is never changed.

        Examples
        --------
        >>> client.cell_batch.create_or_get(spec_id, {"name": "Lot 12"}).id == batch_id
        True
        """
        return self._create_request(cell_spec_id, data).create_or_get(on_difference)

    def update(self, cell_batch_id: str, data: Mapping[str, Any]) -> CellBatch:
        """Update the given fields of a batch; `None` clears a field.

        Examples
        --------
        >>> client.cell_batch.update(batch_id, {"notes": "second coating line"}).notes
        'second coating line'
        """
        return self._client.call(update_cell_batch, cell_batch_id, body=data)

    def delete(self, cell_batch_id: str) -> None:
        """Delete a batch, but not its cells.

        Examples
        --------
        >>> client.cell_batch.delete(batch_id)
        """
        self._client.call(delete_cell_batch, cell_batch_id)

    def _create_request(
        self, cell_spec_id: str, data: Mapping[str, Any]
    ) -> CreateRequest[CellBatch]:
        return CreateRequest.of(
            self._client,
            create_cell_batch,
            cell_spec_id,
            data=data,
            get=self.get,
            # The service compares batch names without regard to case, so the search must, too.
            search=lambda name: iter(self.list(cell_spec_id, name=name)),
            same_name=lambda one, other: one.casefold() == other.casefold(),
        )

    def _page(self, cell_spec_id: str, filters: BatchFilters) -> FetchPage[CellBatch]:
        query = batch_filters(**filters)
        return self._client._pages(list_cell_batches, cell_spec_id, **query)
