"""Checks of measurements as records: made, found, tagged, changed, extended, waited for."""

from register import checks
from world import World, close, cycling, holds, names, refused, same

from ionworks import MeasurementProcessingError


@checks("cell_measurement.create", "the series read back equals the one written; status ready")
def _(w: World) -> None:
    cell = w.new_cell()
    given = cycling()
    measurement = {
        "name": w.fresh("RPT"),
        "notes": "at 25 degC",
        "start_time": "2025-03-01T08:00:00+00:00",
        "protocol": {"name": "C/10", "ambient_temperature_degc": 25},
        "test_setup": {"cycler": "Maccor", "channel_number": 3},
        "tags": ["hppc", " Baseline "],
    }
    made = w.client.cell_measurement.create(
        cell.id, {"measurement": measurement, "time_series": given}
    )
    found = w.client.cell_measurement.get(made.id)
    same("status", found.processing_status in {"ready", None}, True)
    if made.processing_status != found.processing_status:
        w.note("R9", f"returns processing_status {made.processing_status!r} after it has waited")
    same("fields", (found.name, found.notes), (measurement["name"], "at 25 degC"))
    same("protocol", found.protocol["name"], "C/10")
    same("channel", found.test_setup["channel_number"], 3)
    same("tags", found.tags, ["Baseline", "hppc"])
    back = w.client.cell_measurement.time_series(made.id, use_cache=False)
    for column in given.columns:
        close(column, back[column].to_list(), given[column].to_list())
    taken = {"measurement": {"name": found.name}, "time_series": given}
    error = refused("a taken name", 409, lambda: w.client.cell_measurement.create(cell.id, taken))
    same("existing id", error.data["detail"]["existing_id"], made.id)


@checks("cell_measurement.create_or_get", "a second run makes nothing and gives the same record")
def _(w: World) -> None:
    cell = w.new_cell()
    bundle = {"measurement": {"name": w.fresh("RPT")}, "time_series": cycling()}
    made = w.client.cell_measurement.create_or_get(cell.id, bundle, wait_for_processing=False)
    same("id", w.client.cell_measurement.create_or_get(cell.id, bundle).id, made.id)
    same("measurements", w.client.cell_measurement.list(cell.id).total, 1)


@checks("cell_measurement.create_properties", "values, tags and times read back; large bodies too")
def _(w: World) -> None:
    cell = w.new_cell()
    given = {"weight": {"value": 70.1, "unit": "g"}, "swollen": False, "grade": "A"}
    made = w.client.cell_measurement.create_properties(
        cell.id, w.fresh("post mortem"), given, notes="n", tags=["A"], protocol={"name": "scale"},
        start_time="2025-03-01T08:00:00Z", end_time="2025-03-01T09:00:00Z",
        test_setup={"operator": "Ö"},
    )  # fmt: skip
    found = w.client.cell_measurement.get(made.id)
    same("type and values", (found.measurement_type, found.properties), ("properties", given))
    same("tags and notes", (found.tags, found.notes), (["A"], "n"))
    same("operator", found.test_setup["operator"], "Ö")
    holds("the start", found.start_time.startswith("2025-03-01T08:00:00"))
    many = {f"thickness {n}": {"value": n / 7, "unit": "mm"} for n in range(12_000)}
    large = w.client.cell_measurement.create_properties(cell.id, w.fresh("map"), many)
    same("12,000 values", w.client.cell_measurement.get(large.id).properties, many)


@checks("cell_measurement.get", "the record of this id; an unknown id is a 404")
def _(w: World) -> None:
    found = w.client.cell_measurement.get(w.series.id)
    same("name and type", (found.name, found.measurement_type), (w.series.name, "time_series"))
    refused("an unknown id", 404, lambda: w.client.cell_measurement.get("no-such-id"))


@checks("cell_measurement.list", "filters by name, type, tags (any, all) and start, order, pages")
def _(w: World) -> None:
    cell = w.new_cell()
    for number, tags in enumerate((["a"], ["a", "b"], ["c"])):
        start = f"2025-0{number + 1}-01T00:00:00Z"
        w.new_properties(cell.id, f"m {number}", tags=tags, start_time=start)
    listed = w.client.cell_measurement.list

    def found(**given: object) -> list[str]:
        return names(listed(cell.id, order_by="name", order="asc", **given))

    same("all", found(), ["m 0", "m 1", "m 2"])
    same("tags_all", found(tags_all=["A", "b"]), ["m 1"])
    same("tags_any", found(tags_any=["b", "C"]), ["m 1", "m 2"])
    same("by part", found(name="M 1"), ["m 1"])
    same("by whole", found(name_exact="m 2"), ["m 2"])
    same("by type", found(measurement_type="file"), [])
    started = found(started_after="2025-01-15T00:00:00Z", started_before="2025-02-15T00:00:00Z")
    same("by start", started, ["m 1"])
    same("by creation", found(created_after="2999-01-01T00:00:00Z"), [])
    page = listed(cell.id, 1, 2, order_by="start_time", order="desc")
    same("third page", (names(page), page.total), (["m 0"], 3))
    same("200 to a page", len(listed(cell.id, limit=200)), 3)
    if found(tags_any=[]):
        w.note("tags", "an empty tags_any= is sent as no filter at all")


