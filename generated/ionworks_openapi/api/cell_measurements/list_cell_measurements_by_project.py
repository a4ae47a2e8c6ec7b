# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /cell_measurements/by-project/{project_id}."""

from __future__ import annotations

from typing import Any

from ...models.cell_measurement_with_parents_list import CellMeasurementWithParentsList
from ...models.measurement_type import MeasurementType
from ...models.project_measurement_order_by import ProjectMeasurementOrderBy
from ...models.sort_order import SortOrder
from ...types import Operation, Request


def build(
    project_id: str,
    *,
    measurement_type: MeasurementType | None = None,
    limit: int | None = None,
    offset: int | None = None,
    name: str | None = None,
    created_by_email: str | None = None,
    start_time: str | None = None,
    start_time_gt: str | None = None,
    start_time_lt: str | None = None,
    created_at: str | None = None,
    created_at_gt: str | None = None,
    created_at_lt: str | None = None,
    updated_at: str | None = None,
    updated_at_gt: str | None = None,
    updated_at_lt: str | None = None,
    spec_name: str | None = None,
    instance_name: str | None = None,
    spec_id: str | None = None,
    cell_instance_id: str | None = None,
    spec_anode: str | None = None,
    spec_cathode: str | None = None,
    order_by: ProjectMeasurementOrderBy | None = None,
    order: SortOrder | None = None,
) -> Request:
    """List the measurements of a project, each with its instance and specification

    Parameters
    ----------
    project_id : str
    measurement_type : MeasurementType | None
    limit : int
    offset : int
    name : str | None
    created_by_email : str | None
    start_time : str | None
    start_time_gt : str | None
    start_time_lt : str | None
    created_at : str | None
    created_at_gt : str | None
    created_at_lt : str | None
    updated_at : str | None
    updated_at_gt : str | None
    updated_at_lt : str | None
    spec_name : str | None
    instance_name : str | None
    spec_id : str | None
    cell_instance_id : str | None
    spec_anode : str | None
    spec_cathode : str | None
    order_by : ProjectMeasurementOrderBy
        The sort fields of a project's measurements.
    order : SortOrder
        The direction in which a list is sorted.
    """
    return Request(
        path={
            "project_id": project_id,
        },
        query={
            "measurement_type": measurement_type,
            "limit": limit,
            "offset": offset,
            "name": name,
            "created_by_email": created_by_email,
            "start_time": start_time,
            "start_time_gt": start_time_gt,
            "start_time_lt": start_time_lt,
            "created_at": created_at,
            "created_at_gt": created_at_gt,
            "created_at_lt": created_at_lt,
            "updated_at": updated_at,
            "updated_at_gt": updated_at_gt,
            "updated_at_lt": updated_at_lt,
            "spec_name": spec_name,
            "instance_name": instance_name,
            "spec_id": spec_id,
            "cell_instance_id": cell_instance_id,
            "spec_anode": spec_anode,
            "spec_cathode": spec_cathode,
            "order_by": order_by,
            "order": order,
        },
    )


def read(status: int, data: Any) -> CellMeasurementWithParentsList:
    """Read the answer of a 2xx status."""
    return CellMeasurementWithParentsList.from_dict(data)


OPERATION = Operation(
    "list_cell_measurements_by_project",
    "GET",
    "/cell_measurements/by-project/{project_id}",
    build,
    read,
    "json",
    "idempotent",
)
