"""Combines the step or cycle tables of many measurements into one, with ids and names."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import evolve
from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.api.cell_measurements import get_cell_measurement, list_cell_measurements
from ionworks_openapi.models import (
    CellMeasurement,
    CellMeasurementConfirmed,
    CellMeasurementWithParents,
)

from ionworks._http.progress import Progress, measure
from ionworks._redact import encodable
from ionworks._request.filters import sort_order, write_filters
from ionworks._request.ids import as_id
from ionworks._request.schemas import page_size
from ionworks._workflows.detail import compose
from ionworks._workflows.energies import warn_of_unknown_energies
from ionworks._workflows.fan_out import fan_out
from ionworks._workflows.tables import read_cycles, read_steps
from ionworks._workflows.time_series import WHOLE, read_time_series
from ionworks.errors import PayloadError
from ionworks.frames.column_types import cast_exactly
from ionworks.frames.concat import concat_tables, pick
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.records import Record
from ionworks.records.model import WireRecord
from ionworks.records.pages import report_invalid, split_invalid
from ionworks.records.walk import collect

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.filters import MeasurementFilters
    from ionworks_openapi.models import CellInstanceId, CellMeasurementId
    from ionworks_openapi.types import Operation

    from ionworks._http.session import Session
    from ionworks._workflows.views import MeasurementDetail
    from ionworks.frames.convert import DataFrame
    from ionworks.frames.selection import Selection

Table = Literal["steps", "cycles", "time_series"]
Measurement: TypeAlias = CellMeasurement | CellMeasurementWithParents | CellMeasurementConfirmed

_ID_COLUMNS: Final = (
    "cell_instance_id",
    "cell_instance_name",
    "measurement_id",
    "measurement_name",
)


#: Is added to the name of a column of a table if a column of ids has that name.
OWN: Final = " (series)"
_MIXED: Final = "columns of one name have types that cannot be combined"


class MissingTableWarning(UserWarning):
    """Issued when a combined table lacks measurements that do not have that table (yet)."""


def table_of_measurements(
    session: Session,
    measurements: CellMeasurementId | Iterable[CellMeasurementId],
    table: Table,
    *,
    selection: Selection = WHOLE,
    backend: Backend | None,
    progress: Progress,
) -> DataFrame:
    """Return the table of one measurement, or a combined table of many with ids and names.

    `selection` applies to each table.

    For a combined table, a measurement given by id costs one extra request, a record none. The name
    of a cell costs one request, unless a record includes its cell.
    """
    kind = check_backend(backend or session.dataframe_backend)
    if isinstance(measurements, str | WireRecord):
        key = as_id("measurement_id", measurements, "cell_measurement")
        return from_polars(_table_of_one(session, key, table, selection, progress), kind)
    get = get_cell_measurement
    records: list[Measurement] = given_records(
        session, "measurement_id", measurements, get, "cell_measurement"
    )
    names = {
        each.instance.id: each.instance.name
        for each in records
        if isinstance(each, CellMeasurementWithParents) and each.instance is not None
    }
    cells = [each.cell_instance_id for each in records if each.cell_instance_id not in names]
    found = given_records(session, "cells", cells, get_cell_instance, "cell_instance")
    names |= {cell.id: cell.name for cell in found}
    return from_polars(_gather(session, records, names, table, selection, progress), kind)


def table_of_cells(
    session: Session,
    cells: Iterable[CellInstanceId],
    table: Table,
    filters: MeasurementFilters,
    *,
    selection: Selection = WHOLE,
    backend: Backend | None,
    progress: Progress,
) -> DataFrame:
    """Return a combined table of the measurements of many cells, selected by `filters`."""
    known = list_cell_measurements.filters
    query, order = write_filters(known, filters), sort_order(known, filters)
    kind = check_backend(backend or session.dataframe_backend)
    get = get_cell_instance
    several = [cells] if isinstance(cells, str | WireRecord) else cells
    found = given_records(session, "cell_instance_ids", several, get, "cell_instance")
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
    return from_polars(_gather(session, records, names, table, selection, progress), kind)


def _table_of_one(
    session: Session, measurement_id: str, table: Table, selection: Selection, progress: Progress
) -> polars.DataFrame:
    if table == "time_series":
        with measure(progress, table, "B") as meter:
            return read_time_series(session, measurement_id, selection, meter=meter)
    frame = {"steps": read_steps, "cycles": read_cycles}[table](session, measurement_id)
    warn_of_unknown_energies([frame])
    return selection.of_table(frame)


def given_records(
    session: Session, argument: str, given: object, get: Operation[[Any], Any], kind: str
) -> list[Any]:
    """Return each record once; fetch those given by id, concurrently."""
    if isinstance(given, str | bytes | Mapping | Record) or not isinstance(given, Iterable):
        raise PayloadError(argument, given, "give one id, or a list of ids or of records")
    by_id: dict[str, Any] = {}
    for index, each in enumerate(given):
        key = as_id(f"{argument}[{index}]", each, kind)
        is_record = isinstance(each, WireRecord) and each._kind == kind
        by_id.setdefault(key, each if is_record else key)
    ids = [each for each in by_id.values() if isinstance(each, str)]
    calls = [partial(session.call, get, each) for each in ids]
    fetched = dict(zip(ids, fan_out(calls, max_workers=session.max_workers), strict=True))
    return [fetched[each] if isinstance(each, str) else each for each in by_id.values()]


def _gather(
    session: Session,
    records: Sequence[Measurement],
    names: dict[str, str],
    table: Table,
    selection: Selection,
    progress: Progress,
) -> polars.DataFrame:
    import polars as pl

    # A record with its parents has all fields of the plain record.
    plain = cast("Sequence[CellMeasurement]", records)
    optional = evolve(selection, optional=True)  # tables may lack columns, such as temperatures
    views, _ = compose(session, plain, (table,), selection=optional, progress=progress)
    _warn_of_missing(views, table)
    parts = [pl.DataFrame(schema=dict.fromkeys(_ID_COLUMNS, pl.String))]
    for view in views:
        frame = getattr(view, table)
        if frame is not None:
            cell = view.measurement.cell_instance_id
            values = (cell, names[cell], view.measurement.id, view.measurement.name)
            columns = [pl.lit(v).alias(k) for k, v in zip(_ID_COLUMNS, values, strict=True)]
            own = rename_own(frame, _ID_COLUMNS)
            parts.append(pick(own.with_columns(columns), [*_ID_COLUMNS, *own.columns]))
    whole = _combined(parts, table)
    wanted = [_of_series(each) if each in _ID_COLUMNS else each for each in selection.columns or ()]
    first = next((view.measurement.id for view in views if getattr(view, table) is not None), None)
    if first is not None and any(name not in whole.columns for name in wanted):
        # Raises, with the columns that this table has.
        _table_of_one(session, first, table, evolve(selection, rows=(0, 0)), progress=False)
    return pick(whole, [*_ID_COLUMNS, *wanted]) if wanted and first is not None else whole


def _combined(parts: Sequence[polars.DataFrame], table: Table) -> polars.DataFrame:
    import polars as pl

    def fits_float(number: int, name: str) -> bool:
        return cast_exactly(parts[number][name], pl.Float64()) is not None

    try:
        return concat_tables(parts, fits_float)
    except ValueError as error:
        reason = str(error)
    fix = "Give other columns, or read the measurements one by one"
    raise PayloadError("table", table, f"{_MIXED}: {reason}", fix)


def rename_own(frame: polars.DataFrame, names: Iterable[str]) -> polars.DataFrame:
    """Return a table whose own columns do not have these names: `x` is renamed to `x (series)`."""
    known = set(frame.columns)
    renamed = {}
    for name in known.intersection(names):
        renamed[name] = _of_series(name)
        while renamed[name] in known:
            renamed[name] = _of_series(renamed[name])
    return frame.rename(renamed)


def _of_series(name: str) -> str:
    return f"{name}{OWN}"


def _warn_of_missing(views: Sequence[MeasurementDetail], table: Table) -> None:
    missing = [(view.measurement, view.missing[table]) for view in views if view.missing]
    if missing:
        first, reason = missing[0]
        text = (
            f"{len(missing)} of {len(views)} measurements have no {table} table (yet); the first is"
            f" {first.name!r} ({first.id}): {reason}"
        )
        warnings.warn(encodable(text), MissingTableWarning, stacklevel=5)
