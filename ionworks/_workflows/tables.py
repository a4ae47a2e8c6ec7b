"""Reads the computed tables of a measurement: steps and cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen
from ionworks_openapi.api.cell_measurements import (
    download_measurement_steps,
    get_measurement_cycles,
    get_measurement_steps_and_cycles,
)

from ionworks._workflows.energies import null_unknown_energies
from ionworks.errors import NotFound, UnexpectedResponse
from ionworks.frames.column_types import with_known_types, without_nan
from ionworks.frames.convert import BY_CONTENT, from_columns, from_parquet

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