@checks("cell_measurement.list_by_project", "every cell's measurements; q in names, notes and tags")
def _(w: World) -> None:
    project = w.client.project.create({"name": w.fresh("project")})
    spec = w.new_spec(project_id=project.id)
    for number in range(2):
        cell = w.new_cell(spec.id)
        w.new_properties(
            cell.id, f"RPT {number}", tags=[f"tag{number}", "both"], notes=f"ü{number}"
        )
    listed = w.client.cell_measurement.list_by_project

    def found(**given: object) -> list[str]:
        return names(listed(project.id, order_by="name", order="asc", **given))

    same("all", found(), ["RPT 0", "RPT 1"])
    same("q in the name", found(q="rpt 1"), ["RPT 1"])
    same("q in the notes", found(q="ü0"), ["RPT 0"])
    same("q in the tags", found(q="TAG1"), ["RPT 1"])
    same("tags_all", found(tags_all=["both", "tag0"]), ["RPT 0"])
    same("tags_any", found(tags_any=["tag1"]), ["RPT 1"])
    same("by type", found(measurement_type="time_series"), [])
    page = listed(project.id, 1, 1)
    same("page", (len(page), page.total), (1, 2))


@checks("cell_measurement.list_tags", "tags with their counts, most used first; q and limit")
def _(w: World) -> None:
    project = w.client.project.create({"name": w.fresh("project")})
    cell = w.new_cell(w.new_spec(project_id=project.id).id)
    for tags in (["hppc", "cold"], ["HPPC"]):
        w.new_properties(cell.id, tags=tags)
    list_tags = w.client.cell_measurement.list_tags
    found = list_tags(project.id)
    same("counts", [(each.tag, each.usage_count) for each in found], [("hppc", 2), ("cold", 1)])
    same(
        "by part",
        [each.tag for each in w.client.cell_measurement.list_tags(project.id, "COL")],
        ["cold"],
    )
    page = w.client.cell_measurement.list_tags(project.id, limit=1)
    same("one of two", (len(page), page.total), (1, 2))


@checks("cell_measurement.add_tags", "the count of changed records; spelling of the project wins")
def _(w: World) -> None:
    cell = w.new_cell()
    first, second = w.new_properties(cell.id, tags=["Hot"]), w.new_properties(cell.id)
    add = w.client.cell_measurement.add_tags
    same("changed", add([first.id, second.id], [" hot ", "new"]), 2)
    for each in (first, second):
        same("tags", w.client.cell_measurement.get(each.id).tags, ["Hot", "new"])
    same("changed the second time", add([first.id, second.id], ["new"]), 0)
    same("changed for one id", add(second.id, ["other"]), 1)
    add(first.id, [f"t{n}" for n in range(30)])
    refused("more than 50 tags", 400, lambda: add(first.id, [f"u{n}" for n in range(30)]))
    refused("an unknown id", 404, lambda: add("no-such-id", ["a"]))
    add(second.id, "xyz")
    tags = w.client.cell_measurement.get(second.id).tags
    if {"x", "y", "z"} <= set(tags):
        w.note("R6", "a bare string is sent as one tag for each letter")


@checks("cell_measurement.remove_tags", "matched whatever the case; an absent tag is ignored")
def _(w: World) -> None:
    made = w.new_properties(w.new_cell().id, tags=["Hot", "kept"])
    remove = w.client.cell_measurement.remove_tags
    same("changed", remove([made.id], ["HOT", "absent"]), 1)
    same("tags", w.client.cell_measurement.get(made.id).tags, ["kept"])
    same("changed the second time", remove(made.id, ["hot"]), 0)


@checks("cell_measurement.update", "notes, tags and end change and read back; other fields stay")
def _(w: World) -> None:
    made = w.new_properties(
        w.new_cell().id, notes="old", tags=["a"], start_time="2025-01-01T00:00:00Z"
    )
    changes = {"notes": "new", "tags": ["b", "c"], "end_time": "2025-01-02T00:00:00Z"}
    w.client.cell_measurement.update(made.id, changes)
    found = w.client.cell_measurement.get(made.id)
    same("fields", (found.notes, found.tags, found.name), ("new", ["b", "c"], made.name))
    holds("the end", found.end_time.startswith("2025-01-02T00:00:00"))
    early = {"end_time": "2024-12-31T00:00:00Z"}
    refused(
        "an end before the start", 400, lambda: w.client.cell_measurement.update(made.id, early)
    )


