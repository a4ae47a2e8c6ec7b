"""Search, jobs, and what the service tells about itself."""

import jsonschema_rs
import pytest
from rig import Reply
from traffic import measurement, traffic, unique

from ionworks.errors import BadRequest, Conflict, NotFound, PayloadError
from ionworks.sandbox import Sandbox

pytestmark = pytest.mark.replayed


# Search


@pytest.fixture
def named(client):
    """Records of every kind whose names share a word."""
    word = unique("word").replace(" ", "")
    project = client.project.create({"name": f"{word} project"})
    spec = client.cell_spec.create(
        {
            "name": f"{word} spec",
            "project_id": project.id,
            "cathode": {"material": {"name": f"{word} material"}},
        }
    )
    cell = client.cell_instance.create(spec.id, {"name": f"{word.upper()} cell"})
    test = client.cell_measurement.create(cell.id, measurement(f"a {word} test"))
    return {"word": word, "project": project, "spec": spec, "cell": cell, "test": test}


def kinds(found):
    return {hit.entity_type for hit in found.results}


@pytest.mark.live("about what the sandbox decides")
def test_everything_that_has_the_name_is_found(client, named):
    found = client.search.query(named["word"])
    assert (found.query, found.total, found.offset) == (named["word"], 5, 0)
    hits = {hit.entity_type: hit for hit in found.results}
    assert hits.keys() == {
        "project",
        "cell_specification",
        "cell_instance",
        "cell_measurement",
        "material",
    }
    test, cell, spec = named["test"], named["cell"], named["spec"]
    hit = hits["cell_measurement"]
    assert (hit.id, hit.name, hit.parent_id) == (test.id, test.name, cell.id)
    assert hit.project_id == named["project"].id
    assert (hits["cell_instance"].id, hits["cell_instance"].parent_id) == (cell.id, spec.id)
    assert hits["cell_specification"].id == spec.id
    assert hits["project"].id == named["project"].id


def test_a_single_kind_is_one_kind_not_its_letters(client, named):
    found = client.search.query(named["word"], entity_types="cell_instance")
    assert [hit.id for hit in found.results] == [named["cell"].id]
    found = client.search.query(named["word"], entity_types=["cell_instance", "cell_measurement"])
    assert kinds(found) == {"cell_instance", "cell_measurement"}


@pytest.mark.live("about what the sandbox decides")
def test_the_case_does_not_matter_and_signs_stand_for_themselves(client, named):
    assert client.search.query(named["word"].swapcase()).total == 5
    for sign in ("%", "_", "\\"):
        assert client.search.query(named["word"] + sign).total == 0


def test_it_can_be_held_to_a_project(client, named):
    mine = client.search.query(
        named["word"], project_id=named["project"].id, entity_types="cell_specification"
    )
    assert mine.total == 1
    other = client.project.create({"name": unique("project")})
    found = client.search.query(
        named["word"], project_id=other.id, entity_types="cell_specification"
    )
    assert found.total == 0


def test_what_is_found_comes_in_pages(client, named):
    whole = client.search.query(named["word"])
    pages = [client.search.query(named["word"], limit=2, offset=n) for n in (0, 2, 4, 6)]
    assert [hit.id for page in pages for hit in page.results] == [hit.id for hit in whole.results]
    assert {page.total for page in pages} == {5}


@pytest.mark.live("about what the sandbox decides")
def test_one_kind_does_not_crowd_out_the_others(client):
    word = unique("many").replace(" ", "")
    spec = client.cell_spec.create({"name": f"{word} spec"})
    for n in range(8):
        client.cell_instance.create(spec.id, {"name": f"{word} {n}"})
    found = client.search.query(word)
    assert [hit.entity_type for hit in found.results].count("cell_instance") == 5
    assert kinds(found) == {"cell_instance", "cell_specification"}
    assert len(client.search.query(word, per_type=20).results) == 9


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"q": ""}, "q"),
        ({"q": "x"}, "q"),
        ({"q": "word", "limit": 0}, "limit"),
        ({"q": "word", "limit": 101}, "limit"),
        ({"q": "word", "offset": -1}, "offset"),
        ({"q": "word", "per_type": 0}, "per_type"),
        ({"q": "word", "per_type": 21}, "per_type"),
        ({"q": "word", "entity_types": []}, "entity_types"),
        ({"q": "word", "entity_types": [""]}, "entity_types[0]"),
    ],
)
@pytest.mark.live("sends nothing")
def test_what_the_service_would_refuse_is_refused_before_a_request(client, arguments, field):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.search.query(**arguments)
    assert sent == []
    assert info.value.field == field


@pytest.mark.live("about what the sandbox decides")
def test_blanks_are_nothing_to_look_for(client):
    with pytest.raises((PayloadError, BadRequest)):
        client.search.query("   ")


# Jobs


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


# Discovery


def test_the_service_tells_what_it_can_do(client):
    told = client.capabilities()
    assert {"domain_context", "schemas", "openapi_spec", "authentication"} <= set(told.keys())
    assert told.domain_context["key_concepts"]
    assert told["schemas"]


@pytest.mark.live("about what the sandbox decides")
def test_every_kind_of_data_that_it_tells_of_is_described(client):
    told = client.capabilities()
    names = list(told["schemas"])
    assert len(names) > 2
    for name in names:
        described = client.schema(name)
        assert described["title"] == name
        jsonschema_rs.meta.validate(dict(described))


@pytest.mark.live("about what the sandbox decides")
def test_a_record_fits_its_description(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
    for name, made in (("cell_instance", cell), ("project", client.project.list(limit=1)[0])):
        described = jsonschema_rs.validator_for(dict(client.schema(name)))
        assert described.is_valid(made.to_dict())
        assert not described.is_valid({"name": 7})


@pytest.mark.live("about what the sandbox decides")
def test_a_kind_of_data_that_it_does_not_know_is_not_found(client):
    with pytest.raises(NotFound, match="there are: data"):
        client.schema("no_such_thing")
    with traffic() as sent, pytest.raises(PayloadError, match="schema_name"):
        client.schema("../capabilities")
    assert sent == []


@pytest.mark.parametrize("name", ["project", "study", "parameterized_model", "made up tomorrow"])
def test_any_name_is_asked_for(scripted, client_of, name):
    api = scripted(Reply(200, {"type": "object", "title": name}))
    assert client_of(api).schema(name)["title"] == name
    assert api.requests[0].path.startswith("/discovery/schemas/")
