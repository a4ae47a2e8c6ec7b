"""Rows 11 to 26 of the matrix: what servers and those in between answer instead."""

from datetime import UTC, datetime, timedelta
from functools import partial

import polars as pl
import pytest
from rig import Reply
from rig_faulty import LOOK, fresh

from ionworks._request.payload import prepare
from ionworks.errors import (
    AuthenticationFailed,
    BadRequest,
    Conflict,
    PermissionDenied,
    RateLimited,
    RecordDiffers,
    ServerError,
    UnexpectedResponse,
    ValidationFailed,
    WriteOutcomeUnknown,
)
from ionworks.records.diff import DifferenceWarning

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
PROJECT = {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS}
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
SERIES = pl.DataFrame(
    {
        "Time [s]": [0.0, 10.0, 20.0, 30.0],
        "Voltage [V]": [4.1, 4.0, 3.9, 3.8],
        "Current [A]": [1.0, 1.0, 1.0, 1.0],
        "Step count": [0, 0, 0, 0],
    }
)


@pytest.fixture
def client(faulty, client_of):
    return client_of(faulty.url)


@pytest.fixture
def project(client):
    return client.project.create({"name": fresh(), "description": "before"})


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": fresh("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


def detail(name="RPT 0", **metadata):
    return {"measurement": {"name": name, **metadata}, "time_series": SERIES}


def test_row_11_a_list_waits_once_as_long_as_it_is_asked_to(faulty, client, project, witness, naps):
    direct = client.project.list()
    faulty.plan("list_projects", "429 retry-after: 1")
    witness.returns(lambda: [*client.project.list()], lambda _: [*direct])
    assert naps == [1.0]


@pytest.mark.parametrize("faults", [["429"], ["429", "429"], ["429", "429 retry-after: 3", "429"]])
def test_row_12_a_limit_that_names_no_time_backs_off(
    faulty, client, project, witness, naps, faults
):
    faulty.plan("get_project", *faults)
    witness.returns(lambda: client.project.get(project.id), lambda _: project)
    read, naps[:] = [*naps], []
    faulty.plan("create_project", *faults)
    witness.returns(
        lambda: client.project.create({"name": fresh()}),
        lambda made: client.project.get(made.id),
        commits={"create_project": 1},
    )
    assert naps == read
    assert read == [3.0 if "3" in fault else 0.5 * 2**n for n, fault in enumerate(faults)]


def test_row_12_a_limit_that_does_not_end_is_reported_as_such(faulty, client, witness):
    faulty.plan("create_project", *["429"] * 4)
    witness.raises(
        RateLimited,
        lambda: client.project.create({"name": fresh()}),
        outcome="rejected",
        operation="create_project",
        answered=True,
        says="Wait a moment and try again.",
    )


@pytest.mark.parametrize("hours", [-2, 0, 2])
@pytest.mark.parametrize(("ahead", "nap"), [(0, 0.0), (7, 7.0), (119, None), (-60, 0.5)])
def test_row_13_a_date_is_counted_on_the_servers_clock(
    scripted, client_of, witness, naps, hours, ahead, nap
):
    there = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
    after = (there + timedelta(seconds=ahead)).strftime(HTTP_DATE)
    limited = Reply(429, {}, {"date": there.strftime(HTTP_DATE), "retry-after": after})
    server = scripted(limited, *[Reply(200, PROJECT)] * (nap is not None))
    client = client_of(server)
    call = partial(client.project.get, "p1")
    if nap is None:  # beyond the deadline of the call
        error = witness.raises(
            RateLimited,
            call,
            outcome="rejected",
            operation="get_project",
            answered=True,
            says="Wait 119 s and try again.",
        )
        assert error.retry_after == 119
    else:
        witness.returns(call, lambda got: type(got).from_dict(PROJECT))
    assert naps == ([] if nap is None else [nap])


@pytest.mark.parametrize("fault", ["429 retry-after: 86400", "503 retry-after: 86400"])
def test_row_14_a_wait_of_a_day_is_raised_at_once(faulty, client, project, witness, naps, fault):
    faulty.plan("get_project", fault)
    error = witness.raises(
        RateLimited if "429" in fault else ServerError,
        lambda: client.project.get(project.id),
        outcome="rejected" if "429" in fault else "unknown",
        operation="get_project",
        answered=True,
        says="Wait 86400 s and try again.",
    )
    assert error.retry_after == 86400
    assert naps == []


