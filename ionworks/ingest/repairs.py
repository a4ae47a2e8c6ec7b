"""Defects in the rows of a file, and the repairs that the caller names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.ingest.numeric import number
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import refusal

if TYPE_CHECKING:
    import polars

#: The repairs, in the order in which they are made.
REPAIRS: Final = (
    "divide time by 3600",
    "multiply time by 3600",
    "divide cycles by 2 pi",
    "drop rows without values",
    "sort by time",
    "drop backward times",
    "drop duplicated rows",
    "drop repeated times",
)
_GAP: Final = 3600.0  # s
_NEEDED: Final = ("time", "voltage", "current")


def check_repairs(named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the repairs in the order in which they are made.

    Raises
    ------
    PayloadError
        If a name is not known.
    """
    for name in named:
        if name not in REPAIRS:
            known = ", ".join(map(repr, REPAIRS))
            raise PayloadError("repair", name, "is not a known repair", f"Choose one of {known}")
    return tuple(name for name in REPAIRS if name in named)


def repaired(frame: polars.DataFrame, repairs: tuple[str, ...], log: Log) -> polars.DataFrame:
    """Make the named repairs; each is reported with the rows that it concerns."""
    frame = _without_tail(frame, log)
    for repair in repairs:
        frame = _repair(frame, repair, log)
    return frame


def _repair(frame: polars.DataFrame, repair: str, log: Log) -> polars.DataFrame:
    import polars as pl

    factor = {"divide time by 3600": 1 / 3600, "multiply time by 3600": 3600.0}.get(repair)
    if factor is not None:
        log.add("repaired", f"{repair}: all rows")
        scaled = pl.col("time") / 3600 if factor < 1 else pl.col("time") * 3600
        return frame.with_columns(scaled)
    if repair == "divide cycles by 2 pi":
        log.add("repaired", f"{repair}: all rows")
        names = [name for name in ("cycle", "own_cycle") if name in frame.columns]
        return frame.with_columns((pl.col(names) / math.tau).round(6))
    if repair == "sort by time":
        log.add("repaired", f"{repair}: rows that were moved", rows=_backward(frame))
        return frame.sort("time", maintain_order=True)
    kept = frame.filter(_kept(frame, repair))
    dropped = frame.join(kept, on="row", how="anti")["row"].to_list()
    log.add("rows_dropped", repair, rows=dropped)
    return kept


def _kept(frame: polars.DataFrame, repair: str) -> polars.Expr:
    import polars as pl

    if repair == "drop rows without values":
        return pl.all_horizontal(pl.col(_present(frame)).is_not_null()) | pl.col("spectrum")
    if repair == "drop backward times":
        return (pl.col("time") >= pl.col("time").cum_max()).fill_null(True)
    if repair == "drop duplicated rows":
        return pl.struct(pl.exclude("row", "part", "visit")).is_first_distinct()
    return (pl.col("time").diff() != 0).fill_null(True) | pl.col("spectrum")


def _present(frame: polars.DataFrame) -> list[str]:
    return [name for name in _NEEDED if name in frame.columns]


def _backward(frame: polars.DataFrame) -> list[int]:
    import polars as pl

    return frame.filter(pl.col("time").diff() < 0)["row"].to_list()


def _without_tail(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Drop a last row that is cut off: it has lost a value that the row before it has."""
    names = _present(frame)
    if frame.height < 2 or not names:
        return frame
    last, before = frame.select(names).row(-1), frame.select(names).row(-2)
    if any(value is None for value in last) and all(value is not None for value in before):
        row = frame["row"][-1]
        log.add("rows_dropped", "the last row is incomplete: it is dropped", "warning", [row])
        return frame[:-1]
    return frame


def check_rows(frame: polars.DataFrame, log: Log) -> None:
    """Refuse times that run backwards; report rows that repeat, and rows without values.

    Raises
    ------
    MeasurementValidationError
        If a time runs backwards, or a row has none.
    """
    import polars as pl

    back = _backward(frame.drop_nulls("time"))
    if back:
        count = "1 row" if len(back) == 1 else f"{len(back)} rows"
        raise refusal(
            log,
            "time_backward",
            f"the time runs backwards in {count}, first in row {back[0]}."
            f" {_advice(frame, back[0], log)} repair='sort by time' or"
            " repair='drop backward times'",
        )
    measured = frame.filter(~pl.col("spectrum"))
    without = measured.filter(pl.any_horizontal(pl.col(_present(frame)).is_null()))
    if not without.is_empty():
        log.add(
            "value_missing",
            "a time, voltage or current is missing; pass repair='drop rows without values'",
            "error",
            without["row"].to_list(),
        )
    values = measured.select(pl.exclude("part", "visit"))
    same = values.filter(~pl.struct(pl.exclude("row")).is_first_distinct())
    if not same.is_empty():
        log.add(
            "rows_duplicated",
            "a row is equal to an earlier row; repair='drop duplicated rows' drops it",
            "warning",
            same["row"].to_list(),
        )
    interval = pl.col("time").diff()
    gaps = frame.filter((interval > _GAP) & (interval > 100 * interval.median()))
    if not gaps.is_empty():
        longest = number(frame["time"].diff().max()) / 3600
        log.add(
            "time_gap",
            f"there is a gap of time before a row, of at most {longest:.3g} h",
            rows=gaps["row"].to_list(),
        )
        _report_current_in_gaps(frame, gaps, log)
    again = measured.filter(pl.col("time").diff() == 0)
    if not again.is_empty():
        log.add(
            "time_repeated",
            "a row has the time of the row before; repair='drop repeated times' drops it",
            rows=again["row"].to_list(),
        )


def _report_current_in_gaps(frame: polars.DataFrame, gaps: polars.DataFrame, log: Log) -> None:
    """Warn of gaps within a current: the integrals count it as if it had not stopped."""
    import polars as pl

    if "current" not in frame.columns:
        return
    size = pl.col("current").abs()
    flows = (size > 0.01 * size.max()).fill_null(False)
    if "spectrum" in frame.columns:  # its current is that of a sweep, and is not integrated
        flows &= ~pl.col("spectrum")
    inside = frame.filter(flows & flows.shift(1)).join(gaps, on="row", how="semi")
    if not inside.is_empty():
        log.add(
            "gap_in_current",
            "a current flows before and after a gap of time. Capacities and energies count it as if"
            " it had flowed all the time; if the cycler paused, they are too large",
            "warning",
            inside["row"].to_list(),
        )


def _advice(frame: polars.DataFrame, row: int, log: Log) -> str:
    """Say where dates go back by an hour or less, as at the end of summer time."""
    fall = frame["time"].filter(frame["row"].is_in([row - 1, row])).diff()[-1]
    from_dates = any(note.code == "time_from_dates" for note in log.notes)
    if from_dates and fall is not None and fall >= -3600:
        return "If summer time ends there, pass timezone='Europe/Berlin' or another; else pass"
    return "Pass"
