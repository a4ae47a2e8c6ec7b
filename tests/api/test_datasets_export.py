"""An export has what was asked for, byte by byte; the next one fetches only what is new."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from ionworks_openapi.api.cell_measurements import download_measurement_time_series
from polars.testing import assert_frame_equal
from traffic import SERIES, measurement, traffic, unique

from ionworks import MissingTableWarning, open_dataset
from ionworks.datasets.manifest import Entry, is_safe_id, place_of, read_entries
from ionworks.errors import (
    AuthenticationFailed,
    ExportIncomplete,
    FileError,
    PayloadError,
    UnexpectedResponse,
)
from ionworks.sandbox import Sandbox

TABLES = {"time_series", "steps", "cycles"}
LONGER = SERIES.with_columns(pl.col("Time [s]") + 60, pl.col("Step count", "Cycle count") + 2)


@pytest.fixture
def lab(client):
    """Two cells with two series each."""
    spec = client.cell_spec.create({"name": unique("spec"), "ratings": {"capacity": "5 A*h"}})
    cells = [client.cell_instance.create(spec.id, {"name": name}) for name in ("007", "null")]
    tests = [
        client.cell_measurement.create(cell.id, measurement(name))
        for cell in cells
        for name in ("T0", "T1")
    ]
    return spec, cells, tests


@pytest.fixture
def faulty(tap):
    """A sandbox with faults, and the specification of three series in it."""
    with Sandbox(faults=True) as box, box.client(max_retries=0, max_workers=1) as client:
        spec = client.cell_spec.create({"name": "spec"})
        cell = client.cell_instance.create(spec.id, {"name": "c"})
        for number in range(3):
            client.cell_measurement.create(cell.id, measurement(f"T{number}"))
        yield box.faults, client.dataset(specifications=spec.id)


@pytest.fixture
def dataset(client, lab):
    return client.dataset(specifications=lab[0].id)


def tree(folder):
    """Return the bytes of each file of an export, without the lock."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in Path(folder).rglob("*")
        if each.is_file() and each.name != ".lock"
    }


def operations(sent):
    return Counter(each.operation for each in sent if each.operation.startswith(("get_", "down")))


def test_an_export_is_the_stored_files_and_the_tables(client, lab, dataset, tmp_path):
    report = dataset.export(tmp_path)
    assert len(report.fetched) == 4
    assert report.is_complete
    names = set(tree(tmp_path))
    places = {
        place_of(table, test.cell_instance_id, test.id).as_posix()
        for table in TABLES
        for test in lab[2]
    }
    assert names == places | {"manifest.json", "measurements.parquet"}
    for test in lab[2]:
        file = tmp_path / place_of("time_series", test.cell_instance_id, test.id)
        saved = client.save(download_measurement_time_series, tmp_path / "same.parquet", test.id)
        assert file.read_bytes() == saved.read_bytes()
        for table in ("steps", "cycles"):
            path = tmp_path / place_of(table, test.cell_instance_id, test.id)
            # A frame of one file, without the columns of the folders.
            found = pl.read_parquet(path, hive_partitioning=False)
            assert_frame_equal(found, getattr(client.cell_measurement, table)(test.id))


def test_the_manifest_has_a_digest_of_each_file_and_no_secret(sandbox, dataset, tmp_path):
    from hashlib import sha256

    dataset.export(tmp_path)
    files = tree(tmp_path)
    manifest = json.loads(files["manifest.json"])
    listed = [file for each in manifest["measurements"].values() for file in each["files"].values()]
    assert {each["path"] for each in [*listed, manifest["records"]]} | {"manifest.json"} == {*files}
    for each in [*listed, manifest["records"]]:
        assert each["sha256"] == sha256(files[each["path"]]).hexdigest()
        assert each["bytes"] == len(files[each["path"]])
        assert (
            each["rows"] == pl.scan_parquet(files[each["path"]]).select(pl.len()).collect().item()
        )
    series = [each for each in listed if each["path"].startswith("time_series")]
    assert all(each["etag"] for each in series)
    assert manifest["units"]["Voltage [V]"] == "V"
    assert manifest["sign_convention"] == {"Current [A]": "positive on discharge"}
    for content in files.values():
        assert sandbox.api_key.encode() not in content
        assert b"token=" not in content


