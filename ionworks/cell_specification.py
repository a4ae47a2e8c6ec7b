"""Cell specifications: the design of a cell, its ratings and its components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks_openapi.api.cell_specifications import (
    create_cell_specification,
    get_cell_specification,
    list_cell_specifications,
)
from ionworks_openapi.resources.cell_specifications import CellSpecClient as CellSpecMethods

from ionworks._workflows.create import CreateRequest, OnDifference, UniqueNames, fields_of
from ionworks.records.pages import RecordList

if TYPE_CHECKING:
    from ionworks_openapi.filters import SpecificationFilters
    from ionworks_openapi.models import CellSpecification


class CellSpecificationClient(CellSpecMethods):
    """Client for cell specifications: `client.cell_spec`."""

    _unique = UniqueNames(
        create_cell_specification, get_cell_specification, list_cell_specifications
    )

    def list(
        self,
        include_components: bool = False,
        *,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        all_projects: bool = False,
        **filters: Unpack[SpecificationFilters],
    ) -> RecordList[CellSpecification]:
        """List the specifications of a project, by default the project of the client.

        Without a project, and with `all_projects`, the list has all that the key has access to.

        Parameters
        ----------
        include_components : bool
            Whether to include components and materials.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        all_projects : bool
            Whether to list the specifications of all projects.
        **filters
            `name` (substring), `name_exact`, `form_factor`, `created_by_email`,
            `created_after`, `created_before`, `updated_after`, `updated_before`, `project_id`,
            `order_by`, `order`.

        Returns
        -------
        list of CellSpecification
            `.total` is the number of matching records on the server.

        Raises
        ------
        NotFound
            If the project is unknown.

        Examples
        --------
        >>> specs = client.cell_spec.list(form_factor="21700", order_by="name")
        >>> [spec.name for spec in specs], specs.total
        (['LG M50'], 1)
        """
        full = True if include_components else None
        return self._list(
            list_cell_specifications,
            filters=self._of_project(filters, all_projects),
            limit=limit,
            offset=offset,
            strict=strict,
            full=full,
        )

    def iterate(
        self,
        include_components: bool = False,
        *,
        max_items: int | None = None,
        strict: bool = False,
        all_projects: bool = False,
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
        full = True if include_components else None
        return self._iterate(
            list_cell_specifications,
            filters=self._of_project(filters, all_projects),
            max_items=max_items,
            strict=strict,
            full=full,
        )

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

    def _of_project(
        self, filters: SpecificationFilters, all_projects: bool
    ) -> SpecificationFilters:
        project = self._project_or_all(filters.get("project_id"), all_projects=all_projects)
        return {**filters, "project_id": project}

    def _create_request(self, data: Mapping[str, Any]) -> CreateRequest[CellSpecification]:
        default = self._client.settings.project_id
        if default is not None:
            data = {"project_id": default, **fields_of(data)}
        return self._unique.request(self._client, data=data, full=True)
