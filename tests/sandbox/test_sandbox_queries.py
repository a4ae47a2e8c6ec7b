"""Lists of the sandbox: pages, filters with their operators, order, and the list of a project."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.sandbox.contract.operations import load_contract
from ionworks.sandbox.database.queries import split_members

ONE_LETTER = {"Ä", "*", "?"}
EVERY_NAME = ONE_LETTER | {
    *("RPT 0", "rpt 1", "100%", "1000", "a_b", "aXb", "back\\slash", "x,y", 'q"q'),
    *("[x]", "Straße"),
}


@pytest.fixture(scope="module")
def named(api):
    """Return the list path of an instance with measurements of awkward names."""
    instance = api.instance()
    for name in sorted(EVERY_NAME):
        api.properties(instance, name)
    return f"/cell_instances/{instance}/cell_measurements"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("RPT 0", {"RPT 0"}),
        ("rpt 0", set()),
        ("eq.RPT 0", {"RPT 0"}),
        ("neq.RPT 0", EVERY_NAME - {"RPT 0"}),
        ("ilike.%rpt%", {"RPT 0", "rpt 1"}),
        ("ilike.rpt", set()),
        ("ilike.100\\%", {"100%"}),
        ("ilike.100%", {"100%", "1000"}),
        ("ilike.a\\_b", {"a_b"}),
        ("ilike.a_b", {"a_b", "aXb"}),
        ("ilike.%\\\\%", {"back\\slash"}),
        ("ilike.ä", {"Ä"}),
        ("ilike._", ONE_LETTER),
        ("ilike.%", EVERY_NAME),
        ("ilike.", set()),
        ("ilike.ilike.%", set()),
        ("ilike.stra_e", {"Straße"}),
        ("ilike.STRASSE", {"Straße"}),
        ("ilike.%b%c%k%s%h", {"back\\slash"}),
        ("ilike.back\\", set()),
        ("like.%RPT%", {"RPT 0"}),
        ("like.%rpt%", {"rpt 1"}),
        ("like.RPT 0", {"RPT 0"}),
        ("like.rpt 0", set()),
        ("like.rpt__", {"rpt 1"}),
        ("like.Ä", {"Ä"}),
        ("like.ä", set()),
        ("like._", ONE_LETTER),
        ("like.a_b", {"a_b", "aXb"}),
        ("like.a\\_b", {"a_b"}),
        ("like.100\\%", {"100%"}),
        ("like.%\\\\%", {"back\\slash"}),
        ("like.*", {"*"}),
        ("like.?", {"?"}),
        ("like.[x]", {"[x]"}),
        ("like.[a-z]", set()),
        ("like.%", EVERY_NAME),
        ("like.%%", EVERY_NAME),
        ("like.%_%", EVERY_NAME),
        ("like.Stra_e", {"Straße"}),
        ("like.STRASSE", set()),
        ("in.(RPT 0,1000)", {"RPT 0", "1000"}),
        ('in.("x,y","q\\"q")', {"x,y", 'q"q'}),
        ("gte.rpt 1", {"rpt 1", "x,y", "Ä"}),
        ("lt.1000", {"100%", "*"}),
        ("eq.", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_a_text_filter_means_what_its_operator_says(api, named, value, found):
    assert set(api.names(named, name=value)) == found


@pytest.mark.parametrize("operator", ["like", "ilike"])
@pytest.mark.parametrize(
    "pattern", ["_" * 1001, "_" * 50_001, "a" * 50_000, "%a" * 10_000, "\\_" * 12_000, "Ä" * 5_000]
)
def test_x31_a_pattern_longer_than_any_name_is_refused(api, named, operator, pattern):
    refusal = api.get(named, 422, name=f"{operator}.{pattern}")["detail"][0]
    assert refusal["loc"] == ["query", "name"]
    assert "at most 1000 characters" in refusal["msg"]


@pytest.mark.parametrize(
    "value",
    [
        *("like." + "_" * 1000, "ilike." + "%_" * 500, "like." + "%a" * 499 + "%b", "like.\\"),
        *("eq." + "a" * 50_000, "in.(" + "a," * 12_000 + "b)", "in.()", "like.(((", "ilike.[z-a]"),
    ],
    ids=lambda value: value[:12],
)
def test_x31_what_no_name_can_have_finds_nothing(api, named, value):
    assert api.names(named, name=value) == []


def test_x31_a_pattern_of_many_parts_does_not_take_for_ever(api):
    instance = api.instance()
    api.properties(instance, "a" * 255)
    path = f"/cell_instances/{instance}/cell_measurements"
    start = time.process_time()  # of the sandbox, too; other programs do not count
    assert api.names(path, name="ilike." + "%a" * 60 + "%b") == []
    assert api.names(path, name="like." + "%a" * 60 + "%") == ["a" * 255]
    assert time.process_time() - start < 5


@settings(max_examples=30, deadline=None)
@given(parts=st.lists(st.text(max_size=6).filter(lambda t: '"' not in t), min_size=1))
def test_quoted_members_come_apart_as_they_were_put_together(parts):
    quoted = ",".join('"' + part.replace("\\", "\\\\") + '"' for part in parts)
    assert split_members(quoted) == parts


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_name_is_found_by_itself_and_by_its_parts(api, kit, data):
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    name = f"<{kit.fresh_name(data.draw(text))}>"
    project = api.post("/projects", {"name": name})["id"]
    assert [item["id"] for item in api.get("/projects", name=f"eq.{name}")["items"]] == [project]
    start, length = data.draw(st.tuples(st.integers(0, 12), st.integers(0, 12)))
    part = name[start : start + length]
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = {"name": f"ilike.%{escaped}%", "limit": 1, "order": "desc"}
    assert api.get("/projects", **query)["items"][0]["id"] == project
    api.delete(f"/projects/{project}")


def test_pages_follow_each_other_and_know_the_total(api):
    specification = api.specification()
    made = [api.instance(specification) for _ in range(30)]
    path = f"/cell_specifications/{specification}/cell_instances"
    first = api.get(path)
    assert (first["count"], first["total"]) == (25, 30)
    newest_first = [item["id"] for item in first["items"]]
    newest_first += [item["id"] for item in api.get(path, offset=25)["items"]]
    assert newest_first == made[::-1]
    beyond = api.get(path, offset=30)
    assert (beyond["items"], beyond["count"], beyond["total"]) == ([], 0, 30)
    assert api.get(path, offset=10**30)["items"] == []
    pages = [api.get(path, limit=7, offset=at, order="asc")["items"] for at in range(0, 30, 7)]
    assert [item["id"] for page in pages for item in page] == made


def test_the_default_page_is_that_of_the_contract(api):
    defaults = {
        path: {
            p.get("name"): p["schema"].get("default")
            for p in item["get"]["parameters"]
            if "name" in p
        }
        for path, item in load_contract().document["paths"].items()
        if path in {"/projects", "/cell_measurements/by-project/{project_id}"}
    }
    assert defaults["/projects"]["limit"] == 100
    instance = api.instance(api.specification(project := api.project()))
    for number in range(26):
        api.properties(instance, f"m{number}")
    listed = api.get(f"/cell_measurements/by-project/{project}")
    assert listed["count"] == defaults["/cell_measurements/by-project/{project_id}"]["limit"] == 25


def test_order_is_by_the_asked_field_and_equal_values_keep_the_order_of_creation(api):
    instance = api.instance(api.specification(project := api.project()))
    for name, start, cycler in (
        ("b", "2024-01-02T00:00:00+02:00", "Neware"),
        ("a", "2024-01-01T23:00:00Z", "Maccor"),
        ("c", None, "Maccor"),
        ("d", None, None),
    ):
        api.properties(instance, name, start_time=start, test_setup={"cycler": cycler})
    path = f"/cell_measurements/by-project/{project}"
    assert api.names(path, order_by="name", order="asc") == ["a", "b", "c", "d"]
    assert api.names(path, order_by="start_time", order="asc") == ["b", "a", "c", "d"]
    assert api.names(path, order_by="start_time") == ["d", "c", "a", "b"]
    assert api.names(path, order_by="cycler", order="asc") == ["a", "c", "b", "d"]
    assert api.names(path, order_by="step_labels_validated", order="asc") == ["b", "a", "c", "d"]
    for field in ("created_at", "updated_at", "cell_instance_id", "notes"):
        assert api.names(path, order_by=field) == ["d", "c", "a", "b"]


def test_times_are_compared_as_instants(api):
    instance = api.instance()
    path = f"/cell_instances/{instance}/cell_measurements"
    early = api.properties(instance, "early", start_time="2024-01-01T00:00:00Z")
    late = api.properties(instance, "late", start_time="2024-06-01T00:00:00Z")
    assert api.names(path, start_time_gt="2024-01-01T01:00:00+01:00") == ["late"]
    assert api.names(path, start_time_lt="2024-02-01") == ["early"]
    assert api.names(path, created_at_gt=early["created_at"]) == ["late"]
    assert api.names(path, created_at_lt=late["created_at"]) == ["early"]
    api.patch(f"/cell_measurements/{early['id']}", {"notes": "n"})
    assert api.names(path, updated_at_gt=late["updated_at"]) == ["early"]


def test_other_filters_of_an_instance_list(api):
    instance = api.instance()
    path = f"/cell_instances/{instance}/cell_measurements"
    api.properties(instance, "one", tags=["Cold", "aging"])
    api.properties(instance, "two", tags=["cold"])
    api.series(instance, "series")
    assert api.names(path, measurement_type="time_series") == ["series"]
    assert api.names(path, tags_all=["COLD", "aging"]) == ["one"]
    assert api.names(path, tags_any=["aging", "cold"]) == ["two", "one"]
    me = api.get("/users/me")["email"]
    assert len(api.names(path, created_by_email=f"ilike.%{me.upper()}%")) == 3
    assert api.names(path, created_by_email="eq.somebody@else.example") == []
    assert "tags_all" not in api.get(path)


def test_specifications_are_filtered_by_form_factor(api):
    project = api.project()
    api.specification(project, form_factor="R2032")
    api.specification(project, form_factor="pouch")
    found = api.get("/cell_specifications", project_id=project, form_factor="eq.R2032")
    assert [item["form_factor"] for item in found["items"]] == ["R2032"]


@pytest.fixture(scope="module")
def two_cells(api, kit):
    """Return a project with one measurement on each of two unlike cells, and their ids."""
    project = api.project()
    kinds = {}
    for kind, anode, cathode in (("one", "Graphite", "NMC 811"), ("two", "Silicon", "LFP")):
        specification = api.specification(
            project, anode={"material": {"name": anode}}, cathode={"material": {"name": cathode}}
        )
        instance = api.instance(specification)
        api.properties(instance, kind)
        kinds[kind] = (specification, instance)
    return project, kinds


def test_a_project_lists_measurements_with_their_parents(api, two_cells):
    project, kinds = two_cells
    listed = api.get(f"/cell_measurements/by-project/{project}")
    assert (listed["count"], listed["total"]) == (2, 2)
    for item in listed["items"]:
        specification, instance = kinds[item["name"]]
        assert item["instance"]["id"] == item["cell_instance_id"] == instance
        assert item["specification"]["id"] == specification
        assert item["specification"]["anode"]["material"]["name"]
    assert api.get(f"/cell_measurements/by-project/{api.project()}")["items"] == []


def test_a_project_list_is_filtered_by_its_parents(api, two_cells):
    project, kinds = two_cells
    specification, instance = (
        api.get(f"/{noun}/{each}")
        for noun, each in zip(("cell_specifications", "cell_instances"), kinds["one"], strict=True)
    )
    for filters in (
        {"spec_name": f"eq.{specification['name']}"},
        {"instance_name": instance["name"]},
        {"spec_id": specification["id"]},
        {"cell_instance_id": instance["id"]},
        {"spec_anode": "ilike.%graph%"},
        {"spec_cathode": "eq.NMC 811"},
        {"spec_anode": "Graphite", "spec_cathode": "in.(NMC 811,LFP)"},
        {"measurement_type": "properties", "name": "one"},
    ):
        assert api.names(f"/cell_measurements/by-project/{project}", **filters) == ["one"], filters
    nothing = {"spec_anode": "Graphite", "spec_cathode": "LFP"}
    assert api.names(f"/cell_measurements/by-project/{project}", **nothing) == []
