"""Waits until the service has processed uploaded data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from ionworks._http import waits
from ionworks._http.progress import Meter, Progress, measure
from ionworks._workflows.fan_out import fan_out
from ionworks.errors import MeasurementProcessingError, TimedOut

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

State = Literal["ready", "not_ready", "failed"]
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0


def state_of(status: str | None) -> State:
    """Return the state that a `processing_status` means; an unknown one is "not_ready"."""
    if status is None or status == "ready":
        return "ready"
    return "failed" if status == "failed" else "not_ready"


def wait_for_all(
    get: Callable[[str], CellMeasurement],
    measurement_ids: Sequence[str],
    *,
    timeout: float,
    max_workers: int,
    progress: Progress = False,
    sleep: Callable[[float], None] = waits.sleep,
    clock: Callable[[], float] = waits.monotonic,
) -> dict[str, CellMeasurement]:
    """Poll the measurements, all pending ones concurrently, until every one is processed.

    Raises
    ------
    MeasurementProcessingError
        If some could not be processed; raised when all are finished, `failures` lists them.
    TimedOut
        If some are not finished after `timeout` seconds; the message lists them.
    """
    waiting = list(dict.fromkeys(measurement_ids))
    with measure(progress, "processing", "measurement", total=len(waiting)) as meter:
        done = _poll(get, waiting, timeout, max_workers, meter, sleep, clock)
    failures = {
        each: record.processing_error or "the service gave no reason"
        for each, record in done.items()
        if state_of(record.processing_status) == "failed"
    }
    if failures:
        raise MeasurementProcessingError(
            f"{len(failures)} of {len(done)} measurements were stored but not processed", failures
        )
    return {each: done[each] for each in dict.fromkeys(measurement_ids)}


def _poll(
    get: Callable[[str], CellMeasurement],
    waiting: Sequence[str],
    timeout: float,
    max_workers: int,
    meter: Meter,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
) -> dict[str, CellMeasurement]:
    deadline = clock() + timeout
    pause = _FIRST_PAUSE
    done: dict[str, CellMeasurement] = {}
    while True:
        records = fan_out([partial(get, each) for each in waiting], max_workers=max_workers)
        polled = dict(zip(waiting, records, strict=True))
        finished = {k: r for k, r in polled.items() if state_of(r.processing_status) != "not_ready"}
        done |= finished
        meter.advance(len(finished))
        waiting = [each for each in waiting if each not in done]
        if not waiting:
            return done
        if clock() + pause > deadline:
            left = ", ".join(f"{each} ({polled[each].processing_status})" for each in waiting)
            raise TimedOut(
                f"not processed after {timeout:g} s: {left}. Call wait_for_processing again"
            )
        meter.refresh()
        sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
