"""The defects that were found in the vendor's client 0.38, by their numbers: none of them is here.

R: wrong results. F: breaks and poor failures. S: security. Others of their kind, which belong to
the whole client, are proven elsewhere; `ELSEWHERE` says where.
"""

import datetime
import decimal
import hashlib
import io
import pickle
import uuid
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from ionworks_openapi.models import InitiateUploadResponse
from rig import KEY, SIGNATURE, Drop, Raw, Reply, Stall, unused_port
from traffic import SERIES, measurement, traffic, unique

from ionworks import InvalidRecordWarning, Ionworks
from ionworks.errors import (
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    IonworksError,
    MeasurementProcessingError,
    MeasurementValidationError,
    NotFound,
    PayloadError,
    PermissionDenied,
    RateLimited,
    ServerError,
    TimedOut,
    UnexpectedResponse,
    ValidationFailed,
)

pytestmark = pytest.mark.replayed

HERE = {
    "R": (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
    "F": (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16),
    "S": (1, 2, 3, 7, 8, 9, 11),
}
ELSEWHERE = {
    "R1": "faults/test_fault_connections.py::test_row_16_what_could_be_done_twice_is_sent_once",
    "R3": "api/test_running_tests.py::test_new_rows_appear_once_and_steps_grow",
    "F14": "faults/test_fault_connections.py::test_no_wait_goes_beyond_the_deadline",
    "F15": "faults/test_fault_connections.py::test_row_12_a_limit_without_retry_after_backs_off",
    "S6": "faults/test_fault_environment.py::test_a_netrc_file_is_not_used",
}
MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
SECRET_HEADERS = {"x-api-key", "authorization", "x-organization-id", "cookie"}
TAKEN = Reply(409, {"error_code": "CONFLICT", "message": "the name is taken", "detail": {}})


def test_every_number_has_its_test():
    names = [name for name in globals() if name.startswith("test_")]
    for kind, number in ((kind, number) for kind, numbers in HERE.items() for number in numbers):
        assert [name for name in names if name.startswith(f"test_{kind}{number}_")]
    for place in ELSEWHERE.values():
        path, _, name = place.partition("::")
        assert f"def {name}(" in (Path(__file__).parents[1] / path).read_text()


def record(number=1, **more):
    return {
        "id": f"m{number}",
        "name": f"RPT {number}",
        "cell_instance_id": "c1",
        "measurement_type": "time_series",
        "processing_status": "ready",
        **MOMENTS,
        **more,
    }


def page(items, total=None):
    return Reply(200, {"items": items, "count": len(items), "total": total or len(items)})


def offered(storage, *names):
    """An answer to the beginning of an upload."""
    uploads = [
        {
            "filename": name,
            "signed_url": f"{storage.url}/{name}?token={SIGNATURE}",
            "token": SIGNATURE,
            "path": name,
        }
        for name in names
    ]
    return Reply(200, {"measurement_id": "m1", "uploads": uploads})


def parquet(frame):
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def no_credential(server):
    assert server.requests
    for request in server.requests:
        assert not SECRET_HEADERS & request.headers.keys()
        assert KEY not in f"{request.target}{request.headers}{request.body!r}"


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def files(tmp_path):
    def write(**contents):
        paths = [tmp_path / name for name in contents]
        for path in paths:
            path.write_bytes(contents[path.name])
        return paths

    return write


# R: wrong results


def test_R4_a_download_of_some_files_does_not_hide_the_others(client, cell, files):
    whole = {"a": b"1", "b": b"2", "c": b"3"}
    made = client.cell_measurement.create_file(cell.id, "Photos", files(**whole))
    some = partial(client.cell_measurement.download_files, made.id)
    assert some(filenames=["a"]) == {"a": b"1"}
    assert some(filenames=["b"]) == {"b": b"2"}
    assert some() == whole
    assert client.cell_measurement.list_files(made.id) == ["a", "b", "c"]


def test_R5_files_find_their_places_by_name_in_whatever_order_these_come(
    scripted, client_of, files
):
    storage, contents = scripted(), {"a": b"one", "b": b"two", "c": b"three"}
    storage.otherwise = Reply(200, {})
    api = scripted(offered(storage, "c", "a", "b"), Reply(200, record(steps_created=0)))
    client_of(api).cell_measurement.create_file("c1", "Photos", files(**contents))
    assert {each.path[1:]: each.body for each in storage.requests} == contents
    assert api.requests[0].json["filenames"] == api.requests[1].json["filenames"] == ["a", "b", "c"]


@pytest.mark.live("sends nothing")
def test_R5_two_files_of_one_name_are_refused(client, cell, tmp_path):
    for folder in ("left", "right"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.png").write_text(folder)
    paths = [tmp_path / "left" / "a.png", tmp_path / "right" / "a.png"]
    with traffic() as sent, pytest.raises(PayloadError, match="same name"):
        client.cell_measurement.create_file(cell.id, "Photos", paths)
    assert sent == []


def test_R6_a_single_tag_is_not_its_letters(client, cell):
    made = client.cell_measurement.create_properties(cell.id, "m", {}, tags="hppc")
    assert made.tags == ["hppc"]
    assert client.cell_measurement.remove_tags(made.id, "hppc") == 1
    assert client.cell_measurement.add_tags(made.id, "hppc") == 1
    assert client.cell_measurement.get(made.id).tags == ["hppc"]


@pytest.mark.live("pages are large")
def test_R7_nothing_is_cut_off_after_a_page(client, cell):
    names = {f"m {n:03}" for n in range(130)}
    for name in names:
        client.cell_measurement.create_properties(cell.id, name, {})
    view = client.cell_instance.detail(cell.id)
    assert {each.measurement.name for each in view.measurements} == names
    listed = client.cell_measurement.list(cell.id)
    assert ({each.name for each in listed}, listed.total) == (names, 130)
    project = client.settings.project_id
    assert names <= {each.name for each in client.cell_measurement.list_by_project(project)}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(403, {"detail": "not yours"}), PermissionDenied),
        (Reply(500, {"detail": "broken"}), ServerError),
        (Reply(200, b"no parquet"), UnexpectedResponse),
    ],
)
def test_R8_a_table_that_cannot_be_read_is_an_error_and_not_nothing(
    scripted, client_of, answer, error
):
    api = scripted(Reply(200, record()), answer)
    client = client_of(api, max_workers=1, max_retries=0)
    with pytest.raises(error, match="steps of measurement 'RPT 1'"):
        client.cell_measurement.detail("m1", include_cycles=False, include_time_series=False)


