"""The story of an upload: check everything, ask for targets, put the bytes, confirm."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_upload,
    initiate_measurement_upload,
)
from ionworks_openapi.models import ConfirmUploadRequest, InitiateUploadRequest

from ionworks.errors import MeasurementProcessingError, PayloadError, TimedOut, UnexpectedResponse
from ionworks.frames import to_parquet, to_polars
from ionworks.payload import prepare
from ionworks.record import Record, given_fields
from ionworks.validators import check_measurement_data

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement, CellMeasurementConfirmed

    from ionworks.client import Ionworks

SERIES: Final = "time_series.parquet"
STEPS: Final = "steps.parquet"
_PARTS: Final = ("measurement", "time_series", "steps")
_BUSY: Final = ("pending", "running")
_PARQUET: Final = "application/octet-stream"


def upload_time_series(
    client: Ionworks, cell_instance_id: str, data: Mapping[str, Any]
) -> CellMeasurementConfirmed:
    """Upload one measurement; the record appears, whole, at the end or not at all.

    Everything that can be known to be wrong is refused before the first request: the metadata as
    confirm will get them, and the table.
    """
    given, hint = split_measurement(data)
    metadata = checked_metadata(cell_instance_id, given)
    files = {SERIES: _series(data["time_series"], hint)}
    if data.get("steps") is not None:
        files[STEPS] = to_parquet(to_polars(data["steps"], "steps"), "steps")

    wanted = {key: metadata[key] for key in ("name", "notes") if metadata.get(key) is not None}
    opened = client.call(
        initiate_measurement_upload.OPERATION,
        cell_instance_id,
        body=InitiateUploadRequest(measurement=wanted),
    )
    targets = {target.filename: target.signed_url for target in opened.uploads}
    for name, content in files.items():
        if name not in targets:
            raise UnexpectedResponse(
                f"the service offered no place for {name}; nothing was stored",
                operation=initiate_measurement_upload.OPERATION.name,
            )
        client.transport.put(
            targets[name],
            io.BytesIO(content),
            size=len(content),
            content_type=_PARQUET,
            operation=initiate_measurement_upload.OPERATION.name,
        )
    return client.call(
        confirm_measurement_upload.OPERATION,
        opened.measurement_id,
        body=_confirmation(cell_instance_id, metadata),
    )


def checked_metadata(cell_instance_id: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata in plain JSON, as the confirmation of the upload will hold them.

    Raises
    ------
    PayloadError
        If they do not fit the contract.
    """
    operation = confirm_measurement_upload.OPERATION
    body = _confirmation(cell_instance_id, metadata)
    return dict(prepare(operation, operation.build("unknown-yet", body=body)).body["measurement"])


def split_measurement(data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return the metadata to send, and the hint `data_type` that stays here.

    Raises
    ------
    PayloadError
        If `data` is not `{"measurement": {...}, "time_series": frame}`.
    """
    if not isinstance(data, Mapping):
        raise PayloadError("data", data, 'give {"measurement": {...}, "time_series": frame}')
    for key in data:
        if key not in _PARTS:
            raise PayloadError(str(key), data[key], f"unknown key; known are {', '.join(_PARTS)}")
    metadata = data.get("measurement")
    if isinstance(metadata, Record):
        metadata = given_fields(metadata)
    if not isinstance(metadata, Mapping):
        raise PayloadError("measurement", metadata, 'give a dictionary such as {"name": "RPT 0"}')
    if data.get("time_series") is None:
        raise PayloadError(
            "time_series", None, "give a frame; for properties alone use create_properties()"
        )
    kept = {key: value for key, value in metadata.items() if key != "data_type"}
    hint = metadata.get("data_type")
    if hint not in (None, "ocp", "eis"):
        raise PayloadError("measurement.data_type", hint, "give 'ocp' or 'eis', or leave it out")
    return kept, hint


def wait_until_ready(
    get: Callable[[], CellMeasurement],
    status: str | None,
    *,
    timeout: float = 600.0,
    interval: float = 2.0,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> CellMeasurement | None:
    """Wait until the service has made steps of the series; None if there is nothing to wait for.

    Raises
    ------
    MeasurementProcessingError
        If the service could not process the data; says why. The record exists.
    TimedOut
        If it is not done after `timeout` seconds. The record exists.
    """
    deadline = clock() + timeout
    record = None
    while status in _BUSY:
        if clock() >= deadline:
            raise TimedOut(f"still {status} after {timeout:g} s; it may be ready later")
        sleep(interval)
        record = get()
        status = record.processing_status
    if status == "failed":
        record = record or get()
        reason = record.processing_error or "the service gives no reason"
        raise MeasurementProcessingError(
            f"measurement {record.name!r} ({record.id}) was stored but not processed: {reason}",
            failures={record.id: reason},
        )
    return record


def _confirmation(cell_instance_id: str, metadata: Mapping[str, Any]) -> ConfirmUploadRequest:
    return ConfirmUploadRequest(
        cell_instance_id=cell_instance_id, measurement=metadata, measurement_type="time_series"
    )


def _series(data: Any, hint: str | None) -> bytes:
    frame = to_polars(data)
    check_measurement_data(frame, hint)
    return to_parquet(frame)
