"""Cell specifications: the design of a cell, its ratings and its components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.cell_specifications import (
    create_cell_specification,
    delete_cell_specification,
    get_cell_specification,
    list_cell_specifications,
    update_cell_specification,
)

from ionworks._request.filters import SpecificationFilters, sort_order, specification_filters
from ionworks._resource import Resource
from ionworks._workflows.create import CreateRequest, OnDifference, fields_of
from ionworks.records.pages import FetchPage, RecordList

if TYPE_CHECKING:
    from ionworks_openapi.models import CellSpecification


class CellSpecificationClient(Resource):
    """Client for cell specifications: `client.cell_spec`."""

    def get(self, cell_spec_id: str) -> CellSpecification:
        """Get a specification by its id, with its components and their materials.

        Raises
        ------
        NotFound
            If the id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> spec = client.cell_spec.get(spec_id)
        >>> spec.name, spec.ratings.capacity.to("mA*h")
        ('LG M50', Quantity(5000.0, 'mA*h'))
        """
        return self._client.call(get_cell_specification, cell_spec_id)

    def list(
        self,
        include_components: bool = False,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[SpecificationFilters],
    ) -> RecordList[CellSpecification]:
        """List all specifications that the key has access to.

        Parameters
        ----------
        include_components : bool
            Whether to include components and materials.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (substring), `name_exact`, `form_factor`, `created_by_email`,
            `created_after`, `created_before`, `updated_after`, `updated_before`, `project_id`,
            `order_by`, `order`.

        Returns
        -------
        list of CellSpecification
            `.total` is the number of matching records on the server.

        Examples
        --------
        >>> specs = client.cell_spec.list(form_factor="21700", order_by="name")
        >>> [spec.name for spec in specs], specs.total
        (['LG M50'], 1)
        """
        fetch, order = self._page(include_components, filters), sort_order(filters)
        return self._list(fetch, limit=limit, offset=offset, strict=strict, order=order)

    def iterate(
        self,
        include_components: bool = False,
        *,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[SpecificationFilters],
    ) -> Iterator[CellSpecification]:
        """Yield specifications lazily, one page at a time; filters as for `list`.

        To delete or change the yielded records, use `list` instead.

        Examples
        --------
        >>> for spec in client.cell_spec.iterate(name="M50", max_items=10):
        ...     print(spec.name, spec.form_factor)
        LG M50 21700
        """
        fetch, order = self._page(include_components, filters), sort_order(filters)
        return self._iterate(fetch, max_items=max_items, strict=strict, order=order)

    def create(self, data: Mapping[str, Any]) -> CellSpecification:
        """Create a specification.

        Parameters
        ----------
        data : dict
            `name` (required) and, for example, `ratings`, `form_factor`, `manufacturer`,
            `anode`, `cathode`, `notes`. Give numbers with a unit as `Quantity`, as
            `{"value": ..., "unit": ...}` or, in the ratings, as text such as ``"2.5 V"``.
            `project_id` defaults to the project of the client.

        Raises
        ------
        Conflict
            If the project has a specification with this name.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> spec = client.cell_spec.create(
        ...     {"name": "LG M50LT", "ratings": {"capacity": "4.8 A*h", "voltage_max": "4.2 V"}}
        ... )
        >>> spec.ratings.capacity
        Quantity(4.8, 'A*h')
        """
        return self._create_request(data).create()

    def create_or_get(
        self, data: Mapping[str, Any], *, on_difference: OnDifference = "warn"
    ) -> CellSpecification:
        """Create a specification, or get the existing one with the same name.

        Parameters
        ----------
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing specification differs from `data`. It is never changed.

        Examples
        --------
        >>> spec = client.cell_spec.create_or_get({"name": "LG M50", "form_factor": "21700"})
        >>> spec.id == spec_id  # it existed already
        True
        """
        return self._create_request(data).create_or_get(on_difference)

    def update(self, cell_spec_id: str, data: Mapping[str, Any]) -> CellSpecification:
        """Update the given fields of a specification; ratings are merged, not replaced.

        Examples
        --------
        >>> spec = client.cell_spec.update(spec_id, {"ratings": {"voltage_min": "2.7 V"}})
        >>> spec.ratings.voltage_min, spec.ratings.voltage_max
        (Quantity(2.7, 'V'), Quantity(4.2, 'V'))
        """
        return self._client.call(update_cell_specification, cell_spec_id, body=data)

    def delete(self, cell_spec_id: str) -> None:
        """Delete a specification, its instances and their measurements.

        Examples
        --------
        >>> client.cell_spec.delete(spec_id)
        >>> client.cell_spec.list()
        []
        """
        self._client.call(delete_cell_specification, cell_spec_id)

    def _create_request(self, data: Mapping[str, Any]) -> CreateRequest[CellSpecification]:
        default = self._client.settings.project_id
        if default is not None:
            data = {"project_id": default, **fields_of(data)}
        creation = CreateRequest.of(
            self._client,
            create_cell_specification,
            data=data,
            get=self.get,
            search=lambda name: iter(self.list(True, name_exact=name, project_id=project_id)),
        )
        project_id = creation.requested.get("project_id")
        return creation

    def _page(
        self, include_components: bool, filters: SpecificationFilters
    ) -> FetchPage[CellSpecification]:
        query = specification_filters(**filters)
        full = True if include_components else None
        return self._client._pages(list_cell_specifications, full=full, **query)
