"""Prepares cycler data for the service: from any frame, or from the files that a reader read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.frames.column_types import with_series_types
from ionworks.frames.convert import to_polars
from ionworks.ingest import impedance
from ionworks.ingest.capacities import compare_counters, with_integrals
from ionworks.ingest.cycler_data import CyclerData
from ionworks.ingest.join import join_parts, start_time
from ionworks.ingest.needed import with_needed
from ionworks.ingest.options import CurrentSign, DateOrder, Options, check_options
from ionworks.ingest.part import Part, read_part
from ionworks.ingest.raw import RawTable
from ionworks.ingest.repairs import check_rows, repaired
from ionworks.ingest.report import Log
from ionworks.ingest.sign import with_sign
from ionworks.ingest.steps import MEASURED, with_counts
from ionworks.ingest.timeline import check_clock, check_scale, with_time
from ionworks.ingest.volts import with_volts

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

_ORDER: Final = (
    *("Time [s]", "Voltage [V]", "Current [A]", "Step count", "Cycle count"),
    *("Step from cycler", "Cycle from cycler", "Discharge capacity [A.h]"),
    *("Charge capacity [A.h]", "Discharge energy [W.h]", "Charge energy [W.h]"),
)
_BESIDE: Final = {
    "temperature": "Temperature [degC]",
    "ambient_temperature": "Ambient temperature [degC]",
    "resistance": "Internal resistance [Ohm]",
}


def prepare(
    frame: AnyTable,
    *,
    current: CurrentSign = "auto",
    timezone: str | None = None,
    repair: str | Iterable[str] = (),
    data_type: Literal["ocp", "eis"] | None = None,
    units: Mapping[str, str] | None = None,
    dates: DateOrder = "auto",
    keep: Iterable[str] = (),
) -> CyclerData:
    """Convert a frame of any cycler or library to the columns, units and signs of the service.

    The column names of Neware, Arbin, Maccor, Novonix, BaSyTec, Digatron, Landt, PEC, Gamry and
    BioLogic are recognised, and those of PyProBE, cellpy, BEEP, Ionworks and the Battery Data
    Format. `.report` of the result lists the changes. Only the given repairs are made.

    Parameters
    ----------
    frame : AnyTable
        A polars, pandas or Arrow frame, a dictionary of columns, or the path of a CSV or Parquet
        file that is already a plain table.
    current : {"auto", "charge_positive", "discharge_positive"}
        The sign of the current in `frame`. By default it is determined from the states of the
        cycler, its counters of charge and discharge, and the voltage.
    timezone : str, optional
        The time zone of the cycler's clock, such as "Europe/Berlin". Without it the start time is
        unknown, unless the file has the time zone.
    repair : str or iterable of str
        Repairs to make: "drop repeated times", "drop duplicated rows", "drop backward times", "sort
        by time", "drop rows without values", "divide time by 3600", "multiply time by 3600" and
        "divide cycles by 2 pi".
    data_type : {"ocp", "eis"}, optional
        For open-circuit potentials and impedance. Without it the data are cycling data, unless all
        rows have a frequency.
    units : dict of str to str, optional
        Units of columns by their name in `frame`, if the name has no unit or a wrong one.
    dates : {"auto", "month first", "day first"}
        How 03/04/2024 is read if the rows do not show the order.
    keep : iterable of str
        Names of further columns to keep unchanged.

    Returns
    -------
    CyclerData
        The prepared `frame`, `metadata` and `report`.

    Raises
    ------
    PayloadError
        If `frame` is not a table, has no column for the time, voltage or current, or an argument is
        not valid.
    MeasurementValidationError
        If the sign of the current cannot be determined, times decrease, or times and counters show
        that a unit is wrong. The message says what to do; `.errors` has a note with a code.

    Examples
    --------
    >>> data = prepare(
    ...     {
    ...         "Time": ["00:00:00", "00:00:10", "00:00:00", "00:00:10"],
    ...         "Step Type": ["Rest", "Rest", "CC DChg", "CC DChg"],
    ...         "Step Index": [1, 1, 2, 2],
    ...         "Current(mA)": [0.0, 0.0, -360.0, -360.0],
    ...         "Voltage(mV)": [4100, 4100, 4000, 3990],
    ...     }
    ... )
    >>> data.frame.select("Time [s]", "Current [A]", "Step count").rows()
    [(0.0, 0.0, 0), (10.0, 0.0, 0), (10.0, 0.36, 1), (20.0, 0.36, 1)]
    >>> data.report.has_code("sign_flipped")
    True
    """
    options = check_options(current, timezone, repair, data_type, units, dates, keep)
    try:
        table = to_polars(frame, "frame")
    except PayloadError as error:
        if not isinstance(frame, str | os.PathLike):
            raise
        fix = "Use ionworks.read_cycler() for a file of a cycler"
        raise PayloadError("frame", error.value, error.reason, fix) from None
    return prepare_table(RawTable(table, "unknown", ""), options)


def prepare_table(raw: RawTable | Sequence[RawTable], options: Options | None = None) -> CyclerData:
    """Return the files of one test, which a reader has read, in the columns of the service.

    Raises
    ------
    PayloadError, MeasurementValidationError
        As in `prepare`.
    """
    options = options or Options()
    tables = [raw] if isinstance(raw, RawTable) else list(raw)
    given = _given(tables)
    if not tables or all(table.frame.is_empty() for table in tables):
        raise PayloadError(*given, "has no rows", "Give at least one")
    _check_columns("units", options.units, tables)
    log = Log()
    log.notes += [note for table in tables for note in table.notes]
    parts = [_part(table, options, log) for table in tables if not table.frame.is_empty()]
    frame, first = join_parts(parts, log, options.zone)
    frame = impedance.with_spectra(frame, log)
    kept = _kept(tables, options, log)
    is_eis = options.data_type == "eis" or all(part.kind == "eis" for part in parts)
    if options.data_type is None and frame["spectrum"].all() and "frequency" in frame.columns:
        is_eis = True
    data_type = "eis" if is_eis else options.data_type
    frame = with_needed(frame, data_type, log, given)
    frame = repaired(frame, options.repairs, log)
    if frame.is_empty():
        raise PayloadError(*given, "has no rows left", "Check the repairs")
    prepared = _prepared(frame, first, data_type, options, log)
    if kept is not None:
        for name in set(kept.columns) & set(prepared.columns):
            raise PayloadError("keep", name, "is a column that is prepared", "Leave it out")
        prepared = prepared.with_columns(kept[frame["row"]])
    metadata = _metadata(tables, first, options, data_type, log)
    makers = {table.maker for table in tables}
    report = log.report(
        [table.source for table in tables if table.source],
        makers.pop() if len(makers) == 1 else "unknown",
    )
    return CyclerData(prepared, metadata, report)


def _part(table: RawTable, options: Options, log: Log) -> Part:
    part = with_volts(read_part(table, log, options.units, options.month_first), log)
    return with_time(part, log, options.zone)


def _prepared(
    frame: polars.DataFrame, first: Part, data_type: str | None, options: Options, log: Log
) -> polars.DataFrame:
    """Decide, count and integrate; return the columns of the service."""
    import polars as pl

    if "time" in frame.columns:
        if data_type == "eis" and (frame["time"].diff() < 0).any():
            log.add(
                "time_left_out",
                "the times of the spectra do not rise; they are left out",
                "warning",
            )
            log.leave_out("Time [s]", "left out")
            frame = frame.drop("time")
        else:
            check_rows(frame, log)
            check_clock(frame, options.zone, bool(first.dates and first.dates.is_utc), log)
            start = frame["time"].drop_nulls()
            offset = float(start[0]) if len(start) else 0.0
            if offset:
                log.add(
                    "time_from_zero", f"the first time, {offset:.10g} s, was subtracted from all"
                )
                frame = frame.with_columns(pl.col("time") - offset)
    if "current" in frame.columns and data_type == "eis":
        log.add(
            "current_left_out",
            "the mean currents of the spectra are left out: they have no known sign",
        )
        log.leave_out("Current [A]", "left out")
        frame = frame.drop("current")
    if "current" in frame.columns:
        frame = with_sign(frame, options.current, log)
    frame = with_counts(frame, log)
    impedance.report_spectra(frame, log)
    names = {**MEASURED, **impedance.COLUMNS}
    frame = frame.rename({name: target for name, target in names.items() if name in frame.columns})
    if set(MEASURED.values()) <= set(frame.columns):
        frame = with_integrals(frame, log)
        compare_counters(frame, log)
        check_scale(frame, log)
    return with_series_types(_selected(frame))


def _selected(frame: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    others = {
        name: target if rest == "" else target.replace(" [", f" {rest} [")
        for name in frame.columns
        for base, _, rest in [name.partition(" ")]
        if (target := _BESIDE.get(base, "")) and (not rest or rest.isdigit())
    }
    spectra = [name for name in impedance.COLUMNS.values() if name in frame.columns]
    ordered = [name for name in _ORDER if name in frame.columns]
    return frame.select(
        *ordered,
        *(pl.col(name).alias(target) for name, target in others.items()),
        *spectra,
    )


def _given(tables: Sequence[RawTable]) -> tuple[str, str]:
    """Return the argument that the tables come from, and its value: the names of their files."""
    names = ", ".join(table.source for table in tables if table.source)
    return ("path", names) if names else ("frame", "DataFrame")


def _kept(tables: Sequence[RawTable], options: Options, log: Log) -> polars.DataFrame | None:
    """Return the further columns that the caller wants, in the order of the joined rows."""
    if not options.keep:
        return None
    if len(tables) > 1:
        raise PayloadError("keep", options.keep, "several files are joined", "Read them one by one")
    _check_columns("keep", options.keep, tables)
    for name in options.keep:
        log.use(name, name, use="kept unchanged")
    return tables[0].frame.select(options.keep)


def _check_columns(argument: str, names: Iterable[str], tables: Sequence[RawTable]) -> None:
    """Refuse a name that no file has as a column."""
    columns = {name: None for table in tables for name in table.frame.columns}
    for name in names:
        if name not in columns:
            near = suggest(str(name), columns)
            fix = f"Did you mean {near!r}?" if near else f"The columns are {', '.join(columns)}"
            raise PayloadError(argument, name, "is not a column of the data", fix[:400])


def _metadata(
    tables: Sequence[RawTable], first: Part, options: Options, data_type: str | None, log: Log
) -> dict[str, object]:
    start, local = start_time(first, options.zone, log)
    metadata: dict[str, object] = {}
    if start is not None:
        metadata["start_time"] = start
    if local is not None:
        metadata["start_time_local"] = local
    if data_type is not None:
        metadata["data_type"] = data_type
    if first.maker != "unknown":
        metadata["maker"] = first.maker
    if any(table.source for table in tables):
        metadata["source"] = [table.source for table in tables]
    if first.metadata:
        metadata["header"] = dict(first.metadata)
    return metadata
