"""Uploads that take the sandbox a while: pending, running, and then ready or failed with a reason.

Most of these sandboxes are deterministic: there a call moves the clock by a second while a series
is being processed, so every state is met without waiting.
"""

import io
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import polars as pl
import pytest

from ionworks.sandbox import Sandbox

fetch = partial(httpx.get, verify=False)  # without TLS there are no authorities to load
put = partial(httpx.put, verify=False)
SERIES, STEPS = "time_series.parquet", "steps.parquet"
TABLES = ("steps", "cycles", "steps_and_cycles", "steps/download", "time_series/download", "detail")
NEVER = 1e9


@pytest.fixture(scope="module")
def quick(kit):
    """Return a client of a sandbox where the call after a confirmation finds a series ready."""
    with Sandbox(deterministic=True, processing_ms=1) as box:
        api = kit.api(box)
        yield api
        api.http.close()


@pytest.fixture(scope="module")
def slow(kit):
    """Return a client of a sandbox where the fourth call after a confirmation does."""
    with Sandbox(deterministic=True, processing_ms=4000) as box:
        api = kit.api(box)
        yield api
        api.http.close()


@pytest.fixture
def speaker(kit):
    """Return a function that starts a sandbox and gives a checking client of it."""
    started = []

    def start(**options):
        api = kit.api(Sandbox(**options).start())
        started.append(api)
        return api

    yield start
    for api in started:
        api.http.close()
        api.sandbox.stop()


def confirmed(api, kit, content=None, steps=None, name="series"):
    """Return the answer to the confirmation of a new series."""
    instance = api.instance()
    begun = api.initiate(instance, name)
    api.put(begun, SERIES, kit.parquet(kit.series()) if content is None else content)
    if steps is not None:
        api.put(begun, STEPS, steps)
    return api.confirm(begun, instance, name)


def settled(api, made):
    """Ask for a record until it is processed, and return it."""
    for _ in range(1000):
        record = api.get(f"/cell_measurements/{made['id']}")
        if record["processing_status"] not in {"pending", "running"}:
            return record
        time.sleep(0.005)
    raise AssertionError(f"still {record['processing_status']}")


def stop(api):
    """Stop the sandbox of a client."""
    api.http.close()
    api.sandbox.stop()


def test_a_series_is_pending_then_running_then_ready(speaker, kit):
    api = speaker(deterministic=True, processing_ms=6000)
    made = confirmed(api, kit)
    assert (made["processing_status"], made["steps_created"]) == ("pending", 0)
    path = f"/cell_measurements/{made['id']}"
    states = [api.get(path)["processing_status"] for _ in range(7)]
    assert list(dict.fromkeys(states)) == ["pending", "running", "ready"]
    record = api.get(path)
    assert record["processing_error"] is None
    assert record["updated_at"] > made["updated_at"]
    assert api.get(f"{path}/steps")["steps"]["Step count"] == [0, 1, 2, 3, 4, 5]


def test_the_tables_are_those_that_a_confirmation_makes_at_once(quick, api, kit):
    made = settled(quick, confirmed(quick, kit))
    at_once = confirmed(api, kit)
    assert at_once["steps_created"] == 6
    tables = [
        each.get(f"/cell_measurements/{record['id']}/steps_and_cycles")
        for each, record in ((quick, made), (api, at_once))
    ]
    assert tables[0] == tables[1]


def test_on_the_real_clock_a_series_is_ready_after_a_while(speaker, kit):
    api = speaker(processing_ms=40)
    made = confirmed(api, kit)
    assert made["processing_status"] == "pending"
    assert settled(api, made)["processing_status"] == "ready"


def test_lists_show_the_state_and_any_call_moves_it_on(speaker, kit):
    api = speaker(deterministic=True, processing_ms=3000)
    made = confirmed(api, kit)
    path = f"/cell_instances/{made['cell_instance_id']}/cell_measurements"
    assert api.get(path)["items"][0]["processing_status"] == "running"
    for _ in range(2):
        api.get("/users/me")
    by_project = f"/cell_measurements/by-project/{api.sandbox.project_id}"
    listed = api.get(path)["items"][0]
    assert listed["processing_status"] == "ready"
    assert api.get(by_project)["items"][0]["processing_status"] == "ready"


def test_health_checks_do_not_move_a_deterministic_clock(speaker, kit):
    api = speaker(deterministic=True, processing_ms=3000)
    confirmed(api, kit)
    dates = {fetch(f"{api.sandbox.url}/healthz").headers["date"] for _ in range(3)}
    assert len(dates) == 1


@pytest.mark.parametrize("part", TABLES)
def test_no_table_is_read_before_it_is_ready(slow, kit, part):
    made = confirmed(slow, kit)
    path = f"/cell_measurements/{made['id']}/{part}"
    told = []
    for _ in range(3):
        refused = slow.get(path, status=409)
        assert refused["error_code"] == "CONFLICT"
        assert refused["detail"]["processing_status"] in refused["message"]
        told.append(refused["detail"]["processing_status"])
    assert told == ["pending", "running", "running"]
    assert slow.http.get(path).status_code in {200, 307}


