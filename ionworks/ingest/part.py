"""One file in columns of known meaning and unit, before anything is counted or decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import frozen

from ionworks.errors import PayloadError
from ionworks.ingest.clock import Dates, read_dates, read_durations
from ionworks.ingest.columns import Column, recognise
from ionworks.ingest.numeric import number
from ionworks.ingest.raw import RawTable
from ionworks.ingest.report import ColumnUse, Log
from ionworks.ingest.states import read_states
from ionworks.ingest.units import convert_column
from ionworks.quantity.units import linear

if TYPE_CHECKING:
    import polars

_Read = TypeVar("_Read")
_LOST: Final = 0.01  # of the texts that may be no numbers
_SKIPPED: Final = ("test_time", "any_time", "step_time", "date", "state")
_SEVERAL: Final = ("temperature",)


@frozen
class Part:
    """The rows of one file: `row`, and a column for each concept that the file has.

    Times are in `time` and `step_time`, in seconds as the file counts them; `wall` is the date and
    time, `state` a word of `ionworks.ingest.states`.
    """

    source: str
    maker: str
    kind: str
    frame: polars.DataFrame
    metadata: Mapping[str, str]
    dates: Dates | None = None
    time_unit: str | None = None  # the unit that the file says for `time`
    time_name: str = ""
    month_first: bool | None = None  # by the caller


def read_part(raw: RawTable, log: Log, units: Mapping[str, str], month_first: bool | None) -> Part:
    """Interpret the columns of a file.

    Raises
    ------
    PayloadError
        If `units` names a column that is not in the file, or a unit that does not fit it.
    """
    import polars as pl

    for name in raw.frame.columns:
        log.columns.setdefault(name, ColumnUse(name, ""))
    columns = recognise(raw.frame, {**raw.units, **units})
    _check_units(raw, units, columns)
    by_concept: dict[str, list[Column]] = {}
    for column in sorted(columns, key=lambda each: each.rank):
        by_concept.setdefault(column.concept.name, []).append(column)
    read: dict[str, polars.Series] = {}
    for concept, candidates in by_concept.items():
        if concept not in _SKIPPED:
            _read_numbers(raw.frame, concept, candidates, read, log)
    _report_assumed(by_concept, read, raw, log)
    _read_state(raw.frame, by_concept.get("state", ()), read, log)
    frame = pl.DataFrame(
        [pl.int_range(raw.frame.height, eager=True, dtype=pl.Int64).alias("row")]
        + [series.alias(concept) for concept, series in read.items()]
    )
    return _with_times(raw, frame, by_concept, log, month_first)


def _check_units(raw: RawTable, units: Mapping[str, str], columns: Iterable[Column]) -> None:
    understood = {column.source for column in columns}
    for name, unit in units.items():
        if name in raw.frame.columns and name not in understood:
            reason = f"{unit!r} is no unit of the column {name!r}, or its name is not known"
            raise PayloadError("units", dict(units), reason, "Check the unit, or rename the column")


def _read_numbers(
    frame: polars.DataFrame,
    concept: str,
    candidates: list[Column],
    read: dict[str, polars.Series],
    log: Log,
) -> None:
    """Read the first column of a concept that has numbers; of temperatures all."""
    places: list[str] = []
    for column in candidates:
        if (numbers := to_numbers(frame[column.source])) is None:
            continue
        if places and concept not in _SEVERAL:
            use = f"not used: {candidates[0].source!r} is of the same kind"
            log.use(column.source, use=use)
            continue
        place = concept if not places else f"{concept} {len(places) + 1}"
        if column.unit is not None and column.concept.unit is not None:
            numbers = convert_column(numbers, column.unit, column.concept.unit)
        read[place] = numbers
        places.append(place)
        use = _USES.get(concept, "")
        target = "" if use else _numbered(column.concept.target, len(places))
        log.use(column.source, target, _changed(column), use)


def _report_assumed(
    by_concept: Mapping[str, list[Column]],
    read: Mapping[str, polars.Series],
    raw: RawTable,
    log: Log,
) -> None:
    """Name the columns of numbers that have no unit."""
    assumed = [
        f"{column.source!r} in {column.concept.unit}"
        for concept, (column, *_) in by_concept.items()
        if (concept in read or concept in ("test_time", "any_time"))
        and column.unit is None
        and column.concept.unit
        and raw.frame[column.source].dtype.is_numeric()
    ]
    if assumed:
        log.add("unit_assumed", f"columns without a unit are read as {', '.join(assumed)}")


_USES: Final = {
    "own_step": "begins the steps",
    "own_cycle": "begins the cycles",
    "step_run": "begins the steps",
    "half_cycle": "two make one cycle where the file has no cycles",
    "capacity": "compared with the integral of the current",
    "energy": "compared with the integral of the power",
    "charge_capacity": "compared with the integral of the current",
    "discharge_capacity": "compared with the integral of the current",
    "charge_energy": "compared with the integral of the power",
    "discharge_energy": "compared with the integral of the power",
    "moved": "the charge since the row before",
    "minus_z_im": "its negative is 'Z_Im [Ohm]'",
}


def _numbered(target: str, number: int) -> str:
    return target if number == 1 else target.replace(" [", f" {number} [")


def _changed(column: Column) -> str | None:
    if column.unit is None or column.concept.unit is None:
        return None
    return None if linear(column.unit, column.concept.unit) == (1.0, 0.0) else column.unit


def to_numbers(values: polars.Series) -> polars.Series | None:
    """Return a column as Float64, what is not finite as null; None if it has other texts."""
    import polars as pl

    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64)
    elif values.dtype == pl.String:
        texts = values.str.strip_chars()
        texts = texts.set(
            texts.str.to_lowercase().is_in(["", "n/a", "na", "nan", "-", "null"]), None
        )
        numbers = texts.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        lost = numbers.null_count() - texts.null_count()
        if lost > max(1.0, _LOST * texts.len()) or numbers.null_count() == numbers.len():
            return None
    else:
        return None
    return numbers.set(numbers.is_finite().not_(), None)


def _read_state(
    frame: polars.DataFrame,
    candidates: Iterable[Column],
    read: dict[str, polars.Series],
    log: Log,
) -> None:
    """Take the state from the text column with the most known words."""
    best: tuple[int, str] = (0, "")
    for column in candidates:
        states = read_states(frame[column.source])
        if states is not None and (known := states.len() - states.null_count()) > best[0]:
            best = (known, column.source)
            read["state"] = states
    if best[1]:
        log.use(best[1], use="says what is charge, discharge and rest")


def _with_times(
    raw: RawTable,
    frame: polars.DataFrame,
    by_concept: Mapping[str, list[Column]],
    log: Log,
    month_first: bool | None,
) -> Part:
    import polars as pl

    def durations(column: Column) -> polars.Series | None:
        read = read_durations(raw.frame[column.source], column.unit)
        return None if read is None else read.set(read.is_finite().not_(), None)

    def dates_of(column: Column) -> Dates | None:
        values = raw.frame[column.source]
        generic = column.source in {each.source for each in by_concept.get("any_time", ())}
        if generic and values.dtype.is_numeric() and (values.cast(pl.Float64).min() or 0.0) < 1e8:  # type: ignore[operator]
            return None
        return read_dates(values, column.unit, month_first)

    wall, dates = _first(by_concept.get("date", ()), dates_of)
    test, time = _first(by_concept.get("test_time", ()), durations)
    of_step, step_time = _first(by_concept.get("step_time", ()), durations)
    plain, any_time = _first(by_concept.get("any_time", ()), durations)
    if plain and wall and plain.source == wall.source:
        any_time = None
    if plain and any_time is not None:
        if time is None and not _restarts(any_time, frame):
            test, time = plain, any_time
        elif step_time is None:
            of_step, step_time = plain, any_time
    added = []
    if dates is not None and wall is not None:
        added.append(dates.values.alias("wall"))
        log.use(wall.source, use="the date and time of the rows")
    if step_time is not None and of_step is not None:
        added.append(step_time.alias("step_time"))
        log.use(of_step.source, use="the time within the step")
    if time is not None and test is not None:
        added.append(time.alias("time"))
        log.use(test.source, "Time [s]", test.unit if test.unit not in (None, "s") else None)
    said = None if time is None or test is None else test.unit
    if time is not None and test is not None and not raw.frame[test.source].dtype.is_numeric():
        said = said or "text"
    return Part(
        *(raw.source, raw.maker, raw.kind, frame.with_columns(added), raw.metadata, dates),
        time_unit=said,
        time_name=test.source if test is not None else "",
        month_first=month_first,
    )


def _first(
    candidates: Iterable[Column], read: Callable[[Column], _Read | None]
) -> tuple[Column | None, _Read | None]:
    for column in candidates:
        if (values := read(column)) is not None:
            return column, values
    return None, None


def _restarts(time: polars.Series, frame: polars.DataFrame) -> bool:
    """Return whether a time begins anew with each step: it falls to about 0 where one begins."""
    import polars as pl

    falls = (time.diff() < 0).fill_null(False)
    if not falls.any():
        return False
    after = time.filter(falls)
    low = (after < 0.5 * time.shift(1).filter(falls)).mean()
    keys = [
        name for name in ("own_step", "step_run", "step", "cycle", "state") if name in frame.columns
    ]
    if not keys:
        return low == 1.0 and "frequency" not in frame.columns
    begins = frame.select((pl.struct(keys).rle_id().diff() != 0).fill_null(False)).to_series()
    return bool(number((begins & falls).sum()) >= 0.5 * number(falls.sum())) and number(low) >= 0.5
