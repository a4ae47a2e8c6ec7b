"""Jobs of the sandbox: it runs none, but lists, reads and cancels those that were put in."""

import pytest

from ionworks.sandbox import Sandbox

TERMINAL = {"completed", "failed", "canceled"}


@pytest.fixture(scope="module")
def speaker(kit):
    """Return a checking client of a sandbox of this file alone."""
    with Sandbox() as box:
        api = kit.api(box)
        yield api
        api.http.close()


@pytest.fixture
def jobs(speaker):
    """Return a function that puts a job into the sandbox."""
    return speaker.sandbox.add_job


def test_a_new_sandbox_has_no_jobs(fresh_api):
    assert fresh_api.get("/jobs") == {"items": [], "count": 0, "total": 0}
    assert fresh_api.get("/jobs/") == []
    fresh_api.get("/jobs/none", status=404)
    fresh_api.call("POST", "/jobs/none/cancel", 404)


def test_a_job_is_what_it_was_said_to_be(speaker, jobs):
    result = {"parameters": {"D": 1e-14}}
    given = {"job_type": "datafit", "status": "completed", "priority": 7, "result": result}
    made = speaker.get(f"/jobs/{jobs(**given)}")
    assert given.items() <= made.items()
    me = speaker.get("/users/me")
    assert made["user_id"] == me["id"]
    assert made["organization_id"] == me["authorized_organization"]["id"]
    plain = speaker.get(f"/jobs/{jobs()}")
    assert (plain["job_type"], plain["status"], plain["priority"]) == ("dummy", "pending", 5)
    assert (plain["error"], plain["result"]) == (None, None)


@pytest.mark.parametrize(
    "status", ["pending", "waiting", "processing", "completed", "failed", "canceled"]
)
def test_whether_a_job_has_ended_and_failed_follows_from_its_state(speaker, jobs, status):
    made = speaker.get(f"/jobs/{jobs(status=status, error_code='SOLVER_ERROR')}")
    assert (made["is_terminal"], made["is_failed"]) == (status in TERMINAL, status == "failed")


@pytest.mark.parametrize("status", ["pending", "waiting", "processing"])
def test_a_job_that_has_not_ended_is_cancelled_once(speaker, jobs, status):
    path = f"/jobs/{jobs(status=status)}"
    before = speaker.get(path)
    after = speaker.post(f"{path}/cancel", {}, 200)
    assert (after["status"], after["is_terminal"], after["is_failed"]) == ("canceled", True, False)
    assert after["completed_at"] == after["updated_at"] > before["updated_at"]
    assert speaker.get(path) == after
    speaker.call("POST", f"{path}/cancel", 409)
    assert speaker.get(path) == after


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_a_job_that_has_ended_cannot_be_cancelled(speaker, jobs, status):
    path = f"/jobs/{jobs(status=status)}"
    before = speaker.get(path)
    refused = speaker.post(f"{path}/cancel", {}, 409)
    assert refused["error_code"] == "CONFLICT"
    assert status in refused["message"]
    assert speaker.get(path) == before


def test_jobs_are_listed_by_pages_filters_and_in_the_older_form(fresh_api):
    add = fresh_api.sandbox.add_job
    fit = add(job_type="datafit", status="failed", error="no solution")
    run = add(job_type="simulate", status="processing")
    again = add(job_type="datafit")

    def ids(**query):
        listed = fresh_api.call("GET", "/jobs", 200, params=query).json()["items"]
        return [job["job_id"] for job in listed]

    assert ids() == [again, run, fit]
    page = fresh_api.get("/jobs", limit=1, offset=1)
    assert ([job["job_id"] for job in page["items"]], page["count"], page["total"]) == ([run], 1, 3)
    assert ids(job_type="datafit") == [again, fit]
    assert ids(job_types=["simulate", "optimize"]) == [run]
    assert ids(job_type="datafit", job_types=["simulate"]) == [run]
    assert ids(status="failed", job_type="datafit") == [fit]
    assert ids(status="completed") == []
    fresh_api.get("/jobs", status=422, job_type="baking")
    older = fresh_api.get("/jobs/")
    assert older == fresh_api.get("/jobs")["items"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"status": "stuck"}, "status"),
        ({"job_type": "baking"}, "job_type"),
        ({"priority": "high"}, "priority"),
        ({"is_failed": True}, "is_failed"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_job_that_the_contract_does_not_know_is_refused(speaker, jobs, fields, named):
    before = speaker.get("/jobs")["total"]
    with pytest.raises(ValueError, match=named):
        jobs(**fields)
    assert speaker.get("/jobs")["total"] == before


def test_jobs_survive_a_restart_and_repeat_in_deterministic_runs(tmp_path, kit):
    ids = []
    for data in (tmp_path, None):
        with Sandbox(deterministic=True, data=data) as box:
            ids.append(box.add_job(status="processing"))
    assert ids[0] == ids[1]
    with Sandbox(deterministic=True, data=tmp_path) as box:
        api = kit.api(box)
        assert api.get("/jobs/")[0]["job_id"] == ids[0]
        api.http.close()
    with pytest.raises(RuntimeError, match="not running"):
        box.add_job()
