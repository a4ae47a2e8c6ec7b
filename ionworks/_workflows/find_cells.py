"""Finds the cells of a whole project: those of each of its specifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ionworks_openapi.api.cell_instances import list_cell_instances
from ionworks_openapi.models import CellInstance

from ionworks._request.filters import sort_order, write_filters
from ionworks._request.schemas import page_size
from ionworks._workflows.fan_out import fan_out
from ionworks.records.pages import RecordList
from ionworks.records.walk import collect

if TYPE_CHECKING:
    from ionworks._http.session import Session


def cells_of(
    session: Session, specification_ids: Sequence[str], filters: Mapping[str, object]
) -> RecordList[CellInstance]:
    """Return the cells of many specifications in one list, sorted as the filters say."""
    known = list_cell_instances.filters
    query, order = write_filters(known, filters), sort_order(known, filters)
    lists = fan_out(
        [
            partial(
                collect,
                session._pages(list_cell_instances, identity, **query),
                page_size=page_size(),
                order=order,
            )
            for identity in specification_ids
        ],
        max_workers=session.max_workers,
    )
    field = str(filters.get("order_by") or "created_at")

    def key(record: Any) -> tuple[bool, Any]:  # an invalid record has no such field
        value = getattr(record, field, None)
        return value is not None, value

    found = RecordList([each for one in lists for each in one], model=CellInstance)
    found.sort(key=key, reverse=filters.get("order") != "asc")
    return found
