# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_instances/{cell_instance_id}/cell_measurements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.cell_measurement_list import CellMeasurementList
from ...models.measurement_order_by import MeasurementOrderBy
from ...models.measurement_type import MeasurementType
from ...models.sort_order import SortOrder
from ...types import Operation, Request


def build(
    cell_instance_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    measurement_type: MeasurementType | None = None,
    name: str | None = None,
    created_by_email: str | None = None,
    start_time_gt: str | None = None,
    start_time_lt: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    tags_all: Sequence[str] | None = None,
    tags_any: Sequence[str] | None = None,
    order_by: MeasurementOrderBy | None = None,
    order: SortOrder | None = None,
) -> Request:
    """List the measurements of a cell instance

    Parameters
    ----------
    cell_instance_id : str
    limit : int
    offset : int
    measurement_type : MeasurementType
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    name : str
    created_by_email : str
    start_time_gt : str
    start_time_lt : str
    created_at_gt : str
    created_at_lt : str
    updated_at_gt : str
    updated_at_lt : str
    tags_all : Sequence[str]
    tags_any : Sequence[str]
    order_by : MeasurementOrderBy
        The sort fields of an instance's measurements.
    order : SortOrder
        The direction in which a list is sorted.
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        query={
            "limit": limit,
            "offset": offset,
            "measurement_type": measurement_type,
            "name": name,
            "created_by_email": created_by_email,
            "start_time_gt": start_time_gt,
            "start_time_lt": start_time_lt,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "tags_all": tags_all,
            "tags_any": tags_any,
            "order_by": order_by,
            "order": order,
        },
    )


def read(status: int, data: Any) -> CellMeasurementList:
    """Read the answer of a 2xx status."""
    return CellMeasurementList.from_dict(data)


OPERATION = Operation(
    "list_cell_measurements",
    "GET",
    "/cell_instances/{cell_instance_id}/cell_measurements",
    build,
    read,
    "json",
    "idempotent",
)
