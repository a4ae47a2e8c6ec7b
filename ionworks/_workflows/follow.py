"""Follows a growing source of a running test: appends the rows that are not stored yet."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union

from attrs import field, frozen
from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_extend,
    get_cell_measurement,
)

from ionworks._http.progress import NO_METER, Meter
from ionworks._workflows.checks import Checks
from ionworks._workflows.growing_file import read_complete_lines
from ionworks._workflows.spool import Series
from ionworks._workflows.stored_series import stored_fingerprint
from ionworks._workflows.time_series import read_time_series
from ionworks._workflows.upload import extend_rows
from ionworks._workflows.wait import wait_for_all
from ionworks.errors import BadRequest, Conflict, IntegrityError, PayloadError
from ionworks.frames.column_types import with_series_types
from ionworks.frames.concat import pick
from ionworks.frames.digest import content_digest
from ionworks.frames.files import is_parquet
from ionworks.ingest.read import read_cycler

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.models import CellMeasurement

    from ionworks._http.session import Session
    from ionworks.frames.stream import TableSource

#: A source that grows: a file of a cycler, a table, or a function that returns the whole table.
GrowingSource: TypeAlias = Union["TableSource", Callable[[], "TableSource"]]
#: Reads the complete lines of a file.
Reader: TypeAlias = Callable[[Path], "TableSource"]
_PATIENCE: Final = 600.0
# The first run may complete the extension of an interrupted one, and then sends the rest.
_RUNS: Final = 3
_TIME: Final = "Time [s]"
_QUIET: Final = 60.0  # seconds
_NAME: Final = "source"


@frozen
class FollowResult:
    """What `client.cell_measurement.follow` did.

    Attributes
    ----------
    measurement : CellMeasurement
        The measurement afterwards.
    rows_added : int
        The rows that were added by this call; 0 if all rows were stored before.
    rows : int
        The rows that the measurement has now.
    """

    measurement: CellMeasurement = field(repr=lambda record: repr(record.id))
    rows_added: int
    rows: int


def follow_source(
    session: Session,
    measurement_id: str,
    source: GrowingSource,
    checks: Checks,
    read: Reader | None = None,
    meter: Meter = NO_METER,
) -> FollowResult:
    """Append the rows of a source that are not stored yet.

    Raises
    ------
    PayloadError
        If the source cannot be read, or does not begin with the stored rows; nothing was sent.
    Conflict
        If another extension is under way.
    IntegrityError
        If other rows than those of the source were added meanwhile.
    """
    frame, name, wanted = _read(source, read)
    checks = checks.with_ratings(session, measurement_id=measurement_id)

    def get(each: str) -> CellMeasurement:
        return session.call(get_cell_measurement, each)

    added = 0
    last: int | None = None
    failure: BadRequest | Conflict | None = None
    for _ in range(_RUNS):
        record = wait_for_all(get, [measurement_id], timeout=_PATIENCE, max_workers=1)[
            measurement_id
        ]
        rows = _stored_rows(session, measurement_id, frame, name)
        if last is None:
            last = rows
            _check_times(frame.head(wanted), rows, name)
        elif failure is None:
            added += rows - last
        elif rows == last:
            raise failure
        if rows >= wanted:
            return FollowResult(record, added, rows)
        if not added and failure is None:
            checks.run(Series(frame).source)
        last = rows
        failure = _extend(session, measurement_id, frame[rows:wanted], meter)
    raise failure or IntegrityError(
        f"the rows of the measurement {measurement_id} changed while they were followed; let only"
        " one program extend it"
    )


def _extend(
    session: Session, measurement_id: str, rows: polars.DataFrame, meter: Meter
) -> BadRequest | Conflict | None:
    """Append rows; return why that was refused, which another program may have caused."""
    try:
        extend_rows(session, measurement_id, rows, meter)
    except BadRequest as error:
        return error
    except Conflict:
        return _complete_extension(session, measurement_id)
    return None


def _complete_extension(session: Session, measurement_id: str) -> Conflict | None:
    """Confirm the extension of an interrupted run; return why it cannot be confirmed now."""
    try:
        session.call(confirm_measurement_extend, measurement_id, body={})
    except Conflict as error:  # it is being processed for another program
        return error
    except BadRequest:
        return Conflict(
            f"another extension of the measurement {measurement_id} is under way, and its rows are"
            " not uploaded; follow it again when its signed URL has expired",
            409,
            operation="follow",
            outcome="rejected",
        )
    return None


def _stored_rows(session: Session, measurement_id: str, frame: polars.DataFrame, name: str) -> int:
    """Return the number of stored rows, which are the first rows of the source of this name.

    Raises
    ------
    PayloadError
        If they are not.
    """
    stored = stored_fingerprint(session, measurement_id)
    if stored.rows > frame.height:
        raise _refuse(name, f"it has {frame.height} rows, but {stored.rows} rows are stored")
    if others := sorted(set(frame.columns) - set(stored.columns)):
        raise PayloadError(
            _NAME,
            name,
            f"it has columns that the stored rows do not have: {', '.join(others)}; nothing was"
            " added",
            "The columns of a measurement cannot change: upload the whole file under another name",
        )
    if others := sorted(set(stored.columns) - set(frame.columns)):
        raise _refuse(name, f"it lacks columns of the stored rows: {', '.join(others)}")
    start = frame.head(stored.rows)
    if stored.digest is not None and stored.digest == content_digest(start):
        return stored.rows
    # A service that rewrites the file to append rows leaves no digest.
    found = with_series_types(read_time_series(session, measurement_id))
    found = pick(found, start.columns)
    if content_digest(found) != content_digest(start):
        raise _refuse(name, _first_difference(found, start))
    return stored.rows


def rows_to_store(frame: polars.DataFrame, path: Path) -> int:
    """Return how many of the first rows of a file can be stored now.

    The service appends only rows that are later than the last stored one, and a cycler often writes
    the end of a step and the start of the next one with the same time. So the rows with the newest
    time wait until the file has not changed for a minute.
    """
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:  # it was removed meanwhile
        age = _QUIET
    if not frame.height or abs(age) >= _QUIET:
        return frame.height
    times = frame[_TIME]
    earlier = (times != times[-1]).arg_true()
    return earlier[-1] + 1 if len(earlier) else frame.height


def _check_times(frame: polars.DataFrame, stored: int, name: str) -> None:
    """Refuse a first new row that is not later than the last stored one."""
    if not 0 < stored < frame.height:
        return
    last, time = frame[_TIME][stored - 1], frame[_TIME][stored]
    if last is None or time is None or time > last:
        return
    raise PayloadError(
        _NAME,
        name,
        f"row {stored} is the first new one, and its time, {time} s, is not later than that of the"
        f" last stored row, {last} s; the service adds only later rows. Nothing was added",
        "Upload the whole file under another name, or read it with repair='drop repeated times'",
    )


def _first_difference(stored: polars.DataFrame, start: polars.DataFrame) -> str:
    for name in start.columns:
        given, known = start[name], stored[name]
        if content_digest(given.to_frame()) == content_digest(known.to_frame()):
            continue
        if given.dtype != known.dtype:
            return f"{name!r} has the type {given.dtype}, but {known.dtype} is stored"
        row = known.ne_missing(given).arg_max() or 0
        return f"row {row} of {name!r} is {given[row]!r}, but {known[row]!r} is stored"
    return "its first rows differ from the stored ones"


def _refuse(name: str, reason: str) -> PayloadError:
    return PayloadError(
        _NAME,
        name,
        f"{reason}; nothing was added",
        "Give the whole source of this measurement, from its first row, read with the same options",
    )


def _read(source: GrowingSource, read: Reader | None) -> tuple[polars.DataFrame, str, int]:
    """Return the whole source as it is stored, its name, and how many rows can be stored now."""
    data: Any = source() if callable(source) else source
    if not isinstance(data, str | os.PathLike):
        frame = _collect(data)
        return frame, "table", frame.height
    path = Path(data)
    if read is None and is_parquet(data):
        frame = _collect(data)
    else:
        reader = read or read_cycler
        frame = read_complete_lines(path, lambda given: _collect(reader(given)), _NAME)
    return frame, path.name, rows_to_store(frame, path)


def _collect(data: TableSource) -> polars.DataFrame:
    with Series(data, _NAME) as series:
        return series.collect()
