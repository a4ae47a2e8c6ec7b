# Generated from openapi.yaml. Do not edit: run make generate.
"""Racks of a hall: the methods of `client.rack`."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Unpack

from ionworks._resource import Resource
from ionworks._workflows.create import OnDifference, UniqueNames
from ionworks.records.pages import RecordList

from ..api.racks import (
    create_rack,
    delete_rack,
    get_rack,
    list_rack_levels,
    list_racks,
    turn_rack,
    update_rack,
)
from ..filters import RackFilters

if TYPE_CHECKING:
    from ..models import (
        Level,
        Rack,
        RackId,
    )


class RackClient(Resource):
    """Racks of a hall: `client.rack`."""

    _unique = UniqueNames(create_rack, get_rack, list_racks, any_case=True)

    def get(self, rack_id: RackId, *, deep: bool | None = None) -> Rack:
        """Get a rack.

        Parameters
        ----------
        rack_id : str or Rack
            The id of the rack.
        deep : bool, optional
            Whether to look inside.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> record = client.rack.get(rack_id)
        """
        return self._client.call(get_rack, rack_id, deep=deep)

    def list(
        self,
        hall_id: str,
        *,
        floor: int,
        limit: int | None = None,
        offset: int | None = None,
        strict: bool = False,
        **filters: Unpack[RackFilters],
    ) -> RecordList[Rack]:
        """List the racks of a hall.

        Parameters
        ----------
        hall_id : str
            The id of the hall.
        floor : int
            The floor.
        limit, offset : int, optional
            Return one page instead of all records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            `name` (a part of it), `name_exact`, `made_after`, `state`, `labels`, `owner_id`,
            `full`. See `ionworks.models.RackFilters`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> records = client.rack.list(hall_id, floor=floor)
        """
        return self._list(
            list_racks,
            hall_id,
            floor=floor,
            filters=filters,
            limit=limit,
            offset=offset,
            strict=strict,
        )

    def iterate(
        self,
        hall_id: str,
        *,
        floor: int,
        max_items: int | None = None,
        strict: bool = False,
        **filters: Unpack[RackFilters],
    ) -> Iterator[Rack]:
        """Yield the records of `list` lazily, one page at a time.

        To delete or change the yielded records, use `list` instead.

        Parameters
        ----------
        hall_id : str
            The id of the hall.
        floor : int
            The floor.
        max_items : int, optional
            Stop after this many records.
        strict : bool
            Raise an error instead of a warning if an item does not fit the contract.
        **filters
            As for `list`.

        Examples
        --------
        >>> for record in client.rack.iterate(hall_id, floor=floor):
        ...     _ = record
        """
        return self._iterate(
            list_racks, hall_id, floor=floor, filters=filters, max_items=max_items, strict=strict
        )

    def create(self, hall_id: str, data: Mapping[str, Any]) -> Rack:
        """Create a rack.

        Parameters
        ----------
        hall_id : str
            The id of the hall.
        data : dict
            `name` (required), `state` (required), `size` (required), `above`, `load`. See
            `ionworks.models.RackCreate`.

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
        >>> record = client.rack.create(
        ...     hall_id, {"name": "New rack", "state": "new", "size": 2}
        ... )
        """
        return self._unique.request(self._client, hall_id, data=data).create()

    def create_or_get(
        self, hall_id: str, data: Mapping[str, Any], *, on_difference: OnDifference = "warn"
    ) -> Rack:
        """Create a rack, or get the existing one with the same name, ignoring case.

        Parameters
        ----------
        hall_id : str
            The id of the hall.
        data : dict
            As for `create`.
        on_difference : {"warn", "raise", "ignore"}
            What to do if the existing record differs from `data`. It is never changed.

        Examples
        --------
        >>> record = client.rack.create_or_get(
        ...     hall_id, {"name": "New rack", "state": "new", "size": 2}
        ... )
        """
        return self._unique.request(self._client, hall_id, data=data).create_or_get(on_difference)

    def update(self, rack_id: RackId, data: Mapping[str, Any]) -> Rack:
        """Change a rack.

        Parameters
        ----------
        rack_id : str or Rack
            The id of the rack.
        data : dict
            `name`, `notes`. See `ionworks.models.ThingUpdate`.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.
        PayloadError
            If `data` does not fit the contract; nothing was sent.

        Examples
        --------
        >>> record = client.rack.update(rack_id, {"notes": "changed"})
        """
        return self._client.call(update_rack, rack_id, body=data)

    def delete(self, rack_id: RackId) -> None:
        """Delete a rack.

        Parameters
        ----------
        rack_id : str or Rack
            The id of the rack.

        Raises
        ------
        NotFound
            If an id is unknown, or the key has no access to the record.

        Examples
        --------
        >>> client.rack.delete(rack_id)
        """
        self._client.call(delete_rack, rack_id)

    def turn(self, rack_id: RackId) -> None:
        """Turn a rack.

        Parameters
        ----------
        rack_id : str or Rack
            The id of the rack.

        Raises
        ------
        Conflict
            If the name is taken, or the state of the record does not allow it.
        WriteOutcomeUnknown
            If the response was lost: the service may have made the change.

        Examples
        --------
        >>> client.rack.turn(rack_id)
        """
        self._client.call(turn_rack, rack_id)

    def list_levels(self, rack_id: RackId) -> builtins.list[Level | int]:
        """List the levels of a rack.

        Parameters
        ----------
        rack_id : str or Rack
            The id of the rack.

        Examples
        --------
        >>> record = client.rack.list_levels(rack_id)
        """
        return self._client.call(list_rack_levels, rack_id)
