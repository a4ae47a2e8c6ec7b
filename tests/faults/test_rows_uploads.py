"""Rows 41 to 49 of the matrix, on the way up: expired URLs, kills, short writes, changing files."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rig import KEY
from rig_faulty import fresh
from test_rows_bodies import detail, series
from upload_drill import FRAMES, frame, run

from ionworks.errors import (
    Conflict,
    IntegrityError,
    IonworksError,
    MeasurementProcessingError,
    PermissionDenied,
)
from ionworks.sandbox import Sandbox


@pytest.fixture
def client(faulty, client_of):
    return client_of(faulty.url)


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": fresh("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_row_41_an_upload_whose_url_has_expired_starts_again(faulty, client, cell):
    faulty.plan("put_object", "expired")
    made = client.cell_measurement.create(cell.id, detail())
    assert client.cell_measurement.time_series(made.id).equals(series())
    assert client.cell_measurement.list(cell.id).total == 1


def test_row_41_files_and_raw_data_whose_url_has_expired_start_again(
    faulty, client, cell, tmp_path
):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"one two three")
    faulty.plan("put_object", "expired")
    made = client.cell_measurement.create_file(cell.id, "notes", [path])
    assert client.cell_measurement.get_file(made.id, "notes.txt") == b"one two three"
    faulty.plan("put_object", "expired")
    project = client.project.create({"name": fresh("project")})
    raw = client.raw_data.upload(project.id, path)
    assert client.raw_data.download(raw.id) == b"one two three"


@pytest.mark.parametrize("faults", [["expired", "expired"], ["403"]])
def test_row_41_a_url_that_expires_twice_or_a_real_403_is_an_error(faulty, client, cell, faults):
    faulty.plan("put_object", *faults)
    with pytest.raises(PermissionDenied):
        client.cell_measurement.create(cell.id, detail())
    assert client.cell_measurement.list(cell.id).total == 0


def test_row_44_what_storage_stored_short_is_sent_again_and_not_confirmed(faulty, client_of, cell):
    attempts = []
    client = client_of(faulty.url)
    client._transport._on_attempt = attempts.append
    faulty.plan("put_object", "short")
    client.cell_measurement.create(cell.id, detail())
    puts = [each for each in attempts if each.operation == "put_object"]
    assert [(each.error, each.verified) for each in puts] == [
        ("IntegrityError", None),
        (None, "md5"),
    ]
    faulty.plan("put_object", "short", "short")
    with pytest.raises(IntegrityError, match="md5 digest of the header etag differs"):
        client.cell_measurement.create(cell.id, detail(name="RPT 1"))
    assert client.cell_measurement.list(cell.id).total == 1


def test_row_45_a_file_that_grows_while_it_is_sent_is_not_confirmed(client, cell, tmp_path):
    path = tmp_path / "run.csv"
    path.write_bytes(bytes(2_000_000))

    def grow(update):
        with path.open("ab") as file:
            file.write(b"more")

    with pytest.raises(IntegrityError, match=r"run\.csv"):
        client.cell_measurement.create_file(cell.id, "run", [path], progress=grow)
    assert client.cell_measurement.list(cell.id).total == 0


def test_row_45_a_parquet_file_that_changes_while_it_is_read_is_refused(
    client, cell, tmp_path, temporary, monkeypatch
):
    path = tmp_path / "run.parquet"
    series().write_parquet(path)
    from ionworks.frames import stream

    batches = stream._batches

    def changing(query):
        yield from batches(query)
        os.utime(path, ns=(0, 0))

    monkeypatch.setattr(stream, "_batches", changing)
    with pytest.raises(IntegrityError, match=r"run\.parquet"):
        client.cell_measurement.create(cell.id, detail(path))
    assert [*temporary.iterdir()] == []


def test_row_46_one_of_five_files_fails_and_nothing_is_confirmed(faulty, client, cell, tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(5)]
    for path in paths:
        path.write_text(path.name)
    faulty.plan("put_object", "none", "none", "403")
    with pytest.raises(PermissionDenied, match=r"\d\.txt"):
        client.cell_measurement.create_file(cell.id, "files", paths)
    assert client.cell_measurement.list(cell.id).total == 0
    made = client.cell_measurement.create_file(cell.id, "files", paths)
    assert len(client.cell_measurement.list_files(made.id)) == 5


def test_row_47_a_series_that_cannot_be_processed_is_an_error_with_its_id():
    unreadable = series().with_columns(pl.lit("warm").alias("Temperature [degC]"))
    with Sandbox(processing_ms=1) as box, box.client() as client:
        spec = client.cell_spec.create({"name": "spec"})
        cell = client.cell_instance.create(spec.id, {"name": "cell"})
        with pytest.raises(MeasurementProcessingError) as caught:
            client.cell_measurement.create(cell.id, detail(unreadable))
        assert len(caught.value.failures) == 1


class Stop(KeyboardInterrupt):
    """Ctrl-C at a known place."""


@pytest.mark.parametrize("place", ["write", "put"])
def test_row_49_an_interrupt_leaves_no_temporary_file_and_no_record(client, cell, temporary, place):
    def frames():
        for number in range(3):
            if number == 2 and place == "write":
                raise Stop
            yield frame(number)

    def progress(_):
        raise Stop

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        client.cell_measurement.create(cell.id, detail(frames()), progress=progress)
    assert [*temporary.iterdir()] == []
    assert client.cell_measurement.list(cell.id).total == 0
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize(
    "wrong",
    [lambda: iter([]), lambda: iter([1]), lambda: iter([frame(0), frame(1).drop("Current [A]")])],
)
def test_row_49_a_source_that_fails_leaves_no_temporary_file(client, cell, temporary, wrong):
    with pytest.raises(IonworksError):
        client.cell_measurement.create(cell.id, detail(wrong()))
    assert [*temporary.iterdir()] == []


@pytest.fixture(scope="module")
def drilled():
    with Sandbox(api_key=KEY, url_seconds=1) as box, box.client() as client:
        spec = client.cell_spec.create({"name": "drill"})
        yield box, client, spec.id


def again(client, cell_id):
    """Run the script again; an extension that was begun only ends when its URL expires."""
    for _ in range(100):
        with suppress(Conflict):
            return run(client, cell_id, lambda: None)
        time.sleep(0.2)
    raise AssertionError("the extension never expired")


# Writing, sending, and between upload and confirmation; the script has 37 events.
POINTS = [4, 13, 29]
LONG = [n for n in range(1, 38, 2) if n not in POINTS]


@pytest.mark.parametrize(
    "point", [*POINTS, *(pytest.param(n, marks=pytest.mark.long) for n in LONG)]
)
def test_row_42_after_a_kill_the_same_script_gives_the_right_data(drilled, temporary, point):
    box, client, spec_id = drilled
    cell = client.cell_instance.create(spec_id, {"name": fresh("cell")})
    script = Path(__file__).with_name("upload_drill.py")
    child = subprocess.run(
        [sys.executable, str(script), box.url, KEY, cell.id, str(point)],
        env={**os.environ, "TMPDIR": str(temporary)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert child.returncode == -9, child.stderr or f"only {child.stdout} events"
    made = again(client, cell.id)
    assert client.cell_measurement.list(cell.id).total == 1
    whole = pl.concat([frame(number) for number in range(FRAMES)])
    assert_frame_equal(client.cell_measurement.time_series(made), whole, check_column_order=False)
    assert [*temporary.iterdir()] == []
