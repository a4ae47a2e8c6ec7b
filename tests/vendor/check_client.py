"""Checks of the client's own methods, and of its projects."""

from register import checks
from world import World, close, holds, names, refused, same


@checks("health_check", "an object comes back, without a key needed")
def _(w: World) -> None:
    holds("an object", isinstance(w.client.health_check(), dict))
    stranger = type(w.client)(api_key="no such key", api_url=w.url)
    holds("an object for anybody", isinstance(stranger.health_check(), dict))


@checks("whoami", "id, email and organization are told; a wrong key is a 401")
def _(w: World) -> None:
    user = w.client.whoami()
    holds("an id and an email", user["id"] and "@" in user["email"])
    same("organization", user["authorized_organization"]["id"], w.project.organization_id)
    stranger = type(w.client)(api_key="no such key", api_url=w.url)
    refused("a wrong key", 401, stranger.whoami)


@checks("capabilities", "the four documented parts are there, schemas and concepts filled")
def _(w: World) -> None:
    found = w.client.capabilities()
    for key in ("domain_context", "schemas", "openapi_spec", "authentication"):
        holds(f"{key} is filled", found[key])
    holds("key concepts", found["domain_context"]["key_concepts"])


@checks("schema", "'data' and 'protocol' are described")
def _(w: World) -> None:
    for name in ("data", "protocol"):
        found = w.client.schema(name)
        holds(f"{name} is an object with content", isinstance(found, dict) and found)
    try:
        w.client.schema("project")
    except ValueError:
        w.note("F5", "schema('project') is refused by the client before it is sent")


@checks("resolve_measurement", "three names lead to the id; an unknown name is a 404")
def _(w: World) -> None:
    spec = w.new_spec()
    cell = w.new_cell(spec.id)
    made = w.new_properties(cell.id)
    found = w.client.resolve_measurement(spec.name, cell.name, made.name)
    same("id", found.id, made.id)
    for given in (
        ("no such", cell.name, made.name),
        (spec.name, "no such", made.name),
        (spec.name, cell.name, "no such"),
    ):
        refused(f"{given}", 404, lambda given=given: w.client.resolve_measurement(*given))


@checks("get", "the project is read as plain JSON")
def _(w: World) -> None:
    same("name", w.client.get(f"/projects/{w.project.id}")["name"], w.project.name)


@checks("post", "a project is made and has the name that was given")
def _(w: World) -> None:
    name = w.fresh("project")
    made = w.client.post("/projects", {"name": name})
    same("name read back", w.client.project.get(made["id"]).name, name)


@checks("patch", "a description is changed and read back")
def _(w: World) -> None:
    made = w.client.project.create({"name": w.fresh("project")})
    w.client.patch(f"/projects/{made.id}", {"description": "changed"})
    same("description", w.client.project.get(made.id).description, "changed")


@checks("delete", "the record is gone: a 404 on the next read")
def _(w: World) -> None:
    made = w.client.project.create({"name": w.fresh("project")})
    same("answer", w.client.delete(f"/projects/{made.id}"), None)
    refused("a deleted project", 404, lambda: w.client.project.get(made.id))


@checks("request", "GET with query gives one page of one record")
def _(w: World) -> None:
    w.project  # noqa: B018
    page = w.client.request("GET", "/projects?limit=1")
    same("records", len(page["items"]), 1)
    same("count", page["count"], 1)


@checks("request_raw", "the bytes behind the redirect are Parquet")
def _(w: World) -> None:
    found = w.client.request_raw("GET", f"/cell_measurements/{w.series.id}/time_series/download")
    same("magic", (found[:4], found[-4:]), (b"PAR1", b"PAR1"))


@checks("redirect_url", "the download is at another origin, at a URL that bears a signature")
def _(w: World) -> None:
    found = w.client.redirect_url(f"/cell_measurements/{w.series.id}/time_series/download")
    holds("another origin", found.startswith("http://127.0.0.1:") and not found.startswith(w.url))
    holds("a query", "?" in found)


@checks("project.create", "name and description read back equal those written")
def _(w: World) -> None:
    given = {"name": w.fresh("project"), "description": "Ageing of ü-cells"}
    made = w.client.project.create(given)
    found = w.client.project.get(made.id)
    same("fields", (found.name, found.description), (given["name"], given["description"]))
    same("organization", found.organization_id, w.project.organization_id)


@checks("project.get", "the record of this id; an unknown id is a 404 with NOT_FOUND")
def _(w: World) -> None:
    same("id", w.client.project.get(w.project.id).id, w.project.id)
    error = refused("an unknown id", 404, lambda: w.client.project.get("no-such-id"))
    same("error code", error.error_code, "NOT_FOUND")


@checks("project.list", "filters by part and whole of the name, pages, order and total")
def _(w: World) -> None:
    stem = w.fresh("listed")
    made = [f"{stem} {letter}" for letter in "abc"]
    for name in made:
        w.client.project.create({"name": name})
    same("by part", names(w.client.project.list(name=stem, order_by="name", order="asc")), made)
    same("by whole", names(w.client.project.list(name_exact=made[1])), [made[1]])
    page = w.client.project.list(1, 1, name=stem, order_by="name", order="desc")
    same("second of three", (names(page), page.total), ([made[1]], 3))
    nothing = w.client.project.list(name=stem, created_after="2999-01-01T00:00:00Z")
    same("made in the far future", len(nothing), 0)
    everything = w.client.project.list(name=stem, updated_before="2999-01-01T00:00:00Z")
    same("changed before the far future", len(everything), 3)


