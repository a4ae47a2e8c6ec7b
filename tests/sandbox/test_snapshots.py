"""A sandbox returns to a snapshot: records, files, clock and ids."""

import pytest

from ionworks.errors import NotFound
from ionworks.sandbox import Sandbox, SyntheticCell


@pytest.fixture(scope="module")
def box():
    with Sandbox(deterministic=True, faults=True) as box:
        yield box


@pytest.fixture(scope="module")
def client(box):
    with box.client() as client:
        yield client


@pytest.fixture(scope="module")
def series():
    return SyntheticCell(seed=7).cycling(cycles=1)


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create_or_get({"name": "LG M50"})
    return client.cell_instance.create_or_get(spec.id, {"name": "M50-007"}).id


def upload(client, cell, series, name):
    return client.cell_measurement.create(
        cell, {"measurement": {"name": name}, "time_series": series}
    )


def test_records_and_files_come_back_and_later_ones_go(box, client, cell, series):
    kept = upload(client, cell, series, "kept")
    before = box.snapshot()
    for _ in range(2):
        later = upload(client, cell, series, "later")
        client.cell_measurement.delete(kept.id)
        client.cell_instance.update(cell, {"name": "another"})
        box.faults.plan("list_projects", "503")
        box.reset(before)
        assert [each.name for each in client.cell_measurement.list(cell)] == ["kept"]
        assert client.cell_measurement.time_series(kept.id).height == series.height
        assert client.cell_instance.get(cell).name == "M50-007"
        assert box.faults.left == {}
        with pytest.raises(NotFound):
            client.cell_measurement.get(later.id)
    client.cell_measurement.delete(kept.id)


def test_the_same_calls_get_the_same_answers_after_a_reset(box, client):
    before = box.snapshot()
    first = client.cell_spec.create({"name": "one"})
    box.reset(before)
    assert client.cell_spec.create({"name": "one"}) == first
    box.reset(before)


def test_a_snapshot_of_another_sandbox_is_refused(box):
    with Sandbox() as other:
        with pytest.raises(ValueError, match="of another sandbox"):
            other.reset(box.snapshot())
        with pytest.raises(ValueError, match="of another sandbox"):
            other.reset(None)
        old = other.snapshot()
        other.stop()
        with other.start(), pytest.raises(ValueError, match="stopped since"):
            other.reset(old)


def test_a_killed_process_leaves_no_snapshot_in_the_way(tmp_path):
    left = tmp_path / "snapshots" / "1" / "a file"
    left.parent.mkdir(parents=True)
    left.write_text("of a process that was killed")
    with Sandbox(data=tmp_path) as box, box.client() as client:
        empty = box.snapshot()
        client.cell_spec.create({"name": "LG M50"})
        box.reset(empty)
        assert client.cell_spec.list() == []
    assert not (tmp_path / "snapshots").exists()
