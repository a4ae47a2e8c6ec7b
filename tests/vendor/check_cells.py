"""Checks of batches and instances."""

from register import checks
from world import World, holds, names, refused, same


@checks("cell_batch.create", "notes, day and properties read back equal those written")
def _(w: World) -> None:
    spec = w.new_spec()
    given = {
        "name": w.fresh("LOT"),
        "notes": "first",
        "date_manufactured": "2025-01-15",
        "properties": {"electrolyte_volume": {"value": 3.2, "unit": "mL"}, "line": "B"},
    }
    found = w.client.cell_batch.get(w.client.cell_batch.create(spec.id, given).id)
    same("fields", {key: getattr(found, key) for key in given}, given)
    same("parents", (found.cell_specification_id, found.project_id), (spec.id, w.project.id))
    same("cells", found.instance_count, 0)


@checks("cell_batch.create_or_get", "the same name in another case is a 409 and gives the record")
def _(w: World) -> None:
    spec, other = w.new_spec(), w.new_spec()
    made = w.client.cell_batch.create_or_get(spec.id, {"name": "Lot-A"})
    same("id", w.client.cell_batch.create_or_get(spec.id, {"name": "LOT-a"}).id, made.id)
    error = refused("a second", 409, lambda: w.client.cell_batch.create(spec.id, {"name": "lot-A"}))
    same("existing id", error.data["detail"]["existing_id"], made.id)
    elsewhere = w.client.cell_batch.create(other.id, {"name": "Lot-A"})
    holds("the name is free in another specification", elsewhere.id != made.id)


@checks("cell_batch.get", "members are counted; an unknown id is a 404")
def _(w: World) -> None:
    spec = w.new_spec()
    made = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT")})
    for _ in range(2):
        w.new_cell(spec.id, batch_id=made.id)
    same("cells", w.client.cell_batch.get(made.id).instance_count, 2)
    refused("an unknown id", 404, lambda: w.client.cell_batch.get("no-such-id"))


@checks("cell_batch.list", "filters by part and whole of the name, pages and total")
def _(w: World) -> None:
    spec = w.new_spec()
    made = [w.client.cell_batch.create(spec.id, {"name": f"Q{n}-lot"}).name for n in range(3)]
    listed = w.client.cell_batch.list
    same("all", sorted(names(listed(spec.id))), made)
    same("by part", names(listed(spec.id, name="q1")), ["Q1-lot"])
    same("by whole", names(listed(spec.id, name_exact="Q2-lot")), ["Q2-lot"])
    page = listed(spec.id, limit=2, offset=2)
    same("last page", (len(page), page.total), (1, 3))


@checks("cell_batch.update", "a new name is what its cells tell as their batch_name")
def _(w: World) -> None:
    spec = w.new_spec()
    made = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT"), "notes": "kept"})
    cell = w.new_cell(spec.id, batch_id=made.id)
    name = w.fresh("LOT")
    same("name", w.client.cell_batch.update(made.id, {"name": name}).name, name)
    same("notes", w.client.cell_batch.get(made.id).notes, "kept")
    same("batch_name of the cell", w.client.cell_instance.get(cell.id).batch_name, name)


@checks("cell_batch.delete", "the batch is gone, its cells stay without a batch")
def _(w: World) -> None:
    spec = w.new_spec()
    made = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT")})
    cell = w.new_cell(spec.id, batch_id=made.id)
    w.client.cell_batch.delete(made.id)
    refused("a deleted batch", 404, lambda: w.client.cell_batch.get(made.id))
    same("batch of the cell", w.client.cell_instance.get(cell.id).batch_id, None)


@checks("cell_instance.create", "properties, day, notes and batch read back equal those written")
def _(w: World) -> None:
    spec, other = w.new_spec(), w.new_spec()
    batch = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT")})
    measured = {"cell": {"initial_capacity": {"value": 0.98, "unit": "A.h"}, "grade": "A"}}
    made = w.new_cell(
        spec.id, batch_id=batch.id, measured_properties=measured, notes="new",
        date_manufactured="2025-02-01",
    )  # fmt: skip
    found = w.client.cell_instance.get(made.id)
    same("measured properties", found.measured_properties, measured)
    same("notes and day", (found.notes, found.date_manufactured[:10]), ("new", "2025-02-01"))
    same("batch", (found.batch_id, found.batch_name), (batch.id, batch.name))
    refused("a foreign batch", 400, lambda: w.new_cell(other.id, batch_id=batch.id))
    try:
        w.new_cell(spec.id, batch="free text")
    except ValueError:
        w.note("0.37", "a free-text 'batch' is refused by the client before it is sent")


