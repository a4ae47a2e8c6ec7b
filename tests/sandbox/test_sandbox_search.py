"""The sandbox's search: kinds, rank, pages, and what it refuses."""

import pytest

KINDS = ["project", "cell_specification", "cell_instance", "cell_measurement", "material"]


@pytest.fixture(scope="module")
def found(fresh_box):
    """Return a checking client of a sandbox with one record of each kind, and their ids."""
    api = fresh_box
    project = api.post("/projects", {"name": "Quokka project"})["id"]
    specification = api.post(
        "/cell_specifications",
        {
            "name": "quokka specification",
            "project_id": project,
            "anode": {"material": {"name": "The QUOKKA material"}},
        },
    )
    path = f"/cell_specifications/{specification['id']}/cell_instances"
    instance = api.post(path, {"name": "a quokka instance"})["id"]
    measurement = api.properties(instance, "Quokka 100%_measurement")["id"]
    for number in range(7):
        api.properties(instance, f"many {number}")
    api.properties(instance, "ÄHRE")
    return api, {
        "project": project,
        "cell_specification": specification["id"],
        "cell_instance": instance,
        "cell_measurement": measurement,
        "material": specification["anode"]["material_id"],
    }


@pytest.fixture(scope="module")
def fresh_box(kit):
    """Return a checking client of a sandbox of this file alone."""
    from ionworks.sandbox import Sandbox

    with Sandbox() as box:
        speaker = kit.api(box)
        yield speaker
        speaker.http.close()


def test_names_that_begin_with_the_text_go_before_names_that_hold_it(found):
    api, ids = found
    answer = api.get("/search", q="QUOKKA")
    assert [(hit["entity_type"], hit["id"]) for hit in answer["results"]] == [
        (kind, ids[kind])
        for kind in (
            "project",
            "cell_specification",
            "cell_measurement",
            "cell_instance",
            "material",
        )
    ]
    assert (answer["query"], answer["total"], answer["limit"], answer["offset"]) == (
        "QUOKKA",
        5,
        25,
        0,
    )


def test_a_hit_says_where_it_belongs(found):
    api, ids = found
    hits = {hit["entity_type"]: hit for hit in api.get("/search", q="quokka")["results"]}
    places = {kind: (hits[kind]["project_id"], hits[kind]["parent_id"]) for kind in KINDS}
    assert places == {
        "project": (None, None),
        "cell_specification": (ids["project"], None),
        "cell_instance": (ids["project"], ids["cell_specification"]),
        "cell_measurement": (ids["project"], ids["cell_instance"]),
        "material": (ids["project"], None),
    }
    assert hits["cell_instance"]["name"] == "a quokka instance"


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({"q": "kka"}, 5),
        ({"q": " quokka "}, 5),
        ({"q": "100%"}, 1),
        ({"q": "%_"}, 1),
        ({"q": "100_"}, 0),
        ({"q": "ähre"}, 1),
        ({"q": "many"}, 5),
        ({"q": "many", "per_type": 20}, 7),
        ({"q": "quokka", "entity_types": ["cell_instance", "project"]}, 2),
        ({"q": "quokka", "entity_types": ["pipeline"]}, 0),
    ],
)
def test_so_many_are_found(found, asked, total):
    api, _ = found
    answer = api.get("/search", **asked)
    assert (answer["total"], len(answer["results"])) == (total, total)
    assert answer["query"] == asked["q"].strip()


def test_a_project_bounds_what_belongs_to_it(found):
    api, ids = found
    kinds = {
        hit["entity_type"] for hit in api.get("/search", q="quokka", project_id="x")["results"]
    }
    assert kinds == {"project", "material"}
    assert api.get("/search", q="quokka", project_id=ids["project"])["total"] == 5


def test_pages_of_hits_follow_each_other(found):
    api, _ = found
    whole = api.get("/search", q="quokka")["results"]
    pages = [api.get("/search", q="quokka", limit=2, offset=at) for at in (0, 2, 4, 6)]
    assert [hit for page in pages for hit in page["results"]] == whole
    assert [(page["total"], page["limit"], page["offset"]) for page in pages] == [
        (5, 2, at) for at in (0, 2, 4, 6)
    ]


def test_what_is_deleted_is_not_found(fresh_api):
    project = fresh_api.post("/projects", {"name": "wombat"})["id"]
    fresh_api.specification(project, name="wombat cell")
    assert fresh_api.get("/search", q="wombat")["total"] == 2
    fresh_api.delete(f"/projects/{project}")
    assert fresh_api.get("/search", q="wombat")["results"] == []


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({}, "missing"),
        ({"q": ""}, "string_too_short"),
        ({"q": "a"}, "string_too_short"),
        ({"q": "ab", "limit": 101}, "less_than_equal"),
        ({"q": "ab", "limit": 0}, "greater_than_equal"),
        ({"q": "ab", "per_type": 21}, "less_than_equal"),
        ({"q": "ab", "per_type": 0}, "greater_than_equal"),
        ({"q": "ab", "offset": -1}, "greater_than_equal"),
    ],
)
def test_a_search_outside_its_limits_is_a_422(api, asked, kind):
    (error,) = api.get("/search", status=422, **asked)["detail"]
    assert error["type"] == kind


def test_a_search_for_blanks_is_a_400(api):
    assert "blank" in api.get("/search", status=400, q="  \t ")["message"]
