"""The dates of a measurement, against each other and against the time of the series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue
from ionworks.validators.series_scan import Scan

_SECONDS: Final = 60.0
_SHARE: Final = 0.05


def check_timing(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    """Find dates in the future, and a duration that is not that of the series."""
    start, end = options.start_time, options.end_time
    now = datetime.now(UTC)
    for name, moment in (("start_time", start), ("end_time", end)):
        if moment is not None and moment > now:
            text = f"{name} {moment.isoformat()} is in the future; check the date and the time zone"
            yield ValidationIssue(f"{name}_in_future", text, payload={name: moment.isoformat()})
    if start is None or end is None:
        return
    duration = (end - start).total_seconds()
    if duration < 0:
        yield ValidationIssue(
            "end_time_before_start_time",
            f"end_time is {-duration:g} s before start_time; exchange them, or check the time"
            " zones",
            payload={"seconds": duration},
        )
        return
    span = _span(scan)
    if span is None or abs(duration - span) <= max(_SECONDS, _SHARE * max(duration, span)):
        return
    yield ValidationIssue(
        "duration_mismatch",
        f"from start_time to end_time are {duration:.6g} s, but 'Time [s]' spans {span:.6g} s;"
        " check the unit of the time, and for rows that are missing",
        payload={"duration": duration, "span": span},
    )


def _span(scan: Scan) -> float | None:
    if scan.steps is None or "to" not in scan.steps.columns:
        return None
    first, last = scan.steps["from"].drop_nulls(), scan.steps["to"].drop_nulls()
    return float(last[-1]) - float(first[0]) if len(first) and len(last) else None
