"""The life of a sandbox: start and stop, data that stay, runs that repeat, and the command line."""

import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from ionworks.sandbox import Sandbox


def is_open(url):
    """Tell whether something listens at an address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", httpx.URL(url).port)) == 0


def test_a_stopped_sandbox_has_closed_its_ports_and_ended_its_threads(kit):
    before = threading.active_count()
    box = Sandbox()
    assert box.start() is box.start()
    urls = (box.url, box.storage_url)
    assert urls[0] != urls[1]
    assert all(map(is_open, urls))
    box.stop()
    box.stop()
    assert not any(map(is_open, urls))
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="not running"):
        box.url  # noqa: B018
    assert repr(box) == "<Sandbox stopped>"


def test_a_sandbox_stops_beside_clients_that_are_still_connected(kit):
    with Sandbox() as box:
        url = httpx.URL(box.url)
        idle = socket.create_connection((url.host, url.port))
        api = kit.api(box)
        begun = api.initiate(api.instance(), "half")
        api.http.close()
        put = httpx.URL(kit.signed_url(begun, "time_series.parquet"))
        half = socket.create_connection((put.host, put.port))
        head = f"PUT {put.raw_path.decode()} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
        half.sendall(head.encode() + b"half")
    assert not is_open(str(url))
    idle.close()
    half.close()


def test_a_port_in_use_is_reported_in_a_sentence(sandbox):
    port = httpx.URL(sandbox.url).port
    with pytest.raises(RuntimeError, match=rf"cannot listen on 127\.0\.0\.1:{port}"):
        Sandbox(storage_port=port).start()


def test_the_environment_points_a_client_here(sandbox):
    found = sandbox.environment()
    assert found == {"IONWORKS_API_URL": sandbox.url, "IONWORKS_API_KEY": sandbox.api_key}
    assert sandbox.api_key.startswith("sandbox-")
    assert sandbox.api_key not in repr(sandbox)


def test_a_client_of_the_sandbox_speaks_to_it(fresh_sandbox):
    with fresh_sandbox.client() as client:
        assert [project.name for project in client.project.list()] == ["Sandbox project"]


def test_data_survive_a_restart(tmp_path, kit):
    with Sandbox(data=tmp_path, api_key="k") as box:
        api = kit.api(box)
        instance = api.instance()
        made = api.series(instance, "series")
        begun = api.initiate(instance, "begun")
        api.put(begun, "time_series.parquet", kit.parquet(kit.series()))
        before = api.get(f"/cell_measurements/{made['id']}/steps")
        api.http.close()
    (tmp_path / "objects" / "left by a crash").write_bytes(b"?")
    with Sandbox(data=tmp_path, api_key="k") as box:
        api = kit.api(box)
        assert not (tmp_path / "objects" / "left by a crash").exists()
        assert api.get(f"/cell_measurements/{made['id']}/steps") == before
        assert api.get("/projects")["total"] == 1
        assert api.confirm(begun, instance, "begun")["steps_created"] == 6
        api.delete(f"/cell_instances/{instance}")
        api.http.close()
    assert [each.name for each in (tmp_path / "objects").iterdir()] == ["incoming"]


def test_data_of_another_version_are_refused(tmp_path):
    with Sandbox(data=tmp_path):
        pass
    import sqlite3

    connection = sqlite3.connect(tmp_path / "sandbox.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(RuntimeError, match="another version"):
        Sandbox(data=tmp_path).start()


def scripted(kit, data=None):
    """Return every body that a run of calls is answered with, refusals and storage included."""
    with Sandbox(deterministic=True, data=data) as box:
        api = kit.api(box)
        bodies = []

        def keep(response):
            response.read()
            kept = response.content.replace(box.storage_url.encode(), b"<storage>")
            named = response.headers["x-correlation-id"], response.headers["date"]
            bodies.append((response.status_code, kept, named))

        api.http.event_hooks["response"].append(keep)
        project = api.post("/projects", {"name": "P"})["id"]
        api.post("/projects", {"name": "P"}, 409)
        material = {"material": {"name": "Graphite"}}
        body = {"name": "S", "project_id": project, "anode": material}
        specification = api.post("/cell_specifications", body)["id"]
        path = f"/cell_specifications/{specification}/cell_instances"
        instance = api.post(path, {"name": "I"})["id"]
        made = api.series(instance, "series")["id"]
        api.patch(f"/cell_measurements/{made}", {"notes": "n"})
        api.get(f"/cell_measurements/{made}/detail")
        api.get(f"/cell_measurements/by-project/{project}")
        batches = f"/cell_specifications/{specification}/cell_batches"
        batch = api.post(batches, {"name": "B"})["id"]
        api.post(batches, {"name": "b"}, 409)
        api.patch(f"/cell_instances/{instance}", {"batch_id": batch})
        tags = {"measurement_ids": [made], "add": ["b", "A"]}
        api.post("/cell_measurements/tags/bulk", tags, 200)
        api.get("/cell_measurements/tags", project_id=project)
        api.get("/cell_measurements", project_id=project, q="A")
        api.call("POST", f"/cell_measurements/{made}/watch", 204)
        api.get("/search", q="series")
        api.post(f"/jobs/{box.add_job()}/cancel", {}, 200)
        api.get("/discovery/schemas/data")
        location = api.call("GET", f"/cell_measurements/{made}/steps/download", 307).headers
        bodies.append(location["location"].removeprefix(box.storage_url))
        bodies.append(httpx.get(location["location"]).content)
        api.get("/users/me")
        api.http.close()
    return bodies


def test_two_deterministic_runs_answer_the_same_bytes(kit):
    first = scripted(kit)
    assert len(first) > 12
    assert scripted(kit) == first


def test_a_deterministic_sandbox_goes_on_after_a_restart(tmp_path):
    ids = []
    for number in range(2):
        with Sandbox(deterministic=True, data=tmp_path) as box:
            headers = {"X-API-Key": box.api_key}
            body = {"name": str(number)}
            made = httpx.post(f"{box.url}/projects", json=body, headers=headers).json()
            ids.append((made["id"], made["created_at"]))
    assert ids[0][0] != ids[1][0]
    assert ids[0][1] < ids[1][1]


def test_two_sandboxes_of_the_plain_kind_share_no_ids_and_no_keys(sandbox, fresh_sandbox):
    assert sandbox.api_key != fresh_sandbox.api_key
    found = [
        httpx.get(f"{box.url}/users/me", headers={"X-API-Key": box.api_key}).json()["id"]
        for box in (sandbox, fresh_sandbox)
    ]
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("ending", "options", "status"),
    [(signal.SIGINT, ["--faults"], 200), (signal.SIGTERM, [], 404)],
)
def test_the_process_says_where_it_is_has_faults_if_asked_and_ends_when_asked(
    tmp_path, ending, options, status
):
    command = [sys.executable, "-W", "error", "-m", "ionworks.sandbox", "--port", "0"]
    command += ["--storage-port", "0", "--data", str(tmp_path), "--api-key", "k", "--deterministic"]
    command += options
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = [process.stdout.readline().strip() for _ in range(2)]
            url = lines[0].removeprefix("export IONWORKS_API_URL=")
            assert lines[1] == "export IONWORKS_API_KEY=k"
            answer = httpx.get(f"{url}/projects", headers={"X-API-Key": "k"})
            assert answer.json()["total"] == 1
            plan = {"operation": "list_projects", "plan": ["503"]}
            assert httpx.post(f"{url}/_faults", json=plan).status_code == status
        finally:
            process.send_signal(ending)
        rest, said = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
    assert said.endswith('$env:IONWORKS_API_KEY = "k"\n')  # the text of the start, and no error


def test_the_process_says_in_a_sentence_why_it_cannot_start(sandbox):
    port = str(httpx.URL(sandbox.url).port)
    command = [sys.executable, "-m", "ionworks.sandbox", "--port", port, "--storage-port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_extra_the_sandbox_names_it(missing):
    code = (
        f"import sys, runpy; sys.modules[{missing!r}] = None; sys.argv = ['x'];"
        "runpy.run_module('ionworks.sandbox', run_name='__main__')"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert "ionworks-client[sandbox]" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_importing_the_client_imports_nothing_of_the_sandbox():
    code = (
        "import sys, ionworks.client; assert not any('sandbox' in name for name in sys.modules);"
        "import ionworks.sandbox; assert 'starlette' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)
