"""Running tests: data are processed while one waits, rows are added, and views say what is not yet.

These sandboxes are deterministic: while something is being processed a call moves their clock by a
second, so every state is met without waiting.
"""

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rig import Reply
from traffic import SERIES, measurement, traffic, unique

from ionworks.errors import (
    BadRequest,
    Conflict,
    MeasurementProcessingError,
    MeasurementValidationError,
    NotFound,
    PayloadError,
    TimedOut,
)
from ionworks.sandbox import Sandbox, SyntheticCell

pytestmark = pytest.mark.replayed

UNREADABLE = SERIES.with_columns(pl.lit("warm").alias("Temperature [degC]"))
REASON = r"column 'Temperature \[degC\]' holds String"
SECONDS = 1000
NEVER = 10**9


def rows_after(seconds, step, count=2):
    """More rows of the same test: one step more, beginning after `seconds`."""
    return pl.DataFrame(
        {
            "Time [s]": [seconds + 10.0 * (n + 1) for n in range(count)],
            "Voltage [V]": [3.9] * count,
            "Current [A]": [0.0] * count,
            "Step count": [step] * count,
            "Cycle count": [1] * count,
        }
    )


NEXT = rows_after(50.0, 2)


@pytest.fixture(scope="module")
def slow():
    """A client of a sandbox that takes three calls to process what it got."""
    with (
        Sandbox(deterministic=True, processing_ms=3 * SECONDS) as box,
        box.client(max_workers=1) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def stuck():
    """A client of a sandbox that never comes to the end of its processing."""
    with Sandbox(processing_ms=NEVER) as box, box.client() as client:
        yield client


def new_cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


def of(name, series, **metadata):
    return {"measurement": {"name": name, **metadata}, "time_series": series}


def unchanged(client, made, series=SERIES, steps=2):
    """Whether a measurement still has the data of before, whole."""
    view = client.cell_measurement.detail(made.id)
    assert view.missing == {}
    assert_frame_equal(view.time_series, series)
    assert view.steps.height == steps
    return view.state == "ready"


# To wait


def test_create_returns_what_is_when_it_is_processed(slow):
    made = slow.cell_measurement.create(new_cell(slow).id, measurement("RPT 0"))
    assert (made.processing_status, made.processing_error) == ("ready", None)
    assert made.steps_created == 2
    found = slow.cell_measurement.get(made.id)
    assert (found.processing_status, found.updated_at) == ("ready", made.updated_at)
    assert unchanged(slow, made)


def test_create_returns_at_once_if_asked_to(slow):
    cell = new_cell(slow)
    with traffic() as sent:
        made = slow.cell_measurement.create(
            cell.id, measurement("RPT 0"), wait_for_processing=False
        )
    assert [each.operation for each in sent][-1] == "confirm_measurement_upload"
    assert made.processing_status == "pending"
    updates = []
    done = slow.cell_measurement.wait_for_processing(made.id, progress=updates.append)
    assert list(done) == [made.id]
    assert [(each.done, each.total) for each in (updates[0], updates[-1])] == [(0, 1), (1, 1)]
    assert {each.unit for each in updates} == {"measurement"}
    assert done[made.id].processing_status == "ready"
    assert unchanged(slow, made)


def test_create_or_get_waits_too(slow):
    made = slow.cell_measurement.create_or_get(new_cell(slow).id, measurement("RPT 0"))
    assert made.processing_status == "ready"


def test_files_and_properties_are_not_processed(stuck, tmp_path):
    cell = new_cell(stuck)
    (tmp_path / "a.txt").write_text("x")
    file = stuck.cell_measurement.create_file(cell.id, "file", tmp_path / "a.txt")
    properties = stuck.cell_measurement.create_properties(cell.id, "properties", {})
    done = stuck.cell_measurement.wait_for_processing([file.id, properties.id])
    assert list(done) == [file.id, properties.id]


def test_data_that_cannot_be_processed_are_reported_with_the_reason(slow):
    cell = new_cell(slow)
    with pytest.raises(MeasurementProcessingError, match=REASON) as info:
        slow.cell_measurement.create(cell.id, of("RPT 0", UNREADABLE))
    (record,) = slow.cell_measurement.list(cell.id)
    assert list(info.value.failures) == [record.id]
    assert "holds String" in info.value.failures[record.id]
    assert record.id in str(info.value)
    assert record.processing_status == "failed"
    assert record.processing_error == info.value.failures[record.id]
    view = slow.cell_measurement.detail(record.id)
    assert view.state == "failed"
    assert "holds String" in view.missing["steps"]
    assert slow.cell_measurement.get(record.id).name == "RPT 0"  # it is there, and can be deleted
    slow.cell_measurement.delete(record.id)
    assert slow.cell_measurement.list(cell.id) == []


def test_a_batch_tells_all_failures_together(slow):
    cell = new_cell(slow)
    begun = {}
    for name, series in (
        ("good", SERIES),
        ("bad", UNREADABLE),
        ("fine", SERIES),
        ("w", UNREADABLE),
    ):
        begun[name] = slow.cell_measurement.create(
            cell.id, of(name, series), wait_for_processing=False
        ).id
    with pytest.raises(MeasurementProcessingError, match="2 of 4 measurements") as info:
        slow.cell_measurement.wait_for_processing([*begun.values()])
    assert info.value.failures.keys() == {begun["bad"], begun["w"]}
    assert all("holds String" in reason for reason in info.value.failures.values())
    good = [begun["fine"], begun["good"], begun["fine"]]
    done = slow.cell_measurement.wait_for_processing(good)
    assert [(each, record.name) for each, record in done.items()] == [
        (begun["fine"], "fine"),
        (begun["good"], "good"),
    ]
    assert {record.processing_status for record in done.values()} == {"ready"}


@pytest.mark.live("has a sandbox of its own")
def test_patience_has_an_end_that_names_who_is_late(stuck, client):
    cell = new_cell(stuck)
    late = stuck.cell_measurement.create(cell.id, measurement("late"), wait_for_processing=False)
    with pytest.raises(TimedOut) as info:
        stuck.cell_measurement.wait_for_processing([late.id], timeout=0.01)
    assert late.id in str(info.value)
    assert "(pending)" in str(info.value)
    assert "wait_for_processing again" in str(info.value)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
@pytest.mark.live("sends nothing")
def test_a_time_to_wait_is_more_than_none(client, timeout):
    with traffic() as sent, pytest.raises(PayloadError, match="more than 0"):
        client.cell_measurement.wait_for_processing("m1", timeout=timeout)
    assert sent == []


@pytest.mark.live("sends nothing")
def test_nothing_to_wait_for_takes_no_request_and_a_wrong_id_is_reported(client):
    with traffic() as sent:
        assert client.cell_measurement.wait_for_processing([]) == {}
    assert sent == []
    with pytest.raises(NotFound):
        client.cell_measurement.wait_for_processing(["nobody"])


MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}