def test_R8_a_table_that_was_never_there_is_missing_with_its_reason(scripted, client_of):
    api = scripted(Reply(200, record()), Reply(404, {"detail": "no steps here"}))
    view = client_of(api).cell_measurement.detail("m1", True, False, False)
    assert view.steps is None
    assert view.missing == {"steps": "no steps here"}


def test_R9_after_waiting_the_record_is_the_one_of_afterwards(scripted, client_of):
    storage = scripted(Reply(200, {}))
    later = "2026-01-02T03:04:09Z"
    api = scripted(
        offered(storage, "time_series.parquet"),
        Reply(200, record(processing_status="pending", steps_created=2)),
        Reply(200, record(updated_at=later)),
    )
    made = client_of(api).cell_measurement.create("c1", measurement("RPT 1"))
    assert (made.processing_status, made.steps_created) == ("ready", 2)
    assert made.updated_at == datetime.datetime.fromisoformat(later)


def test_R10_a_status_that_nobody_knows_is_not_taken_for_done(scripted, client_of):
    storage = scripted(Reply(200, {}))
    api = scripted(
        offered(storage, "time_series.parquet"),
        Reply(200, record(processing_status="digesting", steps_created=2)),
        Reply(200, record(processing_status="digesting")),
        Reply(200, record(processing_status="failed", processing_error="indigestible")),
    )
    client = client_of(api)
    with pytest.raises(MeasurementProcessingError, match="m1: indigestible"):
        client.cell_measurement.create("c1", measurement("RPT 1"))
    api.will(Reply(200, record(processing_status="digesting")))
    with pytest.raises(TimedOut, match="digesting"):
        client.cell_measurement.wait_for_processing("m1", timeout=0.01)