@checks("cell_instance.create_or_get", "a taken name is a 409, and gives the record back")
def _(w: World) -> None:
    made = w.client.cell_instance.create_or_get(w.spec.id, {"name": w.fresh("cell")})
    again = w.client.cell_instance.create_or_get(w.spec.id, {"name": made.name})
    same("id", again.id, made.id)
    error = refused(
        "a second", 409, lambda: w.client.cell_instance.create(w.spec.id, {"name": made.name})
    )
    same("existing id", error.data["detail"]["existing_id"], made.id)


@checks("cell_instance.get", "the record of this id; an unknown id is a 404")
def _(w: World) -> None:
    made = w.new_cell()
    found = w.client.cell_instance.get(made.id)
    same("name and parent", (found.name, found.cell_specification_id), (made.name, w.spec.id))
    refused("an unknown id", 404, lambda: w.client.cell_instance.get("no-such-id"))


@checks("cell_instance.list", "filters by name, batch and time, order, pages; 200 to a page")
def _(w: World) -> None:
    spec = w.new_spec()
    batch = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT")})
    made = [w.new_cell(spec.id, name=f"cell {n}", notes="n").name for n in range(3)]
    member = w.new_cell(spec.id, name="member", batch_id=batch.id)
    listed = w.client.cell_instance.list
    same("by part", names(listed(spec.id, name="CELL", order_by="name", order="asc")), made)
    same("by whole", names(listed(spec.id, name_exact="cell 1")), ["cell 1"])
    same("by batch", names(listed(spec.id, batch_id=batch.id)), [member.name])
    page = listed(spec.id, 2, 1, order_by="name", order="asc")
    same("page", (names(page), page.total), (["cell 1", "cell 2"], 4))
    same("by creator", listed(spec.id, created_by_email="@").total, 4)
    same("made before", len(listed(spec.id, created_before="2000-01-01T00:00:00Z")), 0)
    same("changed after", len(listed(spec.id, updated_after="2000-01-01T00:00:00Z")), 4)
    same("200 to a page", len(listed(spec.id, limit=200)), 4)


@checks("cell_instance.update", "given fields change, others stay; batch_id None takes it out")
def _(w: World) -> None:
    spec = w.new_spec()
    batch = w.client.cell_batch.create(spec.id, {"name": w.fresh("LOT")})
    made = w.new_cell(spec.id, notes="kept", batch_id=batch.id)
    w.client.cell_instance.update(made.id, {"name": "renamed", "batch_id": None})
    found = w.client.cell_instance.get(made.id)
    same("fields", (found.name, found.notes, found.batch_id), ("renamed", "kept", None))


@checks("cell_instance.detail", "every measurement, with all rows of steps, cycles and series")
def _(w: World) -> None:
    cell = w.new_cell()
    series = [w.new_series(cell.id) for _ in range(2)]
    plain = w.new_properties(cell.id)
    found = w.client.cell_instance.detail(cell.id)
    same("instance", (found.instance.id, found.specification_id), (cell.id, w.spec.id))
    parts = {part.name: part for part in found.measurements}
    same("measurements", sorted(parts), sorted(names([*series, plain])))
    for each in series:
        part = parts[each.name]
        same("rows", (part.steps.height, part.cycles.height, part.time_series.height), (6, 2, 120))
    bare = w.client.cell_instance.detail(cell.id, False, False, False)
    same("parts not asked for", {part.time_series is None for part in bare.measurements}, {True})
    _note_one_page(w)


def _note_one_page(w: World) -> None:
    """Look whether a cell with more measurements than one page loses some of them."""
    cell = w.new_cell()
    for _ in range(total := 30):
        w.new_properties(cell.id)
    same("what the list knows of", w.client.cell_measurement.list(cell.id, limit=1).total, total)
    shown = len(w.client.cell_instance.detail(cell.id).measurements)
    if shown < total:
        w.note("R7", f"shows {shown} of {total} measurements, without a word")


@checks("cell_instance.delete", "the cell and its measurements are gone")
def _(w: World) -> None:
    cell = w.new_cell()
    made = w.new_properties(cell.id)
    w.client.cell_instance.delete(cell.id)
    refused("a deleted cell", 404, lambda: w.client.cell_instance.get(cell.id))
    refused("a measurement of it", 404, lambda: w.client.cell_measurement.get(made.id))