def record(status, **more):
    return {
        "id": "m1",
        "name": "RPT 0",
        "cell_instance_id": "c1",
        "measurement_type": "time_series",
        "processing_status": status,
        **MOMENTS,
        **more,
    }


def begun_upload(storage):
    target = {"filename": "time_series.parquet", "signed_url": f"{storage.url}/x"}
    return Reply(200, {"measurement_id": "m1", "uploads": [{**target, "token": "t", "path": "x"}]})


def test_a_status_that_nobody_knows_is_waited_for(scripted, client_of):
    storage = scripted(Reply(200, {}))
    api = scripted(
        begun_upload(storage),
        Reply(200, record("digesting", steps_created=2)),
        Reply(200, record("digesting")),
        Reply(200, record("ready")),
    )
    made = client_of(api).cell_measurement.create("c1", measurement("RPT 0"))
    assert (made.processing_status, made.steps_created) == ("ready", 2)


def test_a_status_that_nobody_knows_is_named_when_time_is_up(scripted, client_of):
    api = scripted(Reply(200, record("digesting")))
    with pytest.raises(TimedOut, match=r"m1 \(digesting\)"):
        client_of(api).cell_measurement.wait_for_processing("m1", timeout=0.01)


# Views


def test_a_running_test_does_not_stand_in_the_way_of_the_others(stuck):
    cell = new_cell(stuck)
    stuck.cell_measurement.create_properties(cell.id, "mass", {})
    running = stuck.cell_measurement.create(
        cell.id, measurement("running"), wait_for_processing=False
    )
    with traffic() as sent:
        view = stuck.cell_instance.detail(cell.id)
    assert [each.operation for each in sent] == ["get_cell_instance", "list_cell_measurements"] or [
        each.operation for each in sent
    ] == ["list_cell_measurements", "get_cell_instance"]
    states = {each.measurement.name: each.state for each in view.measurements}
    assert states == {"running": "not_ready", "mass": "ready"}
    (late,) = (each for each in view.measurements if each.measurement.id == running.id)
    assert (late.steps, late.cycles, late.time_series) == (None, None, None)
    assert late.missing == dict.fromkeys(
        ("steps", "cycles", "time_series"), "processing is pending"
    )