def test_R11_the_kind_of_table_is_each_clients_own(sandbox, client, cell):
    made = client.cell_measurement.create(cell.id, measurement("RPT 0"))
    with sandbox.client(dataframe_backend="pandas") as other:
        assert isinstance(client.cell_measurement.time_series(made.id), pl.DataFrame)
        for _ in range(2):  # the second time as the first
            view = other.cell_measurement.detail(made.id)
            assert isinstance(view.time_series, pd.DataFrame)
            assert isinstance(view.steps, pd.DataFrame)
            assert isinstance(view.cycles, pd.DataFrame)


@pytest.mark.parametrize(
    "delete",
    [
        lambda client: client.project.delete("x"),
        lambda client: client.cell_spec.delete("x"),
        lambda client: client.cell_batch.delete("x"),
        lambda client: client.cell_instance.delete("x"),
        lambda client: client.cell_measurement.delete("x"),
        lambda client: client.raw_data.delete("x"),
    ],
)
def test_R12_a_delete_whose_answer_was_lost_is_done_when_nothing_is_left(
    scripted, client_of, naps, delete
):
    api = scripted(Reply(502, {"detail": "bad gateway"}), Reply(404, {"detail": "no such record"}))
    delete(client_of(api))
    assert [each.method for each in api.requests] == ["DELETE"] * 2
    assert naps == [0.5]


def test_R13_signs_in_a_name_stand_for_themselves(client):
    word = unique("NMC")
    for name in (f"{word}_811", f"{word}-811", f"{word}%811", f"{word}\\811"):
        client.cell_spec.create({"name": name})
    for sign in "_-%\\":
        (found,) = client.cell_spec.list(name=f"{word}{sign}8")
        assert found.name == f"{word}{sign}811"


NAN = [float("nan")] * 6


@pytest.mark.parametrize(
    "series",
    [
        SERIES.drop("Time [s]"),
        SERIES.drop("Voltage [V]"),
        SERIES.drop("Current [A]"),
        SERIES.drop("Step count"),
        SERIES.clear(),
        pl.DataFrame(),
        SERIES.with_columns(pl.Series("Voltage [V]", NAN)),
        SERIES.with_columns(pl.Series("Current [A]", NAN)),
        SERIES.with_columns(pl.Series("Current [A]", [float("inf")] * 6)),
        SERIES.with_columns(pl.lit(None, pl.Float64).alias("Voltage [V]")),
        SERIES.with_columns(pl.lit(None, pl.Float64).alias("Current [A]")),
        SERIES.with_columns(pl.lit(None).alias("Time [s]")),
        SERIES.with_columns(pl.col("Voltage [V]").cast(pl.String)),
        SERIES.with_columns(pl.col("Current [A]").cast(pl.String)),
        SERIES.with_columns(pl.lit(datetime.datetime(2026, 1, 1)).alias("Time [s]")),
        SERIES.with_columns(pl.lit("0").alias("Step count")),
    ],
)
@pytest.mark.live("sends nothing")
def test_R14_data_that_mean_nothing_are_refused_before_a_request(client, cell, series):
    with traffic() as sent, pytest.raises(MeasurementValidationError) as info:
        client.cell_measurement.create(
            cell.id, {"measurement": {"name": "RPT 0"}, "time_series": series}
        )
    assert info.value.errors
    assert sent == []


@pytest.mark.parametrize("kind", ["EIS", "ocv", "", 7])
@pytest.mark.live("sends nothing")
def test_R14_a_kind_of_data_that_nobody_knows_is_refused(client, cell, kind):
    with traffic() as sent, pytest.raises(PayloadError, match="'ocp' or 'eis'"):
        client.cell_measurement.create(cell.id, measurement("RPT 0", data_type=kind))
    assert sent == []


# F: breaks and poor failures


def test_F2_a_charset_in_the_content_type_is_no_harm(scripted, client_of):
    plain = page([record()])
    odd = Reply(200, plain.body, {"content-type": "application/json; charset=utf-8"})
    for reply in (plain, odd):
        assert client_of(scripted(reply)).cell_measurement.list("c1")[0].name == "RPT 1"


