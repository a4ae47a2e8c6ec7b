"""Composed views: exactly the requests that are needed, complete, with states and named errors."""

import copy
import pickle
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal
from traffic import SERIES, coarse, measurement, traffic, unique

from ionworks import Quantity
from ionworks.errors import IntegrityError, NotFound, PayloadError, UnexpectedResponse
from ionworks.sandbox import Sandbox, SyntheticCell
from ionworks.sandbox.database.objects import object_path

pytestmark = pytest.mark.replayed

SERIES_FILE, STEPS_JSON = "time_series.parquet", "steps.json"
BOTH = "get_measurement_steps_and_cycles"
STEPS, CYCLES = "download_measurement_steps", "get_measurement_cycles"
TIME_SERIES = "download_measurement_time_series"
ALONE = {"include_steps": False, "include_cycles": False, "include_time_series": False}


def new_cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


def fill(client, cell, count):
    def upload(number):
        return client.cell_measurement.create(cell.id, measurement(f"RPT {number}"))

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(upload, range(count)))


@pytest.fixture
def three(client):
    """A cell with two series and one set of properties between them."""
    cell = new_cell(client)
    synthetic = SyntheticCell(seed=5)
    both = {"first": synthetic.cycling(cycles=1), "last": synthetic.pulse_test(levels=2)}
    frames = {name: coarse(frame) for name, frame in both.items()}
    make = client.cell_measurement.create
    make(cell.id, {"measurement": {"name": "first"}, "time_series": frames["first"]})
    client.cell_measurement.create_properties(cell.id, "mass", {"mass": Quantity(68, "g")})
    make(cell.id, {"measurement": {"name": "last"}, "time_series": frames["last"]})
    return cell, frames


@pytest.fixture
def behind(tmp_path):
    """A sandbox whose files and rows a test can reach behind the API's back."""
    with Sandbox(data=tmp_path) as box, box.client(max_retries=0) as client:
        yield Behind(tmp_path, client)


class Behind:
    def __init__(self, data, client):
        self.client = client
        self.data = data
        self.cell = new_cell(client)
        self.tests = {m.name: m for m in fill(client, self.cell, 3)}

    def stored(self, name, filename):
        with sqlite3.connect(self.data / "sandbox.sqlite") as connection:
            query = "SELECT file FROM objects WHERE path = ?"
            path = object_path(self.tests[name].id, filename)
            found = connection.execute(query, (path,)).fetchone()
        connection.close()
        return self.data / "objects" / found[0]

    def spoil(self, name, filename):
        file = self.stored(name, filename)
        file.write_bytes(b"\0" * file.stat().st_size)

    def set_status(self, name, status, error=None):
        with sqlite3.connect(self.data / "sandbox.sqlite") as connection:
            connection.execute(
                "UPDATE cell_measurements SET document = json_set(document,"
                " '$.processing_status', ?, '$.processing_error', ?) WHERE id = ?",
                (status, error, self.tests[name].id),
            )
        connection.close()


def by_name(view):
    return {part.measurement.name: part for part in view.measurements}


# What is there


def test_the_view_holds_the_cell_and_all_its_measurements_newest_first(client, three):
    cell, _ = three
    view = client.cell_instance.detail(cell.id)
    assert view.instance == client.cell_instance.get(cell.id)
    assert view.specification_id == cell.cell_specification_id
    assert [part.measurement.name for part in view.measurements] == ["last", "mass", "first"]
    assert [part.measurement for part in view.measurements] == client.cell_measurement.list(cell.id)
    assert view.errors == []
    assert view.invalid == []


def test_the_tables_are_what_was_uploaded_and_what_the_single_reads_give(client, three):
    cell, frames = three
    parts = by_name(client.cell_instance.detail(cell.id))
    for name, frame in frames.items():
        part = parts[name]
        assert_frame_equal(part.time_series, frame, check_exact=True)
        both = client.cell_measurement.steps_and_cycles(part.measurement.id)
        assert_frame_equal(part.steps, both.steps)
        assert_frame_equal(part.cycles, both.cycles)
        assert part.steps.height == frame["Step count"].n_unique()
        assert part.missing == {}
        assert part.state == "ready"


def test_a_measurement_of_properties_has_no_tables_and_says_why(client, three):
    mass = by_name(client.cell_instance.detail(three[0].id))["mass"]
    assert (mass.steps, mass.cycles, mass.time_series) == (None, None, None)
    assert set(mass.missing) == {"steps", "cycles", "time_series"}
    assert "properties measurement has no tables" in mass.missing["steps"]
    assert mass.measurement.quantities["properties"]["mass"] == Quantity(68, "g")