def test_the_others_are_complete(slow):
    cell = new_cell(slow)
    for name in ("RPT 0", "RPT 1"):
        slow.cell_measurement.create(cell.id, measurement(name))
    running = slow.cell_measurement.create(
        cell.id, measurement("running"), wait_for_processing=False
    )
    with traffic() as sent:
        view = slow.cell_instance.detail(cell.id)
    assert not [each for each in sent if running.id in each.path]
    found = {each.measurement.name: each for each in view.measurements}
    assert (found["running"].state, found["running"].steps) == ("not_ready", None)
    assert found["running"].missing["steps"].startswith("processing is ")
    for name in ("RPT 0", "RPT 1"):
        assert (found[name].state, found[name].missing) == ("ready", {})
        assert_frame_equal(found[name].time_series, SERIES)
        assert (found[name].steps.height, found[name].cycles.height) == (2, 2)
    assert view.errors == []
    slow.cell_measurement.wait_for_processing(running.id)


def test_one_that_failed_says_why_and_the_others_are_complete(slow):
    cell = new_cell(slow)
    slow.cell_measurement.create(cell.id, measurement("good"))
    with pytest.raises(MeasurementProcessingError):
        slow.cell_measurement.create(cell.id, of("bad", UNREADABLE))
    view = slow.cell_instance.detail(cell.id)
    found = {each.measurement.name: each for each in view.measurements}
    assert found["good"].missing == {}
    assert found["bad"].state == "failed"
    assert "processing is failed: " in found["bad"].missing["steps"]
    assert "holds String" in found["bad"].missing["steps"]
    assert view.errors == []


def test_tables_that_are_not_there_yet_are_a_conflict_that_says_so(stuck):
    made = stuck.cell_measurement.create(
        new_cell(stuck).id, measurement("running"), wait_for_processing=False
    )
    reads = stuck.cell_measurement
    for read in (reads.steps, reads.cycles, reads.steps_and_cycles):
        with pytest.raises(Conflict, match="being processed") as info:
            read(made.id)
        assert "create_or_get" not in str(info.value)


# To extend


@pytest.fixture
def running(client):
    """A test that runs still: without an end."""
    return client.cell_measurement.create(
        new_cell(client).id, measurement("RPT 0", start_time="2025-01-02T00:00:00Z")
    )


def test_new_rows_appear_once_and_steps_grow(client, running):
    longer = client.cell_measurement.extend(running.id, NEXT)
    assert (longer.id, longer.name, longer.steps_created) == (running.id, "RPT 0", 3)
    assert longer.processing_status == "ready"
    whole = pl.concat([SERIES, NEXT])
    assert unchanged(client, running, whole, steps=3)
    assert client.cell_measurement.steps(running.id)["Step count"].to_list() == [0, 1, 2]
    assert client.cell_measurement.list(running.cell_instance_id).total == 1


