"""Builds composed views: plans all requests, then sends them in one fan-out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen
from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.api.cell_measurements import get_cell_measurement, list_cell_measurements

from ionworks._http.progress import Progress
from ionworks._redact import encodable
from ionworks._request.schemas import page_size
from ionworks._workflows.energies import warn_of_unknown_energies
from ionworks._workflows.fan_out import fan_out, run_pair
from ionworks._workflows.tables import (
    read_cycles,
    read_steps,
    read_steps_and_cycles,
)
from ionworks._workflows.time_series import WHOLE, read_time_series
from ionworks._workflows.views import CellInstanceDetail, MeasurementDetail, Part, PartError
from ionworks._workflows.wait import state_of
from ionworks.errors import Conflict, IonworksError, NotFound, PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.records.pages import split_invalid
from ionworks.records.walk import collect

if TYPE_CHECKING:
    import polars
    from ionworks_openapi.models import CellInstanceId, CellMeasurement, CellMeasurementId

    from ionworks._http.session import Session
    from ionworks.frames.selection import Selection

OnError = Literal["raise", "collect"]
_Frames = Mapping[Part, "polars.DataFrame"]


@frozen
class _Task:
    """One planned call: the parts that it fetches, for the measurement at `index`."""

    index: int
    parts: tuple[Part, ...]
    read: Callable[[], _Frames]


@frozen
class _Outcome:
    task: _Task
    frames: _Frames = field(factory=dict)
    reason: str | None = None
    error: IonworksError | None = None


def cell_instance_detail(
    session: Session,
    cell_instance_id: CellInstanceId,
    *,
    steps: bool,
    cycles: bool,
    time_series: bool,
    on_error: OnError,
    backend: Backend | None,
    progress: Progress = "auto",
) -> CellInstanceDetail[Any]:
    """Return the view of a cell: two requests for the records, then one fan-out for the tables."""
    kind = check_backend(backend or session.dataframe_backend)
    if on_error not in ("raise", "collect"):
        raise PayloadError("on_error", on_error, "give 'raise' or 'collect'")

    measurements_of = session._pages(list_cell_measurements, cell_instance_id)
    instance, entries = run_pair(
        lambda: session.call(get_cell_instance, cell_instance_id),
        lambda: collect(measurements_of, page_size=page_size()),
        max_workers=session.max_workers,
    )
    measurements, invalid = split_invalid(entries)
    views, errors = compose(
        session,
        measurements,
        _requested_parts(steps, cycles, time_series),
        on_error=on_error,
        kind=kind,
        progress=progress,
    )
    return CellInstanceDetail(
        instance=instance,
        specification_id=instance.cell_specification_id,
        measurements=views,
        errors=errors,
        invalid=invalid,
    )


def measurement_detail(
    session: Session,
    measurement_id: CellMeasurementId,
    *,
    steps: bool,
    cycles: bool,
    time_series: bool,
    backend: Backend | None,
    progress: Progress = "auto",
) -> MeasurementDetail[Any]:
    """Return the view of one measurement."""
    kind = check_backend(backend or session.dataframe_backend)
    record = session.call(get_cell_measurement, measurement_id)
    wanted = _requested_parts(steps, cycles, time_series)
    views, _ = compose(session, [record], wanted, kind=kind, progress=progress)
    return views[0]


def compose(
    session: Session,
    measurements: Sequence[CellMeasurement],
    wanted: tuple[Part, ...],
    *,
    on_error: OnError = "raise",
    kind: Backend = "polars",
    selection: Selection = WHOLE,
    progress: Progress = False,
) -> tuple[list[MeasurementDetail[Any]], list[PartError]]:
    """Return the views of measurements with the wanted tables, and the parts that failed."""
    views: list[MeasurementDetail[Any]] = [
        MeasurementDetail(m, missing=_known_missing(m, wanted)) for m in measurements
    ]
    tasks = [
        task
        for index, view in enumerate(views)
        if not view.missing
        for task in _plan(session, index, view.measurement.id, wanted, selection)
    ]
    outcomes = fan_out(
        [partial(_run, task, measurements[task.index], on_error) for task in tasks],
        max_workers=session.max_workers,
        progress=progress,
        label=" and ".join(wanted),
    )
    known = [outcome.frames.get(part) for outcome in outcomes for part in ("steps", "cycles")]
    warn_of_unknown_energies(known)
    errors = []
    for outcome in outcomes:
        index, parts = outcome.task.index, outcome.task.parts
        view = views[index]
        if outcome.error is not None:
            errors += [PartError(view.measurement.id, part, outcome.error) for part in parts]
        reason = outcome.reason or (str(outcome.error) if outcome.error else None)
        gone = {} if reason is None else dict.fromkeys(parts, reason)
        tables = {part: from_polars(frame, kind) for part, frame in outcome.frames.items()}
        views[index] = MeasurementDetail(
            view.measurement,
            steps=tables.get("steps", view.steps),
            cycles=tables.get("cycles", view.cycles),
            time_series=tables.get("time_series", view.time_series),
            missing={**view.missing, **gone},
        )
    return views, errors


def _requested_parts(steps: bool, cycles: bool, time_series: bool) -> tuple[Part, ...]:
    flags: dict[Part, bool] = {"steps": steps, "cycles": cycles, "time_series": time_series}
    return tuple(part for part, requested in flags.items() if requested)


def _known_missing(measurement: CellMeasurement, wanted: tuple[Part, ...]) -> dict[Part, str]:
    """Return the parts that are missing according to the record, without a request."""
    if measurement.measurement_type in ("properties", "file"):
        return dict.fromkeys(wanted, f"a {measurement.measurement_type} measurement has no tables")
    if state_of(measurement.processing_status) == "ready":
        return {}
    why = measurement.processing_error
    text = f"processing is {measurement.processing_status}" + (f": {why}" if why else "")
    return dict.fromkeys(wanted, text)


def _plan(
    session: Session,
    index: int,
    measurement_id: str,
    wanted: tuple[Part, ...],
    selection: Selection,
) -> Iterator[_Task]:
    def read_both() -> _Frames:
        tables = read_steps_and_cycles(session, measurement_id)
        return {"steps": tables.steps, "cycles": tables.cycles}

    def read_one(part: Part) -> _Frames:
        if part == "time_series":
            return {part: read_time_series(session, measurement_id, selection)}
        read = read_steps if part == "steps" else read_cycles
        return {part: selection.of_table(read(session, measurement_id))}

    if "steps" in wanted and "cycles" in wanted:
        yield _Task(index, ("steps", "cycles"), read_both)
        wanted = tuple(part for part in wanted if part == "time_series")
    for part in wanted:
        yield _Task(index, (part,), partial(read_one, part))


def _run(task: _Task, measurement: CellMeasurement, on_error: OnError) -> _Outcome:
    try:
        return _Outcome(task, frames=task.read())
    except (NotFound, Conflict) as error:
        # 404: the measurement has no such table, or was deleted; 409: it is being processed.
        return _Outcome(task, reason=error.message)
    except IonworksError as error:
        if on_error == "collect":
            return _Outcome(task, error=error)
        parts = " and ".join(task.parts)
        place = f"{parts} of measurement {measurement.name!r} ({measurement.id})"
        error.message = f"{error.message}, while reading {encodable(place)}"
        raise