@pytest.mark.parametrize("bare", [True, False])
def test_F3_jobs_come_in_pages_or_as_a_bare_array(scripted, client_of, bare):
    job = {
        "job_id": "j1",
        "job_type": "simulate",
        "status": "completed",
        "priority": 1,
        "is_terminal": True,
        "is_failed": False,
        **MOMENTS,
    }
    answer = Reply(200, [job]) if bare else page([job])
    listed = client_of(scripted(answer)).job.list()
    assert [each.job_id for each in listed] == ["j1"]
    assert listed.total == 1


def test_F4_a_service_that_gives_less_than_was_asked_for_loses_nothing(scripted, client_of):
    items = [record(n) for n in range(5)]
    api = scripted(page(items[:2], 5), page(items[2:4], 5), page(items[4:], 5))
    listed = client_of(api).cell_measurement.list("c1")
    assert [each.id for each in listed] == [each["id"] for each in items]
    limits = [request.target.partition("?")[2] for request in api.requests]
    assert limits == ["limit=100&offset=0", "limit=100&offset=2", "limit=100&offset=4"]


@pytest.mark.parametrize("name", ["data", "project", "parameterized_model", "tomorrow's"])
def test_F5_any_schema_can_be_asked_for(scripted, client_of, name):
    api = scripted(Reply(200, {"title": name}))
    assert client_of(api).schema(name)["title"] == name


def test_F6_a_record_that_is_new_or_odd_does_not_spoil_its_list(scripted, client_of):
    items = [
        record(1),
        record(2, measurement_type="hologram"),
        record(3, tags=None),
        record(4, brand_new={"a": 1}),
    ]
    listed = client_of(scripted(page(items))).cell_measurement.list("c1")
    assert [each.id for each in listed] == ["m1", "m2", "m3", "m4"]
    assert listed[1].measurement_type == "hologram"
    assert not listed[2].tags
    assert listed[3]["brand_new"] == {"a": 1}


def test_F6_a_record_that_cannot_be_read_stands_among_the_others(scripted, client_of):
    items = [record(1), {"id": "m2", "nonsense": True}, record(3)]
    with pytest.warns(InvalidRecordWarning, match="m2"):
        listed = client_of(scripted(page(items))).cell_measurement.list("c1")
    assert [each.id for each in listed] == ["m1", "m2", "m3"]
    assert [each.id for each in listed.invalid] == ["m2"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (["first", "second"], "first"),
        ("<html><title>Sign in</title></html>", "Sign in"),
        (b'"just text"', "just text"),
        (b'{"title": "Too old", "detail": "Upload it anew."}', "Upload it anew"),
        ({"detail": None}, "Bad Request"),
        ({"detail": {"message": "in the middle"}}, "in the middle"),
        (None, "Bad Request"),
    ],
)
def test_F7_an_error_of_any_shape_keeps_what_it_says(scripted, client_of, body, says):
    reply = Reply(400, body, {"x-correlation-id": "c-77"})
    with pytest.raises(BadRequest) as info:
        client_of(scripted(reply)).raw_data.get("r1")
    assert isinstance(info.value.message, str)
    assert says in str(info.value)
    assert (info.value.status_code, info.value.request_id) == (400, "c-77")


def test_F7_a_422_is_text_with_its_fields(scripted, client_of):
    detail = [{"loc": ["body", "name"], "msg": "too long", "type": "string_too_long"}]
    with pytest.raises(ValidationFailed, match="name: too long") as info:
        client_of(scripted(Reply(422, {"detail": detail}))).cell_batch.create("s1", {"name": "x"})
    assert isinstance(info.value.message, str)


def test_F7_failures_without_an_answer_are_reported_apart(scripted, client_of):
    wait = Reply(429, {"detail": "slow down"}, {"retry-after": "86400"})
    cases = [
        (scripted(wait), RateLimited, "rejected"),
        (scripted(Stall()), TimedOut, "unknown"),
        (scripted(Drop()), ConnectionFailed, "unknown"),
        (f"http://127.0.0.1:{unused_port()}", ConnectionFailed, "not_sent"),
    ]
    for server, cls, outcome in cases:
        with pytest.raises(cls) as info:
            client_of(server, timeout=0.2, max_retries=0).job.get("j1")
        assert info.value.outcome == outcome
        if cls is RateLimited:
            assert info.value.retry_after == 86400


