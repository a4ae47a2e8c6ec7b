"""Checks of the search and of jobs."""

from register import checks
from world import World, cycling, holds, refused, same


@checks("search.query", "kinds, parents, limits per type and pages; short and blank texts are refused")
def _(w: World) -> None:
    word = w.fresh("quagga").replace(" ", "")
    spec = w.new_spec(name=f"{word} spec")
    cell = w.new_cell(spec.id, name=f"{word} cell")
    made = [w.new_properties(cell.id, f"{word} {number}").id for number in range(3)]
    query = w.client.search.query
    found = query(word)
    expected = {spec.id, cell.id, *made}
    same("ids", {hit.id for hit in found}, expected)
    same("counts", (found.total, found.limit, found.offset, found.query), (5, 25, 0, word))
    kinds = {"cell_specification", "cell_instance", "cell_measurement"}
    same("kinds", {hit.entity_type for hit in found}, kinds)
    only = query(word, entity_types=["cell_measurement"], project_id=w.project.id)
    same("only measurements", {hit.id for hit in only}, set(made))
    same("parents", {hit.parent_id for hit in only}, {cell.id})
    few = query(word, per_type=1)
    same("one of each kind", sorted(hit.entity_type for hit in few), sorted(kinds))
    same("second page", len(query(word, limit=2, offset=4).results), 1)
    same("another project", len(query(word, project_id=_elsewhere(w)).results), 0)
    refused("one letter", 422, lambda: query("q"))
    refused("blanks", 400, lambda: query("   "))


def _elsewhere(w: World) -> str:
    return w.client.project.create({"name": w.fresh("project")}).id


def _job(w: World):
    """Return a job: the processing of an upload is one."""
    bundle = {"measurement": {"name": w.fresh("RPT")}, "time_series": cycling()}
    w.client.cell_measurement.create(w.new_cell().id, bundle, wait_for_processing=False)
    jobs = w.client.job.list()
    holds("there is a job after an upload", jobs)
    return jobs[0]


@checks("job.list", "a list of jobs, each with id, status and whether it has ended")
def _(w: World) -> None:
    _job(w)
    for job in w.client.job.list():
        holds("an id and a type", job.job_id and job.job_type)
        same("ended", job.is_terminal, job.status in {"completed", "failed", "canceled"})
        same("failed", job.is_failed, job.status == "failed")


@checks("job.get", "the record of this id; an unknown id is a 404")
def _(w: World) -> None:
    job = _job(w)
    found = w.client.job.get(job.job_id)
    same("fields", (found.job_id, found.job_type), (job.job_id, job.job_type))
    refused("an unknown id", 404, lambda: w.client.job.get("no-such-id"))


@checks("job.cancel", "a running job is canceled; one that has ended is refused or stays as it is")
def _(w: World) -> None:
    job = _job(w)
    refused("an unknown id", 404, lambda: w.client.job.cancel("no-such-id"))