@pytest.mark.parametrize("after", ["nan", "-5", "soon", "1e3", "inf"])
def test_row_14_a_wait_that_is_garbage_backs_off(faulty, client, project, witness, naps, after):
    faulty.plan("get_project", f"429 retry-after: {after}")
    witness.returns(lambda: client.project.get(project.id), lambda _: project)
    assert naps == [0.5]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_row_15_what_does_no_harm_twice_survives_two_failures(
    faulty, client, project, cell, witness, naps, status
):
    twice = [str(status)] * 2
    faulty.plan("get_project", *twice)
    witness.returns(lambda: client.project.get(project.id), lambda _: project)
    faulty.plan("put_object", *twice)
    witness.returns(
        lambda: client.cell_measurement.create(cell.id, detail()),
        lambda made: client.cell_measurement.get(made.id),
        commits={
            "initiate_measurement_upload": 1,
            "put_object": 1,
            "confirm_measurement_upload": 1,
        },
    )
    faulty.plan("update_project", *twice)
    witness.returns(
        lambda: client.project.update(project.id, {"description": "after"}),
        lambda _: client.project.get(project.id),
        commits={"update_project": 1},
    )
    faulty.plan("delete_project", *twice)
    witness.returns(
        lambda: client.project.delete(project.id), lambda _: None, commits={"delete_project": 1}
    )
    assert naps == [0.5, 1.0] * 4


@pytest.mark.parametrize("fault", ["503 after commit", "reset after commit"])
def test_row_15_a_deletion_that_was_done_is_done(faulty, client, project, witness, fault):
    faulty.plan("delete_project", fault)
    witness.returns(
        lambda: client.project.delete(project.id), lambda _: None, commits={"delete_project": 1}
    )
    assert project.id not in [each.id for each in client.project.list(name=project.name)]


@pytest.mark.parametrize("fault", ["503", "503 after commit", "502", "503 retry-after: 2"])
def test_row_16_a_creation_survives_a_failure(faulty, client, cell, witness, fault):
    faulty.plan("create_cell_instance", fault)
    witness.returns(
        lambda: client.cell_instance.create(cell.cell_specification_id, {"name": fresh()}),
        lambda made: client.cell_instance.get(made.id),
        commits={"create_cell_instance": 1},
    )


@pytest.mark.parametrize("operation", ["get_project", "update_project", "delete_project"])
def test_row_17_a_refusal_ends_it_and_reports_the_error_before(
    faulty, client, project, witness, naps, operation
):
    calls = {
        "get_project": lambda: client.project.get(project.id),
        "update_project": lambda: client.project.update(project.id, {"description": "x"}),
        "delete_project": lambda: client.project.delete(project.id),
    }
    faulty.plan(operation, "503", "400")
    error = witness.raises(
        BadRequest,
        calls[operation],
        outcome="rejected" if operation == "get_project" else "unknown",
        operation=operation,
        answered=True,
        says="previous attempts: 503",
    )
    assert error.previous_attempts == ("503",)
    assert naps == [0.5]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 429, 501])
def test_row_17_x7_a_refusal_leaves_the_outcome_of_what_was_before_unknown(
    faulty, client, witness, status
):
    name = fresh()
    faulty.plan("create_project", "reset after commit", str(status) + " retry-after: 999")
    error = witness.raises(
        WriteOutcomeUnknown,
        lambda: client.project.create({"name": name}),
        outcome="unknown",
        operation="create_project",
        answered=True,
        says=LOOK,
        commits={"create_project": 1},
    )
    assert error.status_code == status
    assert len(client.project.list(name=name)) == 1


@pytest.mark.parametrize(
    ("status", "cls", "says"),
    [
        (401, AuthenticationFailed, "check it there, or create a new one"),
        (403, PermissionDenied, "belongs to an organization with access to this project"),
    ],
)
def test_row_18_a_refused_key_is_reported_with_its_source_and_its_end(
    faulty, client, project, witness, naps, status, cls, says
):
    faulty.plan("get_project", str(status))
    faulty.plan("create_project", str(status))
    for operation, call in (
        ("get_project", lambda: client.project.get(project.id)),
        ("create_project", lambda: client.project.create({"name": fresh()})),
    ):
        error = witness.raises(
            cls, call, outcome="rejected", operation=operation, answered=True, says=says
        )
        assert "argument api_key, ending in …wxyz" in str(error)
    assert naps == []


def test_row_19_a_record_that_is_there_is_got_by_its_id(client, project, witness):
    asked = {"name": project.name, "description": "before"}
    witness.returns(lambda: client.project.create_or_get(asked), lambda _: project)


def test_row_19_a_record_that_differs_is_returned_with_a_warning_or_refused(
    client, project, witness
):
    asked = {"name": project.name, "description": "other"}
    with pytest.warns(DifferenceWarning, match="description"):
        witness.returns(lambda: client.project.create_or_get(asked), lambda _: project)
    with pytest.raises(RecordDiffers, match="description"):
        client.project.create_or_get(asked, on_difference="raise")
    assert client.project.get(project.id) == project


