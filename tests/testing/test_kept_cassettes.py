"""The recordings that this project keeps: nothing secret, nothing left over, the same again."""

import subprocess
import sys

import polars as pl
import pytest
from backends import CASSETTES, recording
from shared_cassettes import Place, extract, insert, parameters_of

from ionworks import Quantity
from ionworks.errors import Conflict
from ionworks.testing._cassettes.check import check
from ionworks.testing._cassettes.scan import scan

MOST_FILES = 150
MOST_BYTES = 2_600_000  # they are in every copy of the project


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.yaml")}


def test_no_recording_holds_a_secret():
    assert scan(CASSETTES.rglob("*.yaml")) == []
    assert len(files(CASSETTES)) >= 120


def test_recordings_know_no_machine_and_no_version():
    for path, content in files(CASSETTES).items():
        for word in (b"127.0.0.1", b"localhost", b"user-agent", b"Python/"):
            assert word not in content, path


def test_recordings_are_few_and_small():
    assert sum(map(len, files(CASSETTES).values())) < MOST_BYTES
    assert len(files(CASSETTES)) < MOST_FILES


def test_no_recording_is_left_over(request, expected_recordings):
    known = {path.stem for path in (CASSETTES.parents[1] / "api").glob("test_*.py")}
    assert {path.parts[0] for path in files(CASSETTES)} <= known
    if not expected_recordings or any("::" in each for each in request.config.args):
        pytest.skip("no test that is replayed was collected, or not all of a module")
    modules = {place.file.parts[0] for place in expected_recordings}
    kept = {
        Place(path, parameters)
        for path in files(CASSETTES)
        if path.parts[0] in modules
        for parameters in parameters_of(CASSETTES / path)
    }
    assert sorted(map(str, kept - expected_recordings)) == [], "make cassettes removes them"


def test_a_shared_recording_is_the_same_in_any_order_and_gives_back_each_part(tmp_path):
    parts = {}
    for name in ("b", "a [1]", 'ü: "c"'):
        parts[name] = tmp_path / f"{len(parts)}.yaml"
        with recording(parts[name]) as client:
            client.whoami()
            client.project.create({"name": name})
    nothing = parts["nothing"] = tmp_path / "nothing.yaml"
    with recording(nothing):
        pass
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    for path, names in ((one, [*parts]), (two, [*reversed(parts), "b"])):
        for name in names:
            insert(path, name, parts[name])
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes().count(b"/users/me\n") == 1
    assert parameters_of(one) == set(parts)
    for name, path in parts.items():
        extract(one, name, tmp_path / "again.yaml")
        assert (tmp_path / "again.yaml").read_bytes() == path.read_bytes()
    assert check([one], strict=True) == []


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


def test_recorded_again_the_kept_ones_stay_as_they_are(pytestconfig, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--record"]
    where = ["--cassettes", str(tmp_path), "tests/api/test_project.py"]
    done = subprocess.run(
        [*command, *where], cwd=pytestconfig.rootpath, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert files(tmp_path / "test_project") == files(CASSETTES / "test_project")