def test_a_test_can_be_extended_again_and_again(client, running):
    whole = SERIES
    for n in range(3):
        rows = rows_after(whole["Time [s]"][-1], n + 2, count=n + 1)
        client.cell_measurement.extend(running.id, rows)
        whole = pl.concat([whole, rows])
    assert unchanged(client, running, whole, steps=5)


def test_a_step_that_goes_on_is_the_same_step(client, running):
    client.cell_measurement.extend(running.id, rows_after(50.0, 1))
    steps = client.cell_measurement.steps(running.id)
    assert steps["Step count"].to_list() == [0, 1]
    assert steps["End time [s]"][-1] == 70.0


def test_rows_may_come_in_any_kind_of_table_and_order_of_columns(client, running):
    client.cell_measurement.extend(running.id, NEXT.to_pandas()[[*reversed(NEXT.columns)]])
    assert unchanged(client, running, pl.concat([SERIES, NEXT]), steps=3)


@pytest.mark.live("large tables")
def test_a_measured_series_in_two_parts_is_the_series_in_one(client):
    frame = SyntheticCell(seed=5).cycling(cycles=2)
    cell = new_cell(client)
    cut = frame.height // 2 + 7  # in the middle of a step
    parts = client.cell_measurement.create(cell.id, of("parts", frame[:cut]))
    client.cell_measurement.extend(parts.id, frame[cut:])
    whole = client.cell_measurement.create(cell.id, of("whole", frame))
    one, other = (client.cell_measurement.detail(each.id) for each in (parts, whole))
    assert_frame_equal(one.time_series, other.time_series)
    assert_frame_equal(one.steps, other.steps)
    assert_frame_equal(one.cycles, other.cycles)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (rows_after(40.0, 2), "not after the last stored sample at 50.0 s"),
        (rows_after(30.0, 2, count=4), "not after the last stored sample"),
        (rows_after(50.0, 4), "'Step count' of the new rows does not continue from 1"),
        (rows_after(50.0, 0), "'Step count' of the new rows does not continue from 1"),
        (NEXT.drop("Cycle count"), "without 'Cycle count'"),
        (NEXT.with_columns(pl.lit(1.0).alias("Extra")), "with the unknown 'Extra'"),
        (NEXT.rename({"Cycle count": "Cycle"}), "without 'Cycle count'"),
        (NEXT.with_columns(pl.lit("1").alias("Cycle count")), "'Cycle count'|types"),
    ],
)
@pytest.mark.live("many tables")
def test_rows_that_do_not_continue_are_refused_and_nothing_changes(client, running, rows, says):
    with pytest.raises(BadRequest, match=says):
        client.cell_measurement.extend(running.id, rows)
    assert unchanged(client, running)
    client.cell_measurement.extend(running.id, NEXT)
    assert unchanged(client, running, pl.concat([SERIES, NEXT]), steps=3)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (NEXT.clear(), "time_series_empty"),
        (NEXT.drop("Time [s]"), "column_missing"),
        (NEXT.drop("Step count"), "step_count_missing"),
        (NEXT.reverse(), "time_not_monotonic"),
        (
            rows_after(50.0, 2).with_columns(pl.Series("Step count", [2, 4])),
            "step_count_non_sequential",
        ),
        (NEXT.with_columns(pl.lit(float("nan")).alias("Voltage [V]")), "value_not_finite"),
        (NEXT.with_columns(pl.lit("x").alias("Current [A]")), "column_not_numeric"),
    ],
)
@pytest.mark.live("sends nothing")
def test_rows_that_are_wrong_in_themselves_are_refused_before_a_request(
    client, running, rows, code
):
    with traffic() as sent, pytest.raises(MeasurementValidationError) as info:
        client.cell_measurement.extend(running.id, rows)
    assert sent == []
    assert code in {issue.code for issue in info.value.errors}


