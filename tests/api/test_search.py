"""Search through the client: kinds, pages, projects, and what is refused."""

import pytest
from traffic import measurement, traffic, unique

from ionworks.errors import BadRequest, PayloadError

pytestmark = pytest.mark.replayed


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
    found = client.search.query(named["word"], all_projects=True)
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
    found = client.search.query(named["word"], entity_types="cell_instance", all_projects=True)
    assert [hit.id for hit in found.results] == [named["cell"].id]
    found = client.search.query(
        named["word"], entity_types=["cell_instance", "cell_measurement"], all_projects=True
    )
    assert kinds(found) == {"cell_instance", "cell_measurement"}


@pytest.mark.live("about what the sandbox decides")
def test_the_case_does_not_matter_and_signs_stand_for_themselves(client, named):
    assert client.search.query(named["word"].swapcase(), all_projects=True).total == 5
    for sign in ("%", "_", "\\"):
        assert client.search.query(named["word"] + sign, all_projects=True).total == 0


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
    whole = client.search.query(named["word"], all_projects=True)
    pages = [
        client.search.query(named["word"], all_projects=True, limit=2, offset=n)
        for n in (0, 2, 4, 6)
    ]
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
