"""Uploads to the sandbox: nothing is visible before the confirmation, and then everything."""

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import polars as pl
import pytest

SERIES, STEPS = "time_series.parquet", "steps.parquet"


def nothing_is_visible(api, begun, instance):
    """Demand that an upload is not seen as a measurement."""
    measurement = begun["measurement_id"]
    api.get(f"/cell_measurements/{measurement}", status=404)
    api.get(f"/cell_measurements/{measurement}/steps", status=404)
    api.get(f"/cell_measurements/{measurement}/time_series/download", status=404)
    assert api.get(f"/cell_instances/{instance}/cell_measurements")["total"] == 0
    assert api.get(f"/cell_instances/{instance}")["measurement_ids"] == []


def download(api, measurement, part):
    """Return the table behind a redirect to storage."""
    redirect = api.call("GET", f"/cell_measurements/{measurement}/{part}/download", 307)
    assert redirect.content == b""
    assert redirect.headers["location"].startswith(api.sandbox.storage_url)
    return pl.read_parquet(io.BytesIO(httpx.get(redirect.headers["location"]).content))


def test_a_time_series_is_uploaded_and_read_back(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "RPT")
    assert [target["filename"] for target in begun["uploads"]] == [SERIES, STEPS]
    nothing_is_visible(api, begun, instance)
    api.put(begun, SERIES, kit.parquet(kit.series()))
    nothing_is_visible(api, begun, instance)
    setup = {"cycler": "Neware", "channel_number": 3}
    body = {"name": "RPT", "start_time": "2024-01-20T12:00:00+02:00", "test_setup": setup}
    made = api.confirm(begun, instance, "RPT", measurement=body)
    assert made["id"] == begun["measurement_id"]
    assert made["start_time"] == "2024-01-20T10:00:00Z"
    assert (made["steps_created"], made["processing_status"]) == (6, "ready")
    assert made["instance"]["id"] == instance
    record = api.get(f"/cell_measurements/{made['id']}")
    assert record == {key: made[key] for key in record}
    assert record["test_setup"] == setup
    assert download(api, made["id"], "time_series").equals(kit.series())


def test_the_tables_of_a_series_agree_on_every_road(api, kit):
    made = api.series(api.instance(), "series")
    path = f"/cell_measurements/{made['id']}"
    both = api.get(f"{path}/steps_and_cycles")
    assert both == {**api.get(f"{path}/steps"), **api.get(f"{path}/cycles")}
    assert both["steps"]["Step count"] == [0, 1, 2, 3, 4, 5]
    assert both["cycles"]["Cycle count"] == [0, 1]
    assert both["steps"]["Step type"][:2] == ["Constant current discharge", "Rest"]
    downloaded = download(api, made["id"], "steps")
    assert downloaded.columns == list(both["steps"])
    assert downloaded["Mean voltage [V]"].to_list() == both["steps"]["Mean voltage [V]"]


def test_a_table_has_null_where_a_number_is_undefined(api):
    made = api.series(api.instance(), "series")
    steps = api.get(f"/cell_measurements/{made['id']}/steps")["steps"]
    assert steps["Group number"] == [None] * 6


def test_the_detail_has_parents_and_tables_within_a_window(api):
    instance = api.instance()
    path = f"/cell_measurements/{api.series(instance, 'series')['id']}/detail"
    whole = api.get(path)
    assert whole["instance"]["id"] == instance
    assert whole["specification"]["id"] == whole["instance"]["cell_specification_id"]
    assert len(whole["time_series"]["Time [s]"]) == 60
    window = api.get(path, x_min=10, x_max=12, include_steps=False)
    assert window["time_series"]["Time [s]"] == [10.0, 11.0, 12.0]
    assert window["steps"] is window["cycles"] is None
    by_voltage = api.get(path, x_min=3.75, x_column="Voltage [V]", include_time_series=True)
    assert set(by_voltage["time_series"]["Voltage [V]"]) == {3.8000000000000003}
    assert api.get(path, include_time_series=False)["time_series"] is None
    assert "Colour" in api.get(path, status=400, x_min=1, x_column="Colour")["message"]


