"""Checks of what is read of a measurement, and of the navigator."""

import random

import polars as pl
from register import checks
from world import World, close, cycling, holds, names, refused, same

from ionworks import Navigator

LONG_ROWS = 200_000


@checks("cell_measurement.steps", "step types, durations and currents of the known series")
def _(w: World) -> None:
    found = w.client.cell_measurement.steps(w.series.id, use_cache=False)
    same("step count", found["Step count"].to_list(), [0, 1, 2, 3, 4, 5])
    kinds = ["Rest", "Constant current discharge", "Constant current charge"]
    same("step type", found["Step type"].to_list(), kinds * 2)
    close("mean current", found["Mean current [A]"].to_list(), [0, 1, -1] * 2)
    cached = w.client.cell_measurement.steps(w.series.id)
    holds("the same through the cache", cached.equals(found))


@checks("cell_measurement.cycles", "one row for each cycle, with its capacity")
def _(w: World) -> None:
    found = w.client.cell_measurement.cycles(w.series.id, use_cache=False)
    same("cycle count", found["Cycle count"].to_list(), [0, 1])
    first, second = found["Discharge capacity [A.h]"].to_list()
    holds(f"19 or 20 intervals of 10 s at 1 A, not {first}", 0.0527 < first < 0.0556)
    close("both cycles", [second], [first])


@checks("cell_measurement.steps_and_cycles", "both tables in one call, equal to those read alone")
def _(w: World) -> None:
    found = w.client.cell_measurement.steps_and_cycles(w.series.id, use_cache=False)
    steps = w.client.cell_measurement.steps(w.series.id, use_cache=False)
    same("step type", found.steps["Step type"].to_list(), steps["Step type"].to_list())
    close("start", found.steps["Start time [s]"].to_list(), steps["Start time [s]"].to_list())
    same("cycle count", found.cycles["Cycle count"].to_list(), [0, 1])


@checks("cell_measurement.time_series", "all rows; a window of rows is read with Range requests")
def _(w: World) -> None:
    given = cycling()
    whole = w.client.cell_measurement.time_series(w.series.id, use_cache=False)
    for column in given.columns:
        close(column, whole[column].to_list(), given[column].to_list())
    window = w.client.cell_measurement.time_series(w.series.id, row_range=(30, 50))
    close("window", window["Time [s]"].to_list(), given["Time [s]"].to_list()[30:50])
    chance = random.Random(1)
    noise = [chance.uniform(3.0, 4.0) for _ in range(LONG_ROWS)]
    times = [float(number) for number in range(LONG_ROWS)]
    long = {"Time [s]": times, "Voltage [V]": noise, "Current [A]": [0.0] * LONG_ROWS}
    frame = pl.DataFrame({**long, "Step count": [0] * LONG_ROWS})
    made = w.new_series(frame=frame)
    window = w.client.cell_measurement.time_series(
        made.id, use_cache=False, row_range=(150_000, 150_010)
    )
    close("window of a long series", window["Voltage [V]"].to_list(), noise[150_000:150_010])
    past = w.client.cell_measurement.time_series(
        made.id, use_cache=False, row_range=(LONG_ROWS - 5, LONG_ROWS + 5)
    )
    same("a window over the end", past.height, 5)


@checks("cell_measurement.detail", "tables of a series, values of properties; parts on request")
def _(w: World) -> None:
    detail = w.client.cell_measurement.detail
    found = detail(w.series.id, use_cache=False)
    same("rows", (found.steps.height, found.cycles.height, found.time_series.height), (6, 2, 120))
    same("instance", found.instance_id, w.series.cell_instance_id)
    part = detail(
        w.series.id, False, include_steps=True, include_cycles=False, include_time_series=False
    )
    same("only steps", (part.steps.height, part.cycles, part.time_series), (6, None, None))
    plain = w.new_properties(w.new_cell().id)
    same("properties", detail(plain.id).properties["thickness"], {"value": 0.52, "unit": "mm"})
    refused("an unknown id", 404, lambda: detail("no-such-id"))
    _note_hidden_errors(w)