def test_F8_every_error_is_one_of_ours(scripted, client_of, tmp_path):
    def client(*script):
        return client_of(scripted(*script), max_retries=0)

    storage = scripted(Reply(404, "<Error><Code>NoSuchKey</Code></Error>"))
    broken = SERIES.with_columns(pl.lit(float("inf")).alias("Current [A]"))
    timed = SERIES.with_columns(pl.lit("12:00").alias("Time [s]"))
    nameless = {"measurement": {}, "time_series": SERIES}
    for call, cls in (
        (lambda: client().cell_measurement.create("c1", nameless), PayloadError),
        (lambda: client().cell_measurement.create("c1", {}), PayloadError),
        (lambda: client().cell_measurement.create("c1", [1]), PayloadError),
        (lambda: client().cell_batch.create("s1", {}), PayloadError),
        (lambda: client().cell_batch.create_or_get("s1", 7), PayloadError),
        (lambda: client().raw_data.upload("p1", tmp_path / "none"), PayloadError),
        (lambda: client().cell_measurement.extend("m1", broken), MeasurementValidationError),
        (lambda: client().cell_measurement.extend("m1", timed), MeasurementValidationError),
        (lambda: client(Reply(200, {"url": f"{storage.url}/x"})).raw_data.download("r"), NotFound),
        (lambda: client(Reply(200, b"PAR1")).cell_measurement.time_series("m"), UnexpectedResponse),
        (lambda: client(Reply(200, [])).cell_batch.get("b1"), UnexpectedResponse),
        (lambda: client(Reply(200, {})).raw_data.get("r1"), UnexpectedResponse),
        (lambda: client(Reply(200, b"{")).job.get("j1"), UnexpectedResponse),
        (lambda: client(Raw(b"what?\r\n\r\n")).search.query("word"), ConnectionFailed),
    ):
        with pytest.raises(cls) as info:
            call()
        assert isinstance(info.value, IonworksError)


def test_F8_null_where_there_should_be_a_list_is_none_of_them(scripted, client_of):
    for answer, call in (
        ({"items": None, "total": None}, lambda client: client.job.list()),
        ({"items": None}, lambda client: client.cell_batch.list("s1", limit=5)),
        ({"items": None}, lambda client: client.cell_measurement.list_tags("p1")),
        ({"items": None}, lambda client: client.raw_data.list_measurements("r1")),
        ({"filenames": None}, lambda client: client.cell_measurement.list_files("m1")),
        ({"filenames": None}, lambda client: [*client.cell_measurement.download_files("m1")]),
    ):
        assert call(client_of(scripted(Reply(200, answer)))) == []


@pytest.mark.parametrize("url", [None, 5, "", "nonsense"])
def test_F8_an_address_that_is_none_is_reported(scripted, client_of, files, url):
    target = {"filename": "a", "signed_url": url, "token": "t", "path": "p"}
    begun = Reply(200, {"raw_data_id": "r1", "measurement_id": "m1", "uploads": [target]})
    (path,) = files(a=b"1")
    for reply, call in (
        (begun, lambda client: client.raw_data.upload("p1", path)),
        (begun, lambda client: client.cell_measurement.create_file("c1", "Photos", path)),
        (Reply(200, {"url": url}), lambda client: client.raw_data.download("r1")),
    ):
        with pytest.raises(UnexpectedResponse, match=r"invalid (upload|download) URL"):
            call(client_of(scripted(reply)))


@pytest.mark.parametrize("fault", [Reply(503, {}), Reply(500, {}), Reply(429, {}), Drop()])
def test_F9_a_file_that_storage_did_not_take_is_sent_again(scripted, client_of, files, naps, fault):
    storage = scripted(fault, Reply(200, {}))
    api = scripted(offered(storage, "a"), Reply(200, record(steps_created=0)))
    client_of(api).cell_measurement.create_file("c1", "Photos", files(a=b"content"))
    assert [each.body for each in storage.requests] == [b"content", b"content"]
    assert naps == [0.5]