@pytest.mark.parametrize(("backend", "kind"), [("pandas", pd.DataFrame), ("arrow", pa.Table)])
def test_the_tables_come_in_the_kind_that_is_asked_for(sandbox, client, three, backend, kind):
    cell, frames = three
    with sandbox.client(dataframe_backend=backend) as other:
        views = [other.cell_instance.detail(cell.id)]
    views.append(client.cell_instance.detail(cell.id, as_=backend))
    for view in views:
        part = by_name(view)["first"]
        assert {type(part.steps), type(part.cycles), type(part.time_series)} == {kind}
        assert_frame_equal(pl.DataFrame(part.time_series), frames["first"])
        assert by_name(view)["mass"].steps is None


def test_one_measurements_view_is_the_same_as_in_the_cells(client, three):
    cell, frames = three
    inside = by_name(client.cell_instance.detail(cell.id))["last"]
    alone = client.cell_measurement.detail(inside.measurement.id)
    assert alone.measurement == inside.measurement
    assert_frame_equal(alone.time_series, frames["last"], check_exact=True)
    assert_frame_equal(alone.steps, inside.steps)
    assert_frame_equal(alone.cycles, inside.cycles)


def test_a_cell_without_measurements_is_an_empty_view(client):
    cell = new_cell(client)
    view = client.cell_instance.detail(cell.id)
    assert (view.instance, view.measurements) == (cell, [])


@pytest.mark.live("about what the sandbox decides")
def test_what_is_not_there_is_not_found(client):
    for detail in (client.cell_instance.detail, client.cell_measurement.detail):
        with pytest.raises(NotFound):
            detail("nowhere")


@pytest.mark.live("about a record, not its requests")
def test_a_view_is_short_to_look_at(client, three):
    view = client.cell_instance.detail(three[0].id)
    assert "shape:" not in repr(view)
    assert "M50-007" in repr(view)


@pytest.mark.live("about a record, not its requests")
def test_a_view_can_be_stored_and_copied(client, three):
    view = client.cell_instance.detail(three[0].id)
    for again in (pickle.loads(pickle.dumps(view)), copy.deepcopy(view)):
        assert again.instance == view.instance
        for one, other in zip(again.measurements, view.measurements, strict=True):
            assert one.measurement == other.measurement
            assert one.missing == other.missing
        assert_frame_equal(by_name(again)["first"].steps, by_name(view)["first"].steps)


# What it costs


FLAGS = [
    ((True, True, True), {BOTH: 2, TIME_SERIES: 4}),
    ((True, True, False), {BOTH: 2}),
    ((True, False, False), {STEPS: 4}),
    ((False, True, False), {CYCLES: 2}),
    ((False, False, True), {TIME_SERIES: 4}),
    ((False, True, True), {CYCLES: 2, TIME_SERIES: 4}),
    ((True, False, True), {STEPS: 4, TIME_SERIES: 4}),
    ((False, False, False), {}),
]


@pytest.mark.parametrize(("flags", "cost"), FLAGS)
def test_a_cells_view_costs_exactly_the_requests_for_what_was_asked(client, three, flags, cost):
    with traffic() as sent:
        view = client.cell_instance.detail(three[0].id, *flags)
    records = {"get_cell_instance": 1, "list_cell_measurements": 1}
    assert Counter(s.operation for s in sent) == records | cost
    for name in ("first", "last"):
        part = by_name(view)[name]
        tables = (part.steps, part.cycles, part.time_series)
        assert tuple(table is not None for table in tables) == flags
        assert part.missing == {}


