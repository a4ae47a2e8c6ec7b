"""Combines the step or cycle tables of many measurements into one, with ids and names."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar, cast

from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.api.cell_measurements import get_cell_measurement, list_cell_measurements
from ionworks_openapi.models import (
    CellInstance,
    CellMeasurement,
    CellMeasurementConfirmed,
    CellMeasurementWithParents,
)

from ionworks._redact import encodable
from ionworks._request.filters import sort_order, write_filters
from ionworks._request.schemas import page_size
from ionworks._workflows.detail import compose
from ionworks._workflows.energies import warn_of_unknown_energies
from ionworks._workflows.fan_out import Progress, fan_out
from ionworks._workflows.tables import read_cycles, read_steps
from ionworks.errors import PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.records import Record
from ionworks.records.pages import report_invalid, split_invalid
from ionworks.records.walk import collect

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.filters import MeasurementFilters
    from ionworks_openapi.types import Operation

    from ionworks._http.session import Session
    from ionworks._workflows.views import MeasurementDetail
    from ionworks.frames.convert import DataFrame

Table = Literal["steps", "cycles"]
Measurement: TypeAlias = CellMeasurement | CellMeasurementWithParents | CellMeasurementConfirmed
R = TypeVar("R", bound=Record)

_READ: Final = {"steps": read_steps, "cycles": read_cycles}
_ID_COLUMNS: Final = (
    "cell_instance_id",
    "cell_instance_name",
    "measurement_id",
    "measurement_name",
)


class MissingTableWarning(UserWarning):
    """Issued when a combined table lacks measurements that do not have that table (yet)."""


def table_of_measurements(
    session: Session,
    measurements: str | Iterable[str | Measurement],
    table: Table,
    *,
    backend: Backend | None,
    progress: Progress,
) -> DataFrame:
    """Return the table of one measurement, or a combined table of many with ids and names.

    For a combined table, a measurement given by id costs one extra request, a record none. The name
    of a cell costs one request, unless a record includes its cell.
    """
    kind = check_backend(backend or session.dataframe_backend)
    if isinstance(measurements, str):
        frame = _READ[table](session, measurements)
        warn_of_unknown_energies([frame])
        return from_polars(frame, kind)
    get = get_cell_measurement
    kinds = (CellMeasurement, CellMeasurementWithParents, CellMeasurementConfirmed)
    records: list[Measurement] = given_records(session, "measurement_id", measurements, get, kinds)
    names = {
        each.instance.id: each.instance.name
        for each in records
        if isinstance(each, CellMeasurementWithParents) and each.instance is not None
    }
    cells = [each.cell_instance_id for each in records if each.cell_instance_id not in names]
    found = given_records(session, "cells", cells, get_cell_instance, (CellInstance,))
    names |= {cell.id: cell.name for cell in found}
    return from_polars(_gather(session, records, names, table, progress), kind)


def table_of_cells(
    session: Session,
    cells: Iterable[str | CellInstance],
    table: Table,
    filters: MeasurementFilters,
    *,
    backend: Backend | None,
    progress: Progress,
) -> DataFrame:
    """Return a combined table of the measurements of many cells, selected by `filters`."""
    known = list_cell_measurements.filters
    query, order = write_filters(known, filters), sort_order(known, filters)
    kind = check_backend(backend or session.dataframe_backend)
    get = get_cell_instance
    found = given_records(session, "cell_instance_ids", cells, get, (CellInstance,))
    listed = list_cell_measurements
    lists = fan_out(
        [
            partial(
                collect,
                session._pages(listed, cell.id, **query),
                page_size=page_size(),
                order=order,
            )
            for cell in found
        ],
        max_workers=session.max_workers,
    )
    records, invalid = split_invalid(each for one in lists for each in one)
    report_invalid(invalid, strict=False, stacklevel=4)
    names = {cell.id: cell.name for cell in found}
    return from_polars(_gather(session, records, names, table, progress), kind)


def given_records(
    session: Session,
    argument: str,
    given: Iterable[str | R],
    get: Operation[[str], R],
    kinds: tuple[type[Record], ...],
) -> list[R]:
    """Return each record once; fetch those given by id, concurrently."""
    if isinstance(given, str | bytes | Mapping | Record) or not isinstance(given, Iterable):
        raise PayloadError(argument, given, "give one id, or a list of ids or of records")
    by_id: dict[str, str | R] = {}
    for each in given:
        if not isinstance(each, (str, *kinds)):
            raise PayloadError(argument, each, "give ids, or records from a list")
        by_id.setdefault(each if isinstance(each, str) else each["id"], each)
    ids = [each for each in by_id.values() if isinstance(each, str)]
    calls = [partial(session.call, get, each) for each in ids]
    fetched = dict(zip(ids, fan_out(calls, max_workers=session.max_workers), strict=True))
    return [fetched[each] if isinstance(each, str) else each for each in by_id.values()]


def _gather(
    session: Session,
    records: Sequence[Measurement],
    names: dict[str, str],
    table: Table,
    progress: Progress,
) -> polars.DataFrame:
    import polars as pl

    # A record with its parents has all fields of the plain record.
    plain = cast("Sequence[CellMeasurement]", records)
    views, _ = compose(session, plain, (table,), progress=progress)
    _warn_of_missing(views, table)
    parts = [pl.DataFrame(schema=dict.fromkeys(_ID_COLUMNS, pl.String))]
    for view in views:
        frame = getattr(view, table)
        if frame is not None:
            cell = view.measurement.cell_instance_id
            values = (cell, names[cell], view.measurement.id, view.measurement.name)
            columns = [pl.lit(v).alias(k) for k, v in zip(_ID_COLUMNS, values, strict=True)]
            parts.append(frame.select(*columns, *frame.columns))
    # Tables may lack columns, for example temperatures.
    return pl.concat(parts, how="diagonal_relaxed")


def _warn_of_missing(views: Sequence[MeasurementDetail], table: Table) -> None:
    missing = [(view.measurement, view.missing[table]) for view in views if view.missing]
    if missing:
        first, reason = missing[0]
        text = (
            f"{len(missing)} of {len(views)} measurements have no {table} table (yet); the first is"
            f" {first.name!r} ({first.id}): {reason}"
        )
        warnings.warn(encodable(text), MissingTableWarning, stacklevel=5)