def test_F10_a_file_of_no_bytes_says_its_length(scripted, client_of, files):
    storage = scripted(Reply(200, {}), Reply(200, {}))
    raw = {"id": "r1", "project_id": "p1", "name": "a", "filename": "a"}
    begun = offered(storage, "a").body["uploads"]
    api = scripted(
        Reply(200, {"raw_data_id": "r1", "uploads": begun}),
        Reply(200, raw),
        offered(storage, "a"),
        Reply(200, record(steps_created=0)),
    )
    (path,) = files(a=b"")
    client_of(api).raw_data.upload("p1", path)
    client_of(api).cell_measurement.create_file("c1", "Photos", path)
    for request in storage.requests:
        assert request.headers["content-length"] == "0"
        assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize(
    "metadata",
    [
        {"channel_id": "ch1"},
        {"start_time": "2026-01-02T00:00:00Z", "end_time": "2026-01-01T00:00:00Z"},
        {"tags": [f"tag {n}" for n in range(51)]},
    ],
)
@pytest.mark.live("sends nothing")
def test_F11_what_the_service_refuses_is_refused_before_the_upload(client, cell, files, metadata):
    with traffic() as sent, pytest.raises((BadRequest, PayloadError)):
        client.cell_measurement.create(cell.id, measurement("RPT 0", **metadata))
    assert [each.method for each in sent] in ([], ["POST"])
    if "channel_id" not in metadata:
        with traffic() as sent, pytest.raises((BadRequest, PayloadError)):
            client.cell_measurement.create_file(cell.id, "Photos", files(a=b"1"), **metadata)
        assert [each.method for each in sent] in ([], ["POST"])
    assert client.cell_measurement.list(cell.id) == []


def test_F11_a_name_that_is_taken_costs_no_upload(client, cell, files):
    made = client.cell_measurement.create(cell.id, measurement("RPT 0"))
    with traffic() as sent:
        found = client.cell_measurement.create_or_get(cell.id, measurement("RPT 0"))
    assert found.id == made.id
    assert {each.method for each in sent} == {"GET"}
    with traffic() as sent, pytest.raises(Conflict):
        client.cell_measurement.create_file(cell.id, "RPT 0", files(a=b"1"))
    assert [each.method for each in sent] == ["POST"]


def test_F12_what_exists_is_found_beyond_the_first_page_and_without_a_project(
    scripted, client_of, monkeypatch
):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)

    def other(n, **more):
        return {"id": f"x{n}", "name": f"Lot 12 {n}", "cell_specification_id": "s1", **more}

    more = {"organization_id": "o1", "ratings": {}, **MOMENTS}
    full = [other(n, **more) for n in range(100)]
    last = other(100, **more) | {"name": "Lot 12"}
    for create_or_get in (
        lambda client: client.cell_batch.create_or_get("s1", {"name": "Lot 12"}),
        lambda client: client.cell_instance.create_or_get("s1", {"name": "Lot 12"}),
        lambda client: client.cell_spec.create_or_get({"name": "Lot 12"}),
    ):
        # The pages overlap by one, so that a change between them is seen.
        api = scripted(TAKEN, page(full, 101), page([full[-1], last], 101))
        assert create_or_get(client_of(api)).id == "x100"


def test_F12_a_conflict_that_cannot_be_resolved_stays_the_conflict(scripted, client_of):
    with pytest.raises(Conflict, match="the name is taken"):
        client_of(scripted(TAKEN, page([]))).cell_batch.create_or_get("s1", {"name": "Lot 12"})


@pytest.mark.parametrize("nothing", [[], ()])
@pytest.mark.live("sends nothing")
def test_F13_no_files_are_refused_before_a_request(client, cell, nothing):
    with traffic() as sent, pytest.raises(PayloadError, match="needs a file"):
        client.cell_measurement.create_file(cell.id, "Photos", nothing)
    assert sent == []


