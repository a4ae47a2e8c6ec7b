# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_measurements`: tests on cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..models.attach_raw_data_request import AttachRawDataRequest
from ..models.cell_measurement import CellMeasurement
from ..models.cell_measurement_confirmed import CellMeasurementConfirmed
from ..models.cell_measurement_list import CellMeasurementList
from ..models.cell_measurement_update import CellMeasurementUpdate
from ..models.cell_measurement_with_data import CellMeasurementWithData
from ..models.cell_measurement_with_parents_list import CellMeasurementWithParentsList
from ..models.confirm_upload_request import ConfirmUploadRequest
from ..models.create_properties_measurement_request import (
    CreatePropertiesMeasurementRequest,
)
from ..models.ids import (
    CellInstanceId,
    CellMeasurementId,
    CellSpecificationId,
    ProjectId,
    RawDataId,
)
from ..models.initiate_upload_request import InitiateUploadRequest
from ..models.initiate_upload_response import InitiateUploadResponse
from ..models.measurement_cycles import MeasurementCycles
from ..models.measurement_files import MeasurementFiles
from ..models.measurement_order_by import MeasurementOrderBy
from ..models.measurement_steps import MeasurementSteps
from ..models.measurement_tag_list import MeasurementTagList
from ..models.measurement_tags_updated import MeasurementTagsUpdated
from ..models.measurement_type import MeasurementType
from ..models.order import Order
from ..models.project_measurement_order_by import ProjectMeasurementOrderBy
from ..models.raw_data_attached import RawDataAttached
from ..models.raw_data_list import RawDataList
from ..models.steps_and_cycles import StepsAndCycles
from ..models.update_measurement_tags_request import UpdateMeasurementTagsRequest
from ..types import Filter, Operation, Request


def _build_list_cell_measurements(
    cell_instance_id: CellInstanceId,
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
    order: Order | None = None,
) -> Request:
    """List the measurements of a cell instance

    Parameters
    ----------
    cell_instance_id : str or CellInstance
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
    order : Order
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


def _read_list_cell_measurements(status: int, data: Any) -> CellMeasurementList:
    return CellMeasurementList.from_dict(data)


list_cell_measurements = Operation(
    "list_cell_measurements",
    "GET",
    "/cell_instances/{cell_instance_id}/cell_measurements",
    _build_list_cell_measurements,
    _read_list_cell_measurements,
    "json",
    "idempotent",
    filters={
        "measurement_type": Filter(
            "measurement_type", "choice", ("time_series", "file", "properties"), constant=True
        ),
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "created_by_email": Filter("created_by_email", "contains"),
        "started_after": Filter("start_time_gt", "datetime"),
        "started_before": Filter("start_time_lt", "datetime"),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "tags_all": Filter("tags_all", "texts"),
        "tags_any": Filter("tags_any", "texts"),
        "order_by": Filter(
            "order_by", "choice", ("name", "created_at", "updated_at", "start_time")
        ),
        "order": Filter("order", "choice", ("asc", "desc")),
    },
)


def _build_create_properties_measurement(
    cell_instance_id: CellInstanceId,
    *,
    body: CreatePropertiesMeasurementRequest | Mapping[str, Any],
) -> Request:
    """Create a measurement that holds properties only

    Parameters
    ----------
    cell_instance_id : str or CellInstance
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        body=body,
    )


def _read_create_properties_measurement(status: int, data: Any) -> CellMeasurement:
    return CellMeasurement.from_dict(data)


create_properties_measurement = Operation(
    "create_properties_measurement",
    "POST",
    "/cell_instances/{cell_instance_id}/cell_measurements/create",
    _build_create_properties_measurement,
    _read_create_properties_measurement,
    "json",
    "unique-name",
)


def _build_initiate_measurement_upload(
    cell_instance_id: CellInstanceId, *, body: InitiateUploadRequest | Mapping[str, Any]
) -> Request:
    """Get the upload targets of a new measurement

    Parameters
    ----------
    cell_instance_id : str or CellInstance
    """
    return Request(
        path={
            "cell_instance_id": cell_instance_id,
        },
        body=body,
    )


def _read_initiate_measurement_upload(status: int, data: Any) -> InitiateUploadResponse:
    return InitiateUploadResponse.from_dict(data)


initiate_measurement_upload = Operation(
    "initiate_measurement_upload",
    "POST",
    "/cell_instances/{cell_instance_id}/cell_measurements/initiate-upload",
    _build_initiate_measurement_upload,
    _read_initiate_measurement_upload,
    "json",
    "idempotent",
)


