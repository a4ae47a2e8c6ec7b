"""Uploads measurements: check the input, request upload URLs, upload the files, confirm."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

from attrs import evolve, field, frozen
from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_extend,
    confirm_measurement_upload,
    get_cell_measurement,
    initiate_measurement_extend,
    initiate_measurement_upload,
)
from ionworks_openapi.models import (
    CellMeasurementConfirmed,
    ConfirmUploadRequest,
    InitiateUploadRequest,
)

from ionworks._http.session import Session
from ionworks._redact import SecretUrl
from ionworks._request.payload import Prepared
from ionworks._workflows.checks import Checks
from ionworks._workflows.create import reconciling
from ionworks._workflows.tables import count_steps
from ionworks._workflows.time_series import read_time_series
from ionworks._workflows.wait import state_of, wait_for_all
from ionworks.errors import (
    BadRequest,
    Conflict,
    FileError,
    IntegrityError,
    IonworksError,
    NotFound,
    PayloadError,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)
from ionworks.frames.column_types import check_storable, with_series_types
from ionworks.frames.convert import to_parquet, to_polars
from ionworks.frames.digest import Fingerprint
from ionworks.frames.files import open_regular
from ionworks.frames.translate import translate_errors
from ionworks.ingest.cycler_data import CyclerData
from ionworks.records import Record
from ionworks.records.model import set_fields

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.models import CellMeasurement, InitiateUploadResponse, UploadTarget

    from ionworks.frames.convert import AnyTable

EXTENSION: Final = "time_series_extend.parquet"
SERIES: Final = "time_series.parquet"
STEPS: Final = "steps.parquet"
_PARTS: Final = ("measurement", "time_series", "steps")
_PARQUET: Final = "application/octet-stream"
_PATIENCE: Final = 600.0
#: Placeholder for an id that a later response contains; see `Prepared.at`.
UNKNOWN_ID: Final = "unknown"


@frozen
class Upload:
    """A time series to upload, with validated metadata and data.

    Attributes
    ----------
    initiate, confirm : Prepared
        The requests before and after the data; the id in the path of `confirm` is a placeholder.
    files : dict of str to bytes
        The Parquet files by name.
    fingerprint : Fingerprint
        The fingerprint of the time series; its file also contains it.
    """

    initiate: Prepared[InitiateUploadResponse]
    confirm: Prepared[CellMeasurementConfirmed]
    files: dict[str, bytes] = field(repr=False)
    fingerprint: Fingerprint

    @classmethod
    def of(
        cls,
        session: Session,
        cell_instance_id: str,
        data: Mapping[str, Any],
        checks: Checks | None = None,
    ) -> Upload:
        """Validate the metadata and the tables, and prepare their upload. Uploads nothing.

        Strict checks read the ratings of the cell that are not given.

        Raises
        ------
        PayloadError, MeasurementValidationError
            If the metadata do not fit the contract, or the data are invalid.
        """
        metadata, hint = split_measurement(_with_known(data))
        initiate, confirm = _prepare(session, cell_instance_id, metadata)
        checks = (checks or Checks()).with_ratings(session, cell_id=cell_instance_id)
        sent = cast("Mapping[str, Any]", confirm.body["measurement"])
        series, fingerprint = _series(data["time_series"], hint, checks, sent)
        files = {SERIES: series}
        if data.get("steps") is not None:
            files[STEPS] = to_parquet(to_polars(data["steps"], "steps"), "steps")
        return cls(initiate, confirm, files, fingerprint)

    def with_metadata(self, session: Session, metadata: Mapping[str, Any]) -> Upload:
        """Return the same upload with other metadata.

        Raises
        ------
        PayloadError
            If the metadata do not fit the contract.
        """
        body = self.confirm.body
        initiate, confirm = _prepare(session, body["cell_instance_id"], metadata)
        return evolve(self, initiate=initiate, confirm=confirm)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The metadata in plain JSON."""
        return cast("Mapping[str, Any]", self.confirm.body["measurement"])

    def run(self, session: Session) -> CellMeasurementConfirmed:
        """Upload the files and confirm; the record exists only after the confirmation."""
        opened = session.send(self.initiate)
        urls = targets_by_name(opened.uploads, self.files)
        for name, content in self.files.items():
            put_open_file(session, urls[name], io.BytesIO(content), _PARQUET)
        return confirm_upload(session, opened.measurement_id, self.confirm)


