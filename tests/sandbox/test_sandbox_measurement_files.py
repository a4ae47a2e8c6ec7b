"""Files of the sandbox, the rules that measurements obey at every door, and watching them."""

from urllib.parse import quote

import httpx
import pytest

AWKWARD = [
    "z last.png",
    "a?b=c&d.csv",
    "#1.txt",
    "100%.csv",
    "%2e%2e",
    "Ä 电池.pdf",
    "a+b;c.bin",
    "...",
    "files",
]


@pytest.fixture(scope="module")
def stored(api):
    """Return the path of a file measurement with files of awkward names."""
    instance = api.instance()
    fields = {"measurement_type": "file", "filenames": AWKWARD}
    begun = api.initiate(instance, "photographs", **fields)
    for name in AWKWARD[::-1]:
        api.put(begun, name, name.encode())
    said = {"filenames": ["a lie"], "camera": "X100"}
    body = {"name": "photographs", "file_metadata": said}
    made = api.confirm(begun, instance, "photographs", measurement=body, **fields)
    assert made["file_metadata"]["camera"] == "X100"
    return f"/cell_measurements/{made['id']}"


def test_the_files_are_named_in_the_order_in_which_they_were_asked_for(api, stored):
    assert api.get(f"{stored}/files") == {"filenames": AWKWARD}


@pytest.mark.parametrize("name", AWKWARD)
def test_a_file_is_found_by_its_name_however_awkward(api, stored, name):
    answer = api.call("GET", f"{stored}/files/{quote(name, safe='')}", 307)
    assert answer.content == b""
    location = answer.headers["location"]
    assert location.startswith(api.sandbox.storage_url)
    assert location.isascii()
    assert httpx.get(location).content == name.encode()
    assert httpx.get(location, headers={"Range": "bytes=-2"}).content == name.encode()[-2:]


@pytest.mark.parametrize("name", ["none.png", "Z LAST.PNG", "a%2Fb", "time_series.parquet", "%FF"])
def test_another_name_is_a_404(api, stored, name):
    refused = api.http.get(f"{stored}/files/{name}")
    assert (refused.status_code, refused.json()["error_code"]) == (404, "NOT_FOUND")


def test_what_is_no_file_measurement_has_no_files(api):
    instance = api.instance()
    for made in (api.properties(instance, "p"), api.series(instance, "s")):
        path = f"/cell_measurements/{made['id']}/files"
        for each in (path, f"{path}/time_series.parquet"):
            refused = api.get(each, status=400)
            assert refused["error_code"] == "BAD_REQUEST"
            assert repr(made["measurement_type"]) in refused["message"]
    api.get("/cell_measurements/none/files", status=404)
    api.get("/cell_measurements/none/files/a", status=404)


def test_a_deleted_measurement_takes_its_files_along(api):
    instance = api.instance()
    fields = {"measurement_type": "file", "filenames": ["a.txt"]}
    begun = api.initiate(instance, "m", **fields)
    api.put(begun, "a.txt", b"a")
    path = f"/cell_measurements/{api.confirm(begun, instance, 'm', **fields)['id']}"
    location = api.call("GET", f"{path}/files/a.txt", 307).headers["location"]
    api.delete(path)
    api.get(f"{path}/files", status=404)
    assert httpx.get(location).status_code == 404


EARLY, LATE = "2024-01-01T00:00:00Z", "2024-01-01T02:00:00+01:00"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"start_time": LATE, "end_time": EARLY}, "end_time"),
        ({"channel_id": "c"}, "start_time"),
        ({"channel_id": "c", "start_time": EARLY, "measurement_type": "file"}, "channel"),
    ],
)
def test_fields_that_contradict_each_other_are_refused_at_every_door(api, kit, fields, named):
    instance = api.instance()
    fields = dict(fields)
    kind = fields.pop("measurement_type", "time_series")
    filenames = ["time_series.parquet"]
    options = {"measurement_type": kind, "filenames": filenames}
    body = {"name": "m", **fields}
    assert named in api.initiate(instance, "m", 400, measurement=body, **options)["message"]
    begun = api.initiate(instance, "m", **options)
    api.put(begun, *filenames, kit.parquet(kit.series()))
    refused = api.confirm(begun, instance, "m", 400, measurement=body, **options)
    assert named in refused["message"]
    assert api.get(f"/cell_instances/{instance}/cell_measurements")["total"] == 0
    made = api.confirm(begun, instance, "m", **options)
    assert named in api.patch(f"/cell_measurements/{made['id']}", fields, 400)["message"]


def test_fields_that_agree_are_taken_and_stay_in_agreement(api):
    instance = api.instance()
    path = f"/cell_measurements/{api.series(instance, 'm')['id']}"
    given = {"start_time": EARLY, "end_time": EARLY, "channel_id": "c"}
    assert given.items() <= api.patch(path, given).items()
    assert "start_time" in api.patch(path, {"start_time": None}, 400)["message"]
    assert "end_time" in api.patch(path, {"start_time": LATE}, 400)["message"]
    assert api.patch(path, {"end_time": None})["end_time"] is None
    assert api.patch(path, {"channel_id": None, "start_time": None})["channel_id"] is None
    mass = {"name": "mass", "properties": {}, "start_time": LATE, "end_time": EARLY}
    refused = api.post(f"/cell_instances/{instance}/cell_measurements/create", mass, 400)
    assert "end_time" in refused["message"]


def test_a_record_is_the_same_with_and_without_its_parts_and_with_unknown_parameters(api):
    path = f"/cell_measurements/{api.series(api.instance(), 'm')['id']}"
    parts = {"include_steps": "false", "include_time_series": "false"}
    assert api.get(path, **parts) == api.get(path) == api.get(path, colour="red", limit="x")
    (error,) = api.get(path, status=422, include_steps="maybe")["detail"]
    assert error["loc"] == ["query", "include_steps"]


def test_watching_and_not_watching_twice_does_no_harm(api):
    made = api.series(api.instance(), "m")
    path = f"/cell_measurements/{made['id']}"
    for method, options in (
        ("DELETE", {}),
        ("POST", {"json": {}}),
        ("POST", {}),
        ("DELETE", {}),
        ("DELETE", {}),
        ("POST", {"json": {}}),
    ):
        assert api.call(method, f"{path}/watch", 204, **options).content == b""
    assert api.get(path) == {key: made[key] for key in api.get(path)}
    api.delete(path)
    api.call("POST", f"{path}/watch", 404)
    api.call("DELETE", f"{path}/watch", 404)