def without_voltage(series):
    return series.drop("Voltage [V]")


def without_steps(series):
    return series.drop("Step count")


def with_text(series):
    return series.with_columns(pl.col("Voltage [V]").cast(pl.String))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"no parquet at all", f"{SERIES} is not readable as Parquet"),
        (b"", f"{SERIES} is not readable as Parquet"),
        (without_steps, "no column 'Step count'"),
        (without_voltage, "no column 'Voltage [V]'"),
        (with_text, "'Voltage [V]' holds String"),
    ],
)
def test_what_cannot_be_processed_fails_and_says_why(quick, kit, broken, reason):
    content = broken if isinstance(broken, bytes) else kit.parquet(broken(kit.series()))
    made = confirmed(quick, kit, content)
    record = settled(quick, made)
    assert record["processing_status"] == "failed"
    assert reason in record["processing_error"]
    path = f"/cell_measurements/{made['id']}"
    for part in ("steps", "cycles", "steps_and_cycles", "steps/download", "detail"):
        refused = quick.get(f"{path}/{part}", status=409)
        assert refused["detail"]["processing_status"] == "failed"
        assert reason in refused["detail"]["processing_error"]
        assert reason in refused["message"]
    location = quick.call("GET", f"{path}/time_series/download", 307).headers["location"]
    assert fetch(location).content == content


def test_a_series_without_time_and_current_is_ready_and_has_no_steps(quick, kit):
    series = kit.series().drop("Time [s]", "Current [A]")
    made = settled(quick, confirmed(quick, kit, kit.parquet(series)))
    assert made["processing_status"] == "ready"
    assert quick.get(f"/cell_measurements/{made['id']}/steps") == {"steps": {}}


def test_the_series_of_a_failed_one_is_in_its_detail(quick, kit):
    made = confirmed(quick, kit, kit.parquet(kit.series().drop("Step count")))
    path = f"/cell_measurements/{made['id']}/detail"
    detail = quick.get(path, include_steps=False)
    assert len(detail["time_series"]["Time [s]"]) == 60
    assert detail["processing_status"] == "failed"


def test_steps_that_are_no_parquet_fail(quick, kit):
    record = settled(quick, confirmed(quick, kit, steps=b"no parquet"))
    assert record["processing_status"] == "failed"
    assert STEPS in record["processing_error"]


def test_steps_that_came_with_the_series_are_kept(quick, kit):
    given = {"Step count": [0, 1], "Label": ["a", "b"]}
    uploaded = confirmed(quick, kit, steps=kit.parquet(pl.DataFrame(given)), name="uploaded")
    instance = quick.instance()
    begun = quick.initiate(instance, "given")
    quick.put(begun, SERIES, kit.parquet(kit.series()))
    quick.confirm(begun, instance, "given", 400, steps={"Step count": [0, 1], "Label": ["a"]})
    sent = quick.confirm(begun, instance, "given", steps=given)
    for made in (uploaded, sent):
        settled(quick, made)
        assert quick.get(f"/cell_measurements/{made['id']}/steps")["steps"] == given


def test_a_confirmation_before_the_upload_is_refused_at_once(speaker):
    api = speaker(processing_ms=NEVER)
    instance = api.instance()
    begun = api.initiate(instance, "early")
    assert SERIES in api.confirm(begun, instance, "early", 400)["message"]
    api.get(f"/cell_measurements/{begun['measurement_id']}", status=404)


def test_files_and_properties_are_never_processed(speaker):
    api = speaker(processing_ms=NEVER)
    instance = api.instance()
    begun = api.initiate(instance, "file", measurement_type="file", filenames=["a.txt"])
    api.put(begun, "a.txt", b"a")
    made = api.confirm(begun, instance, "file", measurement_type="file")
    assert made["processing_status"] is None
    assert api.properties(instance, "p")["processing_status"] is None


def test_a_change_meanwhile_stays(speaker, kit):
    api = speaker(deterministic=True, processing_ms=5000)
    made = confirmed(api, kit)
    changed = api.patch(f"/cell_measurements/{made['id']}", {"notes": "n"})
    assert changed["processing_status"] in {"pending", "running"}
    record = settled(api, made)
    assert (record["notes"], record["processing_status"]) == ("n", "ready")


def test_one_that_is_deleted_meanwhile_leaves_nothing(speaker, kit, tmp_path):
    api = speaker(deterministic=True, processing_ms=4000, data=tmp_path)
    made = confirmed(api, kit)
    api.delete(f"/cell_measurements/{made['id']}")
    for _ in range(6):
        api.get(f"/cell_measurements/{made['id']}", status=404)
    assert [each.name for each in (tmp_path / "objects").iterdir()] == ["incoming"]
    assert list((tmp_path / "objects" / "incoming").iterdir()) == []