def _build_list_all_cell_measurements(
    *,
    project_id: ProjectId | None = None,
    cell_specification_id: CellSpecificationId | None = None,
    limit: int | None = None,
    offset: int | None = None,
    measurement_type: MeasurementType | None = None,
    q: str | None = None,
    tags_all: Sequence[str] | None = None,
    tags_any: Sequence[str] | None = None,
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
    order_by: MeasurementOrderBy | None = None,
    order: Order | None = None,
) -> Request:
    """List the measurements of a project or of a specification

    Parameters
    ----------
    project_id : str or Project
    cell_specification_id : str or CellSpecification
    limit : int
    offset : int
    measurement_type : MeasurementType
        The type of a measurement: a time series from a cycler or another instrument, files of
        any format, or named properties.
    q : str
    tags_all : Sequence[str]
    tags_any : Sequence[str]
    name : str
    created_by_email : str
    start_time : str
    start_time_gt : str
    start_time_lt : str
    created_at : str
    created_at_gt : str
    created_at_lt : str
    updated_at : str
    updated_at_gt : str
    updated_at_lt : str
    order_by : MeasurementOrderBy
        The sort fields of an instance's measurements.
    order : Order
        The direction in which a list is sorted.
    """
    return Request(
        query={
            "project_id": project_id,
            "cell_specification_id": cell_specification_id,
            "limit": limit,
            "offset": offset,
            "measurement_type": measurement_type,
            "q": q,
            "tags_all": tags_all,
            "tags_any": tags_any,
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
            "order_by": order_by,
            "order": order,
        },
    )


def _read_list_all_cell_measurements(status: int, data: Any) -> CellMeasurementList:
    return CellMeasurementList.from_dict(data)


list_all_cell_measurements = Operation(
    "list_all_cell_measurements",
    "GET",
    "/cell_measurements",
    _build_list_all_cell_measurements,
    _read_list_all_cell_measurements,
    "json",
    "idempotent",
    filters={
        "project_id": Filter("project_id", "text", constant=True, id_of="project"),
        "cell_specification_id": Filter(
            "cell_specification_id", "text", id_of="cell_specification"
        ),
        "measurement_type": Filter(
            "measurement_type", "choice", ("time_series", "file", "properties"), constant=True
        ),
        "q": Filter("q", "text"),
        "tags_all": Filter("tags_all", "texts"),
        "tags_any": Filter("tags_any", "texts"),
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "created_by_email": Filter("created_by_email", "contains"),
        "start_time": Filter("start_time", "datetime"),
        "started_after": Filter("start_time_gt", "datetime"),
        "started_before": Filter("start_time_lt", "datetime"),
        "created_at": Filter("created_at", "datetime", constant=True),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_at": Filter("updated_at", "datetime"),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "order_by": Filter(
            "order_by", "choice", ("name", "created_at", "updated_at", "start_time")
        ),
        "order": Filter("order", "choice", ("asc", "desc")),
    },
)


def _build_list_measurement_tags(
    *, project_id: ProjectId, q: str | None = None, limit: int | None = None
) -> Request:
    """List the tags of a project's measurements

    Parameters
    ----------
    project_id : str or Project
    q : str
    limit : int
    """
    return Request(
        query={
            "project_id": project_id,
            "q": q,
            "limit": limit,
        },
    )


def _read_list_measurement_tags(status: int, data: Any) -> MeasurementTagList:
    return MeasurementTagList.from_dict(data)


list_measurement_tags = Operation(
    "list_measurement_tags",
    "GET",
    "/cell_measurements/tags",
    _build_list_measurement_tags,
    _read_list_measurement_tags,
    "json",
    "idempotent",
)


def _build_update_measurement_tags(
    *, body: UpdateMeasurementTagsRequest | Mapping[str, Any]
) -> Request:
    """Add tags to measurements and remove tags from them"""
    return Request(
        body=body,
    )


def _read_update_measurement_tags(status: int, data: Any) -> MeasurementTagsUpdated:
    return MeasurementTagsUpdated.from_dict(data)


update_measurement_tags = Operation(
    "update_measurement_tags",
    "POST",
    "/cell_measurements/tags/bulk",
    _build_update_measurement_tags,
    _read_update_measurement_tags,
    "json",
    "idempotent",
)


