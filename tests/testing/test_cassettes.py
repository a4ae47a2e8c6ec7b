"""The recordings that this project keeps: nothing secret, nothing left over, the same again."""

import subprocess
import sys

import polars as pl
import pytest
from cassettes.roads import CASSETTES, recording

from ionworks import Quantity
from ionworks.errors import Conflict
from ionworks.testing._cassettes.scan import scan

MOST = 3_700_000  # bytes: they travel with every copy of the project


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.yaml")}


def test_no_recording_holds_a_secret():
    assert scan(CASSETTES.rglob("*.yaml")) == []
    assert len(files(CASSETTES)) >= 120


def test_recordings_know_no_machine_and_no_version():
    for path, content in files(CASSETTES).items():
        for word in (b"127.0.0.1", b"localhost", b"user-agent", b"Python/"):
            assert word not in content, path


def test_recordings_are_small():
    assert sum(map(len, files(CASSETTES).values())) < MOST


def test_no_recording_is_left_over(request, expected_cassettes):
    known = {path.stem for path in (CASSETTES.parent / "wire").glob("test_*.py")}
    assert {path.parts[0] for path in files(CASSETTES)} <= known
    if not expected_cassettes or any("::" in each for each in request.config.args):
        pytest.skip("no test that is replayed was collected, or not all of a module")
    collected = {path.parts[0] for path in expected_cassettes}
    kept = {path for path in files(CASSETTES) if path.parts[0] in collected}
    assert sorted(kept - expected_cassettes) == [], "make cassettes removes them"


def day_at_the_lab(client):
    """A bit of everything: records, an upload, its tables, lists, an error."""
    spec = client.cell_spec.create({"name": "LG M50", "ratings": {"capacity": Quantity(5, "A*h")}})
    cell = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})
    frame = pl.DataFrame(
        {
            "Time [s]": [0.0, 10.0, 20.0],
            "Voltage [V]": [4.1, 4.0, 3.9],
            "Current [A]": [1.0, 1.0, 1.0],
            "Step count": [0, 0, 0],
            "Cycle count": [0, 0, 0],
        }
    )
    data = {"measurement": {"name": "RPT 0", "tags": {"rpt", "a", "b"}}, "time_series": frame}
    client.cell_measurement.create(cell.id, data)
    client.cell_measurement.create_properties(cell.id, "mass", {"mass": Quantity(68, "g")})
    client.cell_instance.detail(cell.id)
    client.whoami()
    with pytest.raises(Conflict):
        client.cell_instance.create(spec.id, {"name": "M50-007"})


def test_what_is_recorded_twice_is_the_same_twice(tmp_path):
    for path in (tmp_path / "one.yaml", tmp_path / "two.yaml"):
        with recording(path) as client:
            day_at_the_lab(client)
    one, two = files(tmp_path).values()
    assert one == two
    assert one.count(b"uri:") > 10


def test_recorded_anew_the_kept_ones_stay_as_they_are(pytestconfig, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--record"]
    where = ["--cassettes", str(tmp_path), "tests/wire/test_projects.py"]
    done = subprocess.run(
        [*command, *where], cwd=pytestconfig.rootpath, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert files(tmp_path / "test_projects") == files(CASSETTES / "test_projects")
