"""Record the ready-made cassettes of `ionworks.testing`: ``python -m scripts.ready_made``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ionworks.errors import ApiError, Conflict
from ionworks.sandbox import Sandbox, SyntheticCell
from ionworks.testing._cassettes.differences import same_request
from ionworks.testing._cassettes.recording import Tape, open_cassette
from ionworks.testing._cassettes.scrub import API, STORAGE, Scrubber
from ionworks.testing.clients import Address

if TYPE_CHECKING:
    import polars
    from vcr.request import Request

    from ionworks import Ionworks

FOLDER = Path(__file__).parents[1] / "ionworks" / "testing" / "ready_made"
READS = ("GET", "HEAD")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
NOWHERE = "00000000-0000-4000-8000-000000000000"

SPECIFICATION = {
    "name": "LG M50",
    "form_factor": "21700",
    "manufacturer": "LG Energy Solution",
    "ratings": {"capacity": "5 A*h", "voltage_min": "2.5 V", "voltage_max": "4.2 V"},
}
CELL = {
    "name": "M50-007",
    "measured_properties": {"cell": {"initial_capacity": {"value": 4.94, "unit": "A*h"}}},
}
MEASUREMENT = {
    "name": "Cycling 1C",
    "protocol": {"name": "1C/1C, 2.5 V to 4.2 V", "ambient_temperature_degc": 25},
    "start_time": "2024-03-01T08:00:00Z",
    "tags": ["cycling"],
}


@dataclass
class SceneNotes:
    """The metadata of a scene; filled while it is played."""

    ids: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)


Part = Callable[["Ionworks", SceneNotes], object]


def nothing(client: Ionworks, kept: SceneNotes) -> None:
    """Begin with an empty project."""


@dataclass(frozen=True)
class Scene:
    """How a ready-made cassette comes about: what was there before, and what is recorded.

    ``otherwise`` are the methods of which every request gets the first answer, if it has no other.
    """

    says: str
    play: Part
    seed: Part = nothing
    otherwise: Sequence[str] = ()
    sandbox: Mapping[str, Any] = field(default_factory=dict)
    fault: tuple[str, str] | None = None
    key: str | None = None

    @property
    def of_an_error(self) -> bool:
        """Whether it shows what goes wrong."""
        return bool(self.otherwise)


def series(cycles: int, rows_apart: int = 4) -> polars.DataFrame:
    """Return a short series: every fourth row, and the first and last of each step."""
    import polars as pl

    frame = SyntheticCell(seed=7).cycling(cycles=cycles)
    step = pl.col("Step count")
    edge = (step != step.shift(1)).fill_null(value=True) | (step != step.shift(-1)).fill_null(
        value=True
    )
    row = pl.int_range(pl.len())
    return frame.filter(edge | (row % rows_apart == 0))


def cell(client: Ionworks, kept: SceneNotes) -> None:
    """Begin with a specification and a cell."""
    spec = client.cell_spec.create(SPECIFICATION)
    made = client.cell_instance.create(spec.id, CELL)
    kept.ids |= {"specification": spec.id, "cell": made.id}
    kept.given |= {"specification": SPECIFICATION, "cell": CELL}


def cell_with_three(client: Ionworks, kept: SceneNotes) -> None:
    """Begin with a cell that has three measurements."""
    cell(client, kept)
    pulses = SyntheticCell(seed=7).pulse_test(levels=3)
    for key, name, tags, start, frame in (
        ("formation", "Formation", ["formation"], "2024-02-01T08:00:00Z", series(1)),
        ("cycling", "Cycling 1C", ["cycling"], "2024-03-01T08:00:00Z", series(5)),
        ("pulses", "Pulses", ["rpt", "pulse"], "2024-04-01T08:00:00Z", pulses),
    ):
        measurement = {**MEASUREMENT, "name": name, "tags": tags, "start_time": start}
        made = client.cell_measurement.create(
            kept.ids["cell"], {"measurement": measurement, "time_series": frame}
        )
        kept.ids[key] = made.id
        kept.given[key] = measurement


def several_cells(client: Ionworks, kept: SceneNotes) -> None:
    """Begin with two specifications, three cells, and measurements of properties."""
    cell(client, kept)
    other = {"name": "Molicel P45B", "form_factor": "21700", "ratings": {"capacity": "4.5 A*h"}}
    kept.ids["other_specification"] = client.cell_spec.create(other).id
    kept.given["other_specification"] = other
    second = client.cell_instance.create(kept.ids["specification"], {"name": "M50-008"})
    third = client.cell_instance.create(kept.ids["other_specification"], {"name": "P45B-001"})
    kept.ids |= {"second_cell": second.id, "third_cell": third.id}
    for name, mass in (("Weighing 0", "68.4 g"), ("Weighing 1", "68.1 g")):
        made = client.cell_measurement.create_properties(kept.ids["cell"], name, {"mass": mass})
        kept.ids[name.lower().replace(" ", "_")] = made.id


def lists(client: Ionworks, kept: SceneNotes) -> None:
    """Read lists, as they are and with filters."""
    spec, one = kept.ids["specification"], kept.ids["cell"]
    client.project.list()
    client.cell_spec.list()
    client.cell_spec.list(name="LG M50")
    client.cell_spec.list(name="LG")
    client.cell_spec.list(form_factor="21700")
    client.cell_spec.get(spec)
    client.cell_spec.get(kept.ids["other_specification"])
    for each in (spec, kept.ids["other_specification"]):
        client.cell_instance.list(each)
    client.cell_instance.list(spec, name="M50-007")
    client.cell_instance.list(spec, name="M50")
    for each in (one, kept.ids["second_cell"], kept.ids["third_cell"]):
        client.cell_instance.get(each)
        client.cell_measurement.list(each)
    client.cell_measurement.list(one, name="Weighing 0")
    client.cell_measurement.list(one, measurement_type="properties")
    client.cell_measurement.list(one, measurement_type="time_series")
    client.cell_measurement.list_by_project(client.settings.project_id or "")
    look_around(client, kept)


def look_around(client: Ionworks, kept: SceneNotes) -> None:
    """Ask what code asks before it reads records: who, where, which, by which filters."""
    spec, cell_id = kept.ids["specification"], kept.ids["cell"]
    project = client.settings.project_id or ""
    client.whoami()
    client.health_check()
    client.capabilities()
    client.project.list()
    client.project.get(project)
    given = kept.given
    for filters in (
        {},
        {"name": given["specification"]["name"]},
        {"name_exact": given["specification"]["name"]},
        {"order_by": "name"},
        {"order_by": "created_at", "order": "desc"},
    ):
        client.cell_spec.list(**filters)
    client.cell_spec.list(include_components=True)
    client.cell_spec.get(spec)
    for filters in (
        {},
        {"name": given["cell"]["name"]},
        {"name_exact": given["cell"]["name"]},
        {"order_by": "name"},
        {"order_by": "created_at", "order": "desc"},
    ):
        client.cell_instance.list(spec, **filters)
    client.cell_instance.get(cell_id)


def look_at_measurements(client: Ionworks, kept: SceneNotes, *keys: str) -> None:
    """Ask for the measurements of a cell by every usual filter."""
    cell_id, project = kept.ids["cell"], client.settings.project_id or ""
    given = [kept.given[key] for key in keys]
    tags = sorted({tag for each in given for tag in each["tags"]})
    usual: list[dict[str, Any]] = [
        {},
        {"measurement_type": "time_series"},
        {"order_by": "start_time"},
        {"order_by": "start_time", "order": "desc"},
        {"order_by": "created_at", "order": "desc"},
        {"order_by": "name"},
        *({"name": each["name"]} for each in given),
        *({"name_exact": each["name"]} for each in given),
        *({"tags_all": [tag]} for tag in tags),
        *({"tags_any": [tag]} for tag in tags),
    ]
    for filters in usual:
        client.cell_measurement.list(cell_id, **filters)
    client.cell_measurement.list_by_project(project)
    client.cell_measurement.list_by_project()
    client.cell_measurement.list_tags()
    for each in given:
        client.resolve_measurement(
            kept.given["specification"]["name"], kept.given["cell"]["name"], each["name"]
        )
    client.cell_instance.cycles([cell_id])
    client.cell_instance.steps([cell_id])


CHANGES = {"notes": "checked"}


def change_and_delete(client: Ionworks, kept: SceneNotes, key: str) -> None:
    """Change the records of a scene as `given["changes"]` says, and delete a measurement."""
    kept.given["changes"] = CHANGES
    client.cell_spec.update(kept.ids["specification"], CHANGES)
    client.cell_spec.get(kept.ids["specification"])
    client.cell_instance.update(kept.ids["cell"], CHANGES)
    client.cell_instance.get(kept.ids["cell"])
    client.cell_measurement.update(kept.ids[key], CHANGES)
    client.cell_measurement.get(kept.ids[key])
    client.cell_spec.create_or_get(kept.given["specification"], on_difference="ignore")
    client.cell_instance.create_or_get(
        kept.ids["specification"], kept.given["cell"], on_difference="ignore"
    )
    client.cell_measurement.delete(kept.ids[key])
    client.cell_measurement.list(kept.ids["cell"])
    with suppress(ApiError):
        client.cell_measurement.get(kept.ids[key])


def create_or_get(client: Ionworks, kept: SceneNotes) -> None:
    """Make a specification, a cell and a measurement, and ask for them once more."""
    for _ in range(2):
        spec = client.cell_spec.create_or_get(SPECIFICATION)
        made = client.cell_instance.create_or_get(spec.id, CELL)
        test = client.cell_measurement.create_or_get(
            made.id, {"measurement": MEASUREMENT, "time_series": series(1)}
        )
    kept.ids |= {"specification": spec.id, "cell": made.id, "measurement": test.id}
    kept.given |= {"specification": SPECIFICATION, "cell": CELL, "measurement": MEASUREMENT}
    client.cell_spec.get(spec.id)
    client.cell_instance.get(made.id)
    client.cell_measurement.get(test.id)
    look_around(client, kept)
    look_at_measurements(client, kept, "measurement")


def detail(client: Ionworks, kept: SceneNotes) -> None:
    """Read everything of a cell, whole and in parts."""
    whole = kept.ids["cell"]
    client.cell_spec.list()
    client.cell_spec.list(name="LG M50")
    client.cell_spec.get(kept.ids["specification"])
    client.cell_instance.list(kept.ids["specification"])
    client.cell_instance.list(kept.ids["specification"], name="M50-007")
    client.cell_instance.get(whole)
    client.cell_measurement.list(whole)
    client.cell_measurement.list_by_project(client.settings.project_id or "")
    client.cell_instance.detail(whole)
    client.cell_instance.detail(whole, include_steps=False)
    client.cell_instance.detail(whole, include_cycles=False)
    client.cell_instance.detail(whole, include_steps=False, include_cycles=False)
    for key in ("formation", "cycling", "pulses"):
        client.cell_measurement.get(kept.ids[key])
        client.cell_measurement.list(whole, name=kept.given[key]["name"])
        tables(client, kept.ids[key])
    look_around(client, kept)
    look_at_measurements(client, kept, "formation", "cycling", "pulses")
    change_and_delete(client, kept, "pulses")


def tables(client: Ionworks, measurement_id: str) -> None:
    """Read the tables of a measurement, in every way there is."""
    client.cell_measurement.detail(measurement_id)
    client.cell_measurement.detail(measurement_id, include_time_series=False)
    client.cell_measurement.steps_and_cycles(measurement_id)
    client.cell_measurement.steps(measurement_id)
    client.cell_measurement.cycles(measurement_id)
    client.cell_measurement.time_series(measurement_id)


def upload(client: Ionworks, kept: SceneNotes) -> None:
    """Upload a series to a cell, and read it."""
    client.cell_measurement.list(kept.ids["cell"])
    made = client.cell_measurement.create(
        kept.ids["cell"], {"measurement": MEASUREMENT, "time_series": series(1)}
    )
    kept.ids["measurement"] = made.id
    kept.given["measurement"] = MEASUREMENT
    client.cell_measurement.get(made.id)
    client.cell_measurement.list(kept.ids["cell"])
    tables(client, made.id)
    client.cell_instance.detail(kept.ids["cell"])
    look_around(client, kept)
    look_at_measurements(client, kept, "measurement")
    change_and_delete(client, kept, "measurement")


def wait_until_ready(client: Ionworks, measurement_id: str) -> None:
    """Ask until a measurement is processed; the clock of the sandbox moves by asking alone."""
    while client.cell_measurement.get(measurement_id).processing_status != "ready":
        pass


def extend_running_test(client: Ionworks, kept: SceneNotes) -> None:
    """Upload the first rows of a running test, wait, add the next rows, and wait again."""
    import polars as pl

    frame = series(2)
    first = pl.col("Cycle count") == 0
    data = {"measurement": MEASUREMENT, "time_series": frame.filter(first)}
    begun = client.cell_measurement.create(kept.ids["cell"], data, wait_for_processing=False)
    kept.ids["measurement"] = begun.id
    kept.given["measurement"] = MEASUREMENT
    client.cell_measurement.list(kept.ids["cell"])
    client.cell_instance.detail(kept.ids["cell"])
    wait_until_ready(client, begun.id)
    client.cell_measurement.list(kept.ids["cell"])
    tables(client, begun.id)
    client.cell_instance.detail(kept.ids["cell"])
    client.cell_measurement.extend(begun.id, frame.filter(~first), wait_for_processing=False)
    wait_until_ready(client, begun.id)
    client.cell_measurement.list(kept.ids["cell"])
    tables(client, begun.id)
    client.cell_instance.detail(kept.ids["cell"])


def refuse(call: Callable[[Ionworks, SceneNotes], object]) -> Part:
    """Make a call that fails; the error is what is recorded."""

    def play(client: Ionworks, kept: SceneNotes) -> None:
        try:
            call(client, kept)
        except ApiError:
            return
        raise AssertionError("the call was to be refused")

    return play


def create_taken_name(client: Ionworks, kept: SceneNotes) -> None:
    """Ask for a specification and a cell of names that exist."""
    with suppress(Conflict):
        client.cell_spec.create(SPECIFICATION)
    with suppress(Conflict):
        client.cell_instance.create(kept.ids["specification"], CELL)
    client.cell_spec.list()
    client.cell_spec.list(name="LG M50")
    client.cell_instance.list(kept.ids["specification"])


def create_partial_cathode(client: Ionworks, kept: SceneNotes) -> None:
    """Give a specification a cathode without its material."""
    client.cell_spec.update(kept.ids["specification"], {"cathode": {"properties": {}}})


SCENES = {
    "list_and_filter": Scene(
        "Two specifications, three cells and two measurements, in lists and filtered.",
        lists,
        several_cells,
    ),
    "create_or_get": Scene(
        "A specification, a cell and a measurement are made, and found the next time.",
        create_or_get,
    ),
    "cell_instance_detail": Scene(
        "A cell with three measurements: formation, five cycles, pulses.", detail, cell_with_three
    ),
    "upload": Scene("A time series is uploaded to a cell.", upload, cell),
    "running_test": Scene(
        "A running test is pending, then ready; it is extended, and ready again.",
        extend_running_test,
        cell,
        sandbox={"processing_ms": 6000},
    ),
    "error_401": Scene(
        "The key is wrong: 401 to every request.",
        refuse(lambda client, _: client.whoami()),
        otherwise=READS + WRITES,
        key="iwk_wrong_key",
    ),
    "error_404": Scene(
        "Whatever is asked for is not there: 404.",
        refuse(lambda client, _: client.cell_instance.get(NOWHERE)),
        otherwise=READS + WRITES,
    ),
    "error_409": Scene(
        "Names are taken: 409 to every write.", create_taken_name, cell, otherwise=WRITES
    ),
    "error_422": Scene(
        "What is sent is not valid: 422 to every write.",
        refuse(create_partial_cathode),
        cell,
        otherwise=WRITES,
    ),
    "error_429": Scene(
        "Too many requests: 429 to each of them, with Retry-After.",
        refuse(lambda client, _: client.cell_spec.list()),
        otherwise=READS + WRITES,
        fault=("list_cell_specifications", "429 retry-after: 2"),
    ),
    "error_500": Scene(
        "The service is broken: 500 to every request.",
        refuse(lambda client, _: client.cell_spec.list()),
        otherwise=READS + WRITES,
        fault=("list_cell_specifications", "500"),
    ),
}


class Short(Tape):
    """Keeps an answer once, where it is the same again."""

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Record an answer that is news."""
        super().append(request, response)
        asked, answer = self.data[-1]
        before = [known for known in self.data[:-1] if same_request(asked, known[0])]
        if before and before[-1][1] == answer:
            del self.data[-1]