def _build_list_cell_measurements_by_project(
    project_id: ProjectId,
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
    spec_id: CellSpecificationId | None = None,
    cell_instance_id: CellInstanceId | None = None,
    spec_anode: str | None = None,
    spec_cathode: str | None = None,
    order_by: ProjectMeasurementOrderBy | None = None,
    order: Order | None = None,
) -> Request:
    """List the measurements of a project, each with its instance and specification

    Parameters
    ----------
    project_id : str or Project
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
    spec_id : str or CellSpecification | None
    cell_instance_id : str or CellInstance | None
    spec_anode : str | None
    spec_cathode : str | None
    order_by : ProjectMeasurementOrderBy
        The sort fields of a project's measurements.
    order : Order
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


def _read_list_cell_measurements_by_project(
    status: int, data: Any
) -> CellMeasurementWithParentsList:
    return CellMeasurementWithParentsList.from_dict(data)


list_cell_measurements_by_project = Operation(
    "list_cell_measurements_by_project",
    "GET",
    "/cell_measurements/by-project/{project_id}",
    _build_list_cell_measurements_by_project,
    _read_list_cell_measurements_by_project,
    "json",
    "idempotent",
    filters={
        "measurement_type": Filter(
            "measurement_type", "choice", ("time_series", "file", "properties"), constant=True
        ),
        "name": Filter("name", "contains"),
        "name_exact": Filter("name", "equals"),
        "created_by_email": Filter("created_by_email", "contains"),
        "start_time": Filter("start_time", "datetime"),
        "started_after": Filter("start_time_gt", "datetime"),
        "started_before": Filter("start_time_lt", "datetime"),
        "created_at": Filter("created_at", "datetime", constant=True),
        "created_after": Filter("created_at_gt", "datetime", constant=True),
        "created_before": Filter("created_at_lt", "datetime", constant=True),
        "updated_at": Filter("updated_at", "datetime"),
        "updated_after": Filter("updated_at_gt", "datetime"),
        "updated_before": Filter("updated_at_lt", "datetime"),
        "spec_name": Filter("spec_name", "contains"),
        "instance_name": Filter("instance_name", "contains"),
        "spec_id": Filter("spec_id", "text", constant=True, id_of="cell_specification"),
        "cell_instance_id": Filter(
            "cell_instance_id", "text", constant=True, id_of="cell_instance"
        ),
        "spec_anode": Filter("spec_anode", "contains"),
        "spec_cathode": Filter("spec_cathode", "contains"),
        "order_by": Filter(
            "order_by",
            "choice",
            (
                "name",
                "created_at",
                "updated_at",
                "start_time",
                "cell_instance_id",
                "step_labels_validated",
                "cycler",
                "notes",
            ),
        ),
        "order": Filter("order", "choice", ("asc", "desc")),
    },
)


def _build_confirm_measurement_upload(
    measurement_id: CellMeasurementId, *, body: ConfirmUploadRequest | Mapping[str, Any]
) -> Request:
    """Confirm the upload and store the measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_confirm_measurement_upload(status: int, data: Any) -> CellMeasurementConfirmed:
    return CellMeasurementConfirmed.from_dict(data)


confirm_measurement_upload = Operation(
    "confirm_measurement_upload",
    "POST",
    "/cell_measurements/{measurement_id}/confirm-upload",
    _build_confirm_measurement_upload,
    _read_confirm_measurement_upload,
    "json",
    "unique-name",
)


def _build_get_cell_measurement(
    measurement_id: CellMeasurementId,
    *,
    include_steps: bool | None = None,
    include_time_series: bool | None = None,
) -> Request:
    """Get the metadata of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    include_steps : bool
    include_time_series : bool
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "include_steps": include_steps,
            "include_time_series": include_time_series,
        },
    )


def _read_get_cell_measurement(status: int, data: Any) -> CellMeasurement:
    return CellMeasurement.from_dict(data)


get_cell_measurement = Operation(
    "get_cell_measurement",
    "GET",
    "/cell_measurements/{measurement_id}",
    _build_get_cell_measurement,
    _read_get_cell_measurement,
    "json",
    "idempotent",
)


def _build_delete_cell_measurement(measurement_id: CellMeasurementId) -> Request:
    """Delete a measurement and its data

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_delete_cell_measurement(status: int, data: Any) -> None:
    return None


delete_cell_measurement = Operation(
    "delete_cell_measurement",
    "DELETE",
    "/cell_measurements/{measurement_id}",
    _build_delete_cell_measurement,
    _read_delete_cell_measurement,
    "nothing",
    "idempotent",
)


