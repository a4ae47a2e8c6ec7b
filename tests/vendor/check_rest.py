"""Checks of the search and of jobs."""

from register import checks
from world import World, holds, refused, same


@checks("search.query", "kinds, parents, pages, limit per kind; short and blank texts are refused")
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


@checks("material.list", "those of the components, with all fields; pages")
def _(w: World) -> None:
    made = _material(w)
    found = w.client.material.list()
    holds("it is listed", made["id"] in {each.id for each in found})
    same("one on a page", len(w.client.material.list(limit=1)), 1)


@checks(
    "material.get", "name, manufacturer and definition as they were given; an unknown id is a 404"
)
def _(w: World) -> None:
    made = _material(w)
    found = w.client.material.get(made["id"])
    same("name and manufacturer", (found.name, found.manufacturer), (made["name"], "Umicore"))
    refused("an unknown id", 404, lambda: w.client.material.get("no-such-id"))


def _material(w: World) -> dict[str, str]:
    """Return the material of the cathode of a new specification."""
    material = {"name": w.fresh("NMC622"), "manufacturer": "Umicore"}
    spec = w.new_spec(cathode={"properties": {}, "material": material})
    return {**material, "id": spec.cathode["material_id"]}


def _elsewhere(w: World) -> str:
    return w.client.project.create({"name": w.fresh("project")}).id


def _first(w: World, status: str):
    """Return the first job in this state, of those that the sandbox was started with."""
    found = [job for job in w.client.job.list() if job.status == status]
    holds(f"there is a job that is {status}", found)
    return found[0]


@checks("job.list", "a list of all jobs, each with its state and whether it has ended")
def _(w: World) -> None:
    found = w.client.job.list()
    states = {job.status for job in found}
    holds(f"every state, not {states}", {"processing", "completed", "failed"} <= states)
    for job in found:
        same("ended", job.is_terminal, job.status in {"completed", "failed", "canceled"})
        same("failed", job.is_failed, job.status == "failed")


@checks("job.get", "state, result and error as they were stored; an unknown id is a 404")
def _(w: World) -> None:
    done, failed = (w.client.job.get(_first(w, each).job_id) for each in ("completed", "failed"))
    same("result", (done.job_type, done.result, done.error), ("datafit", {"cost": 0.5}, None))
    same("error", (failed.error, failed.priority), ("did not converge", 7))
    refused("an unknown id", 404, lambda: w.client.job.get("no-such-id"))


@checks(
    "job.cancel", "a running job is canceled; one that has ended is a 409, an unknown one a 404"
)
def _(w: World) -> None:
    job = w.client.job.cancel(_first(w, "processing").job_id)
    same("state", (job.status, job.is_terminal, job.is_failed), ("canceled", True, False))
    same("read back", w.client.job.get(job.job_id).status, "canceled")
    done = _first(w, "completed")
    refused("one that has ended", 409, lambda: w.client.job.cancel(done.job_id))
    refused("an unknown id", 404, lambda: w.client.job.cancel("no-such-id"))