def test_the_next_export_fetches_only_what_is_new_changed_or_damaged(client, lab, tmp_path):
    spec, cells, tests = lab
    select = {"specifications": spec.id}
    client.dataset(**select).export(tmp_path)
    with traffic() as sent:
        again = client.dataset(**select).export(tmp_path)
    assert len(again.unchanged) == 4
    assert not any(each.operation in ("download_measurement_time_series",) for each in sent)
    before = tree(tmp_path)

    client.cell_measurement.extend(tests[0].id, LONGER)
    new = client.cell_measurement.create(cells[0].id, measurement("T2"))
    damaged = tmp_path / place_of("steps", tests[1].cell_instance_id, tests[1].id)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    gone = tmp_path / place_of("time_series", tests[2].cell_instance_id, tests[2].id)
    gone.unlink()
    report = client.dataset(**select).export(tmp_path)
    assert set(report.fetched) == {tests[0].id, tests[1].id, tests[2].id, new.id}
    assert report.unchanged == [tests[3].id]
    after = tree(tmp_path)
    same = {name for name in before if before[name] == after[name]}
    assert {
        name.split("measurement_id=")[1][:36] for name in before.keys() - same if "/" in name
    } == {tests[0].id}
    assert open_dataset(tmp_path).damaged() == []
    scanned = open_dataset(tmp_path).scan().filter(pl.col("measurement_id") == tests[0].id)
    assert scanned.collect().height == 2 * SERIES.height


def test_a_record_whose_name_changed_moves_no_series(client, lab, dataset, tmp_path):
    test = lab[2][0]
    dataset.export(tmp_path)
    client.cell_measurement.update(test.id, {"name": "renamed"})
    with traffic() as sent:
        report = client.dataset(specifications=lab[0].id).export(tmp_path)
    assert report.fetched == [test.id]
    moved = [each for each in sent if each.operation == "download_measurement_time_series"]
    assert {each.status for each in moved} <= {307, 206}  # the end of the file, for its ETag
    assert "renamed" in open_dataset(tmp_path).measurements()["measurement_name"].to_list()


def test_without_verification_only_the_size_is_compared(client, lab, dataset, tmp_path):
    dataset.export(tmp_path)
    test = lab[2][0]
    file = tmp_path / place_of("time_series", test.cell_instance_id, test.id)
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)
    assert len(dataset.export(tmp_path, verify=False).unchanged) == 4
    updates = []
    assert open_dataset(tmp_path).damaged(progress=updates.append) == [file]
    assert updates[-1].done == updates[-1].total
    assert dataset.export(tmp_path).fetched == [test.id]


def test_what_was_deleted_is_reported_and_removed_only_on_request(client, lab, dataset, tmp_path):
    spec, _, tests = lab
    dataset.export(tmp_path)
    client.cell_measurement.delete(tests[0].id)
    select = {"specifications": spec.id}
    report = client.dataset(**select).export(tmp_path)
    assert report.deleted == [tests[0].id]
    assert "kept here; delete=True removes them" in str(report)
    folder = open_dataset(tmp_path)
    assert tests[0].id in folder.measurement_ids
    assert folder.measurements().height == 4
    report = client.dataset(**select).export(tmp_path, delete=True)
    assert (report.deleted, report.removed) == ([tests[0].id], True)
    assert not [name for name in tree(tmp_path) if tests[0].id in name]
    assert open_dataset(tmp_path).measurements().height == 3
    assert client.dataset(**select).export(tmp_path, delete=True).deleted == []


def test_another_selection_adds_to_the_folder_and_removes_nothing(client, lab, tmp_path):
    _, cells, tests = lab
    client.dataset(cells=cells[0]).export(tmp_path)
    other = client.dataset(cells=cells[1])
    report = other.export(tmp_path, delete=True)
    assert report.deleted == []
    folder = open_dataset(tmp_path)
    assert folder.measurement_ids == sorted(test.id for test in tests)
    assert folder.measurements()["cell_instance_name"].unique().sort().to_list() == ["007", "null"]
    assert folder.scan().collect().height == 4 * SERIES.height
    assert other.scan().collect().height == 2 * SERIES.height


