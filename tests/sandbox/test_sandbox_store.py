"""What is kept on disk: who may read it, how it survives a full disk, and long lists."""

import sqlite3
import stat
import sys

import httpx
import pytest

from ionworks.sandbox import Sandbox
from ionworks.sandbox.database.entities import MOST_CHILDREN

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def modes(folder):
    found = {path.relative_to(folder): path.stat().st_mode for path in folder.rglob("*")}
    return {str(name): oct(stat.S_IMODE(mode)) for name, mode in found.items()}


@posix_only
def test_x35_nobody_else_can_read_what_holds_the_signing_secret(tmp_path):
    data = tmp_path / "lab"
    with Sandbox(data=data):
        found = modes(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert found == {
        **dict.fromkeys(["sandbox.sqlite", "sandbox.sqlite-shm", "sandbox.sqlite-wal"], "0o600"),
        **dict.fromkeys(["sandbox.lock", "api-key"], "0o600"),
        **dict.fromkeys(["objects", "objects/incoming"], "0o700"),
    }


@posix_only
def test_x35_data_of_an_earlier_version_become_private_and_a_folder_of_yours_stays(tmp_path):
    tmp_path.chmod(0o755)
    with Sandbox(data=tmp_path):
        pass
    for name in ("sandbox.sqlite", "api-key"):
        (tmp_path / name).chmod(0o644)
    (tmp_path / "objects").chmod(0o755)
    with Sandbox(data=tmp_path):
        found = modes(tmp_path)
    assert {found["sandbox.sqlite"], found["sandbox.sqlite-wal"], found["api-key"]} == {"0o600"}
    assert found["objects"] == "0o700"
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@posix_only
def test_x33_a_sandbox_works_again_when_a_full_disk_has_space_again(tmp_path, kit, caplog):
    import resource

    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Sandbox(data=tmp_path) as box:
        api = kit.api(box)
        cell = api.instance()
        begun = api.initiate(cell, "series")
        content = kit.parquet(kit.series())
        target = kit.signed_url(begun, "time_series.parquet")
        made = {f"P{number}": {"name": f"P{number}"} for number in range(3)}
        try:  # no file can grow beyond this, which is how a full disk fails too
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, unlimited[1]))
            failed = [api.http.post("/projects", json=body) for body in made.values()]
            failed.append(httpx.put(target, content=content * 8))
            assert [each.status_code for each in failed] == [500] * 4
            assert api.get("/projects")["total"] == 1  # reads go on
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        assert [*(tmp_path / "objects" / "incoming").iterdir()] == []  # nothing keeps space
        assert [path.name for path in (tmp_path / "objects").iterdir()] == ["incoming"]
        for body in made.values():
            api.post("/projects", body)
        api.put(begun, "time_series.parquet", content)
        assert api.confirm(begun, cell, "series")["steps_created"] == 6
        api.http.close()
    assert "cannot rollback" not in caplog.text


def test_x36_a_list_is_read_in_the_order_of_an_index(tmp_path):
    with Sandbox(data=tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / "sandbox.sqlite")
    connection.create_collation("fold", lambda one, other: (one > other) - (one < other))
    for table in ("projects", "cell_specifications", "cell_instances", "cell_measurements"):
        query = (
            f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {table}.parent_id = ? ORDER BY"
            f" {table}.created_at DESC, {table}.sequence DESC LIMIT 100 OFFSET 5000"
        )
        plan = " ".join(row[3] for row in connection.execute(query, ("p",)))
        assert f"USING INDEX {table}_by_creation" in plan
        assert "TEMP B-TREE" not in plan
    connection.close()


def test_x36_data_of_an_earlier_version_get_the_index(tmp_path):
    for _ in range(2):
        with Sandbox(data=tmp_path):
            pass
        connection = sqlite3.connect(tmp_path / "sandbox.sqlite")
        find = "SELECT 1 FROM sqlite_master WHERE name = 'cell_instances_by_creation'"
        assert connection.execute(find).fetchone()
        connection.execute("DROP INDEX cell_instances_by_creation")
        connection.close()


def test_x36_x37_a_long_list_is_whole_and_its_parent_does_not_repeat_it(tmp_path):
    with Sandbox(data=tmp_path) as box, box.client() as client:
        spec = client.cell_spec.create({"name": "LG M50"})
        client.cell_instance.create(spec.id, {"name": "0"})
    total = MOST_CHILDREN + 101
    connection = sqlite3.connect(tmp_path / "sandbox.sqlite")
    connection.executemany(
        "INSERT INTO cell_instances (id, parent_id, name, created_at, updated_at, document)"
        " SELECT ?, parent_id, ?, created_at, updated_at, document FROM cell_instances"
        " WHERE name = '0'",
        [(f"cell-{number}", str(number)) for number in range(1, total)],
    )
    connection.commit()
    with Sandbox(data=tmp_path) as box, box.client() as client:
        found = [int(cell.name) for cell in client.cell_instance.list(spec.id)]
        assert found == list(reversed(range(total)))
        assert client.cell_spec.get(spec.id).instance_ids is None
        answer = httpx.get(f"{box.url}/cell_specifications", headers={"X-API-Key": box.api_key})
        assert len(answer.content) < 2000
        connection.execute("DELETE FROM cell_instances WHERE name >= '2'")
        connection.commit()
        ids = client.cell_spec.get(spec.id).instance_ids
        assert len(ids) == len([n for n in range(total) if str(n) < "2"])
    connection.close()