@checks("project.update", "the given field changes, the other stays")
def _(w: World) -> None:
    made = w.client.project.create({"name": w.fresh("project"), "description": "kept"})
    changed = w.client.project.update(made.id, {"name": w.fresh("renamed")})
    same("description", changed.description, "kept")
    same("name", w.client.project.get(made.id).name, changed.name)


@checks("project.delete", "the project is gone: a 404 on the next read")
def _(w: World) -> None:
    made = w.client.project.create({"name": w.fresh("project")})
    w.client.project.delete(made.id)
    refused("a deleted project", 404, lambda: w.client.project.get(made.id))


@checks("cell_spec.create", "ratings, components and source read back equal those written")
def _(w: World) -> None:
    loading = {"value": 12.5, "unit": "mg.cm-2"}
    made = w.new_spec(
        manufacturer="Maker",
        cathode={"properties": {"loading": loading}, "material": {"name": w.fresh("NMC811")}},
        notes="µ",
    )
    found = w.client.cell_spec.get(made.id)
    same("capacity", found.ratings["capacity"], {"value": 1.0, "unit": "A.h"})
    same("loading", found.cathode["properties"]["loading"], loading)
    same("fields", (found.manufacturer, found.notes), ("Maker", "µ"))
    same("project", found.project_id, w.project.id)


@checks("cell_spec.create_or_get", "a taken name is a 409, and gives the record back")
def _(w: World) -> None:
    made = w.client.cell_spec.create_or_get({"name": w.fresh("spec"), "form_factor": "pouch"})
    again = w.client.cell_spec.create_or_get({"name": made.name, "form_factor": "pouch"})
    same("id", again.id, made.id)
    same("specs of this name", w.client.cell_spec.list(name_exact=made.name).total, 1)
    error = refused("a second create", 409, lambda: w.client.cell_spec.create({"name": made.name}))
    same("existing id", error.data["detail"]["existing_id"], made.id)


@checks("cell_spec.get", "the record of this id; an unknown id is a 404")
def _(w: World) -> None:
    found = w.client.cell_spec.get(w.spec.id)
    same("id and name", (found.id, found.name), (w.spec.id, w.spec.name))
    refused("an unknown id", 404, lambda: w.client.cell_spec.get("no-such-id"))


@checks("cell_spec.list", "filters by name, form factor, material; components on request; pages")
def _(w: World) -> None:
    stem = w.fresh("listed_A")
    cathode = {"properties": {}, "material": {"name": w.fresh("LFP")}}
    first = w.new_spec(name=f"{stem} 1", cathode=cathode)
    second = w.new_spec(name=f"{stem} 2", form_factor="21700")
    listed = w.client.cell_spec.list
    same(
        "by part", names(listed(name=stem, order_by="name", order="asc")), [first.name, second.name]
    )
    same("by form factor", names(listed(name=stem, form_factor="21700")), [second.name])
    full = listed(True, name_exact=first.name)[0]
    material_id = full.cathode["material_id"]
    same("by material", names(listed(material_id=material_id)), [first.name])
    same("by cathode", names(listed(cathode_material_id=material_id)), [first.name])
    page = listed(limit=1, offset=1, name=stem, order_by="name", order="asc")
    same("page", (names(page), page.total), ([second.name], 2))
    if listed(name=stem.replace("_", "%")).total:
        w.note("R13", "'%' and '_' in name= are sent as wildcards")


@checks("cell_spec.related_specs", "the other specification with the same material is found")
def _(w: World) -> None:
    cathode = {"properties": {}, "material": {"name": w.fresh("LCO")}}
    first, second = w.new_spec(cathode=cathode), w.new_spec(cathode=cathode)
    same("related", names(w.client.cell_spec.related_specs(first.id)), [second.name])
    both = w.client.cell_spec.related_specs(first.id, slots=["cathode"], exclude_self=False)
    same("with itself", sorted(names(both)), sorted([first.name, second.name]))
    same("by the anode", len(w.client.cell_spec.related_specs(first.id, slots=["anode"])), 0)


@checks("cell_spec.update", "the given rating changes and is read back; other fields stay")
def _(w: World) -> None:
    made = w.new_spec(notes="kept")
    ratings = {**made.ratings, "capacity": {"value": 1.1, "unit": "A.h"}}
    w.client.cell_spec.update(made.id, {"ratings": ratings})
    found = w.client.cell_spec.get(made.id)
    close("capacity", [found.ratings["capacity"]["value"]], [1.1])
    same("notes", found.notes, "kept")


@checks("cell_spec.delete", "the specification and its cells are gone")
def _(w: World) -> None:
    made = w.new_spec()
    cell = w.new_cell(made.id)
    w.client.cell_spec.delete(made.id)
    refused("a deleted specification", 404, lambda: w.client.cell_spec.get(made.id))
    refused("a cell of it", 404, lambda: w.client.cell_instance.get(cell.id))
