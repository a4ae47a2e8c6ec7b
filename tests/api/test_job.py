"""Jobs through the client: lists, states, progress and cancellation."""

import pytest
from rig import Reply
from traffic import traffic

from ionworks.errors import Conflict, NotFound, PayloadError
from ionworks.sandbox import Sandbox


@pytest.fixture(scope="module")
def working():
    """A sandbox with jobs in every state, and their ids."""
    with Sandbox() as box, box.client() as client:
        jobs = {
            "pending": box.add_job(),
            "processing": box.add_job(status="processing", job_type="datafit", priority=9),
            "completed": box.add_job(
                status="completed", job_type="simulate", result={"capacity": 4.9}
            ),
            "failed": box.add_job(
                status="failed", error="the solver gave up", error_code="SOLVER_ERROR"
            ),
        }
        yield client, jobs, box


def test_jobs_are_listed_newest_first(working):
    client, jobs, _ = working
    listed = client.job.list()
    assert [job.job_id for job in listed if job.job_id in jobs.values()] == [
        *reversed(jobs.values())
    ]
    assert listed.total == len(listed) >= 4
    assert list(client.job.iterate()) == listed


def test_jobs_are_found_by_type_and_status(working):
    client, jobs, _ = working
    found = client.job.list(status="failed")
    assert [job.job_id for job in found] == [jobs["failed"]]
    assert [job.job_id for job in client.job.list(job_type="datafit")] == [jobs["processing"]]
    assert client.job.list(job_type="datafit", status="failed") == []
    assert [job.job_id for job in client.job.iterate(status="completed")] == [jobs["completed"]]
    for wrong in ({"status": "finished"}, {"job_type": "guess"}):
        with traffic() as sent, pytest.raises(PayloadError):
            client.job.list(**wrong)
        assert sent == []


def test_a_job_tells_how_far_it_is(working):
    client, jobs, _ = working
    running = client.job.get(jobs["processing"])
    assert (running.status, running.job_type, running.priority) == ("processing", "datafit", 9)
    assert (running.is_terminal, running.is_failed) == (False, False)
    failed = client.job.get(jobs["failed"])
    assert (failed.is_terminal, failed.is_failed) == (True, True)
    assert (failed.error, failed.error_code) == ("the solver gave up", "SOLVER_ERROR")
    done = client.job.get(jobs["completed"])
    assert (done.is_terminal, done.is_failed, done.result) == (True, False, {"capacity": 4.9})
    with pytest.raises(NotFound):
        client.job.get("nobody")


def test_a_job_can_be_cancelled_once(working):
    client, jobs, box = working
    job_id = box.add_job(status="waiting")
    stopped = client.job.cancel(job_id)
    assert (stopped.job_id, stopped.status, stopped.is_terminal) == (job_id, "canceled", True)
    assert client.job.get(job_id) == stopped
    for ended in (job_id, jobs["completed"], jobs["failed"]):
        with pytest.raises(Conflict, match="has not ended"):
            client.job.cancel(ended)
    with pytest.raises(NotFound):
        client.job.cancel("nobody")


def test_all_pages_of_jobs_are_walked(fresh_sandbox):
    made = [fresh_sandbox.add_job() for _ in range(103)]
    with fresh_sandbox.client() as client:
        listed = client.job.list()
        assert {job.job_id for job in listed} == set(made)
        assert listed.total == 103
        page = client.job.list(limit=2, offset=1)
        assert (page, page.total) == (listed[1:3], 103)


def test_a_kind_of_job_that_nobody_knows_is_read_as_it_is(scripted, client_of):
    job = {
        "job_id": "j1",
        "job_type": "brand_new",
        "status": "dreaming",
        "priority": 1,
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
        "is_terminal": False,
        "is_failed": False,
    }
    found = client_of(scripted(Reply(200, job))).job.get("j1")
    assert (found.job_type, found.status) == ("brand_new", "dreaming")