def _build_update_cell_measurement(
    measurement_id: CellMeasurementId, *, body: CellMeasurementUpdate | Mapping[str, Any]
) -> Request:
    """Change the metadata of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_update_cell_measurement(status: int, data: Any) -> CellMeasurement:
    return CellMeasurement.from_dict(data)


update_cell_measurement = Operation(
    "update_cell_measurement",
    "PATCH",
    "/cell_measurements/{measurement_id}",
    _build_update_cell_measurement,
    _read_update_cell_measurement,
    "json",
    "idempotent",
)


def _build_get_cell_measurement_detail(
    measurement_id: CellMeasurementId,
    *,
    x_min: float | None = None,
    x_max: float | None = None,
    x_column: str | None = None,
    include_steps: bool | None = None,
    include_time_series: bool | None = None,
) -> Request:
    """Get a measurement with its parents and its tables in one response (deprecated by the
    service)

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    x_min : float
    x_max : float
    x_column : str
    include_steps : bool
    include_time_series : bool
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "x_min": x_min,
            "x_max": x_max,
            "x_column": x_column,
            "include_steps": include_steps,
            "include_time_series": include_time_series,
        },
    )


def _read_get_cell_measurement_detail(status: int, data: Any) -> CellMeasurementWithData:
    return CellMeasurementWithData.from_dict(data)


get_cell_measurement_detail = Operation(
    "get_cell_measurement_detail",
    "GET",
    "/cell_measurements/{measurement_id}/detail",
    _build_get_cell_measurement_detail,
    _read_get_cell_measurement_detail,
    "json",
    "idempotent",
)


def _build_get_measurement_steps(measurement_id: CellMeasurementId) -> Request:
    """Get the step table of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_get_measurement_steps(status: int, data: Any) -> MeasurementSteps:
    return MeasurementSteps.from_dict(data)


get_measurement_steps = Operation(
    "get_measurement_steps",
    "GET",
    "/cell_measurements/{measurement_id}/steps",
    _build_get_measurement_steps,
    _read_get_measurement_steps,
    "json",
    "idempotent",
)


def _build_get_measurement_cycles(measurement_id: CellMeasurementId) -> Request:
    """Get the cycle table of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_get_measurement_cycles(status: int, data: Any) -> MeasurementCycles:
    return MeasurementCycles.from_dict(data)


get_measurement_cycles = Operation(
    "get_measurement_cycles",
    "GET",
    "/cell_measurements/{measurement_id}/cycles",
    _build_get_measurement_cycles,
    _read_get_measurement_cycles,
    "json",
    "idempotent",
)


def _build_get_measurement_steps_and_cycles(measurement_id: CellMeasurementId) -> Request:
    """Get the step table and the cycle table of a measurement in one response

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_get_measurement_steps_and_cycles(status: int, data: Any) -> StepsAndCycles:
    return StepsAndCycles.from_dict(data)


get_measurement_steps_and_cycles = Operation(
    "get_measurement_steps_and_cycles",
    "GET",
    "/cell_measurements/{measurement_id}/steps_and_cycles",
    _build_get_measurement_steps_and_cycles,
    _read_get_measurement_steps_and_cycles,
    "json",
    "idempotent",
)


def _build_download_measurement_steps(measurement_id: CellMeasurementId) -> Request:
    """Download the step table of a measurement as Parquet

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_download_measurement_steps(status: int, data: Any) -> bytes:
    return bytes(data)


download_measurement_steps = Operation(
    "download_measurement_steps",
    "GET",
    "/cell_measurements/{measurement_id}/steps/download",
    _build_download_measurement_steps,
    _read_download_measurement_steps,
    "bytes",
    "idempotent",
)


def _build_download_measurement_time_series(measurement_id: CellMeasurementId) -> Request:
    """Download the time series of a measurement as Parquet

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_download_measurement_time_series(status: int, data: Any) -> bytes:
    return bytes(data)


download_measurement_time_series = Operation(
    "download_measurement_time_series",
    "GET",
    "/cell_measurements/{measurement_id}/time_series/download",
    _build_download_measurement_time_series,
    _read_download_measurement_time_series,
    "bytes",
    "idempotent",
)


def _build_list_measurement_files(measurement_id: CellMeasurementId) -> Request:
    """List the names of a measurement's files

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_list_measurement_files(status: int, data: Any) -> MeasurementFiles:
    return MeasurementFiles.from_dict(data)


list_measurement_files = Operation(
    "list_measurement_files",
    "GET",
    "/cell_measurements/{measurement_id}/files",
    _build_list_measurement_files,
    _read_list_measurement_files,
    "json",
    "idempotent",
)


def _build_download_measurement_file(measurement_id: CellMeasurementId, filename: str) -> Request:
    """Download one file of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    filename : str
    """
    return Request(
        path={
            "measurement_id": measurement_id,
            "filename": filename,
        },
    )