def test_F16_common_values_of_scientists_are_sent_as_plain_json(client, cell):
    identity = uuid.UUID(int=7)
    made = client.cell_batch.create(
        cell.cell_specification_id,
        {
            "name": np.str_("Lot 12"),
            "date_manufactured": np.datetime64("2026-01-02"),
            "properties": {
                "count": {"value": np.int64(3), "unit": "dimensionless"},
                "coated": np.bool_(True),
                "loadings": np.array([1.5, 2.5]),
                "price": {"value": decimal.Decimal("1.25"), "unit": "dimensionless"},
                "id": identity,
                "stamped": pd.Timestamp("2026-01-02T03:04:05Z"),
            },
        },
    )
    assert made.properties == {
        "count": {"value": 3, "unit": "dimensionless"},
        "coated": True,
        "loadings": [1.5, 2.5],
        "price": {"value": 1.25, "unit": "dimensionless"},
        "id": str(identity),
        "stamped": "2026-01-02T03:04:05Z",
    }
    assert made.date_manufactured == datetime.date(2026, 1, 2)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float64("nan"), b"bytes", np.array([1, np.nan]), object()],
)
@pytest.mark.live("sends nothing")
def test_F16_what_json_cannot_say_is_reported_with_its_field(client, cell, value):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.raw_data.upload(None, io.BytesIO(b"x"), metadata={"deep": {"value": value}})
    assert sent == []
    assert info.value.field.startswith("metadata.deep.value")


# S: security


@pytest.mark.parametrize("credential", ["api_key", "api_token"])
def test_S1_no_credential_follows_a_redirect_to_storage(scripted, client_of, tmp_path, credential):
    content = parquet(SERIES)
    storage = scripted(*[Reply(200, content)] * 4)
    redirect = Reply(307, None, {"location": f"{storage.url}/x?token={SIGNATURE}"})
    api = scripted(*[redirect] * 4)
    client = client_of(api, **{credential: KEY}, organization_id="org-0123456789")
    client.cell_measurement.time_series("m1")
    client.cell_measurement.get_file("m1", "a")
    client.cell_measurement.download_files("m1", filenames=["a"])
    client.cell_measurement.save_files("m1", tmp_path, filenames=["a"])
    no_credential(storage)
    assert len(storage.requests) == len(api.requests) == 4
    assert all(KEY in str(request.headers) for request in api.requests)


@pytest.mark.parametrize("credential", ["api_key", "api_token"])
def test_S2_raw_data_are_downloaded_without_a_credential(scripted, client_of, tmp_path, credential):
    etag = {"etag": f'"{hashlib.md5(b"content").hexdigest()}"'}
    storage = scripted(*[Reply(200, b"content", etag)] * 2)
    url = Reply(200, {"url": f"{storage.url}/x?token={SIGNATURE}"})
    client = client_of(scripted(url, url), **{credential: KEY}, organization_id="org-0123456789")
    assert client.raw_data.download("r1") == b"content"
    assert client.raw_data.save("r1", tmp_path / "x").read_bytes() == b"content"
    no_credential(storage)