@pytest.mark.parametrize(("flags", "cost"), FLAGS)
@pytest.mark.live("like that of a cell")
def test_a_measurements_view_costs_half_of_that(client, three, flags, cost):
    measurement_id = client.cell_measurement.list(three[0].id, name="first")[0].id
    with traffic() as sent:
        part = client.cell_measurement.detail(measurement_id, *flags)
    half = {operation: number // 2 for operation, number in cost.items()}
    assert Counter(s.operation for s in sent) == {"get_cell_measurement": 1} | half
    tables = (part.steps, part.cycles, part.time_series)
    assert tuple(table is not None for table in tables) == flags


@pytest.mark.live("a large cell")
def test_fifty_measurements_cost_three_requests_each_and_two_more(client):
    cell = new_cell(client)
    fill(client, cell, 50)
    with traffic() as sent:
        view = client.cell_instance.detail(cell.id)
    assert len(sent) == 152
    assert {s.status for s in sent} == {200, 307}
    assert max(Counter(sent).values()) == 1
    assert len(view.measurements) == 50
    assert all(part.time_series.equals(SERIES) for part in view.measurements)


@pytest.mark.live("a large cell")
def test_a_hundred_and_thirty_measurements_are_all_there(client):
    cell = new_cell(client)
    made = fill(client, cell, 130)
    view = client.cell_instance.detail(cell.id)
    assert {part.measurement.id for part in view.measurements} == {m.id for m in made}
    for part in view.measurements:
        assert (part.steps.height, part.cycles.height, part.time_series.height) == (2, 2, 6)
    records = client.cell_instance.detail(cell.id, **ALONE)
    assert len(records.measurements) == 130


def test_one_worker_gives_the_same_view_in_a_fixed_order_of_requests(sandbox, client, three):
    cell, _ = three
    together = client.cell_instance.detail(cell.id)
    with sandbox.client(max_workers=1) as single:
        with traffic() as first:
            alone = single.cell_instance.detail(cell.id)
        with traffic() as second:
            single.cell_instance.detail(cell.id)
    assert first == second
    assert [s.operation for s in first[:2]] == ["get_cell_instance", "list_cell_measurements"]
    assert alone.instance == together.instance
    for one, other in zip(alone.measurements, together.measurements, strict=True):
        assert one.measurement == other.measurement
        assert one.missing == other.missing
        for part in ("steps", "cycles", "time_series"):
            table, same = getattr(one, part), getattr(other, part)
            assert (table is None) == (same is None)
            if table is not None:
                assert_frame_equal(table, same)


# What is not there


@pytest.mark.parametrize(
    ("status", "error", "state", "told"),
    [
        ("running", None, "not_ready", "processing is running"),
        ("pending", None, "not_ready", "processing is pending"),
        ("failed", "no steps found", "failed", "failed: no steps found"),
        ("reindexing", None, "not_ready", "processing is reindexing"),
    ],
)
def test_a_test_that_is_not_processed_does_not_block_the_others(behind, status, error, state, told):
    behind.set_status("RPT 1", status, error)
    with traffic() as sent:
        parts = by_name(behind.client.cell_instance.detail(behind.cell.id))
    assert parts["RPT 1"].state == state
    assert told in parts["RPT 1"].missing["cycles"]
    assert parts["RPT 1"].steps is None
    assert parts["RPT 0"].steps.height == parts["RPT 2"].steps.height == 2
    assert not [s for s in sent if behind.tests["RPT 1"].id in s.path]


def test_an_object_that_is_gone_is_missing_with_its_reason(behind):
    behind.stored("RPT 1", SERIES_FILE).unlink()
    view = behind.client.cell_instance.detail(behind.cell.id)
    part = by_name(view)["RPT 1"]
    assert part.time_series is None
    assert list(part.missing) == ["time_series"]
    assert "deleted" in part.missing["time_series"]
    assert part.steps.height == 2
    assert view.errors == []


# A stored file has a digest that tells; a table is part of an answer.
SPOILED = {SERIES_FILE: IntegrityError, STEPS_JSON: UnexpectedResponse}


@pytest.mark.parametrize(
    ("filename", "parts"),
    [(SERIES_FILE, ["time_series"]), (STEPS_JSON, ["steps", "cycles"])],
)
def test_a_part_that_fails_raises_and_is_named(behind, tap, filename, parts):
    behind.spoil("RPT 1", filename)
    with pytest.raises(SPOILED[filename]) as caught:
        behind.client.cell_instance.detail(behind.cell.id)
    place = f"{' and '.join(parts)} of measurement 'RPT 1' ({behind.tests['RPT 1'].id})"
    assert f"while reading {place}" in str(caught.value)
    assert bool(tap.take()) == (filename == STEPS_JSON)  # the tables stand in an answer itself


@pytest.mark.parametrize(
    ("filename", "parts"),
    [(SERIES_FILE, ["time_series"]), (STEPS_JSON, ["steps", "cycles"])],
)
def test_failures_are_collected_beside_what_could_be_read(behind, tap, filename, parts):
    behind.spoil("RPT 1", filename)
    view = behind.client.cell_instance.detail(behind.cell.id, on_error="collect")
    assert [e.part for e in view.errors] == parts
    assert {e.measurement_id for e in view.errors} == {behind.tests["RPT 1"].id}
    assert all(isinstance(e.error, SPOILED[filename]) for e in view.errors)
    tables = {"steps", "cycles", "time_series"}
    for name, part in by_name(view).items():
        failed = set(parts) if name == "RPT 1" else set()
        assert {t for t in tables if getattr(part, t) is None} == set(part.missing) == failed
    assert bool(tap.take()) == (filename == STEPS_JSON)  # the tables stand in an answer itself


def test_a_failure_raises_for_one_measurement_too(behind):
    behind.spoil("RPT 1", SERIES_FILE)
    measurement_id = behind.tests["RPT 1"].id
    with pytest.raises(IntegrityError, match="md5"):
        behind.client.cell_measurement.detail(measurement_id)
    with pytest.raises(IntegrityError, match="md5"):
        behind.client.cell_measurement.time_series(measurement_id)
    part = behind.client.cell_measurement.detail(measurement_id, include_time_series=False)
    assert part.steps.height == 2


@pytest.mark.live("sends nothing")
def test_an_unknown_way_with_errors_is_refused_before_sending(client, three):
    with traffic() as sent, pytest.raises(PayloadError, match=r"on_error.*collect"):
        client.cell_instance.detail(three[0].id, on_error="ignore")
    assert not sent
