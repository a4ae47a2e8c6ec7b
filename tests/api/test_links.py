"""Tags of measurements: put on, taken off, counted, and looked for; and who watches."""

import pytest
from traffic import measurement, traffic, unique

from ionworks.errors import BadRequest, ConfigurationError, NotFound, PayloadError

pytestmark = pytest.mark.replayed


@pytest.fixture
def project(client):
    return client.project.create({"name": unique("project")})


@pytest.fixture
def cell(client, project):
    spec = client.cell_spec.create({"name": unique("spec"), "project_id": project.id})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def tests(client, cell):
    """Three measurements, the first tagged at its creation."""
    first = client.cell_measurement.create_properties(
        cell.id, "first", {}, tags=["hppc", "25 degC"]
    )
    others = [client.cell_measurement.create_properties(cell.id, name, {}) for name in ("2", "3")]
    return [first.id, *(other.id for other in others)]


def tags_of(client, measurement_id):
    return client.cell_measurement.get(measurement_id).tags


def counts(client, project, **options):
    listed = client.cell_measurement.list_tags(project.id, **options)
    return {tag.tag: tag.usage_count for tag in listed}


def test_a_single_text_is_one_tag_wherever_tags_are_given(client, cell, tests, tmp_path):
    """Not its letters."""
    one = tests[1]
    assert client.cell_measurement.add_tags(one, "hppc") == 1
    assert tags_of(client, one) == ["hppc"]
    assert client.cell_measurement.remove_tags(one, "hppc") == 1
    assert tags_of(client, one) == []
    (tmp_path / "a.txt").write_text("x")
    file = client.cell_measurement.create_file(
        cell.id, "file", tmp_path / "a.txt", tags="formation"
    )
    properties = client.cell_measurement.create_properties(cell.id, "p", {}, tags="formation")
    assert tags_of(client, file.id) == tags_of(client, properties.id) == ["formation"]
    listed = client.cell_measurement.list(cell.id, tags_all="formation")
    assert {each.id for each in listed} == {file.id, properties.id}


def test_tags_are_added_to_many_at_once(client, tests):
    with traffic() as sent:
        assert client.cell_measurement.add_tags(tests, ["rpt", "hppc"]) == 3
    assert len(sent) == 1
    assert [set(tags_of(client, each)) for each in tests] == [
        {"hppc", "25 degC", "rpt"},
        {"hppc", "rpt"},
        {"hppc", "rpt"},
    ]
    assert client.cell_measurement.add_tags(tests, ("RPT",)) == 0  # known by another spelling
    assert client.cell_measurement.remove_tags(set(tests), {"hppc"}) == 3
    assert client.cell_measurement.remove_tags(tests, "never there") == 0
    assert client.cell_measurement.remove_tags(tests, "25 degc") == 1
    assert {tuple(tags_of(client, each)) for each in tests} == {("rpt",)}


@pytest.mark.live("about what the sandbox decides")
def test_all_of_them_change_or_none(client, tests):
    with pytest.raises(NotFound):
        client.cell_measurement.add_tags([*tests, "nobody"], "rpt")
    with pytest.raises(BadRequest, match="at most 50"):
        client.cell_measurement.add_tags(tests, [f"tag {n}" for n in range(50)])  # one has two
    with traffic() as sent, pytest.raises(PayloadError, match="longer than 50"):
        client.cell_measurement.add_tags(tests, ["rpt", "x" * 51])
    assert sent == []
    assert [tags_of(client, each) for each in tests[1:]] == [[], []]


@pytest.mark.parametrize("wrong", ["", "  ", [], [""], ["ok", ""], 7, None, {"a": 1}, [3], b"hppc"])
@pytest.mark.parametrize("which", ["measurement_ids", "tags"])
@pytest.mark.live("sends nothing")
def test_nothing_is_no_tag_and_no_measurement(client, tests, which, wrong):
    given = {"measurement_ids": tests, "tags": ["rpt"]} | {which: wrong}
    for call in (client.cell_measurement.add_tags, client.cell_measurement.remove_tags):
        with traffic() as sent, pytest.raises(PayloadError) as info:
            call(**given)
        assert sent == []
        assert info.value.field.startswith(which)