def test_damaged_metadata_are_written_again_or_reported(client, lab, dataset, tmp_path):
    dataset.export(tmp_path, tables="cycles")
    before, file = tree(tmp_path), tmp_path / "measurements.parquet"
    file.write_bytes(b"junk")
    dataset.export(tmp_path, tables="cycles")
    assert tree(tmp_path) == before
    file.write_bytes(b"junk")
    with pytest.raises(FileError, match=r"measurements\.parquet' is damaged.*Remove it"):
        client.dataset(cells=lab[1][0]).export(tmp_path, tables="cycles")


def test_tables_can_be_chosen_and_added(client, lab, dataset, tmp_path):
    dataset.export(tmp_path, tables="cycles")
    assert {name.partition("/")[0] for name in tree(tmp_path)} == {
        *("cycles", "manifest.json", "measurements.parquet")
    }
    with traffic() as sent:
        dataset.export(tmp_path, tables=["steps"])
    assert "get_measurement_steps_and_cycles" not in operations(sent)
    assert {name.partition("/")[0] for name in tree(tmp_path)} >= {"cycles", "steps"}
    for wrong in ("series", [], ["steps", "x"]):
        with pytest.raises(PayloadError, match="tables ="):
            dataset.export(tmp_path, tables=wrong)


def test_one_that_cannot_be_fetched_does_not_hold_the_others(faulty, tmp_path):
    faults, dataset = faulty
    faults.plan("get_object", "none", "500")
    with pytest.raises(ExportIncomplete, match="1 of 3 measurements") as caught:
        dataset.export(tmp_path)
    report = caught.value.report
    (failed,) = report.errors
    assert {*report.fetched, failed.measurement_id} == {each.id for each in dataset}
    faults.plan("get_object", "500")
    report = dataset.export(tmp_path, on_error="collect")
    assert (len(report.errors), len(report.unchanged)) == (1, 2)
    assert not report.is_complete
    assert "errors: 1 measurement (" in str(report)
    assert dataset.export(tmp_path).fetched == [failed.measurement_id]
    with pytest.raises(PayloadError, match="on_error"):
        dataset.export(tmp_path, on_error="skip")


def test_an_error_that_would_stop_each_measurement_is_raised_at_once(faulty, tmp_path):
    faults, dataset = faulty
    faults.plan("download_measurement_time_series", "none", "401")
    with traffic() as sent, pytest.raises(AuthenticationFailed):
        dataset.export(tmp_path)
    assert [each.status for each in sent].count(401) == 1
    assert sent[-1].status == 401
    assert len(dataset.export(tmp_path).unchanged) == 1  # what was complete is kept


@pytest.mark.parametrize("fault", ["empty", "login-page", "cut 300", "flip"])
def test_a_damaged_file_is_not_saved(faulty, tmp_path, fault):
    faults, dataset = faulty
    faults.plan("get_object", *[fault] * 6)
    report = dataset.export(tmp_path, tables="time_series", on_error="collect")
    failed = {each.measurement_id for each in report.errors}
    assert failed
    assert not [name for name in tree(tmp_path) if any(each in name for each in failed)]
    assert not [name for name in tree(tmp_path) if name.endswith(".part")]
    faults.clear()
    assert {*dataset.export(tmp_path).fetched} >= failed
    assert open_dataset(tmp_path).damaged() == []


def test_what_is_not_ready_is_reported_and_its_old_files_are_kept(tmp_path):
    with Sandbox(processing_ms=60_000) as box, box.client() as client:
        spec = client.cell_spec.create({"name": "spec"})
        cell = client.cell_instance.create(spec.id, {"name": "c"})
        test = client.cell_measurement.create(cell.id, measurement("T"), wait_for_processing=False)
        client.cell_measurement.create_properties(cell.id, "mass", {"mass": "68 g"})
        dataset = client.dataset(specifications=spec.id)
        with pytest.warns(MissingTableWarning, match="1 measurement was not exported") as caught:
            report = dataset.export(tmp_path)
        assert caught[0].filename == __file__
        assert report.not_ready.keys() == {test.id}
        assert not report.is_complete
        assert len(report.without_tables) == 1
        assert open_dataset(tmp_path).measurements().height == 2
        assert open_dataset(tmp_path).scan().collect().height == 0