def _prepare(
    session: Session, cell_instance_id: str, metadata: Mapping[str, Any]
) -> tuple[Prepared[InitiateUploadResponse], Prepared[CellMeasurementConfirmed]]:
    confirm = session.prepare(
        confirm_measurement_upload,
        UNKNOWN_ID,
        body=ConfirmUploadRequest(
            cell_instance_id=cell_instance_id,
            measurement=metadata,
            measurement_type="time_series",
        ),
    )
    initiate = session.prepare(
        initiate_measurement_upload,
        cell_instance_id,
        # The complete metadata, so that the service can reject them before the upload.
        body=InitiateUploadRequest(measurement=confirm.body["measurement"]),
    )
    return initiate, confirm


def confirm_upload(
    session: Session, measurement_id: str, confirmation: Prepared[CellMeasurementConfirmed]
) -> CellMeasurementConfirmed:
    """Confirm an upload.

    The service assigned the id when the upload was initiated. So a conflict with this very id means
    that an earlier confirmation succeeded and its response was lost. A conflict without an id means
    the same if a record with this id exists.
    """
    try:
        return session.send(confirmation.at(measurement_id=measurement_id))
    except Conflict as error:
        conflict = error
    if conflict.existing_id in (None, measurement_id):
        with reconciling(conflict), suppress(NotFound):
            return _read_confirmed(session, measurement_id)
    conflict.outcome = "rejected"
    raise conflict


def extend_time_series(
    session: Session, measurement_id: str, time_series: AnyTable, checks: Checks | None = None
) -> CellMeasurementConfirmed:
    """Append rows of a running test to a time series; either all rows are added or none."""
    frame = with_series_types(to_polars(time_series))
    checks = (checks or Checks()).with_ratings(session, measurement_id=measurement_id)
    checks.run(frame, continued=True)
    content = to_parquet(frame)
    opened = session.call(initiate_measurement_extend, measurement_id, body={})
    urls = targets_by_name(opened.uploads, [EXTENSION])
    put_open_file(session, urls[EXTENSION], io.BytesIO(content), _PARQUET)
    try:
        return session.call(confirm_measurement_extend, measurement_id, body={})
    except (BadRequest, Conflict, WriteOutcomeUnknown) as error:
        if error.outcome != "unknown" or not _ends_with(session, measurement_id, frame):
            raise
    return _read_confirmed(session, measurement_id)


def _ends_with(session: Session, measurement_id: str, frame: polars.DataFrame) -> bool:
    """Wait for the processing; return whether the time series reaches the end of these rows."""

    def get(each: str) -> CellMeasurement:
        return session.call(get_cell_measurement, each)

    wait_for_all(get, [measurement_id], timeout=_PATIENCE, max_workers=1)
    stored = read_time_series(session, measurement_id)
    return bool(stored["Time [s]"][-1] >= frame["Time [s]"][-1])


def _read_confirmed(session: Session, measurement_id: str) -> CellMeasurementConfirmed:
    """Return a measurement in the form of the confirmation whose response was lost."""
    record = session.call(get_cell_measurement, measurement_id)
    has_steps = record.measurement_type == "time_series"
    ready = state_of(record.processing_status) == "ready"
    steps_created = count_steps(session, measurement_id) if has_steps and ready else 0
    return CellMeasurementConfirmed.from_dict({**record.to_dict(), "steps_created": steps_created})


def targets_by_name(targets: Iterable[UploadTarget], names: Iterable[str]) -> dict[str, str]:
    """Return the signed URL for each name; the order of the targets does not matter.

    Raises
    ------
    UnexpectedResponse
        If a name has no URL, or more than one; nothing was stored.
    """
    urls: dict[str, str] = {}
    for target in filter(None, targets or ()):  # a response may contain unexpected nulls
        if target.filename in urls:
            raise UnexpectedResponse(f"the service returned two upload URLs for {target.filename}")
        urls[target.filename or ""] = SecretUrl(target.signed_url)
    if missing := [name for name in names if name not in urls]:
        raise UnexpectedResponse(
            f"the service returned no upload URL for {', '.join(missing)}; nothing was stored"
        )
    return {name: urls[name] for name in names}