@pytest.mark.parametrize("name", ["../../victim", "/victim", "..", "C:\\victim"])
def test_S3_a_name_from_a_server_writes_nowhere_else(scripted, client_of, tmp_path, name):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    api = scripted(Reply(200, {"filenames": [name]}))
    with pytest.raises(UnexpectedResponse, match="is not a valid file name"):
        client_of(api).cell_measurement.save_files("m1", folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b"]


def every_path(client, identity):
    """Yield the calls of these nouns that put a text into a path."""
    measurement, raw = client.cell_measurement, client.raw_data
    batch, job = client.cell_batch, client.job
    for call in (
        *(batch.get, batch.list, batch.delete, job.get, job.cancel),
        *(raw.get, raw.delete, raw.download_url, raw.download, raw.list_measurements, raw.update),
        *(measurement.list_files, measurement.download_files, measurement.list_raw_data),
        *(measurement.watch, measurement.unwatch, client.schema),
    ):
        yield partial(call, identity)
    yield partial(batch.update, identity, {"notes": "x"})
    yield partial(batch.create, identity, {"name": "x"})
    yield partial(raw.save, identity, "x")
    yield partial(measurement.get_file, identity, "a")
    yield partial(measurement.get_file, "m1", identity)
    yield partial(measurement.attach_raw_data, identity, "r1")
    yield partial(measurement.detach_raw_data, identity, "r1")
    yield partial(measurement.detach_raw_data, "m1", identity)
    yield partial(measurement.extend, identity, SERIES)
    yield partial(measurement.wait_for_processing, [identity])


@pytest.mark.parametrize("hostile", ["", "..", "../projects/p1", "a/b", "a\\b", "a\nb", "\u202eid"])
def test_S7_no_id_and_no_name_reaches_another_endpoint(scripted, client_of, hostile, monkeypatch):
    api = scripted()
    for call in every_path(client_of(api), hostile):
        with pytest.raises(PayloadError):
            call()
    assert api.requests == []


@pytest.mark.parametrize("odd", ["a#1.txt", "q?.txt", "50%.csv", "a b", "%2e%2e", "\u65e5\u672c"])
def test_S7_any_other_id_or_name_arrives_exactly(scripted, client_of, odd):
    from urllib.parse import unquote

    api = scripted()
    api.otherwise = Reply(404, {"detail": "nothing here"})
    client = client_of(api, max_workers=1)
    for call in every_path(client, odd):
        count = len(api.requests)
        with pytest.raises(NotFound):
            call()
        (request,) = api.requests[count:]
        parts = [unquote(part) for part in request.target.partition("?")[0].split("/")]
        assert odd in parts
        assert "#" not in request.target


def test_S8_no_signature_is_in_an_error(scripted, client_of, caught, files):
    storage = scripted()
    storage.otherwise = Reply(403, f"<Error><Message>bad: {SIGNATURE}</Message></Error>")
    (path,) = files(a=b"1")
    url = Reply(200, {"url": f"{storage.url}/x?token={SIGNATURE}"})
    begun = {"raw_data_id": "r1", "uploads": offered(storage, "a").body["uploads"]}
    for script, call in (
        ([offered(storage, "a")], lambda c: c.cell_measurement.create_file("c1", "Photos", path)),
        ([Reply(200, begun)], lambda c: c.raw_data.upload("p1", path)),
        ([url], lambda c: c.raw_data.download("r1")),
        ([url], lambda c: c.raw_data.save("r1", path.with_name("b"))),
    ):
        with caught(PermissionDenied):
            call(client_of(scripted(*script)))


@pytest.mark.parametrize(
    "uploads", ["text", None, [None], [{"signed_url": f"http://s/?token={SIGNATURE}"}]]
)
def test_S8_no_target_of_a_wrong_shape_is_repeated(scripted, client_of, caught, files, uploads):
    api = scripted(Reply(200, {"raw_data_id": "r1", "uploads": uploads}))
    with caught(UnexpectedResponse):
        client_of(api).raw_data.upload("p1", *files(a=b"1"))


def test_S8_a_key_that_cannot_be_one_is_not_repeated():
    with pytest.raises(ConfigurationError) as info:
        Ionworks(api_key=f"{KEY}\nx", api_url="http://127.0.0.1:1")
    assert KEY not in str(info.value)


def test_S9_no_secret_is_shown_or_kept_in_a_copy(scripted, client_of):
    server = scripted()
    secrets = {"access_key_id": "AKIA", "secret_access_key": SIGNATURE, "session_token": SIGNATURE}
    places = {"endpoint": "e", "region": "r", "bucket": "b", "object_path": "o"}
    target = {**offered(server, "a").body["uploads"][0], "multipart": {**secrets, **places}}
    answer = InitiateUploadResponse.from_dict({"measurement_id": "m1", "uploads": [target]})
    for shown in (answer, answer.uploads[0]):
        assert SIGNATURE not in f"{shown!r}{shown}{shown._repr_html_()}"
    client = client_of(server)
    assert KEY not in f"{client!r}{client.settings!r}{client.transport!r}{client.raw_data!r}"
    for thing in (client, client.settings, client.transport):
        try:
            copy = pickle.dumps(thing)
        except (TypeError, IonworksError):
            continue
        assert KEY.encode() not in copy


@pytest.mark.parametrize("url", ["http://api.ionworks.example", "http://10.0.0.1:8000"])
def test_S11_a_key_does_not_travel_in_the_open(url):
    with pytest.raises(ConfigurationError, match="https"):
        Ionworks(api_key=KEY, api_url=url)
    Ionworks(api_key=KEY, api_url="http://127.0.0.1:8000").close()