def test_two_exports_into_one_folder_exclude_each_other(dataset, tmp_path):
    inside, go_on, failures = threading.Event(), threading.Event(), []

    def hold(*_):
        inside.set()
        go_on.wait(10)

    def first():
        try:
            dataset.export(tmp_path, progress=hold)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(10)
        with pytest.raises(PayloadError, match="another export writes this folder"):
            dataset.export(tmp_path)
    finally:
        go_on.set()
        thread.join()
    assert not failures
    assert len(dataset.export(tmp_path).unchanged) == 4


def test_progress_is_reported_for_each_measurement(dataset, tmp_path):
    updates = []
    dataset.export(tmp_path, progress=lambda *update: updates.append(update))
    assert len(updates) == 4


def test_a_folder_that_is_not_one_is_refused(dataset, tmp_path, sandbox):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(FileError, match="cannot be created"):
        dataset.export(file)
    for wrong in (7, None, b"data", "a\0b"):
        for use in (dataset.export, open_dataset, lambda path: dataset.scan("cycles", path)):
            with pytest.raises(PayloadError, match="path"):
                use(wrong)
    with pytest.raises(PayloadError, match="tables = None: is not a table"):
        dataset.export(tmp_path, tables=None)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(PayloadError, match="is not the manifest of an export"):
        dataset.export(tmp_path)
    with pytest.raises(PayloadError, match="has no exported dataset"):
        open_dataset(tmp_path / "nothing")


def test_an_export_of_another_service_or_a_newer_version_is_refused(dataset, tmp_path):
    dataset.export(tmp_path, tables="cycles")
    file = tmp_path / "manifest.json"
    manifest = json.loads(file.read_text())
    for field, value, match in (
        ("origin", "https://elsewhere.example:443", "holds an export from https://elsewhere"),
        ("format_version", 2, "has format version 2"),
    ):
        file.write_text(json.dumps({**manifest, field: value}))
        with pytest.raises(PayloadError, match=match):
            dataset.export(tmp_path)


