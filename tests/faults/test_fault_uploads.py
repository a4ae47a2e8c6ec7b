"""The plug pulled at every step of an upload: a whole measurement or none, never a half."""

import os
import signal
import subprocess
import sys
import time
import uuid
from functools import partial

import polars as pl
import pytest
from ionworks_openapi.api.cell_measurements import initiate_measurement_upload
from polars.testing import assert_frame_equal
from rig import KEY, PLACES, Pull, Tap

from ionworks.errors import (
    Conflict,
    ConnectionFailed,
    IonworksError,
    NotFound,
    ServerError,
    WriteOutcomeUnknown,
)
from ionworks.sandbox import Sandbox

SERIES = pl.DataFrame(
    {
        "Time [s]": [float(second) for second in range(600)],
        # It falls in the discharge, and rises in the charge.
        "Voltage [V]": [4.1 - min(n, 300) / 2000 + max(n - 400, 0) / 2000 for n in range(600)],
        "Current [A]": [1.0] * 300 + [0.0] * 100 + [-1.0] * 200,
        "Step count": [0] * 300 + [1] * 100 + [2] * 200,
        "Cycle count": [0] * 600,
    }
)
STEPS = 3
INITIATE, PUT, CONFIRM = range(3)
ARRIVED = ("sent", "answer", "torn")  # the server has got the whole request


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY) as box:
        yield box


@pytest.fixture
def direct(box, client_of):
    """A client whose requests always succeed."""
    return client_of(box.url)


@pytest.fixture
def cell(direct):
    spec = direct.cell_spec.create({"name": f"spec {uuid.uuid4().hex}"})
    return direct.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def tapped(box, client_of, opened):
    """Return a tap, and a client whose requests all run through it."""

    def make(*pulls, **options):
        tap = opened(Tap(*pulls))
        return tap, client_of(box.url, proxy=tap.url, **options)

    return make


def detail(**metadata):
    return {
        "measurement": {"name": "RPT 0", "notes": "at 25 °C", **metadata},
        "time_series": SERIES,
    }


def whole(client, cell):
    """Return whether the cell has its one measurement; fail if that is a half, or several."""
    listed = client.cell_measurement.list(cell.id)
    project = client.cell_spec.get(cell.cell_specification_id).project_id
    by_project = [
        record.id
        for record in client.cell_measurement.list_by_project(project)
        if record.cell_instance_id == cell.id
    ]
    ids = [record.id for record in listed]
    assert ids == by_project == (client.cell_instance.get(cell.id).measurement_ids or [])
    assert listed.total == len(ids) <= 1
    for record in listed:
        assert client.cell_measurement.get(record.id) == record
        assert (record.name, record.notes) == ("RPT 0", "at 25 °C")
        assert record.processing_status in (None, "ready")
        view = client.cell_measurement.detail(record.id)
        assert view.missing == {}
        assert_frame_equal(view.time_series, SERIES)
        assert (view.steps.height, view.cycles.height) == (STEPS, 1)
    return bool(ids)


def operations(tap):
    return [f"{request.method} {request.path.rpartition('/')[2]}" for request in tap.requests]


@pytest.mark.parametrize(
    ("place", "reset"), [*((place, True) for place in PLACES), ("answer", False), ("torn", False)]
)
@pytest.mark.parametrize("step", [INITIATE, PUT, CONFIRM])
def test_a_broken_connection_leaves_a_whole_measurement_or_none(
    tapped, direct, cell, caught, naps, step, place, reset
):
    tap, client = tapped(Pull(step, place, reset), max_retries=0)
    with caught(WriteOutcomeUnknown if step == CONFIRM else ConnectionFailed) as info:
        client.cell_measurement.create(cell.id, detail())
    tap.settle()
    assert len(tap.requests) == step + 1
    assert naps == []
    error = info.value
    assert (error.outcome, error.method) == ("unknown", "PUT" if step == PUT else "POST")
    assert "The server may have applied this change" in str(error)

    assert whole(direct, cell) is (step == CONFIRM and place in ARRIVED)
    again = direct.cell_measurement.create_or_get(cell.id, detail())
    assert whole(direct, cell)
    assert [record.id for record in direct.cell_measurement.list(cell.id)] == [again.id]


@pytest.mark.parametrize("place", [place for place in PLACES if place != "sent"])
def test_row_40_an_upload_survives_a_broken_connection_to_storage(
    tapped, direct, cell, naps, place
):
    tap, client = tapped(Pull(PUT, place))
    made = client.cell_measurement.create(cell.id, detail())
    assert made.steps_created == STEPS
    assert operations(tap) == [
        "POST initiate-upload",
        *["PUT time_series.parquet"] * 2,
        "POST confirm-upload",
    ]
    assert naps == [0.5]
    assert whole(direct, cell)