@pytest.mark.parametrize(
    "nonsense",
    [
        *(None, 7, "rows", [1, 2], "rows[1].csv"),
        NEXT.with_columns(pl.Series("Thing", [object()] * NEXT.height, dtype=pl.Object)),
        NEXT.to_pandas().assign(Z=1j),
    ],
    ids=range(7),
)
@pytest.mark.live("sends nothing")
def test_what_is_no_table_is_refused_before_a_request(client, running, nonsense):
    with traffic() as sent, pytest.raises(PayloadError):
        client.cell_measurement.extend(running.id, nonsense)
    assert sent == []


@pytest.mark.live("about what the sandbox decides")
def test_a_test_that_has_ended_takes_no_more_rows(client, running):
    client.cell_measurement.update(running.id, {"end_time": "2025-01-02T01:00:00Z"})
    with traffic() as sent, pytest.raises(BadRequest, match="end_time"):
        client.cell_measurement.extend(running.id, NEXT)
    assert [each.operation for each in sent] == ["initiate_measurement_extend"]
    assert unchanged(client, running)


@pytest.mark.live("about what the sandbox decides")
def test_only_a_series_can_be_extended(client, running):
    other = client.cell_measurement.create_properties(running.cell_instance_id, "mass", {})
    with pytest.raises(BadRequest, match="time series"):
        client.cell_measurement.extend(other.id, NEXT)
    with pytest.raises(NotFound):
        client.cell_measurement.extend("nobody", NEXT)


def test_extend_returns_what_is_when_it_is_processed(slow):
    made = slow.cell_measurement.create(new_cell(slow).id, measurement("RPT 0"))
    longer = slow.cell_measurement.extend(made.id, NEXT)
    assert (longer.processing_status, longer.steps_created) == ("ready", 3)
    assert unchanged(slow, made, pl.concat([SERIES, NEXT]), steps=3)


def test_extend_returns_at_once_if_asked_to(slow):
    made = slow.cell_measurement.create(new_cell(slow).id, measurement("RPT 0"))
    longer = slow.cell_measurement.extend(made.id, NEXT, wait_for_processing=False)
    assert longer.processing_status == "pending"
    slow.cell_measurement.wait_for_processing(made.id)
    assert unchanged(slow, made, pl.concat([SERIES, NEXT]), steps=3)


def test_rows_that_could_not_be_processed_are_reported_and_the_old_ones_are_there(slow):
    made = slow.cell_measurement.create(new_cell(slow).id, measurement("RPT 0"))
    with pytest.raises(MeasurementProcessingError, match="measurement is unchanged") as info:
        slow.cell_measurement.extend(made.id, rows_after(0.0, 2))
    assert "not after the last stored sample" in info.value.failures[made.id]
    assert unchanged(slow, made)
    longer = slow.cell_measurement.extend(made.id, NEXT)
    assert (longer.processing_error, longer.steps_created) == (None, 3)
    assert unchanged(slow, made, pl.concat([SERIES, NEXT]), steps=3)


def test_a_test_that_is_being_processed_cannot_be_extended(stuck):
    made = stuck.cell_measurement.create(
        new_cell(stuck).id, measurement("RPT 0"), wait_for_processing=False
    )
    with traffic() as sent, pytest.raises(Conflict, match="being processed"):
        stuck.cell_measurement.extend(made.id, NEXT)
    assert [each.operation for each in sent] == ["initiate_measurement_extend"]


def test_storage_that_fails_leaves_the_rows_of_before(client, scripted, client_of, sandbox):
    target = {"filename": "time_series_extend.parquet", "token": "t", "path": "x"}
    storage = scripted()
    storage.otherwise = Reply(503, {"detail": "busy"})
    url = f"{storage.url}/x"
    api = scripted(Reply(200, {"measurement_id": "m1", "uploads": [{**target, "signed_url": url}]}))
    with pytest.raises(Exception, match="put_object"):
        client_of(api, max_retries=1).cell_measurement.extend("m1", NEXT)
    assert len(storage.requests) == 2
    assert len({request.body for request in storage.requests}) == 1
    assert [request.path for request in api.requests] == ["/cell_measurements/m1/initiate-extend"]