def test_uploaded_steps_are_kept_as_they_are(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "own steps")
    own = pl.DataFrame({"Step count": [0, 1], "Mine": [float("nan"), float("inf")]})
    api.put(begun, SERIES, kit.parquet(kit.series()))
    api.put(begun, STEPS, kit.parquet(own))
    made = api.confirm(begun, instance, "own steps")
    assert made["steps_created"] == 2
    assert download(api, made["id"], "steps").equals(own)
    both = api.get(f"/cell_measurements/{made['id']}/steps_and_cycles")
    assert both == {"steps": {"Step count": [0, 1], "Mine": [None, None]}, "cycles": {}}


def test_steps_in_the_confirmation_are_stored(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "given")
    api.put(begun, SERIES, kit.parquet(kit.series()))
    api.confirm(begun, instance, "given", 400, steps={"Step count": [0, 1], "Label": ["a"]})
    given = {"Step count": [0, 1], "Label": ["a", "b"]}
    made = api.confirm(begun, instance, "given", steps=given)
    assert made["steps_created"] == 2
    assert api.get(f"/cell_measurements/{made['id']}/steps")["steps"] == given


def test_a_series_without_time_and_current_has_no_steps(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "OCP")
    ocp = pl.DataFrame({"Voltage [V]": [0.1, 0.2], "Step count": [0, 0], "SOC": [1.0, 0.0]})
    api.put(begun, SERIES, kit.parquet(ocp))
    made = api.confirm(begun, instance, "OCP")
    assert made["steps_created"] == 0
    assert api.get(f"/cell_measurements/{made['id']}/steps") == {"steps": {}}
    assert download(api, made["id"], "time_series").equals(ocp)


def test_a_confirmation_before_the_upload_says_what_is_missing(api):
    instance = api.instance()
    begun = api.initiate(instance, "early")
    refused = api.confirm(begun, instance, "early", 400)
    assert refused["error_code"] == "BAD_REQUEST"
    assert SERIES in refused["message"]
    nothing_is_visible(api, begun, instance)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all", b"PAR1" * 20])
def test_what_is_no_parquet_can_be_uploaded_again(api, kit, content):
    instance = api.instance()
    begun = api.initiate(instance, "broken")
    api.put(begun, SERIES, content)
    refused = api.confirm(begun, instance, "broken", 400)
    assert refused["error_code"] == "BAD_REQUEST"
    assert SERIES in refused["message"]
    nothing_is_visible(api, begun, instance)
    api.put(begun, SERIES, kit.parquet(kit.series()))
    assert api.confirm(begun, instance, "broken")["steps_created"] == 6


def test_a_series_without_a_needed_column_is_refused(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "no steps")
    api.put(begun, SERIES, kit.parquet(kit.series().drop("Step count")))
    assert "Step count" in api.confirm(begun, instance, "no steps", 400)["message"]
    nothing_is_visible(api, begun, instance)


def test_a_file_that_ends_too_early_leaves_nothing(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "cut")
    url = httpx.URL(kit.signed_url(begun, SERIES))
    head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection((url.host, url.port)) as wire:
        wire.sendall(head.encode() + b"PAR1 and then nothing")
        wire.shutdown(socket.SHUT_WR)
        wire.recv(1)  # the server closes its side when it has given the upload up
    assert "Not uploaded" in api.confirm(begun, instance, "cut", 400)["message"]
    nothing_is_visible(api, begun, instance)


def test_a_second_confirmation_is_a_409_with_the_same_id(api):
    instance = api.instance()
    made = api.series(instance, "twice")
    again = {"measurement_id": made["id"]}
    refused = api.confirm(again, instance, "twice", 409)
    assert refused["detail"] == {"existing_id": made["id"]}