def test_tags_are_listed_with_how_often_they_are_used(client, project, tests):
    client.cell_measurement.add_tags(tests, ["rpt"])
    client.cell_measurement.add_tags(tests[1], ["HPPC"])
    listed = client.cell_measurement.list_tags(project.id)
    assert [(tag.tag, tag.usage_count) for tag in listed] == [
        ("rpt", 3),
        ("hppc", 2),
        ("25 degC", 1),
    ]
    assert listed.total == 3
    assert counts(client, project, q="PP") == {"hppc": 2}
    assert counts(client, project, q="none of them") == {}
    first = client.cell_measurement.list_tags(project.id, limit=1)
    assert ([tag.tag for tag in first], first.total) == (["rpt"], 3)


def test_all_tags_are_listed_not_only_a_first_page(client, project, cell):
    for n in range(3):
        client.cell_measurement.create_properties(
            cell.id, f"{n}", {}, tags=[f"tag {n}-{k:02}" for k in range(40)]
        )
    listed = client.cell_measurement.list_tags(project.id)
    assert len(listed) == listed.total == 120


def test_the_clients_own_project_is_asked_by_default(client, sandbox, project, tests):
    with sandbox.client(project_id=project.id) as own:
        assert {tag.tag for tag in own.cell_measurement.list_tags()} == {"hppc", "25 degC"}
        assert {each.id for each in own.cell_measurement.find(tags_any="hppc")} == {tests[0]}


def test_without_a_project_it_says_what_to_do(client_of, sandbox, monkeypatch):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)
    client = client_of(sandbox.url)
    for call in (client.cell_measurement.list_tags, client.cell_measurement.find):
        with traffic() as sent, pytest.raises(ConfigurationError, match="IONWORKS_PROJECT_ID"):
            call()
        assert sent == []


@pytest.fixture
def tagged(client, cell):
    def make(name, *tags):
        return client.cell_measurement.create_properties(cell.id, name, {}, tags=[*tags]).id

    return {
        "both": make("both", "hppc", "25 degC"),
        "hppc": make("hppc only", "HPPC"),
        "warm": make("warm only", "25 degC"),
        "none": client.cell_measurement.create_properties(cell.id, "none", {}).id,
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"tags_all": ["hppc", "25 degC"]}, {"both"}),
        ({"tags_any": ["hppc", "25 degC"]}, {"both", "hppc", "warm"}),
        ({"tags_all": "hppc"}, {"both", "hppc"}),
        ({"tags_any": ("25 DEGC",)}, {"both", "warm"}),
        ({"tags_all": ["hppc"], "tags_any": ["25 degC", "rpt"]}, {"both"}),
        ({"tags_all": ["hppc", "never"]}, set()),
        ({"tags_any": "hpp"}, set()),
        ({"tags_any": "hppc", "name": "only"}, {"hppc"}),
        ({}, {"both", "hppc", "warm", "none"}),
    ],
)
@pytest.mark.live("many lists")
def test_measurements_are_found_by_all_or_any_of_their_tags(
    client, project, cell, tagged, filters, expected
):
    wanted = {tagged[each] for each in expected}
    listed = client.cell_measurement.list(cell.id, **filters)
    assert ({each.id for each in listed}, listed.total) == (wanted, len(wanted))
    assert {each.id for each in client.cell_measurement.iterate(cell.id, **filters)} == wanted
    for place in ({"project_id": project.id}, {"cell_spec_id": cell.cell_specification_id}):
        found = client.cell_measurement.find(**place, **filters)
        assert ({each.id for each in found}, found.total) == (wanted, len(wanted))