def test_a_connection_broken_at_the_second_file_leaves_nothing(tapped, direct, cell, caught):
    own = direct.cell_measurement.create(cell.id, detail(name="for its steps"))
    steps = direct.cell_measurement.steps(own.id)
    direct.cell_measurement.delete(own.id)
    for place in ("body", "answer"):
        tap, client = tapped(Pull(2, place), max_retries=0)
        with caught(ConnectionFailed):
            client.cell_measurement.create(cell.id, detail() | {"steps": steps})
        assert operations(tap)[1:] == ["PUT time_series.parquet", "PUT steps.parquet"]
        assert not whole(direct, cell)
    made = direct.cell_measurement.create_or_get(cell.id, detail() | {"steps": steps})
    assert whole(direct, cell)
    assert_frame_equal(direct.cell_measurement.steps(made.id), steps)


@pytest.mark.parametrize("place", ["unread", "answer"])
@pytest.mark.parametrize("request_number", range(5))
def test_create_or_get_ends_with_one_measurement_however_often_it_is_run(
    tapped, direct, cell, request_number, place
):
    tap, client = tapped(Pull(request_number, place))
    for _ in range(2):
        client.cell_measurement.create_or_get(cell.id, detail())
    assert whole(direct, cell)
    assert sum("confirm" in each for each in operations(tap)) <= 2


def test_an_upload_that_was_only_initiated_is_not_visible(direct, cell):
    body = {"measurement": {"name": "RPT 0"}}
    begun = direct.call(initiate_measurement_upload, cell.id, body=body)
    assert not whole(direct, cell)
    for read in (
        direct.cell_measurement.get,
        direct.cell_measurement.steps,
        direct.cell_measurement.time_series,
        direct.cell_measurement.delete,
    ):
        with pytest.raises(NotFound):
            read(begun.measurement_id)
    assert direct.cell_instance.detail(cell.id).measurements == []
    direct.cell_measurement.create(cell.id, detail())  # the name was not taken either
    assert whole(direct, cell)


def test_a_confirmation_sent_twice_is_refused_and_changes_nothing(direct, cell, tapped, caught):
    tap, client = tapped()
    client.cell_measurement.create(cell.id, detail())
    confirm = tap.requests[-1]
    with caught(Conflict):
        direct.transport.send("again", "POST", confirm.path, body=confirm.json)
    assert whole(direct, cell)


# The server itself is killed.


class Killable:
    """A sandbox in its own process, with a directory that remains."""

    def __init__(self, data):
        self.data = data
        command = [sys.executable, "-m", "ionworks.sandbox", "--port", "0", "--storage-port", "0"]
        self.process = subprocess.Popen(
            [*command, "--data", str(data), "--api-key", KEY], stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip().partition("=")[2]

    def files(self):
        """How many objects lie on the disk, finished or not."""
        return sum(len(names) for _, _, names in os.walk(self.data / "objects"))

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_while_it_writes(self, settled):
        """Kill it when there are more than the settled files: within a write, or close to one."""
        deadline = time.monotonic() + 10
        while self.files() <= settled and time.monotonic() < deadline:
            pass
        self.kill()

    def close(self):
        if self.process.poll() is None:
            self.kill()
        self.process.stdout.close()


@pytest.mark.parametrize(
    ("step", "place", "writing"),
    [
        pytest.param(INITIATE, "answer", False, marks=pytest.mark.long),
        pytest.param(PUT, "body", False, marks=pytest.mark.long),
        (PUT, "sent", True),
        pytest.param(CONFIRM, "sent", False, marks=pytest.mark.long),
        (CONFIRM, "sent", True),
        (CONFIRM, "answer", False),
    ],
)
def test_a_killed_sandbox_keeps_no_half_made_record(
    tmp_path, opened, client_of, step, place, writing
):
    data = tmp_path / "data"
    victim = opened(Killable(data))
    before = client_of(victim.url)
    spec = before.cell_spec.create({"name": "LG M50"})
    cell = before.cell_instance.create(spec.id, {"name": "M50-007"})
    tap = opened(Tap(Pull(step, place)))
    # Before the PUT there is no file, before the confirmation there is one.
    tap.on_pull = partial(victim.kill_while_it_writes, step - PUT) if writing else victim.kill
    client = client_of(victim.url, proxy=tap.url)
    with pytest.raises(IonworksError) as info:
        client.cell_measurement.create(cell.id, detail())
    assert type(info.value) in (ConnectionFailed, ServerError, WriteOutcomeUnknown)
    assert info.value.outcome == "unknown"
    assert victim.process.returncode == -signal.SIGKILL

    with Sandbox(data=data, api_key=KEY) as box:
        after = client_of(box.url)
        there = whole(after, cell)
        if place == "answer":
            assert there is (step == CONFIRM)
        if step != CONFIRM:
            assert not there
        after.cell_measurement.create_or_get(cell.id, detail())
        assert whole(after, cell)
        assert list((data / "objects" / "incoming").iterdir()) == []
