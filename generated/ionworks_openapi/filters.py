# Generated from openapi.yaml. Do not edit: run make generate.
"""The keywords of the lists. None means not given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from ionworks._request.datetimes import DatetimeLike
from ionworks._request.filters import StrOrList

from .models import (
    CellBatchId,
    CellInstanceId,
    CellSpecificationId,
    MaterialId,
    MeasurementOrderBy,
    MeasurementType,
    Order,
    OrderBy,
    ProjectId,
    ProjectMeasurementOrderBy,
)


class ProjectFilters(TypedDict, total=False):
    """Keywords of list_projects; None means not given."""

    name: str | None
    name_exact: str | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    order_by: OrderBy | None
    order: Order | None


class SpecificationFilters(TypedDict, total=False):
    """Keywords of list_cell_specifications; None means not given."""

    name: str | None
    name_exact: str | None
    form_factor: str | None
    created_by_email: str | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    order_by: OrderBy | None
    order: Order | None
    project_id: ProjectId | None
    material_id: MaterialId | None
    material_ids: Sequence[MaterialId] | None
    anode_material_id: MaterialId | None
    cathode_material_id: MaterialId | None
    electrolyte_material_id: MaterialId | None
    separator_material_id: MaterialId | None
    case_material_id: MaterialId | None
    exclude_cell_spec_id: CellSpecificationId | None


class BatchFilters(TypedDict, total=False):
    """Keywords of list_cell_batches; None means not given."""

    name: str | None
    name_exact: str | None


class InstanceFilters(TypedDict, total=False):
    """Keywords of list_cell_instances; None means not given."""

    name: str | None
    name_exact: str | None
    created_by_email: str | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    order_by: OrderBy | None
    order: Order | None
    batch_id: CellBatchId | None


class MeasurementFilters(TypedDict, total=False):
    """Keywords of list_cell_measurements; None means not given."""

    measurement_type: MeasurementType | None
    name: str | None
    name_exact: str | None
    created_by_email: str | None
    started_after: DatetimeLike | None
    started_before: DatetimeLike | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    tags_all: StrOrList | None
    tags_any: StrOrList | None
    order_by: MeasurementOrderBy | None
    order: Order | None


class ProjectMeasurementFilters(TypedDict, total=False):
    """Keywords of list_cell_measurements_by_project; None means not given."""

    measurement_type: MeasurementType | None
    name: str | None
    name_exact: str | None
    created_by_email: str | None
    start_time: DatetimeLike | None
    started_after: DatetimeLike | None
    started_before: DatetimeLike | None
    created_at: DatetimeLike | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_at: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    spec_name: str | None
    instance_name: str | None
    spec_id: CellSpecificationId | None
    cell_instance_id: CellInstanceId | None
    spec_anode: str | None
    spec_cathode: str | None
    order_by: ProjectMeasurementOrderBy | None
    order: Order | None


__all__ = [
    "ProjectFilters",
    "SpecificationFilters",
    "BatchFilters",
    "InstanceFilters",
    "MeasurementFilters",
    "ProjectMeasurementFilters",
]