@pytest.mark.parametrize("field", ["tags_all", "tags_any"])
@pytest.mark.parametrize("wrong", ["", [], [" "], 7])
@pytest.mark.live("sends nothing")
def test_no_tags_are_no_filter(client, cell, field, wrong):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.cell_measurement.list(cell.id, **{field: wrong})
    assert sent == []
    assert info.value.field.startswith(field)


def test_odd_tags_are_found_exactly(client, project, cell):
    odd = ["100%", "a_b", "a&b=c", "\u65e5\u672c \U0001f50b", "x" * 50, "a, b", "#1?"]
    for tag in odd:
        client.cell_measurement.create_properties(cell.id, f"with {tag}", {}, tags=tag)
    assert set(counts(client, project)) == set(odd)
    for tag in odd:
        (found,) = client.cell_measurement.list(cell.id, tags_all=tag)
        assert found.tags == [tag]
        assert [each.id for each in client.cell_measurement.find(tag, project_id=project.id)] == [
            found.id
        ]


def test_tags_are_replaced_by_an_update(client, tests):
    client.cell_measurement.update(tests[0], {"tags": ["only this"]})
    assert tags_of(client, tests[0]) == ["only this"]
    client.cell_measurement.update(tests[0], {"notes": "n"})
    assert tags_of(client, tests[0]) == ["only this"]


# Looking for text


def test_a_text_is_looked_for_in_name_notes_protocol_and_tags(client, project, cell):
    word = unique("word")
    make = client.cell_measurement.create_properties
    expected = {
        make(cell.id, f"named {word.upper()}", {}).id,
        make(cell.id, "by notes", {}, notes=f"see {word}").id,
        make(cell.id, "by protocol", {}, protocol={"name": f"{word} C/20"}).id,
        make(cell.id, "by tag", {}, tags=word).id,
    }
    make(cell.id, "another", {}, notes="nothing of it")
    for place in ({"project_id": project.id}, {"cell_spec_id": cell.cell_specification_id}):
        found = client.cell_measurement.find(word, **place)
        assert ({each.id for each in found}, found.total) == (expected, 4)
    assert len(client.cell_measurement.find(word, project_id=project.id, limit=3)) == 3
    assert client.cell_measurement.find(word, project_id=project.id, limit=3).total == 4


def test_a_place_is_a_project_or_a_specification(client, cell):
    with traffic() as sent, pytest.raises(PayloadError, match="cannot be combined"):
        client.cell_measurement.find(project_id="p", cell_spec_id=cell.cell_specification_id)
    assert sent == []
    assert client.cell_measurement.find(cell_spec_id="nobody") == []


@pytest.mark.live("about what the sandbox decides")
def test_the_other_filters_hold_too(client, cell):
    series = client.cell_measurement.create(cell.id, measurement("series"))
    client.cell_measurement.create_properties(cell.id, "properties", {})
    spec_id = cell.cell_specification_id
    find = client.cell_measurement.find
    assert [t.id for t in find(cell_spec_id=spec_id, measurement_type="time_series")] == [series.id]
    ordered = find(cell_spec_id=spec_id, order_by="name", order="asc")
    assert [each.name for each in ordered] == ["properties", "series"]
    assert find(cell_spec_id=spec_id, name_exact="series")[0].id == series.id


@pytest.mark.live("pages are large")
def test_every_page_is_walked(client, cell):
    names = {f"m {n:03}" for n in range(130)}
    for name in sorted(names):
        client.cell_measurement.create_properties(cell.id, name, {}, tags="many")
    found = client.cell_measurement.find(cell_spec_id=cell.cell_specification_id, tags_all="many")
    assert {each.name for each in found} == names
    assert found.total == 130


# Watching


def test_to_watch_and_not_to_watch_can_be_said_twice(client, tests):
    for _ in range(2):
        client.cell_measurement.watch(tests[0])
    for _ in range(2):
        client.cell_measurement.unwatch(tests[0])
    for call in (client.cell_measurement.watch, client.cell_measurement.unwatch):
        with pytest.raises(NotFound):
            call("nobody")
