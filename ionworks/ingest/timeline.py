"""The time of each row since the start, whatever the file has: test time, step time or dates."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from ionworks.errors import MeasurementValidationError
from ionworks.ingest.clock import read_dates
from ionworks.ingest.numeric import number
from ionworks.ingest.part import Part
from ionworks.ingest.report import Log

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import polars

STEP_KEYS: Final = ("own_step", "step_run", "step", "own_cycle", "cycle", "half_cycle")
_FACTORS: Final = {60.0: "min", 3600.0: "h", 1e-3: "ms", 1e-6: "us", 86400.0: "day"}
_MISTAKES: Final = (60.0, 3600.0, 1e3, 1 / 60, 1 / 3600, 1e-3)
_NEAR: Final = 0.02


def refusal(log: Log, code: str, message: str) -> MeasurementValidationError:
    """Return the error for data that cannot be prepared; `.errors` has the note with the code."""
    note = log.add(code, message, "error")
    return MeasurementValidationError(message, errors=[note])


def with_time(part: Part, log: Log, zone: ZoneInfo | None) -> Part:
    """Return the part with `time` in seconds, as the file counts it.

    Raises
    ------
    MeasurementValidationError
        If its dates say that its times are in another unit than the file says.
    """
    frame = part.frame
    if "time" in frame.columns:
        return _scaled(part, log)
    if "step_time" in frame.columns and not _has_fine_dates(frame):
        log.add("time_from_steps", "the time is the sum of the times within the steps")
        return evolve(part, frame=frame.with_columns(_cumulated(frame).alias("time")))
    if "wall" in frame.columns:
        log.add("time_from_dates", "the time is the difference of the dates")
        return evolve(part, frame=frame.with_columns(_elapsed(part, zone).alias("time")))
    return part


def _has_fine_dates(frame: polars.DataFrame) -> bool:
    """Return whether the dates have fractions of a second, and so show the time between steps."""
    if "wall" not in frame.columns:
        return False
    wall = frame["wall"].drop_nulls()
    fine = number((wall.dt.microsecond() != 0).mean()) > 0.5
    return fine and not (wall.diff().dt.total_microseconds() < 0).any()


def _elapsed(part: Part, zone: ZoneInfo | None) -> polars.Series:
    """Return the seconds since the first date; with a zone, across changes of summer time."""
    wall = part.frame["wall"]
    if zone is not None and not (part.dates and part.dates.is_utc):
        wall = to_utc(wall, zone)
    first = wall.drop_nulls()[0]
    seconds: polars.Series = (wall - first).dt.total_microseconds() / 1e6
    return seconds


def to_utc(wall: polars.Series, zone: ZoneInfo) -> polars.Series:
    """Return local dates in UTC, naive; the order distinguishes the hour that occurs twice."""
    import polars as pl

    frame = pl.DataFrame({"wall": wall})
    back = (pl.col("wall").diff() < 0).fill_null(False).cum_sum() > 0
    fold = (
        pl.when(back.over(pl.col("wall").dt.date()))
        .then(pl.lit("latest"))
        .otherwise(pl.lit("earliest"))
    )
    local = pl.col("wall").dt.replace_time_zone(zone.key, ambiguous=fold, non_existent="null")
    return frame.select(local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)).to_series()


def _cumulated(frame: polars.DataFrame) -> polars.Series:
    """Add the times within the steps; a step begins where its time falls or its number changes."""
    import polars as pl

    keys = [name for name in STEP_KEYS if name in frame.columns]
    time = pl.col("step_time")
    falls = (time.diff() < 0).fill_null(False)
    turn = falls
    if keys:
        # Where only the number changes, the time may run on: then it is not of the step.
        changed = (pl.struct(keys).rle_id().diff() != 0).fill_null(False)
        turn = falls | (changed & (time < time.shift(1)).fill_null(False))
    ended = pl.when(turn).then(time.shift(1)).otherwise(0.0)
    return frame.select(time + ended.fill_null(0.0).cum_sum()).to_series()


def _scaled(part: Part, log: Log) -> Part:
    """Compare the time with the dates: a time without a unit gets it from them."""
    if "wall" not in part.frame.columns or (ratio := _ratio(part.frame)) is None:
        return part
    if part.time_unit is None:
        for factor, unit in _FACTORS.items():
            if abs(ratio / factor - 1) < _NEAR:
                log.add(
                    "time_unit_from_dates",
                    f"{part.time_name!r} has no unit; its dates show that it is in {unit}",
                    "warning",
                )
                log.use(part.time_name, "Time [s]", unit)
                return _times(part, factor)
    elif any(abs(ratio / factor - 1) < _NEAR for factor in _MISTAKES):
        way = "small" if ratio > 1 else "large"
        size = round(max(ratio, 1 / ratio), 0)
        raise refusal(
            log,
            "time_scale",
            f"{part.time_name!r} is {size:g} times too {way}: the dates run {ratio:.4g} times as"
            f" fast. Say the unit of the column, such as units={{{part.time_name!r}: 'h'}}, or"
            " leave out the column that is wrong",
        )
    return part


def _times(part: Part, factor: float) -> Part:
    import polars as pl

    return evolve(part, frame=part.frame.with_columns(pl.col("time") * factor))


def _ratio(frame: polars.DataFrame) -> float | None:
    """Return how fast the dates run against the time; None if that is not steady or too short."""
    known = frame.select("time", "wall").drop_nulls()
    if known.height < 3:
        return None
    ratios = []
    for half in (known[: known.height // 2 + 1], known[known.height // 2 :]):
        passed = half["time"][-1] - half["time"][0]
        wall = (half["wall"][-1] - half["wall"][0]).total_seconds()
        if abs(wall) < 30 or passed <= 0:
            continue
        ratios.append(wall / passed)
    if not ratios or max(ratios) > 1.02 * min(ratios):
        return None
    return float(sum(ratios) / len(ratios))


@frozen
class Start:
    """The date and time of the first row of a file, naive; None if it is not known."""

    value: datetime.datetime | None = None
    is_utc: bool = False
    is_ambiguous: bool = False  # day and month may be exchanged


def start_of(part: Part) -> Start:
    """Return the start of a file: its first date, or what its header says."""
    import polars as pl

    if "wall" in part.frame.columns and part.dates is not None:
        first = part.frame["wall"].drop_nulls()
        if len(first):
            return Start(first[0], part.dates.is_utc, part.dates.is_ambiguous)
    text = next((part.metadata[key] for key in _STARTS if part.metadata.get(key)), None)
    dates = None if text is None else read_dates(pl.Series([text]), None, part.month_first)
    if dates is None or dates.values[0] is None:
        return Start()
    times = part.frame["time"].drop_nulls().to_list() if "time" in part.frame.columns else []
    passed = datetime.timedelta(seconds=times[0] if times else 0.0)
    return Start(dates.values[0] + passed, dates.is_utc, dates.is_ambiguous)


_STARTS: Final = ("start_time", "start time", "Start time", "started", "acquisition started on")


def check_clock(frame: polars.DataFrame, zone: ZoneInfo | None, is_utc: bool, log: Log) -> None:
    """Report where the local clock jumps against the elapsed time: summer time, or a pause."""
    import polars as pl

    if not {"wall", "time"} <= set(frame.columns):
        return
    known = frame.select("row", "visit", "time", "wall").drop_nulls()
    drift = pl.col("wall").diff().dt.total_microseconds() / 1e6 - pl.col("time").diff()
    jumps = known.select("row", "visit", "wall", drift.alias("drift")).filter(
        (pl.col("drift").abs() > _JUMP) & (known["visit"].diff() == 0)
    )
    if jumps.is_empty():
        return
    hour = ((jumps["drift"].abs() - 3600).abs() < _HOUR) & (not is_utc)
    for row, _, wall, drifted in jumps.filter(hour).head(4).iter_rows():
        where = f" in {zone.key}" if zone is not None and _changes(wall, zone) else ""
        log.add(
            "summer_time",
            f"the clock jumps by {drifted:+.0f} s against the elapsed time"
            + (f": summer time changes{where}" if where else "; summer time may change there"),
            "info" if where else "warning",
            [row],
        )
    other = jumps.filter(~hour)
    if not other.is_empty():
        log.add(
            "clock_jump",
            f"the clock jumps against the elapsed time, first by {other['drift'][0]:+.0f} s: the"
            " cycler paused, or its clock was set",
            "info",
            other["row"].to_list(),
        )


_JUMP: Final = 60.0  # s; the dates may be in whole minutes
_HOUR: Final = 90.0  # s


def _changes(wall: datetime.datetime, zone: ZoneInfo) -> bool:
    """Return whether the offset of a zone changes within two hours of a local time."""
    hours = datetime.timedelta(hours=2)
    before, after = (each.replace(tzinfo=zone).utcoffset() for each in (wall - hours, wall + hours))
    return before != after


def check_scale(frame: polars.DataFrame, log: Log) -> None:
    """Report intervals that no test has: the times may be hours or milliseconds."""
    interval = frame["Time [s]"].diff().median()
    duration = frame["Time [s]"][-1]
    if not isinstance(interval, float) or frame.height < _MANY:
        return

    def advice(way: str) -> str:
        return (
            f"if that is wrong, pass units={{'<column>': '<unit>'}} or repair='{way} time by 3600'"
        )

    if interval > 3600:
        log.add(
            "time_scale_suspect",
            f"the rows are {interval:.4g} s apart, and the test takes {duration / 86400:.3g} days;"
            f" {advice('divide')}",
            "warning",
        )
    voltage = frame["Voltage [V]"].drop_nulls()
    if duration < 120 and frame.height > 500 and len(voltage):
        swing = float(voltage.max()) - float(voltage.min())  # type: ignore[arg-type]
        step = voltage.diff().abs().median()
        if swing > 0.5 and isinstance(step, float) and step < 0.01 * swing:
            log.add(
                "time_scale_suspect",
                f"the voltage passes {swing:.3g} V in {duration:.3g} s; {advice('multiply')}",
                "warning",
            )


_MANY: Final = 50  # rows