def put_file(session: Session, url: str, path: Path, content_type: str) -> None:
    """Stream a file from disk to its signed URL; error messages name the file.

    Raises
    ------
    IntegrityError
        If the file changes during the upload.
    FileError
        If the file can no longer be read.
    """
    try:
        file = open_regular(path)
    except OSError as error:
        raise FileError.of(error, "can no longer be read", path) from None
    with file:
        try:
            put_open_file(session, url, file, content_type)
        except (IntegrityError, FileError):
            raise  # the message has the name of the file
        except IonworksError as error:
            error.message = f"{error.message}, while uploading {path.name!r}"
            raise


def put_open_file(
    session: Session, url: str, file: IO[bytes], content_type: str, size: int | None = None
) -> None:
    """Upload an open file, from its start, to its signed URL; `size` if it was declared before."""
    url = SecretUrl(url)
    size = size_of(file) if size is None else size
    session.transport.put(url, file, size=size, content_type=content_type, operation="put_object")


def size_of(file: IO[bytes]) -> int:
    """Return the length of an open file in bytes.

    Raises
    ------
    PayloadError
        If it is not open for reading bytes, or cannot be read from its start.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if not isinstance(file.read(0), bytes):
            raise TypeError("it is open as text")
    except (AttributeError, OSError, TypeError, ValueError) as error:
        reason = f"is not a seekable binary file: {error}"
        raise PayloadError("file", str(file), reason) from None
    return size


def _with_known(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add the start time and the type of prepared data, unless the metadata have them."""
    series = data.get("time_series") if isinstance(data, Mapping) else None
    if not isinstance(series, CyclerData):
        return data
    metadata = data.get("measurement")
    if isinstance(metadata, Record):
        metadata = set_fields(metadata)
    if not isinstance(metadata, Mapping):
        return data
    known = {"start_time": series.start_time, "data_type": series.data_type}
    added = {key: value for key, value in known.items() if value and metadata.get(key) is None}
    return {**data, "measurement": {**metadata, **added}}


def split_measurement(data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return the metadata to send, and the hint `data_type`, which is not sent.

    Raises
    ------
    PayloadError
        If `data` is not `{"measurement": {...}, "time_series": frame}`.
    """
    if not isinstance(data, Mapping):
        raise PayloadError("data", data, 'give {"measurement": {...}, "time_series": frame}')
    for key in data:
        if key not in _PARTS:
            raise PayloadError(str(key), data[key], f"unknown key; known keys: {', '.join(_PARTS)}")
    metadata = data.get("measurement")
    if isinstance(metadata, Record):
        metadata = set_fields(metadata)
    if not isinstance(metadata, Mapping):
        raise PayloadError("measurement", metadata, 'give a dictionary such as {"name": "RPT 0"}')
    if data.get("time_series") is None:
        raise PayloadError(
            "time_series", None, "give a table; without one, use create_properties()"
        )
    kept = {key: value for key, value in metadata.items() if key != "data_type"}
    hint = metadata.get("data_type")
    if hint not in (None, "ocp", "eis"):
        raise PayloadError("measurement.data_type", hint, "give 'ocp' or 'eis', or leave it out")
    return kept, hint


def _series(
    data: Any, hint: str | None, checks: Checks, metadata: Mapping[str, Any]
) -> tuple[bytes, Fingerprint]:
    frame = with_series_types(to_polars(data))
    checks.run(frame, hint, metadata=metadata)
    check_storable(frame, "time_series")
    with translate_errors(
        lambda reason: PayloadError("time_series", "DataFrame", f"cannot be stored: {reason}")
    ):
        fingerprint = Fingerprint.of(frame)
    return to_parquet(frame, metadata=fingerprint.to_metadata()), fingerprint
