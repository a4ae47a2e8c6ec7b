"""Files of one test in one frame: ordered, and joined by their times or dates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ionworks.ingest.numeric import number
from ionworks.ingest.part import Part
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import Start, refusal, start_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import polars

_TOLERANCE: Final = 2.0  # s, for dates in whole seconds
_SHARE: Final = 0.001  # of a gap


def join_parts(
    parts: Sequence[Part], log: Log, zone: ZoneInfo | None = None
) -> tuple[polars.DataFrame, Part]:
    """Return the rows of all parts in order, with `part` and `visit`, and the first part.

    `visit` counts where the time of a file does not go on from the file before: a step ends there.

    Raises
    ------
    MeasurementValidationError
        If the files overlap in time.
    """
    import polars as pl

    ordered = _in_order(parts, log)
    frames = [_marked(ordered[0].frame, 0, 0, 0.0)]
    visit, end = 0, _end_of(frames[0])
    for index, (before, part) in enumerate(pairwise(ordered), start=1):
        shift, follows = _shift(before, part, frames[-1], zone, log)
        visit += not follows
        frames.append(_marked(part.frame, index, visit, shift))
        start = _start_of(frames[-1])
        if start is not None and end is not None and start < end:
            raise refusal(
                log,
                "files_overlap",
                f"{part.source!r} starts {end - start:g} s before {before.source!r} ends. Give each"
                " row once",
            )
        end = _end_of(frames[-1])
    joined = pl.concat(frames, how="diagonal")
    return joined.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("row")), ordered[0]


def _marked(frame: polars.DataFrame, part: int, visit: int, shift: float) -> polars.DataFrame:
    import polars as pl

    marks = [pl.lit(part, pl.Int64).alias("part"), pl.lit(visit, pl.Int64).alias("visit")]
    if shift and "time" in frame.columns:
        marks.append(pl.col("time") + shift)
    return frame.with_columns(marks)


def _in_order(parts: Sequence[Part], log: Log) -> list[Part]:
    """Order the files by their dates, or else by their first times where no two overlap."""
    if len(parts) == 1:
        return list(parts)
    starts = [start_of(part) for part in parts]
    if all(start.value is not None for start in starts):
        by = "dates"
        order = sorted(
            range(len(parts)), key=lambda k: (starts[k].value or datetime.datetime.min, k)
        )
    else:
        by = "times"
        firsts = [(_start_of(part.frame) or 0.0) for part in parts]
        order = sorted(range(len(parts)), key=lambda k: (firsts[k], k))
    ordered = [parts[k] for k in order]
    names = ", ".join(part.source for part in ordered)
    moved = "" if order == list(range(len(parts))) else "; their order was changed"
    log.add(
        "files_joined", f"{len(parts)} files are joined in the order of their {by}: {names}{moved}"
    )
    return ordered


def _shift(
    before: Part, part: Part, placed: polars.DataFrame, zone: ZoneInfo | None, log: Log
) -> tuple[float, bool]:
    """Return what to add to the times of a file, and whether they go on by themselves."""
    end, start = _end_of(placed), _start_of(part.frame)
    if end is None or start is None:
        return 0.0, False
    already = end - (_end_of(before.frame) or 0.0)  # what was added to the file before
    gap = _gap_of_dates(before, part, zone)
    passed = start + already - end
    agrees = gap is None or abs(gap - passed) <= _TOLERANCE + _SHARE * abs(gap)
    if passed >= 0 and start > 0 and agrees:
        log.add("gap", f"{part.source!r} goes on {passed:g} s after {before.source!r} ends")
        return already, True
    if gap is not None:
        log.add(
            "gap", f"by the dates {part.source!r} starts {gap:g} s after {before.source!r} ends"
        )
        return end + gap - start, False
    interval = number(placed["time"].diff().median())
    log.add(
        "gap_unknown",
        f"the time between {before.source!r} and {part.source!r} is not known: neither has dates;"
        f" {interval:g} s are assumed",
        "warning",
    )
    return end + interval - start, False


def _gap_of_dates(before: Part, part: Part, zone: ZoneInfo | None) -> float | None:
    later, earlier = start_of(part), start_of(before)
    start, first = later.value, earlier.value
    times = before.frame["time"].drop_nulls()
    if start is None or first is None or later.is_utc != earlier.is_utc or not len(times):
        return None
    if "wall" in before.frame.columns and len(walls := before.frame["wall"].drop_nulls()):
        return _between(walls[-1], start, later, zone)
    return _between(first, start, later, zone) - float(times[-1] - times[0])


def _between(
    one: datetime.datetime, other: datetime.datetime, start: Start, zone: ZoneInfo | None
) -> float:
    """Return the seconds between two dates; with a zone, across a change of summer time."""
    known = None if start.is_utc else zone
    ends = [each.replace(tzinfo=known or datetime.UTC).timestamp() for each in (one, other)]
    return ends[1] - ends[0]


def _start_of(frame: polars.DataFrame) -> float | None:
    return _at(frame, 0)


def _end_of(frame: polars.DataFrame) -> float | None:
    return _at(frame, -1)


def _at(frame: polars.DataFrame, place: int) -> float | None:
    times = frame["time"].drop_nulls() if "time" in frame.columns else ()
    return float(times[place]) if len(times) else None


def start_time(
    part: Part, zone: ZoneInfo | None, log: Log
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """Return the start with its zone, if that is known, and as the cycler's clock shows it."""
    start = start_of(part)
    local = start.value
    if local is None:
        log.add("start_unknown", "the file does not say when the test started")
        return None, None
    if start.is_ambiguous:
        log.add(
            "date_ambiguous",
            f"the first date may be {local:%d %B} or day and month exchanged; pass"
            " dates='month first' or dates='day first'. The start time is not used",
            "warning",
        )
        return None, None
    if start.is_utc:
        return local.replace(tzinfo=datetime.UTC), local
    if zone is None:
        log.add(
            "zone_unknown",
            f"the clock of the cycler showed {local.isoformat(' ')} at the start, without a time"
            " zone; pass timezone='Europe/Berlin' or another to upload the start time",
        )
        return None, local
    log.add("zone_given", f"the start, {local.isoformat(' ')}, is in the time zone {zone.key}")
    return local.replace(tzinfo=zone), local
