# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `raw_data`: files as the instruments wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models.confirm_raw_data_upload_request import ConfirmRawDataUploadRequest
from ..models.ids import (
    ProjectId,
    RawDataId,
)
from ..models.initiate_raw_data_upload_request import InitiateRawDataUploadRequest
from ..models.initiate_raw_data_upload_response import InitiateRawDataUploadResponse
from ..models.raw_data import RawData
from ..models.raw_data_download_url import RawDataDownloadUrl
from ..models.raw_data_list import RawDataList
from ..models.raw_data_measurement_list import RawDataMeasurementList
from ..models.raw_data_update import RawDataUpdate
from ..types import Operation, Request


def _build_list_raw_data(
    *, project_id: ProjectId, limit: int | None = None, offset: int | None = None
) -> Request:
    """List the raw data of a project

    Parameters
    ----------
    project_id : str or Project
    limit : int
    offset : int
    """
    return Request(
        query={
            "project_id": project_id,
            "limit": limit,
            "offset": offset,
        },
    )


def _read_list_raw_data(status: int, data: Any) -> RawDataList:
    return RawDataList.from_dict(data)


list_raw_data = Operation(
    "list_raw_data",
    "GET",
    "/raw_data",
    _build_list_raw_data,
    _read_list_raw_data,
    "json",
    "idempotent",
)


def _build_initiate_raw_data_upload(
    *, body: InitiateRawDataUploadRequest | Mapping[str, Any]
) -> Request:
    """Get the upload target of a file for raw data"""
    return Request(
        body=body,
    )


def _read_initiate_raw_data_upload(status: int, data: Any) -> InitiateRawDataUploadResponse:
    return InitiateRawDataUploadResponse.from_dict(data)


initiate_raw_data_upload = Operation(
    "initiate_raw_data_upload",
    "POST",
    "/raw_data/initiate-upload",
    _build_initiate_raw_data_upload,
    _read_initiate_raw_data_upload,
    "json",
    "idempotent",
)


def _build_confirm_raw_data_upload(
    raw_data_id: RawDataId, *, body: ConfirmRawDataUploadRequest | Mapping[str, Any]
) -> Request:
    """Confirm the upload and store the raw data

    Parameters
    ----------
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
        body=body,
    )


def _read_confirm_raw_data_upload(status: int, data: Any) -> RawData:
    return RawData.from_dict(data)


confirm_raw_data_upload = Operation(
    "confirm_raw_data_upload",
    "POST",
    "/raw_data/{raw_data_id}/confirm-upload",
    _build_confirm_raw_data_upload,
    _read_confirm_raw_data_upload,
    "json",
    "unique-name",
)


def _build_get_raw_data(raw_data_id: RawDataId) -> Request:
    """Get the metadata of raw data

    Parameters
    ----------
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def _read_get_raw_data(status: int, data: Any) -> RawData:
    return RawData.from_dict(data)


get_raw_data = Operation(
    "get_raw_data",
    "GET",
    "/raw_data/{raw_data_id}",
    _build_get_raw_data,
    _read_get_raw_data,
    "json",
    "idempotent",
)


def _build_delete_raw_data(raw_data_id: RawDataId) -> Request:
    """Delete raw data and their file

    Parameters
    ----------
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def _read_delete_raw_data(status: int, data: Any) -> None:
    return None


delete_raw_data = Operation(
    "delete_raw_data",
    "DELETE",
    "/raw_data/{raw_data_id}",
    _build_delete_raw_data,
    _read_delete_raw_data,
    "nothing",
    "idempotent",
)


def _build_update_raw_data(
    raw_data_id: RawDataId, *, body: RawDataUpdate | Mapping[str, Any]
) -> Request:
    """Change the metadata of raw data

    Parameters
    ----------
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
        body=body,
    )


def _read_update_raw_data(status: int, data: Any) -> RawData:
    return RawData.from_dict(data)


update_raw_data = Operation(
    "update_raw_data",
    "PATCH",
    "/raw_data/{raw_data_id}",
    _build_update_raw_data,
    _read_update_raw_data,
    "json",
    "idempotent",
)


def _build_get_raw_data_download_url(raw_data_id: RawDataId) -> Request:
    """Get the download URL of the file of raw data

    Parameters
    ----------
    raw_data_id : str or RawData
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
    )


def _read_get_raw_data_download_url(status: int, data: Any) -> RawDataDownloadUrl:
    return RawDataDownloadUrl.from_dict(data)


get_raw_data_download_url = Operation(
    "get_raw_data_download_url",
    "GET",
    "/raw_data/{raw_data_id}/download-url",
    _build_get_raw_data_download_url,
    _read_get_raw_data_download_url,
    "json",
    "idempotent",
)


def _build_list_raw_data_measurements(
    raw_data_id: RawDataId, *, limit: int | None = None, offset: int | None = None
) -> Request:
    """List the ids of the measurements of raw data

    Parameters
    ----------
    raw_data_id : str or RawData
    limit : int
    offset : int
    """
    return Request(
        path={
            "raw_data_id": raw_data_id,
        },
        query={
            "limit": limit,
            "offset": offset,
        },
    )


def _read_list_raw_data_measurements(status: int, data: Any) -> RawDataMeasurementList:
    return RawDataMeasurementList.from_dict(data)


list_raw_data_measurements = Operation(
    "list_raw_data_measurements",
    "GET",
    "/raw_data/{raw_data_id}/cell_measurements",
    _build_list_raw_data_measurements,
    _read_list_raw_data_measurements,
    "json",
    "idempotent",
)
