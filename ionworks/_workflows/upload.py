"""Uploads measurements: check the input, request upload URLs, upload the files, confirm."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

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

from ionworks._http.progress import NO_METER, Meter
from ionworks._http.session import Session
from ionworks._request.payload import Prepared
from ionworks._suggest import suggest
from ionworks._workflows.checks import Checks
from ionworks._workflows.create import reconciling
from ionworks._workflows.spool import Series, Spool, Written, write_spool
from ionworks._workflows.tables import count_steps
from ionworks._workflows.targets import put_open_file, renew_expired, targets_by_name
from ionworks._workflows.time_series import read_time_series
from ionworks._workflows.wait import state_of, wait_for_all
from ionworks.errors import (
    BadRequest,
    Conflict,
    NotFound,
    PayloadError,
    WriteOutcomeUnknown,
)
from ionworks.frames.convert import to_polars
from ionworks.frames.digest import Fingerprint
from ionworks.frames.selection import Selection
from ionworks.ingest.cycler_data import CyclerData
from ionworks.records import Record
from ionworks.records.model import set_fields

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.models import CellMeasurement, InitiateUploadResponse

    from ionworks.frames.stream import TableSource

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
    files : dict of str to Spool
        The Parquet files by name; `close` removes them.
    fingerprint : Fingerprint
        The fingerprint of the time series; its file also contains it.
    """

    initiate: Prepared[InitiateUploadResponse]
    confirm: Prepared[CellMeasurementConfirmed]
    files: dict[str, Spool] = field(repr=False)
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
        series = _series(data["time_series"], hint, checks, sent)
        files = {SERIES: series.spool}
        try:
            if data.get("steps") is not None:
                files[STEPS] = write_spool(to_polars(data["steps"], "steps"), "steps")
        except BaseException:
            series.spool.close()
            raise
        return cls(initiate, confirm, files, series.fingerprint)

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

    def run(self, session: Session, meter: Meter = NO_METER) -> CellMeasurementConfirmed:
        """Upload the files and confirm; the record exists only after the confirmation."""

        def send() -> str:
            opened = session.send(self.initiate)
            targets = targets_by_name(opened.uploads, self.files)
            for name, spool in self.files.items():
                put_open_file(session, targets[name], spool.file, _PARQUET, meter=meter)
            return opened.measurement_id

        return confirm_upload(session, renew_expired(send), self.confirm)

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(spool.size for spool in self.files.values())

    def close(self) -> None:
        """Remove the files; may be called again."""
        for spool in self.files.values():
            spool.close()

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
    session: Session,
    measurement_id: str,
    time_series: TableSource,
    checks: Checks | None = None,
    meter: Meter = NO_METER,
) -> CellMeasurementConfirmed:
    """Append rows of a running test to a time series; either all rows are added or none."""
    checks = (checks or Checks()).with_ratings(session, measurement_id=measurement_id)
    with Series(time_series) as series:
        checks.run(series.source, continued=True)
        return _extend(session, measurement_id, series.write(), meter)


def extend_rows(
    session: Session, measurement_id: str, rows: polars.DataFrame, meter: Meter = NO_METER
) -> CellMeasurementConfirmed:
    """Append rows that are checked already."""
    with Series(rows) as series:
        return _extend(session, measurement_id, series.write(), meter)


def _extend(
    session: Session, measurement_id: str, series: Written, meter: Meter
) -> CellMeasurementConfirmed:
    file = series.spool.file
    meter.expect(series.spool.size)

    def send() -> None:
        opened = session.call(initiate_measurement_extend, measurement_id, body={})
        targets = targets_by_name(opened.uploads, [EXTENSION])
        put_open_file(session, targets[EXTENSION], file, _PARQUET, meter=meter)

    renew_expired(send)
    try:
        return session.call(confirm_measurement_extend, measurement_id, body={})
    except (BadRequest, Conflict, WriteOutcomeUnknown) as error:
        if error.outcome != "unknown" or not _reaches(
            session, measurement_id, series.fingerprint.end
        ):
            raise
    return _read_confirmed(session, measurement_id)


def _reaches(session: Session, measurement_id: str, end: float | None) -> bool:
    """Wait for the processing; return whether the time series reaches this time."""

    def get(each: str) -> CellMeasurement:
        return session.call(get_cell_measurement, each)

    wait_for_all(get, [measurement_id], timeout=_PATIENCE, max_workers=1)
    last = read_time_series(session, measurement_id, Selection.of(["Time [s]"], rows=(-1, None)))
    return end is not None and bool(last["Time [s]"][-1] >= end)


def _read_confirmed(session: Session, measurement_id: str) -> CellMeasurementConfirmed:
    """Return a measurement in the form of the confirmation whose response was lost."""
    record = session.call(get_cell_measurement, measurement_id)
    has_steps = record.measurement_type == "time_series"
    ready = state_of(record.processing_status) == "ready"
    steps_created = count_steps(session, measurement_id) if has_steps and ready else 0
    return CellMeasurementConfirmed.from_dict({**record.to_dict(), "steps_created": steps_created})


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
            near = suggest(str(key), _PARTS)
            advice = f"did you mean {near!r}?" if near else f"known keys: {', '.join(_PARTS)}"
            raise PayloadError(str(key), type(data[key]).__name__, f"unknown key; {advice}")
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


def _series(data: Any, hint: str | None, checks: Checks, metadata: Mapping[str, Any]) -> Written:
    """Read, check and write a time series."""
    series = Series(data)
    try:
        checks.run(series.source, hint, metadata=metadata)
        return series.write()
    except BaseException:
        series.close()
        raise
