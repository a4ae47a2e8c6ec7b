"""Waits until the service has made steps of uploaded data."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from ionworks._workflows.fan_out import fan_out
from ionworks.errors import MeasurementProcessingError, TimedOut

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

State = Literal["ready", "not_ready", "failed"]
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0


def state_of(status: str | None) -> State:
    """Tell what a `processing_status` means; one that nobody knows is not ready."""
    if status is None or status == "ready":
        return "ready"
    return "failed" if status == "failed" else "not_ready"


def wait_for_all(
    get: Callable[[str], CellMeasurement],
    measurement_ids: Sequence[str],
    *,
    timeout: float,
    max_workers: int,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, CellMeasurement]:
    """Ask again and again, all that are left at once, until every measurement is processed.

    Raises
    ------
    MeasurementProcessingError
        If some could not be processed; `failures` has all of them, when the others are done.
    TimedOut
        If some are not done after `timeout` seconds; names them. Nothing is lost.
    """
    deadline = clock() + timeout
    pause = _FIRST_PAUSE
    done: dict[str, CellMeasurement] = {}
    waiting = list(dict.fromkeys(measurement_ids))
    while True:
        records = fan_out([partial(get, each) for each in waiting], max_workers=max_workers)
        asked = dict(zip(waiting, records, strict=True))
        done |= {k: r for k, r in asked.items() if state_of(r.processing_status) != "not_ready"}
        waiting = [each for each in waiting if each not in done]
        if not waiting:
            break
        if clock() + pause > deadline:
            left = ", ".join(f"{each} ({asked[each].processing_status})" for each in waiting)
            raise TimedOut(f"not processed after {timeout:g} s: {left}; wait_for_processing again")
        sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    failures = {
        each: record.processing_error or "the service gives no reason"
        for each, record in done.items()
        if state_of(record.processing_status) == "failed"
    }
    if failures:
        raise MeasurementProcessingError(
            f"{len(failures)} of {len(done)} measurements were stored but not processed", failures
        )
    return {each: done[each] for each in dict.fromkeys(measurement_ids)}