def _note_hidden_errors(w: World) -> None:
    """Look how a measurement whose steps are not there yet is shown."""
    cell = w.new_cell()
    bundle = {"measurement": {"name": w.fresh("young")}, "time_series": cycling()}
    made = w.client.cell_measurement.create(cell.id, bundle, wait_for_processing=False)
    if made.processing_status not in {"pending", "running"}:
        return
    found = w.client.cell_measurement.detail(
        made.id, False, include_cycles=False, include_time_series=False
    )
    if found.steps is None:
        w.note("R8", "a refused read of the steps is shown as steps=None")


@checks("Navigator.specs", "specifications of the project by name")
def _(w: World) -> None:
    project = w.client.project.create({"name": w.fresh("project")})
    made = sorted(w.new_spec(project_id=project.id).name for _ in range(2))
    same("names", sorted(Navigator(w.client, project_id=project.id).specs()), made)
    for _ in range(total := 30):
        w.client.cell_spec.create({"name": w.fresh("s"), "project_id": project.id})
    shown = len(Navigator(w.client, project_id=project.id).specs())
    if shown < total + 2:
        w.note("R7", f"shows {shown} of {total + 2} specifications, without a word")


@checks("Navigator.spec", "the specification of this name; an unknown name is a KeyError")
def _(w: World) -> None:
    navigator, spec, _ = _navigated(w)
    same("id", navigator.spec(spec.name).id, spec.id)
    try:
        navigator.spec("no such")
    except KeyError:
        return
    raise AssertionError("an unknown name was found")


@checks("Navigator.instances", "sorted by name, over every page of the list")
def _(w: World) -> None:
    navigator, spec, cells = _navigated(w, page_size=2)
    same("names", names(navigator.instances(spec.name)), names(cells))


@checks("Navigator.measurements", "sorted by name, over every page, with the page size of 200 too")
def _(w: World) -> None:
    cell = w.new_cell()
    made = sorted(w.new_properties(cell.id).name for _ in range(5))
    for options in ({"page_size": 2}, {}):
        found = Navigator(w.client, project_id=w.project.id, **options).measurements(cell.id)
        same(f"names with {options}", names(found), made)


@checks("Navigator.steps", "the steps of the known series, as a pandas frame")
def _(w: World) -> None:
    found = _with_pandas(w, "steps")
    same("step count", found["Step count"].tolist(), [0, 1, 2, 3, 4, 5])


@checks("Navigator.time_series", "the rows of the known series, as a pandas frame")
def _(w: World) -> None:
    found = _with_pandas(w, "time_series")
    close("time", found["Time [s]"].tolist(), cycling()["Time [s]"].to_list())


@checks("Navigator.clear", "a new cell is seen after it, not before")
def _(w: World) -> None:
    navigator, spec, cells = _navigated(w)
    _then_one_more(w, navigator, spec, len(cells), navigator.clear)


@checks("Navigator.invalidate", "a new cell is seen after it, not before")
def _(w: World) -> None:
    navigator, spec, cells = _navigated(w)
    _then_one_more(
        w, navigator, spec, len(cells), lambda: navigator.invalidate(spec_name=spec.name)
    )


def _navigated(w: World, **options: int) -> tuple[Navigator, object, list]:
    """Return a navigator of a project of its own, with a specification of three cells."""
    project = w.client.project.create({"name": w.fresh("project")})
    spec = w.new_spec(project_id=project.id)
    cells = [w.new_cell(spec.id, name=f"cell {number}") for number in range(3)]
    return Navigator(w.client, project_id=project.id, **options), spec, cells


def _then_one_more(w: World, navigator: Navigator, spec, count: int, forget) -> None:
    same("at first", len(navigator.instances(spec.name)), count)
    w.new_cell(spec.id)
    same("remembered", len(navigator.instances(spec.name)), count)
    forget()
    same("read again", len(navigator.instances(spec.name)), count + 1)


def _with_pandas(w: World, method: str):
    """Return the result of a navigator's method with the pandas backend; note how polars fares."""
    import ionworks

    polars_navigator = Navigator(w.client, project_id=w.project.id)
    try:
        getattr(polars_navigator, method)(w.series.id)
    except AttributeError as error:
        w.note("F1", f"fails on the default backend: {error}")
    ionworks.set_dataframe_backend("pandas")
    try:
        return getattr(Navigator(w.client, project_id=w.project.id), method)(w.series.id)
    finally:
        ionworks.set_dataframe_backend("polars")