@pytest.mark.parametrize("page_size", [1, 2])
def test_row_20_a_conflict_without_an_id_is_looked_up_over_all_pages(
    faulty, client, cell, witness, page_size
):
    spec = cell.cell_specification_id
    names = [fresh(f"cell {number}") for number in range(5)]
    made = [client.cell_instance.create(spec, {"name": name}) for name in names]
    client.cell_instance.page_size = page_size
    for wanted in made:
        faulty.plan("create_cell_instance", "409")
        witness.returns(
            lambda wanted=wanted: client.cell_instance.create_or_get(spec, {"name": wanted.name}),
            lambda _, wanted=wanted: wanted,
        )


def test_row_20_a_measurement_is_found_before_anything_is_uploaded(client, cell, witness):
    there = client.cell_measurement.create(cell.id, detail())
    for number in range(3):
        client.cell_measurement.create(cell.id, detail(f"RPT 0 {number}"))
    client.cell_measurement.page_size = 1
    witness.returns(
        lambda: client.cell_measurement.create_or_get(cell.id, detail()),
        lambda _: client.cell_measurement.get(there.id),
    )


def test_row_20_a_conflict_with_nothing_that_can_be_found_is_raised(faulty, client, witness):
    faulty.plan("create_project", "409")
    witness.raises(
        Conflict,
        lambda: client.project.create_or_get({"name": fresh()}),
        outcome="rejected",
        operation="create_project",
        answered=True,
        says="use create_or_get",
    )


def test_row_21_fields_that_the_server_refuses_are_reported_by_their_names(
    client, witness, monkeypatch
):
    # What our own check lets through, as with a contract that has become older than the server.
    def unchecked(operation, request):
        ready = prepare(operation, request)
        ready.body["name"] = "n" * 500
        return ready

    monkeypatch.setattr("ionworks._http.calls.prepare_request", unchecked)
    error = witness.raises(
        ValidationFailed,
        lambda: client.project.create({"name": "x"}),
        outcome="rejected",
        operation="create_project",
        answered=True,
        says="Correct these fields and send the request again.",
    )
    assert [field.path for field in error.errors] == ["name"]
    assert len(str(error)) < 400


@pytest.mark.parametrize("status", [520, 521, 522, 523, 524, 529])
def test_row_22_a_failure_of_an_edge_is_one_of_servers(
    faulty, client, project, witness, naps, status
):
    faulty.plan("get_project", str(status))
    witness.returns(lambda: client.project.get(project.id), lambda _: project)
    assert naps == [0.5]


def test_row_22_a_status_that_nobody_knows_is_an_error_of_ours(faulty, client, project, witness):
    faulty.plan("get_project", "599")
    error = witness.raises(
        ServerError,
        lambda: client.project.get(project.id),
        outcome="unknown",
        operation="get_project",
        answered=True,
        says="try again",
    )
    assert error.status_code == 599


@pytest.mark.parametrize("operation", ["get_project", "create_project", "delete_project"])
def test_row_23_a_login_page_is_no_answer(faulty, client, project, witness, naps, operation):
    calls = {
        "get_project": lambda: client.project.get(project.id),
        "create_project": lambda: client.project.create({"name": fresh()}),
        "delete_project": lambda: client.project.delete(project.id),
    }
    faulty.plan(operation, "login-page")
    error = witness.raises(
        UnexpectedResponse,
        calls[operation],
        outcome="unknown",
        operation=operation,
        answered=True,
        says="Check that api_url is the address of the API",
    )
    for part in ("text/html", "Sign in", faulty.url):
        assert part in str(error)
    assert naps == []


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_row_24_json_with_a_charset_is_json(scripted, client_of, witness, kind):
    server = scripted(Reply(200, PROJECT, {"content-type": kind}))
    client = client_of(server)
    witness.returns(lambda: client.project.get("p1"), lambda got: type(got).from_dict(PROJECT))


@pytest.mark.parametrize("fault", ["204", "204 after commit", "empty", "empty after commit"])
def test_row_26_nothing_where_a_record_is_expected_is_an_error(
    faulty, client, project, witness, fault
):
    faulty.plan("update_project", fault)
    witness.raises(
        UnexpectedResponse,
        lambda: client.project.update(project.id, {"description": "after"}),
        outcome="unknown",
        operation="update_project",
        answered=True,
        says="Check that api_url is the address of the API",
        commits={"update_project": 1} if "commit" in fault else {},
    )


@pytest.mark.parametrize("fault", ["204 after commit", "none"])
def test_row_26_a_deletion_answers_nothing(faulty, client, project, witness, fault):
    faulty.plan("delete_project", fault)
    witness.returns(
        lambda: client.project.delete(project.id), lambda _: None, commits={"delete_project": 1}
    )
