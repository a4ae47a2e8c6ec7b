"""Tags of the sandbox: kept, counted, changed in bulk and found; and measurements by parent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

BULK = "/cell_measurements/tags/bulk"


@pytest.fixture
def project(api):
    """Return the id of a new project."""
    return api.project()


@pytest.fixture
def cell(api, project):
    """Return the id of a cell in the new project."""
    return api.instance(api.specification(project))


def counts(api, project, **params):
    """Return the tags of a project with their counts, in the order of the answer."""
    listed = api.get("/cell_measurements/tags", project_id=project, **params)
    assert listed["count"] == len(listed["items"]) <= listed["total"]
    return [(item["tag"], item["usage_count"]) for item in listed["items"]]


def tags_of(api, measurement_id):
    """Return the tags of a measurement."""
    return api.get(f"/cell_measurements/{measurement_id}")["tags"]


def test_tags_are_trimmed_sorted_and_once_each_on_every_way_in(api, kit, cell):
    given, kept = [" zeta", "B", "alpha ", "b", "Zeta"], ["alpha", "B", "zeta"]
    made = api.properties(cell, "created", tags=given)
    assert made["tags"] == kept
    begun = api.initiate(cell, "confirmed")
    api.put(begun, "time_series.parquet", kit.parquet(kit.series()))
    confirmed = api.confirm(
        begun, cell, "confirmed", measurement={"name": "confirmed", "tags": given}
    )
    assert confirmed["tags"] == kept
    other = api.properties(cell, "patched")
    assert other["tags"] == []
    assert api.patch(f"/cell_measurements/{other['id']}", {"tags": given})["tags"] == kept
    assert api.patch(f"/cell_measurements/{other['id']}", {"notes": "n"})["tags"] == kept
    assert api.patch(f"/cell_measurements/{other['id']}", {"tags": []})["tags"] == []


def test_the_spelling_that_the_project_has_wins(api, kit, project, cell):
    api.properties(cell, "first", tags=["HPPC", "Äging"])
    assert api.properties(cell, "second", tags=["hppc", "äGING", "new"])["tags"] == [
        "HPPC",
        "new",
        "Äging",
    ]
    third = api.properties(cell, "third")["id"]
    api.patch(f"/cell_measurements/{third}", {"tags": ["NEW"]})
    assert tags_of(api, third) == ["new"]
    api.post(BULK, {"measurement_ids": [third], "add": ["hppc"]}, 200)
    assert tags_of(api, third) == ["HPPC", "new"]
    begun = api.initiate(cell, "fourth")
    api.put(begun, "time_series.parquet", kit.parquet(kit.series()))
    named = {"name": "fourth", "tags": ["hppc"]}
    assert api.confirm(begun, cell, "fourth", measurement=named)["tags"] == ["HPPC"]
    other = api.instance(api.specification(api.project()))
    assert api.properties(other, "elsewhere", tags=["hppc"])["tags"] == ["hppc"]
    assert counts(api, project) == [("HPPC", 4), ("new", 2), ("Äging", 2)]


@pytest.mark.parametrize("empty", ["", "   ", "\t"])
def test_an_empty_tag_is_refused(api, cell, empty):
    path = f"/cell_instances/{cell}/cell_measurements/create"
    body = {"name": "m", "properties": {}, "tags": ["a", empty]}
    assert "empty" in api.post(path, body, 400)["message"]
    made = api.properties(cell, "m", tags=["kept"])["id"]
    api.patch(f"/cell_measurements/{made}", {"tags": [empty]}, 400)
    api.post(BULK, {"measurement_ids": [made], "add": [empty]}, 400)
    assert tags_of(api, made) == ["kept"]


def test_a_tag_of_51_characters_and_a_51st_tag_are_refused(api, cell):
    fifty = [f"tag {number:02}" for number in range(50)]
    made = api.properties(cell, "full", tags=fifty)
    assert made["tags"] == fifty
    path = f"/cell_measurements/{made['id']}"
    assert api.patch(path, {"tags": ["x" * 50]})["tags"] == ["x" * 50]
    (error,) = api.patch(path, {"tags": ["x" * 51]}, 422)["detail"]
    assert (error["type"], error["loc"]) == ("string_too_long", ["body", "tags", 0])
    (error,) = api.patch(path, {"tags": [*fifty, "more"]}, 422)["detail"]
    assert error["type"] == "too_long"
    api.patch(path, {"tags": fifty})
    refused = api.post(BULK, {"measurement_ids": [made["id"]], "add": ["more"]}, 400)
    assert refused["error_code"] == "BAD_REQUEST"
    assert "50" in refused["message"]
    swap = {"measurement_ids": [made["id"]], "add": ["more", "TAG 07"], "remove": ["TAG 00"]}
    assert api.post(BULK, swap, 200) == {"updated_count": 1}
    assert tags_of(api, made["id"]) == ["more", *fifty[1:]]


def test_a_bulk_change_adds_removes_and_counts_what_it_changed(api, cell):
    one = api.properties(cell, "one", tags=["cold", "old"])
    two = api.properties(cell, "two", tags=["Cold"])
    ids = [one["id"], two["id"], one["id"]]
    assert api.post(BULK, {"measurement_ids": ids, "add": [" cold "]}, 200) == {"updated_count": 0}
    assert api.get(f"/cell_measurements/{one['id']}") == one
    body = {"measurement_ids": ids, "add": ["aged"], "remove": ["OLD", "never there"]}
    assert api.post(BULK, body, 200) == {"updated_count": 2}
    assert tags_of(api, one["id"]) == tags_of(api, two["id"]) == ["aged", "cold"]
    assert api.post(BULK, {"measurement_ids": ids[:1]}, 200) == {"updated_count": 0}
    assert api.post(BULK, {"measurement_ids": ids, "remove": ["AGED", "cold"]}, 200) == {
        "updated_count": 2
    }
    assert tags_of(api, one["id"]) == []


def test_a_bulk_change_happens_to_all_measurements_or_to_none(api, cell):
    full = api.properties(cell, "full", tags=[f"t{number}" for number in range(50)])
    free = api.properties(cell, "free")
    pair = [free["id"], full["id"]]
    refused = api.post(BULK, {"measurement_ids": [free["id"], "none"], "add": ["x"]}, 404)
    assert "none" in refused["message"]
    api.post(BULK, {"measurement_ids": pair, "add": ["x"]}, 400)
    assert (
        "both"
        in api.post(BULK, {"measurement_ids": [free["id"]], "add": ["x"], "remove": ["X"]}, 400)[
            "message"
        ]
    )
    api.post(BULK, {"measurement_ids": [], "add": ["x"]}, 422)
    api.post(BULK, {"measurement_ids": pair, "add": "hppc"}, 422)
    assert api.get(f"/cell_measurements/{free['id']}") == free
    assert api.get(f"/cell_measurements/{full['id']}") == full


def test_the_tags_of_a_project_are_counted_the_most_used_first(api, project, cell):
    for name, tags in (("a", ["x", "Cold"]), ("b", ["x", "hot"]), ("c", ["x", "cold", "hot_0"])):
        api.properties(cell, name, tags=tags)
    everything = [("x", 3), ("Cold", 2), ("hot", 1), ("hot_0", 1)]
    assert counts(api, project) == everything
    assert counts(api, project, q="HO") == everything[2:]
    assert counts(api, project, q="_") == everything[3:]
    assert counts(api, project, q="nothing") == []
    assert counts(api, project, limit=2) == everything[:2]
    listed = api.get("/cell_measurements/tags", project_id=project, limit=2)
    assert (listed["count"], listed["total"]) == (2, 4)
    assert counts(api, api.project()) == []
    gone = api.get("/cell_measurements", project_id=project, tags_any=["hot_0"])["items"][0]["id"]
    api.delete(f"/cell_measurements/{gone}")
    assert counts(api, project) == [("x", 2), ("Cold", 1), ("hot", 1)]


def test_the_tags_ask_for_a_project(api):
    (error,) = api.get("/cell_measurements/tags", status=422)["detail"]
    assert (error["type"], error["loc"]) == ("missing", ["query", "project_id"])


@pytest.fixture(scope="module")
def bearer(api):
    """Return a project and its only measurement."""
    cell = api.instance(api.specification(project := api.project()))
    return project, api.properties(cell, "bearer")["id"]


@settings(max_examples=25, deadline=None)
@given(
    tags=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
        max_size=6,
    )
)
def test_whatever_tags_are_kept_are_found_by_any_spelling(api, bearer, tags):
    project, made = bearer
    path = f"/cell_measurements/{made}"
    if not all(tag.strip() for tag in tags):
        api.patch(path, {"tags": tags}, 400)
        return
    kept = api.patch(path, {"tags": tags})["tags"]
    assert len({tag.casefold() for tag in kept}) == len(kept)
    assert {tag.casefold() for tag in kept} == {tag.strip().casefold() for tag in tags}
    for tag in kept:
        for spelling in (tag, tag.casefold()):
            found = api.names("/cell_measurements", project_id=project, tags_all=[spelling])
            assert found == ["bearer"]


@pytest.fixture(scope="module")
def varied(api):
    """Return a project and two of its specifications, with measurements that differ."""
    project = api.project()
    one, two = (api.specification(project) for _ in range(2))
    cell, other = api.instance(one), api.instance(two)
    api.properties(cell, "RPT 0", tags=["Cold", "aging"], start_time="2024-01-01T00:00:00Z")
    api.properties(cell, "m1", tags=["cold"], notes="after the RPT", protocol={"name": 50})
    api.properties(other, "m2", tags=["rpt-like"], protocol={"name": "Reference rpt 25 °C"})
    api.properties(other, "m3", protocol={"definition": "rpt"}, notes="100%_")
    return project, one, two


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["m3", "m2", "m1", "RPT 0"]),
        ({"q": "rpt"}, ["m2", "m1", "RPT 0"]),
        ({"q": "AGING"}, ["RPT 0"]),
        ({"q": "25 °c"}, ["m2"]),
        ({"q": "50"}, ["m1"]),
        ({"q": "%"}, ["m3"]),
        ({"q": "_"}, ["m3"]),
        ({"q": "nothing"}, []),
        ({"q": ""}, ["m3", "m2", "m1", "RPT 0"]),
        ({"q": "rpt", "tags_any": ["COLD"]}, ["m1", "RPT 0"]),
        ({"tags_all": ["cold", "AGING"]}, ["RPT 0"]),
        ({"tags_all": ["cold", "rpt-like"]}, []),
        ({"tags_any": ["aging", "rpt-like"]}, ["m2", "RPT 0"]),
        ({"name": "ilike.m%", "order_by": "name", "order": "asc"}, ["m1", "m2", "m3"]),
        ({"start_time_gt": "2023-12-31", "measurement_type": "properties"}, ["RPT 0"]),
        ({"start_time": "eq.2024-01-01T01:00:00+01:00"}, ["RPT 0"]),
        ({"limit": 1, "offset": 2}, ["m1"]),
        ({"measurement_type": "file"}, []),
        ({"unknown": "x", "spec_name": "y"}, ["m3", "m2", "m1", "RPT 0"]),
    ],
)
def test_the_measurements_of_a_project_are_found(api, varied, asked, found):
    assert api.names("/cell_measurements", project_id=varied[0], **asked) == found


def test_the_measurements_of_a_specification_are_found(api, varied):
    _, one, two = varied
    assert api.names("/cell_measurements", cell_specification_id=one) == ["m1", "RPT 0"]
    assert api.names("/cell_measurements", cell_specification_id=two, q="rpt") == ["m2"]
    assert api.names("/cell_measurements", cell_specification_id="none") == []
    assert api.names("/cell_measurements", project_id="none") == []


@pytest.mark.parametrize(
    "asked", [{}, {"limit": 5}, {"project_id": "p", "cell_specification_id": "s"}]
)
def test_exactly_one_parent_is_asked_for(api, asked):
    (error,) = api.get("/cell_measurements", status=422, **asked)["detail"]
    assert (error["type"], error["loc"]) == ("value_error", ["query", "project_id"])
    assert "cell_specification_id" in error["msg"]


def test_the_default_page_is_shorter_by_project_than_by_specification(api, project, cell):
    specification = api.get(f"/cell_instances/{cell}")["cell_specification_id"]
    for number in range(27):
        api.properties(cell, f"m{number}")
    by_project = api.get("/cell_measurements", project_id=project)
    assert (by_project["count"], by_project["total"]) == (25, 27)
    by_specification = api.get("/cell_measurements", cell_specification_id=specification)
    assert (by_specification["count"], by_specification["total"]) == (27, 27)
    page = api.get("/cell_measurements", cell_specification_id=specification, limit=25)
    assert page["count"] == 25
    assert api.get("/cell_measurements", project_id=project, limit=1000)["count"] == 27
