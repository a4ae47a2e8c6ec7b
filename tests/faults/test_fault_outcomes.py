"""Rows 61 to 63: what a call may say of a creation whose answer was lost."""

from __future__ import annotations

import io

import polars as pl
import pytest
from rig_faulty import LOOK, fresh

from ionworks.errors import ApiError, Conflict, WriteOutcomeUnknown

SECOND, HOUR = 1_000_000, 3_600_000_000
SERIES = pl.DataFrame(
    {"Time [s]": [0.0, 10.0], "Voltage [V]": [4.1, 4.0], "Current [A]": [1.0, 1.0]}
).with_columns(pl.lit(0).alias("Step count"))


def measured(name):
    return {"measurement": {"name": name}, "time_series": SERIES}


# What creates: the request that may get lost, the look-up after it, the table, and the call.
CALLS = {
    "project": (
        "create_project",
        "get_project",
        "projects",
        lambda client, cell, name: client.project.create({"name": name}),
    ),
    "project, or the existing one": (
        "create_project",
        "get_project",
        "projects",
        lambda client, cell, name: client.project.create_or_get({"name": name}),
    ),
    "cell": (
        "create_cell_instance",
        "get_cell_instance",
        "cell_instances",
        lambda client, cell, name: client.cell_instance.create(
            cell.cell_specification_id, {"name": name}
        ),
    ),
    "properties": (
        "create_properties_measurement",
        "get_cell_measurement",
        "cell_measurements",
        lambda client, cell, name: client.cell_measurement.create_properties(
            cell.id, name, {"mass": "68 g"}
        ),
    ),
    "series": (
        "confirm_measurement_upload",
        "get_cell_measurement",
        "cell_measurements",
        lambda client, cell, name: client.cell_measurement.create(cell.id, measured(name)),
    ),
    "series, or the existing one": (
        "confirm_measurement_upload",
        "get_cell_measurement",
        "cell_measurements",
        lambda client, cell, name: client.cell_measurement.create_or_get(cell.id, measured(name)),
    ),
    "file": (
        "confirm_measurement_upload",
        "get_cell_measurement",
        "cell_measurements",
        None,
    ),
    "raw data": (
        "confirm_raw_data_upload",
        "get_raw_data",
        "raw_data",
        lambda client, cell, name: client.raw_data.upload(
            client.project.list()[0].id, io.BytesIO(b"Time,Voltage"), name=name
        ),
    ),
}
each_call = pytest.mark.parametrize("kind", CALLS)


@pytest.fixture
def client(faulty, client_of):
    return client_of(faulty.url, max_retries=1)


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": fresh("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def play(cell, tmp_path):
    """Return the operations and the table of a kind, and a call that creates with a name."""

    def find(kind):
        operation, look, table, call = CALLS[kind]
        if call is None:
            path = tmp_path / "notes.txt"
            path.write_text("dented on arrival")

            def call(client, cell, name):
                return client.cell_measurement.create_file(cell.id, name, path)

        return operation, look, table, lambda client, name: call(client, cell, name)

    return find


def set_clock(faulty, client, table, change):
    """Let the service note times of creation by another clock, before the next attempt."""

    def after(attempt):
        if attempt.pause is not None:
            with faulty.box._require_running().backend.store.write() as transaction:
                transaction.connection.execute(f"UPDATE {table} SET created_at = {change}")

    client.transport._on_attempt = after


@pytest.mark.parametrize(
    "change",
    [
        f"created_at / {SECOND} * {SECOND}",
        "created_at / 1000 * 1000",
        f"created_at + 2 * {HOUR}",
    ],
    ids=["whole seconds", "milliseconds", "2 h ahead"],
)
@pytest.mark.parametrize("kind", ["project", "cell", "properties"])
def test_row_61_x6_a_record_is_recognized_by_a_coarse_clock(faulty, client, play, kind, change):
    operation, _, table, call = play(kind)
    set_clock(faulty, client, table, change)
    for _ in range(5):  # the fraction of the second decides
        faulty.plan(operation, "reset after commit")
        name = fresh()
        assert call(client, name).name == name
    assert faulty.commits[operation] == 5 + (operation == "create_cell_instance")


@pytest.mark.parametrize("seconds", [-2, -90, -2 * 3600])
@pytest.mark.parametrize("kind", ["project", "cell", "properties"])
def test_row_61_x6_a_clock_that_is_behind_leaves_it_unknown(
    faulty, client, play, caught, kind, seconds
):
    operation, _, table, call = play(kind)
    set_clock(faulty, client, table, f"created_at + {seconds * SECOND}")
    faulty.plan(operation, "reset after commit")
    with caught(WriteOutcomeUnknown) as info:
        call(client, fresh())
    assert "the same content exists" in str(info.value)
    assert LOOK in str(info.value)


def test_row_61_x6_a_record_with_other_content_is_of_another(faulty, client, client_of, caught):
    name, other = fresh(), client_of(faulty.url)

    def after(attempt):
        if attempt.pause is not None:
            other.project.create({"name": name, "description": "another's"})

    client.transport._on_attempt = after
    faulty.plan("create_project", "reset")
    with caught(Conflict) as info:
        client.project.create({"name": name, "description": "ours"})
    assert info.value.outcome == "rejected"


@pytest.mark.parametrize("status", [400, 401, 404, 405, 413, 422, 501])
@each_call
def test_row_62_x7_no_refusal_says_that_it_was_not_made(faulty, client, play, caught, kind, status):
    operation, _, _, call = play(kind)
    before = faulty.commits[operation]
    faulty.plan(operation, "reset after commit", str(status))
    with caught(WriteOutcomeUnknown) as info:
        call(client, fresh())
    assert info.value.outcome == "unknown"
    assert info.value.status_code == status
    assert isinstance(info.value.__cause__, ApiError)
    assert faulty.commits[operation] == before + 1


@pytest.mark.parametrize("answer", ["login-page", "empty", "204", "403", "500", "reset", "cut 9"])
@each_call
def test_row_63_x8_a_look_up_that_fails_leaves_it_unknown(
    faulty, client, play, caught, kind, answer
):
    operation, look, _, call = play(kind)
    faulty.plan(operation, "reset after commit")
    faulty.plan(look, answer, answer if answer in ("500", "reset", "cut 9") else "none")
    with caught(WriteOutcomeUnknown) as info:
        call(client, fresh())
    assert "could not be read" in str(info.value)
    assert LOOK in str(info.value)
    faulty.box.faults.clear()


def test_row_63_x8_a_conflict_of_nothing_that_can_be_found_leaves_it_unknown(
    faulty, client, caught
):
    for call in (client.project.create, client.project.create_or_get):
        faulty.plan("create_project", "reset", "409")
        with caught(WriteOutcomeUnknown) as info:
            call({"name": fresh()})
        assert "was not found" in str(info.value)