def test_many_are_finished_beside_each_other(speaker, kit):
    api = speaker(processing_ms=30)
    instance = api.instance()
    content = kit.parquet(kit.series())

    def upload(number):
        begun = api.initiate(instance, f"series {number}")
        api.put(begun, SERIES, content)
        return settled(api, api.confirm(begun, instance, f"series {number}"))

    with ThreadPoolExecutor(4) as pool:
        records = list(pool.map(upload, range(8)))
    assert {record["processing_status"] for record in records} == {"ready"}
    for record in records:
        table = api.get(f"/cell_measurements/{record['id']}/steps_and_cycles")
        assert len(table["steps"]["Step count"]) == 6


def test_what_was_begun_is_finished_after_a_restart(speaker, kit, tmp_path):
    api = speaker(data=tmp_path, processing_ms=20)
    good, bad = confirmed(api, kit), confirmed(api, kit, b"no parquet")
    stop(api)
    api = speaker(data=tmp_path)
    assert settled(api, good)["processing_status"] == "ready"
    assert settled(api, bad)["processing_status"] == "failed"
    assert api.get(f"/cell_measurements/{good['id']}/cycles")["cycles"]["Cycle count"] == [0, 1]


def test_a_process_that_is_killed_meanwhile_loses_nothing(speaker, kit, tmp_path):
    command = [sys.executable, "-m", "ionworks.sandbox", "--data", str(tmp_path), "--api-key", "k"]
    command += ["--port", "0", "--storage-port", "0", "--processing-ms", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip().removeprefix("export IONWORKS_API_URL=")
            running = httpx.Client(base_url=url, headers={"X-API-Key": "k"}, timeout=30)
            with running:
                project = running.get("/projects").json()["items"][0]["id"]
                specification = {"name": "S", "project_id": project}
                parent = running.post("/cell_specifications", json=specification).json()["id"]
                path = f"/cell_specifications/{parent}/cell_instances"
                instance = running.post(path, json={"name": "I"}).json()["id"]
                body = {"measurement": {"name": "M"}}
                path = f"/cell_instances/{instance}/cell_measurements/initiate-upload"
                begun = running.post(path, json=body).json()
                put(kit.signed_url(begun, SERIES), content=kit.parquet(kit.series()))
                path = f"/cell_measurements/{begun['measurement_id']}/confirm-upload"
                made = running.post(path, json={**body, "cell_instance_id": instance}).json()
        finally:
            process.kill()
    assert made["processing_status"] == "pending"
    api = speaker(data=tmp_path, api_key="k")
    assert settled(api, made)["processing_status"] == "ready"
    assert len(api.get(f"/cell_measurements/{made['id']}/steps")["steps"]["Step count"]) == 6


def scripted(kit, data, restart):
    """Return every body of a run in which series are processed."""
    bodies = []
    for part in range(2 if restart else 1):
        with Sandbox(deterministic=True, processing_ms=5000, data=data) as box:
            api = kit.api(box)

            def keep(response, box=box):
                response.read()
                kept = response.content.replace(box.storage_url.encode(), b"<storage>")
                named = response.headers["x-correlation-id"], response.headers["date"]
                bodies.append((response.status_code, kept, named))

            api.http.event_hooks["response"].append(keep)
            instance = api.post(*_instance_of(api, part))["id"]
            for content in (kit.parquet(kit.series()), b"no parquet"):
                name = f"M {part} {len(content)}"
                begun = api.initiate(instance, name)
                api.put(begun, SERIES, content)
                made = api.confirm(begun, instance, name)["id"]
                for _ in range(4):
                    api.http.get(f"/cell_measurements/{made}/steps_and_cycles")
            api.get("/projects")
            api.http.close()
    return bodies


def _instance_of(api, part):
    body = {"name": f"S {part}", "project_id": api.sandbox.project_id}
    specification = api.post("/cell_specifications", body)["id"]
    return f"/cell_specifications/{specification}/cell_instances", {"name": "I"}


@pytest.mark.parametrize("restart", [False, True])
def test_two_deterministic_runs_answer_the_same_bytes(kit, tmp_path, restart):
    first = scripted(kit, tmp_path / "a", restart)
    assert {status for status, *_ in first} >= {200, 201, 409}
    assert scripted(kit, tmp_path / "b", restart) == first


def test_a_series_at_once_is_as_readable_as_before(api, kit):
    made = confirmed(api, kit)
    assert made["processing_status"] == "ready"
    location = api.call("GET", f"/cell_measurements/{made['id']}/time_series/download", 307)
    content = fetch(location.headers["location"]).content
    assert pl.read_parquet(io.BytesIO(content)).equals(kit.series())
