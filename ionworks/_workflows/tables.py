"""Reads the tables of a measurement: time series, steps and cycles."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen
from ionworks_openapi.api.cell_measurements import (
    download_measurement_steps,
    download_measurement_time_series,
    get_measurement_cycles,
    get_measurement_steps_and_cycles,
)

from ionworks._workflows.energies import null_unknown_energies
from ionworks.errors import IntegrityError, NotFound, UnexpectedResponse
from ionworks.frames.column_types import with_known_types, with_series_types, without_nan
from ionworks.frames.convert import BY_CONTENT, from_columns, from_parquet
from ionworks.frames.digest import Fingerprint, content_digest
from ionworks.frames.footer import footer_size, read_footer
from ionworks.frames.translate import translate_errors
from ionworks.records.model import plain_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars
    from ionworks_openapi.models import CellMeasurementId

    from ionworks._http.session import Session

F = TypeVar("F")


@frozen
class StepsAndCycles(Generic[F]):
    """The step table and the cycle table of one measurement."""

    steps: F = field(eq=BY_CONTENT)
    cycles: F = field(eq=BY_CONTENT)


def read_time_series(session: Session, measurement_id: CellMeasurementId) -> polars.DataFrame:
    """Return the time series, one row per sample."""
    operation = download_measurement_time_series
    content = session.call(operation, measurement_id)
    frame = _parquet(content, operation.name)
    _verify(frame, content, plain_id(measurement_id))
    return with_series_types(frame)


def read_steps(session: Session, measurement_id: CellMeasurementId) -> polars.DataFrame:
    """Return the step table, one row per step."""
    operation = download_measurement_steps
    table = _parquet(session.call(operation, measurement_id), operation.name)
    return null_unknown_energies(with_known_types(without_nan(table)))


def count_steps(session: Session, measurement_id: CellMeasurementId) -> int:
    """Return the number of steps of a processed measurement."""
    try:
        return read_steps(session, measurement_id).height
    except NotFound:  # an open-circuit potential may have none
        return 0


def read_cycles(session: Session, measurement_id: CellMeasurementId) -> polars.DataFrame:
    """Return the cycle table, one row per cycle."""
    operation = get_measurement_cycles
    return _table(session.call(operation, measurement_id).cycles, operation.name)


def read_steps_and_cycles(
    session: Session, measurement_id: CellMeasurementId
) -> StepsAndCycles[polars.DataFrame]:
    """Return both tables with one request."""
    operation = get_measurement_steps_and_cycles
    both = session.call(operation, measurement_id)
    return StepsAndCycles(_table(both.steps, operation.name), _table(both.cycles, operation.name))


def _verify(frame: polars.DataFrame, content: bytes, measurement_id: str) -> None:
    """Compare a time series with the fingerprint in its own file, if there is one."""
    _, metadata = read_footer(content[-footer_size(content) :])
    written = Fingerprint.from_metadata(metadata)
    # A service that rewrites the file, for example to append rows, may keep the old fingerprint.
    if written is None or (written.rows, set(written.columns)) != (
        frame.height,
        set(frame.columns),
    ):
        return
    digest = None
    # A damaged date in a list may be outside of Python's range.
    with suppress(ValueError), translate_errors(ValueError):
        digest = content_digest(frame)
    if digest != written.digest:
        raise IntegrityError(
            f"the time series of measurement {measurement_id} differs from the uploaded one: its"
            f" digest is not {written.digest}. Read it again; if the error persists, the stored"
            " file is damaged"
        )


def _parquet(content: bytes, operation: str) -> polars.DataFrame:
    try:
        return from_parquet(content)
    except ValueError as error:
        failure = UnexpectedResponse(str(error), snippet=content[:200], operation=operation)
    # Raised outside of the handler and without the bytes: error reporters show local variables.
    del content
    raise failure


def _table(columns: Mapping[str, object] | None, operation: str) -> polars.DataFrame:
    try:
        return null_unknown_energies(with_known_types(from_columns(columns or {})))
    except ValueError as error:
        raise UnexpectedResponse(str(error), operation=operation) from None