def test_of_many_confirmations_at_once_one_wins(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "raced")
    api.put(begun, SERIES, kit.parquet(kit.series()))
    body = {"cell_instance_id": instance, "measurement": {"name": "raced"}}
    path = f"/cell_measurements/{begun['measurement_id']}/confirm-upload"
    together = threading.Barrier(8)

    def confirm(_: int) -> httpx.Response:
        together.wait()
        return api.http.post(path, json=body)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(confirm, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["detail"] == {"existing_id": begun["measurement_id"]}
    assert api.get(f"/cell_measurements/{begun['measurement_id']}/cycles")["cycles"]


def test_a_taken_name_is_refused_at_the_beginning_and_at_the_end(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "name")
    taken = api.properties(instance, "name")
    assert api.initiate(instance, "name", 409)["detail"] == {"existing_id": taken["id"]}
    api.put(begun, SERIES, kit.parquet(kit.series()))
    refused = api.confirm(begun, instance, "name", 409)
    assert refused["detail"] == {"existing_id": taken["id"]}
    assert api.confirm(begun, instance, "another name")["name"] == "another name"


def test_a_confirmed_series_cannot_be_written_again(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "fixed")
    api.put(begun, SERIES, kit.parquet(kit.series()))
    made = api.confirm(begun, instance, "fixed")
    api.put(begun, SERIES, b"other content", status=403)
    assert download(api, made["id"], "time_series").equals(kit.series())


def test_a_confirmation_of_something_else_is_refused(api):
    instance = api.instance()
    begun = api.initiate(instance, "m")
    assert "instance" in api.confirm(begun, api.instance(), "m", 400)["message"]
    assert "begun as" in api.confirm(begun, instance, "m", 400, measurement_type="file")["message"]
    assert "x.png" in api.confirm(begun, instance, "m", 400, filenames=["x.png"])["message"]
    api.confirm({"measurement_id": "none"}, instance, "m", 404)


def test_files_get_their_targets_in_order_and_are_recorded(api, kit):
    instance = api.instance()
    names = ["z.png", "a report.pdf", "Ä?#%.csv"]
    begun = api.initiate(instance, "files", measurement_type="file", filenames=names)
    assert [target["filename"] for target in begun["uploads"]] == names
    for name in names[:2]:
        api.put(begun, name, name.encode())
    options = {"measurement_type": "file", "filenames": names}
    assert names[2] in api.confirm(begun, instance, "files", 400, **options)["message"]
    api.put(begun, names[2], iter([]))
    made = api.confirm(begun, instance, "files", **options)
    assert (made["measurement_type"], made["steps_created"]) == ("file", 0)
    assert made["file_metadata"]["filenames"] == names
    assert [file["size_bytes"] for file in made["file_metadata"]["files"]] == [5, 12, 0]


@pytest.mark.parametrize(
    "names", [None, [], ["a", "a"], [""], ["."], [".."], ["a/b"], ["a\\b"], ["a\n"], ["x" * 256]]
)
def test_names_that_are_no_plain_filenames_are_refused(api, names):
    fields = {"measurement_type": "file", "filenames": names}
    if names is None:
        del fields["filenames"]
    found = api.initiate(api.instance(), "files", 422, **fields)["detail"]
    assert found[0]["loc"][:2] == ["body", "filenames"]


def test_a_measurement_of_properties_has_no_upload_and_no_tables(api):
    instance = api.instance()
    api.initiate(instance, "p", 400, measurement_type="properties")
    made = api.properties(instance, "p")
    for part in ("steps", "cycles", "steps_and_cycles", "steps/download", "time_series/download"):
        refused = api.get(f"/cell_measurements/{made['id']}/{part}", status=404)
        assert "'properties'" in refused["message"]
    assert api.get(f"/cell_measurements/{made['id']}/detail")["time_series"] is None