def _read_download_measurement_file(status: int, data: Any) -> bytes:
    return bytes(data)


download_measurement_file = Operation(
    "download_measurement_file",
    "GET",
    "/cell_measurements/{measurement_id}/files/{filename}",
    _build_download_measurement_file,
    _read_download_measurement_file,
    "bytes",
    "idempotent",
)


def _build_initiate_measurement_extend(
    measurement_id: CellMeasurementId, *, body: Mapping[str, Any] | None = None
) -> Request:
    """Get the upload targets for more data of a running test

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_initiate_measurement_extend(status: int, data: Any) -> InitiateUploadResponse:
    return InitiateUploadResponse.from_dict(data)


initiate_measurement_extend = Operation(
    "initiate_measurement_extend",
    "POST",
    "/cell_measurements/{measurement_id}/initiate-extend",
    _build_initiate_measurement_extend,
    _read_initiate_measurement_extend,
    "json",
    "none",
)


def _build_confirm_measurement_extend(
    measurement_id: CellMeasurementId, *, body: Mapping[str, Any] | None = None
) -> Request:
    """Confirm the upload of new rows and add them to the measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_confirm_measurement_extend(status: int, data: Any) -> CellMeasurementConfirmed:
    return CellMeasurementConfirmed.from_dict(data)


confirm_measurement_extend = Operation(
    "confirm_measurement_extend",
    "POST",
    "/cell_measurements/{measurement_id}/confirm-extend",
    _build_confirm_measurement_extend,
    _read_confirm_measurement_extend,
    "json",
    "unique-name",
)


def _build_watch_cell_measurement(
    measurement_id: CellMeasurementId, *, body: Mapping[str, Any] | None = None
) -> Request:
    """Watch a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_watch_cell_measurement(status: int, data: Any) -> None:
    return None


watch_cell_measurement = Operation(
    "watch_cell_measurement",
    "POST",
    "/cell_measurements/{measurement_id}/watch",
    _build_watch_cell_measurement,
    _read_watch_cell_measurement,
    "nothing",
    "idempotent",
)


def _build_unwatch_cell_measurement(measurement_id: CellMeasurementId) -> Request:
    """Stop watching a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
    )


def _read_unwatch_cell_measurement(status: int, data: Any) -> None:
    return None


unwatch_cell_measurement = Operation(
    "unwatch_cell_measurement",
    "DELETE",
    "/cell_measurements/{measurement_id}/watch",
    _build_unwatch_cell_measurement,
    _read_unwatch_cell_measurement,
    "nothing",
    "idempotent",
)


def _build_list_measurement_raw_data(
    measurement_id: CellMeasurementId, *, limit: int | None = None, offset: int | None = None
) -> Request:
    """List the raw data of a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    limit : int
    offset : int
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        query={
            "limit": limit,
            "offset": offset,
        },
    )


def _read_list_measurement_raw_data(status: int, data: Any) -> RawDataList:
    return RawDataList.from_dict(data)


list_measurement_raw_data = Operation(
    "list_measurement_raw_data",
    "GET",
    "/cell_measurements/{measurement_id}/raw_data",
    _build_list_measurement_raw_data,
    _read_list_measurement_raw_data,
    "json",
    "idempotent",
)


def _build_attach_raw_data(
    measurement_id: CellMeasurementId, *, body: AttachRawDataRequest | Mapping[str, Any]
) -> Request:
    """Attach raw data to a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    """
    return Request(
        path={
            "measurement_id": measurement_id,
        },
        body=body,
    )


def _read_attach_raw_data(status: int, data: Any) -> RawDataAttached:
    return RawDataAttached.from_dict(data)


attach_raw_data = Operation(
    "attach_raw_data",
    "POST",
    "/cell_measurements/{measurement_id}/raw_data",
    _build_attach_raw_data,
    _read_attach_raw_data,
    "json",
    "idempotent",
)


def _build_detach_raw_data(measurement_id: CellMeasurementId, raw_data_id: RawDataId) -> Request:
    """Detach raw data from a measurement

    Parameters
    ----------
    measurement_id : str or CellMeasurement
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "measurement_id": measurement_id,
            "raw_data_id": raw_data_id,
        },
    )


def _read_detach_raw_data(status: int, data: Any) -> None:
    return None


detach_raw_data = Operation(
    "detach_raw_data",
    "DELETE",
    "/cell_measurements/{measurement_id}/raw_data/{raw_data_id}",
    _build_detach_raw_data,
    _read_detach_raw_data,
    "nothing",
    "idempotent",
)