DAMAGED = {
    "half": lambda text: text[: len(text) // 2],
    "no measurements": lambda text: text.replace('"measurements"', '"other"'),
    "an unknown schema": lambda text: text.replace('"schema": 0', '"schema": 99'),
    "another kind of text": lambda text: '["a"]',
    "deeply nested": lambda text: "[" * 100_000,
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_manifest_is_no_smaller_export(dataset, tmp_path, case):
    dataset.export(tmp_path, tables="cycles")
    file = tmp_path / "manifest.json"
    file.write_text(DAMAGED[case](file.read_text()))
    for use in (open_dataset, dataset.export):
        with pytest.raises(PayloadError, match="it is damaged"):
            use(tmp_path)


def test_an_edited_manifest_cannot_lead_out_of_the_folder(dataset, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "export"
    dataset.export(folder, tables="cycles")
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    name, entry = next(iter(manifest["measurements"].items()))
    manifest["measurements"] = {
        "../../outside": entry,
        name: {**entry, "cell_instance_id": "../.."},
    }
    file.write_text(json.dumps(manifest))
    with pytest.raises(PayloadError, match="damaged"):
        dataset.export(folder, tables="cycles", delete=True)
    assert outside.is_dir()


@pytest.mark.parametrize(
    ("record_id", "safe"),
    [
        *((each, True) for each in ("007", "null", "1e3", "a.b-c_d", "0" * 100, "NaN")),
        *((each, False) for each in ("", ".", "..", "a/b", "a\\b", "a=b", "%2F", "é", "a\n", "a ")),
        *((each, False) for each in ("__HIVE_DEFAULT_PARTITION__", "-a", "a.", "0" * 101, "🔋")),
    ],
)
def test_an_id_that_cannot_name_a_folder_is_recognised(record_id, safe):
    assert is_safe_id(record_id) is safe


def test_a_record_with_an_unsafe_id_is_reported(client, dataset, tmp_path, monkeypatch):
    from attrs import evolve

    dataset.measurements[0] = evolve(dataset.measurements[0], id="../../x")
    report = dataset.export(tmp_path, on_error="collect")
    (failed,) = report.errors
    assert isinstance(failed.error, UnexpectedResponse)
    assert len(report.fetched) == 3


def test_columns_with_the_names_of_the_folders_are_renamed(client, lab, tmp_path):
    odd = SERIES.with_columns(pl.lit("mine").alias("measurement_id"))
    made = client.cell_measurement.create(
        lab[1][0].id, {"measurement": {"name": "odd"}, "time_series": odd}
    )
    dataset = client.dataset([made.id])
    dataset.export(tmp_path)
    frame = dataset.scan().collect()
    assert frame["measurement_id"].unique().to_list() == [made.id]
    assert frame["measurement_id (series)"].unique().to_list() == ["mine"]
    assert dataset.export(tmp_path).unchanged == [made.id]


def scan_of(client, lab, tmp_path, frames):
    cell = lab[1][0]
    made = [
        client.cell_measurement.create(
            cell.id, {"measurement": {"name": unique("t")}, "time_series": frame}
        )
        for frame in frames
    ]
    dataset = client.dataset(made)
    dataset.export(tmp_path / "year=2024" / "x y")
    return made, dataset.scan("time_series")


def test_files_with_different_columns_and_types_are_one_frame(client, lab, tmp_path):
    frames = [
        SERIES,
        SERIES.with_columns(pl.lit(1).cast(pl.Int64).alias("Marker")),
        SERIES.with_columns(pl.lit(1.5).alias("Marker"), pl.lit(25.0).alias("Temperature [degC]")),
        SERIES.with_columns(pl.col("Voltage [V]").cast(pl.Float32), pl.lit("a").alias("Label")),
    ]
    made, scan = scan_of(client, lab, tmp_path, frames)
    whole = scan.collect()
    assert whole.columns[:2] == ["cell_instance_id", "measurement_id"]
    assert "year" not in whole.columns  # the name of a folder above
    assert whole.schema["Marker"] == pl.Float64
    assert whole.schema["measurement_id"] == pl.String
    for test, frame in zip(made, frames, strict=True):
        part = whole.filter(pl.col("measurement_id") == test.id)
        alone = client.cell_measurement.time_series(test.id)
        assert_frame_equal(part.select(alone.columns), alone, check_dtypes=False, abs_tol=1e-6)
        others = set(whole.columns) - set(frame.columns) - {"cell_instance_id", "measurement_id"}
        assert all(part[name].null_count() == part.height for name in others if name in part)
    filtered = scan.filter(pl.col("measurement_id") == made[0].id)
    assert filtered.collect().height == SERIES.height


def test_a_scan_reads_a_folder_of_any_name(client, lab, tmp_path, monkeypatch):
    dataset = client.dataset([lab[2][0]])
    for name in (
        *("50% x", "%41", "[v2] *", "a?b", "{a,b}", "é 🔋", "~", "http:", "a=b", "=", "a=1/a=2"),
        *("measurement_id=7", "cell_instance_id=1/measurement_id=2"),
    ):
        dataset.export(tmp_path / name, tables="time_series")
        found = dataset.scan().collect()
        assert found.columns == ["cell_instance_id", "measurement_id", *SERIES.columns], name
        assert found["measurement_id"].to_list() == [dataset.measurements[0].id] * 6, name
        for place, given in ((tmp_path, name), (tmp_path / name, ".")):
            monkeypatch.chdir(place)
            assert_frame_equal(open_dataset(given).scan().collect(), found)


def test_a_scan_has_the_values_and_types_of_the_client(client, lab, tmp_path):
    rows = pl.int_range(SERIES.height)
    odd = [
        rows + 2**60 + 1,
        rows + 2**60 + 3,
        rows,
        pl.lit(None),
        (rows + 0.5).cast(pl.Decimal(9, 1)),
    ]
    frames = [SERIES.with_columns(each.alias("t [ns]")) for each in odd]
    for some in (frames[:2], frames[2:]):
        made, scan = scan_of(client, lab, tmp_path, some)
        whole = scan.collect()
        for test in made:
            part = whole.filter(pl.col("measurement_id") == test.id).drop(whole.columns[:2])
            assert_frame_equal(part, client.cell_measurement.time_series(test.id))


def test_types_that_cannot_be_combined_without_a_change_are_refused(client, lab, tmp_path):
    for one, other in ((pl.lit(1), pl.lit([1, 2])), (pl.lit(2**60 + 1), pl.lit(0.5))):
        frames = [SERIES.with_columns(each.alias("X")) for each in (one, other)]
        with pytest.raises(PayloadError, match="types cannot be combined"):
            scan_of(client, lab, tmp_path, frames)


def test_a_table_that_was_not_exported_is_not_an_empty_one(client, lab, dataset, tmp_path):
    client.dataset(cells=lab[1][0]).export(tmp_path, tables="cycles")
    with pytest.raises(PayloadError, match="'steps': was not exported"):
        open_dataset(tmp_path).scan("steps")
    client.dataset(cells=lab[1][1]).export(tmp_path, tables=["cycles", "steps"])
    with pytest.warns(MissingTableWarning, match="'steps' of 2 of 4 measurements") as caught:
        steps = dataset.scan("steps", tmp_path)
    assert caught[0].filename == __file__
    assert steps.collect()["cell_instance_id"].unique().to_list() == [lab[1][1].id]


def test_a_scan_is_of_the_measurements_that_are_given(dataset, tmp_path):
    dataset.export(tmp_path)
    folder, one = open_dataset(tmp_path), dataset.measurements[0]
    for given in (one, one.id, [one], iter([one.id])):
        found = folder.scan("cycles", measurement_ids=given).collect()
        assert found["measurement_id"].unique().to_list() == [one.id]
    with pytest.raises(PayloadError, match="'m0': is not in this export"):
        folder.scan(measurement_ids=["m0"])


def test_names_are_joined_as_text(client, lab, dataset, tmp_path):
    dataset.export(tmp_path)
    named = dataset.scan("cycles", names=True).collect()
    assert named.columns[2:5] == [
        "measurement_name",
        "cell_instance_name",
        "cell_specification_name",
    ]
    assert named["cell_instance_name"].unique().sort().to_list() == ["007", "null"]


def test_a_scan_needs_an_export_and_says_what_is_missing(client, lab, dataset, tmp_path):
    with pytest.raises(PayloadError, match="was not exported"):
        dataset.scan()
    client.dataset(cells=lab[1][0]).export(tmp_path)
    with pytest.warns(MissingTableWarning, match="2 of 4 measurements are not in"):
        scan = dataset.scan("time_series", tmp_path)
    assert scan.collect().height == 2 * SERIES.height
    dataset = client.dataset(cells=lab[1][0])
    with pytest.raises(PayloadError, match="table = 'series'"):
        dataset.scan("series", tmp_path)
    next(tmp_path.rglob("time_series/**/part-0.parquet")).unlink()
    with pytest.raises(PayloadError, match="is missing from the export"):
        open_dataset(tmp_path).scan()


KILL = """
import os, signal, sys
from ionworks import Ionworks
from ionworks._http import part_file
from ionworks.datasets import export, manifest

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(owner, name, count):
    original, calls = getattr(owner, name), iter(range(count))
    def wrapped(*args, **kwargs):
        return die() if next(calls, None) is None else original(*args, **kwargs)
    setattr(owner, name, wrapped)

place, spec, folder = sys.argv[1:]
if place == "before a file has its name":
    die_at(part_file.PartFile, "commit", 4)
elif place == "before the journal":
    die_at(manifest.Journal, "append", 2)
elif place == "before the manifest":
    die_at(export, "write_manifest", 1)
with Ionworks(max_workers=2) as client:
    client.dataset(specifications=spec).export(folder)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    "place",
    [
        "before a file has its name",
        "before the journal",
        "before the manifest",
    ],
)
def test_a_killed_export_continues_to_the_same_bytes(sandbox, lab, dataset, tmp_path, place):
    dataset.export(tmp_path / "whole")
    folder = tmp_path / "killed"
    command = [sys.executable, "-c", KILL, place, lab[0].id, str(folder)]
    ended = subprocess.run(command, env={**os.environ, **sandbox.environment()}, check=False)
    assert ended.returncode == -signal.SIGKILL
    for path in folder.rglob("part-0.parquet"):
        pl.read_parquet(path)  # nothing is half-written under its name
    report = dataset.export(folder)
    assert len(report.fetched) + len(report.unchanged) == 4
    assert tree(folder) == tree(tmp_path / "whole")


def test_a_torn_journal_is_read_up_to_its_end(dataset, tmp_path):
    dataset.export(tmp_path)
    torn = b"[" * 100_000 + b'\n{"m1": {"cell_instance_id": "c1", "upd'
    (tmp_path / ".journal.jsonl").write_bytes(torn)
    entries = read_entries(tmp_path)
    assert len(entries) == 4
    assert all(isinstance(each, Entry) for each in entries.values())
    assert len(dataset.export(tmp_path).unchanged) == 4
