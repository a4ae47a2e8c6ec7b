"""Rows 27 to 48 of the matrix, as far as calls go: bodies on both ways, and lost confirmations."""

import gzip
import io
import itertools

import polars as pl
import pytest
from attrs import evolve
from rig import Reply
from rig_faulty import LOOK, fresh
from rig_tcp import Toxic, ToxicTCP

from ionworks.errors import (
    BadRequest,
    Conflict,
    ConnectionFailed,
    ResponseTooLarge,
    ServerError,
    TimedOut,
    WriteOutcomeUnknown,
)

MEGABYTE = 2**20
UPLOAD = {"initiate_measurement_upload": 1, "put_object": 1, "confirm_measurement_upload": 1}
EXTEND = {"initiate_measurement_extend": 1, "put_object": 1, "confirm_measurement_extend": 1}


def series(start=0, stop=600):
    rows = range(start, stop)
    return pl.DataFrame(
        {
            "Time [s]": [float(row) for row in rows],
            # It falls in the discharge, and rises in the charge.
            "Voltage [V]": [4.1 - min(n, 200) / 2000 + max(n - 400, 0) / 2000 for n in rows],
            "Current [A]": [1.0 - row // 200 for row in rows],
            "Step count": [row // 200 for row in rows],
            "Cycle count": [0 for _ in rows],
        }
    )


def detail(rows=None, **metadata):
    return {
        "measurement": {"name": "RPT 0", **metadata},
        "time_series": series() if rows is None else rows,
    }


@pytest.fixture
def client(faulty, client_of):
    return client_of(faulty.url)


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": fresh("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def measured(client, cell):
    return client.cell_measurement.create(cell.id, detail())


@pytest.fixture
def running(client, cell):
    test_setup = {"name": "ageing", "start_time": "2026-01-02T03:04:05Z"}
    return client.cell_measurement.create(cell.id, detail(series(0, 300), **test_setup))


def ticking(client):
    """Let a client's clock tick a second each time that it is looked at."""
    ticks = itertools.count()
    transport = client.transport
    transport._attempts = evolve(transport._attempts, clock=lambda: float(next(ticks)))
    return client


# What comes.


@pytest.mark.parametrize(
    "size", [0, 1, 999, *[pytest.param(n, marks=pytest.mark.long) for n in (4, 100, 2000)]]
)
def test_row_27_a_table_that_breaks_off_is_got_again_whole(
    faulty, client, measured, witness, naps, size
):
    faulty.plan("get_object", f"cut {size}", f"cut {size}")
    witness.returns(lambda: client.cell_measurement.time_series(measured.id), lambda _: series())
    assert naps == [0.5, 1.0]


@pytest.mark.parametrize("size", [0, 1, 20])
def test_row_27_a_record_that_breaks_off_is_got_again_whole(
    faulty, client, measured, witness, size
):
    faulty.plan("get_cell_measurement", f"cut {size}")
    witness.returns(lambda: client.cell_measurement.get(measured.id), lambda _: measured)


def test_row_27_a_table_that_always_breaks_off_is_never_returned_short(
    faulty, client, measured, witness, naps
):
    faulty.plan("get_object", *["cut 900"] * 4)
    witness.raises(
        ConnectionFailed,
        lambda: client.cell_measurement.time_series(measured.id),
        outcome="unknown",
        operation="download_measurement_time_series",
        answered=True,
        says="Try again.",
    )
    assert naps == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("side", ["request", "answer"])
def test_row_35_bytes_that_come_one_by_one_are_as_good_as_others(
    faulty, opened, client, client_of, cell, witness, side
):
    toxic = opened(ToxicTCP(faulty.url, *[Toxic("slice", side=side)] * 9))
    sliced = client_of(toxic.url)
    witness.returns(
        lambda: sliced.cell_instance.update(cell.id, {"name": "M50-008"}),
        lambda _: client.cell_instance.get(cell.id),
        commits={"update_cell_instance": 1},
    )


@pytest.mark.parametrize("part", ["a record", "a table"])
def test_row_35_an_answer_that_drips_is_given_up(faulty, client_of, measured, witness, part):
    client = ticking(client_of(faulty.url, max_retries=0))
    call, operation, planned = {
        "a record": (
            lambda: client.cell_measurement.get(measured.id),
            "get_cell_measurement",
            "get_cell_measurement",
        ),
        "a table": (
            lambda: client.cell_measurement.time_series(measured.id),
            "download_measurement_time_series",
            "get_object",
        ),
    }[part]
    faulty.plan(planned, "drip")
    error = witness.raises(
        TimedOut,
        call,
        outcome="unknown",
        operation=operation,
        answered=True,
        says="Try again.",
    )
    assert "bytes in 3" in str(error)  # it says how little came


@pytest.mark.parametrize("side", ["request", "answer"])
def test_row_35_a_connection_that_stalls_is_given_up_and_replaced(
    faulty, opened, client, client_of, witness, side, naps
):
    toxic = opened(ToxicTCP(faulty.url, Toxic("stall", 30, side)))
    stalled = client_of(toxic.url, timeout=0.4)
    witness.returns(
        lambda: stalled.project.create({"name": fresh()}),
        lambda made: client.project.get(made.id),
        commits={"create_project": 1},
    )
    assert naps == [0.5]


def test_row_35_a_half_that_is_closed_early_is_a_broken_connection(
    faulty, opened, client, client_of, witness
):
    toxics = [Toxic("half-close", 60, "request"), Toxic("half-close", 60, "answer")]
    toxic = opened(ToxicTCP(faulty.url, *toxics))
    halved = client_of(toxic.url)
    witness.returns(
        lambda: halved.project.create({"name": fresh()}),
        lambda made: client.project.get(made.id),
        commits={"create_project": 1},
    )


@pytest.mark.parametrize("operation", ["get_project", "create_project"])
def test_row_36_a_bomb_is_not_unpacked(faulty, client, witness, naps, operation):
    project = client.project.create({"name": fresh()})
    faulty.plan(operation, "gzip-bomb 300")
    calls = {
        "get_project": lambda: client.project.get(project.id),
        "create_project": lambda: client.project.create({"name": fresh()}),
    }
    # The server has its part in it, and is in this process.
    error = witness.raises(
        ResponseTooLarge,
        calls[operation],
        outcome="unknown",
        operation=operation,
        answered=True,
        says="Check that api_url is the address of the API",
        growth=24 * MEGABYTE,
    )
    assert "decompresses to more than 100 times its size" in str(error)
    assert naps == []


def test_row_36_a_bomb_in_an_error_is_cut(scripted, client_of, witness):
    bomb = b"".join([gzip.compress(b" " * MEGABYTE)] * 100)
    server = scripted(Reply(400, bomb, {"content-encoding": "gzip"}))
    client = client_of(server)
    witness.raises(
        BadRequest,
        lambda: client.project.get("p1"),
        outcome="rejected",
        operation="get_project",
        answered=True,
        says="400",
        growth=16 * MEGABYTE,
    )


# What goes.


@pytest.mark.parametrize(
    "faults", [["503"], ["reset", "close"], ["reset after commit"], ["503 after commit", "503"]]
)
def test_row_40_an_upload_to_storage_is_sent_again_from_its_start(
    faulty, client, cell, witness, faults
):
    faulty.plan("put_object", *faults)
    puts = 1 + sum("commit" in fault for fault in faults)
    made = witness.returns(
        lambda: client.cell_measurement.create(cell.id, detail()),
        lambda made: client.cell_measurement.get(made.id),
        commits=UPLOAD | {"put_object": puts},
    )
    assert client.cell_measurement.time_series(made.id).equals(series())
    assert client.cell_measurement.list(cell.id).total == 1


def test_row_40_an_upload_that_storage_never_takes_leaves_nothing(faulty, client, cell, witness):
    faulty.plan("put_object", *["503"] * 4)
    witness.raises(
        ServerError,
        lambda: client.cell_measurement.create(cell.id, detail()),
        outcome="unknown",
        operation="put_object",
        answered=True,
        says=LOOK,
        commits={"initiate_measurement_upload": 1},
    )
    assert client.cell_measurement.list(cell.id).total == 0


@pytest.mark.parametrize(
    "faults",
    [
        ["reset after commit"],
        ["close after commit"],
        ["503 after commit"],
        ["cut 5"],
        ["cut 5", "cut 0"],
        ["reset after commit", "cut 20"],
        ["503 after commit", "409"],
    ],
)
def test_row_43_a_confirmation_whose_answer_is_lost_is_done(faulty, client, cell, witness, faults):
    faulty.plan("confirm_measurement_upload", *faults)
    made = witness.returns(
        lambda: client.cell_measurement.create(cell.id, detail()),
        lambda made: client.cell_measurement.get(made.id),
        commits=UPLOAD,
    )
    assert made.steps_created == 3
    assert client.cell_measurement.list(cell.id).total == 1


@pytest.mark.parametrize("faults", [["reset after commit"], ["503 after commit", "409"], ["cut 9"]])
def test_row_43_raw_data_whose_confirmation_is_lost_are_there_once(faulty, client, witness, faults):
    faulty.plan("confirm_raw_data_upload", *faults)
    file = io.BytesIO(b"Time,Voltage")
    witness.returns(
        lambda: client.raw_data.upload(faulty.box.project_id, file, name="cycler.csv"),
        lambda made: client.raw_data.get(made.id),
        commits={"initiate_raw_data_upload": 1, "put_object": 1, "confirm_raw_data_upload": 1},
    )


@pytest.mark.parametrize("faults", [["409"], ["503", "409"]])
def test_row_43_a_conflict_with_an_unknown_record_is_raised(faulty, client, cell, witness, faults):
    faulty.plan("confirm_measurement_upload", *faults)
    witness.raises(
        Conflict,
        lambda: client.cell_measurement.create(cell.id, detail()),
        outcome="rejected",
        operation="confirm_measurement_upload",
        answered=True,
        says="use create_or_get",
        commits={"initiate_measurement_upload": 1, "put_object": 1},
    )


def test_row_43_a_name_that_is_taken_by_another_meanwhile_is_a_conflict(
    faulty, client, client_of, cell, witness
):
    theirs = []

    def make(attempt):
        if attempt.pause is not None:
            theirs.append(client.cell_measurement.create(cell.id, detail(notes="another's")))

    ours = client_of(faulty.url)
    ours.transport._on_attempt = make
    faulty.plan("confirm_measurement_upload", "reset")
    error = witness.raises(
        Conflict,
        lambda: ours.cell_measurement.create(cell.id, detail()),
        outcome="rejected",
        operation="confirm_measurement_upload",
        answered=True,
        says="use create_or_get",
        commits=dict.fromkeys(UPLOAD, 2) | {"confirm_measurement_upload": 1},
    )
    assert error.existing_id == theirs[0].id
    assert [each.id for each in client.cell_measurement.list(cell.id)] == [theirs[0].id]


def test_row_43_a_confirmation_that_is_never_answered_is_unknown(faulty, client, cell, witness):
    faulty.plan("confirm_measurement_upload", *["reset"] * 4)
    witness.raises(
        WriteOutcomeUnknown,
        lambda: client.cell_measurement.create(cell.id, detail()),
        outcome="unknown",
        operation="confirm_measurement_upload",
        answered=False,
        says=LOOK,
        commits={"initiate_measurement_upload": 1, "put_object": 1},
    )
    assert client.cell_measurement.list(cell.id).total == 0


@pytest.mark.parametrize(
    "fault", ["reset after commit", "close after commit", "503 after commit", "503", "reset"]
)
def test_row_48_rows_whose_answer_is_lost_are_there_once(faulty, client, running, witness, fault):
    faulty.plan("confirm_measurement_extend", fault)
    witness.returns(
        lambda: client.cell_measurement.extend(running.id, series(300, 600)),
        lambda _: client.cell_measurement.get(running.id),
        commits=EXTEND,
    )
    assert client.cell_measurement.time_series(running.id).equals(series())


def test_row_48_rows_that_were_added_though_no_answer_ever_came_are_found(
    faulty, client, running, witness
):
    faulty.plan("confirm_measurement_extend", "reset after commit", *["reset"] * 3)
    witness.returns(
        lambda: client.cell_measurement.extend(running.id, series(300, 600)),
        lambda _: client.cell_measurement.get(running.id),
        commits=EXTEND,
    )
    assert client.cell_measurement.time_series(running.id).equals(series())


def test_row_48_rows_that_were_not_added_are_unknown(faulty, client, running, witness):
    faulty.plan("confirm_measurement_extend", *["reset"] * 4)
    witness.raises(
        WriteOutcomeUnknown,
        lambda: client.cell_measurement.extend(running.id, series(300, 600)),
        outcome="unknown",
        operation="confirm_measurement_extend",
        answered=False,
        says=LOOK,
        commits={"initiate_measurement_extend": 1, "put_object": 1},
    )
    assert client.cell_measurement.time_series(running.id).equals(series(0, 300))
