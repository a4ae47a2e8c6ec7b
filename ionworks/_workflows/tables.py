"""Reads the tables of a measurement: its series, its steps and its cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen
from ionworks_openapi.api.cell_measurements import (
    download_measurement_steps,
    download_measurement_time_series,
    get_measurement_cycles,
    get_measurement_steps_and_cycles,
)

from ionworks.errors import NotFound, UnexpectedResponse
from ionworks.frames.column_types import with_known_types, with_series_types, without_nan
from ionworks.frames.convert import BY_CONTENT, from_columns, from_parquet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars

    from ionworks.client import Ionworks

F = TypeVar("F")


@frozen
class StepsAndCycles(Generic[F]):
    """The step table and the cycle table of one measurement."""

    steps: F = field(eq=BY_CONTENT)
    cycles: F = field(eq=BY_CONTENT)


def read_time_series(client: Ionworks, measurement_id: str) -> polars.DataFrame:
    """Return the time series, one row for each sample."""
    operation = download_measurement_time_series.OPERATION
    return with_series_types(_parquet(client.call(operation, measurement_id), operation.name))


def read_steps(client: Ionworks, measurement_id: str) -> polars.DataFrame:
    """Return the step table, one row for each step."""
    operation = download_measurement_steps.OPERATION
    table = _parquet(client.call(operation, measurement_id), operation.name)
    return with_known_types(without_nan(table))


def count_steps(client: Ionworks, measurement_id: str) -> int:
    """Return how many steps a processed measurement has."""
    try:
        return read_steps(client, measurement_id).height
    except NotFound:  # of an open-circuit potential there may be none
        return 0


def read_cycles(client: Ionworks, measurement_id: str) -> polars.DataFrame:
    """Return the cycle table, one row for each cycle."""
    operation = get_measurement_cycles.OPERATION
    return _table(client.call(operation, measurement_id).cycles, operation.name)


def read_steps_and_cycles(
    client: Ionworks, measurement_id: str
) -> StepsAndCycles[polars.DataFrame]:
    """Return both tables for the price of one request."""
    operation = get_measurement_steps_and_cycles.OPERATION
    both = client.call(operation, measurement_id)
    return StepsAndCycles(_table(both.steps, operation.name), _table(both.cycles, operation.name))


def _parquet(content: bytes, operation: str) -> polars.DataFrame:
    try:
        return from_parquet(content)
    except ValueError as error:
        failure = UnexpectedResponse(str(error), snippet=content[:200], operation=operation)
    # Out here, and without the bytes: whoever reports an error shows the locals of its frames.
    del content
    raise failure


def _table(columns: Mapping[str, object] | None, operation: str) -> polars.DataFrame:
    try:
        return with_known_types(from_columns(columns or {}))
    except ValueError as error:
        raise UnexpectedResponse(str(error), operation=operation) from None