@checks("cell_measurement.delete", "the measurement and its files are gone")
def _(w: World) -> None:
    made = w.new_series()
    w.client.cell_measurement.time_series(made.id)
    w.client.cell_measurement.delete(made.id)
    refused("a deleted measurement", 404, lambda: w.client.cell_measurement.get(made.id))
    refused(
        "its series", 404, lambda: w.client.cell_measurement.time_series(made.id, use_cache=False)
    )
    try:
        w.client.cell_measurement.time_series(made.id)
    except Exception:  # whatever it raises, it does not serve what is gone
        return
    w.note("R3", "the series of a deleted measurement is still served from the cache")


@checks(
    "cell_measurement.extend",
    "rows are appended, steps worked out anew; a finished test is refused",
)
def _(w: World) -> None:
    first = cycling(1)
    more = cycling(1, start=first["Time [s]"][-1] + 10, first_step=3)
    made = w.new_series(frame=first, start_time="2025-01-01T00:00:00Z")
    w.client.cell_measurement.time_series(made.id)
    extended = w.client.cell_measurement.extend(made.id, more)
    same("id", extended.id, made.id)
    found = w.settled(made.id)
    same("error", found.processing_error, None)
    back = w.client.cell_measurement.time_series(made.id, use_cache=False)
    expected = first["Time [s]"].to_list() + more["Time [s]"].to_list()
    close("time", back["Time [s]"].to_list(), expected)
    steps = w.client.cell_measurement.steps(made.id, use_cache=False)
    same("step count", steps["Step count"].to_list(), [0, 1, 2, 3, 4, 5])
    if w.client.cell_measurement.time_series(made.id).height == first.height:
        w.note("R3", "the series from before is still served from the cache")
    w.client.cell_measurement.update(made.id, {"end_time": "2025-02-01T00:00:00Z"})
    later = cycling(1, start=expected[-1] + 10, first_step=6)
    refused("a finished test", 400, lambda: w.client.cell_measurement.extend(made.id, later))


@checks(
    "cell_measurement.wait_for_processing",
    "a batch is ready; all unreadable files are told at once",
)
def _(w: World) -> None:
    cell = w.new_cell()
    ids = []
    for _ in range(3):
        bundle = {"measurement": {"name": w.fresh("RPT")}, "time_series": cycling()}
        made = w.client.cell_measurement.create(cell.id, bundle, wait_for_processing=False)
        ids.append(made.id)
    found = w.client.cell_measurement.wait_for_processing(ids)
    same("ids", sorted(found), sorted(ids))
    same(
        "states",
        {each.get("processing_status") for each in found.values()} <= {"ready", None},
        True,
    )
    w.client.cell_measurement.wait_for_processing(ids[0], timeout=5)
    broken = _unreadable(w, cell.id)
    if broken is None:
        return
    try:
        w.client.cell_measurement.wait_for_processing([*ids, *broken])
    except MeasurementProcessingError as error:
        same("failures", sorted(error.failures), sorted(broken))
        holds("each with a reason", all(error.failures.values()))
    else:
        raise AssertionError("unreadable uploads were not reported")


def _unreadable(w: World, cell_id: str) -> list[str] | None:
    """Return the ids of two confirmed uploads that are no Parquet files, or None if refused.

    A server that processes at once may refuse them at the confirmation already.
    """
    import requests

    made = []
    for _ in range(2):
        measurement = {"name": w.fresh("broken")}
        base = f"/cell_instances/{cell_id}/cell_measurements"
        begun = w.client.post(f"{base}/initiate-upload", {"measurement": measurement})
        for target in begun["uploads"][:1]:
            requests.put(target["signed_url"], data=b"no Parquet file", timeout=10)
        path = f"/cell_measurements/{begun['measurement_id']}/confirm-upload"
        body = {"cell_instance_id": cell_id, "measurement": measurement}
        try:
            w.client.post(path, body)
        except Exception as error:
            same("status of an unreadable file", getattr(error, "status_code", None), 400)
            return None
        made.append(begun["measurement_id"])
    return made


@checks("cell_measurement.watch", "accepted, and again; an unknown id is a 404")
def _(w: World) -> None:
    for _ in range(2):
        same("answer", w.client.cell_measurement.watch(w.series.id), None)
    refused("an unknown id", 404, lambda: w.client.cell_measurement.watch("no-such-id"))


@checks("cell_measurement.unwatch", "accepted, and again")
def _(w: World) -> None:
    w.client.cell_measurement.watch(w.series.id)
    for _ in range(2):
        same("answer", w.client.cell_measurement.unwatch(w.series.id), None)