def record(name: str, folder: Path) -> Path:
    """Record a scene from a sandbox that does the same each time, and return the file."""
    scene, kept, path = SCENES[name], SceneNotes(), folder / f"{name}.yaml"
    with (
        Sandbox(deterministic=True, faults=scene.fault is not None, **scene.sandbox) as box,
        _clients(box, scene) as (seeding, playing),
    ):
        scene.seed(seeding, kept)
        if scene.fault is not None:
            box.faults.plan(*scene.fault)
        metadata = {
            "says": scene.says,
            "project_id": box.project_id,
            "ids": kept.ids,
            "given": kept.given,
            "options": {"max_retries": 0} if scene.of_an_error else {},
            "otherwise": dict.fromkeys(scene.otherwise, 0),
        }
        hosts = {box.url: API, box.storage_url: STORAGE}
        with open_cassette(Short, path, "record", Scrubber(hosts, uploads="any"), metadata):
            scene.play(playing, kept)
    return path


@contextmanager
def _clients(box: Sandbox, scene: Scene) -> Iterator[tuple[Ionworks, Ionworks]]:
    address = Address.of(box)
    shown = Address(box.url, scene.key or box.api_key, box.project_id)
    retries = {"max_retries": 0} if scene.of_an_error else {}
    with (
        address.client({"max_workers": 1}) as seeding,
        shown.client({"max_workers": 1, **retries}) as playing,
    ):
        yield seeding, playing


def main(given: Sequence[str] | None = None) -> None:
    """Record all of them, and remove the files of those that are gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="[ionworks/testing/ready_made]")
    folder = parser.parse_args(given).folder
    written = {record(name, folder) for name in SCENES}
    for each in folder.glob("*.yaml"):
        if each not in written:
            each.unlink()


if __name__ == "__main__":
    main()
