"""Materials and components: made beforehand or by a specification, found, and changed for all."""

import pytest
from traffic import traffic, unique

from ionworks.errors import Conflict, NotFound, PayloadError, WriteOutcomeUnknown

pytestmark = pytest.mark.replayed

NMC = {"type": "layered_oxide", "specific_capacity": {"value": 200, "unit": "mA*h/g"}}


def specification(client, **slots):
    parts = {slot: {"material": material} for slot, material in slots.items()}
    return client.cell_spec.create({"name": unique("spec"), **parts})


def test_a_material_comes_back_as_it_was_given(client):
    name = unique("NMC811")
    made = client.material.create(
        {"name": name, "definition": NMC, "manufacturer": "Umicore", "product_id": "T-811"}
    )
    assert (made.name, made.manufacturer, made.product_id) == (name, "Umicore", "T-811")
    assert made.definition["type"] == "layered_oxide"
    assert made.definition.quantities["specific_capacity"].unit == "mA*h/g"
    assert made.property_count == 0
    assert made.created_at.tzinfo is not None
    assert client.material.get(made.id) == made


@pytest.mark.live("about what the sandbox decides")
def test_only_a_name_is_needed(client):
    made = client.material.create({"name": unique("LFP")})
    assert (made.manufacturer, made.product_id) == (None, None)
    assert dict(made.definition) == {}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x", "definition": "graphite"}, "definition"),
        ({"name": "x", "maker": "y"}, "maker"),
        ({"name": "x", "property_count": 3}, "property_count"),
    ],
)
@pytest.mark.live("sends nothing")
def test_what_does_not_fit_is_refused_before_a_request(client, data, field):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.material.create(data)
    assert sent == []
    assert info.value.field == field


def test_materials_of_specifications_and_those_made_alone_are_listed(client):
    spec = specification(client, anode={"name": unique("graphite")})
    made = client.material.create({"name": unique("LFP")})
    listed = {each.id: each for each in client.material.list()}
    assert listed[made.id] == made
    assert listed[spec.anode.material_id].name == spec.anode.material.name
    assert {each.id for each in client.material.iterate()} == {*listed}


@pytest.mark.live("about what the sandbox decides")
def test_a_project_counts_and_hides_nothing(client):
    made = client.material.create({"name": unique("LFP")})
    project = client.project.create({"name": unique("project")})
    for options in ({"project_id": project.id}, {"include_system": False}):
        assert made in client.material.list(**options)
        assert made in list(client.material.iterate(**options))


def test_one_page_is_asked_for_or_all_are_walked(client):
    made = [client.material.create({"name": unique("LFP")}) for _ in range(3)]
    page = client.material.list(limit=2, offset=1)
    assert (len(page), page.total) == (2, client.material.list().total)
    assert [each.id for each in page] == [made[1].id, made[0].id]
    with traffic() as sent:
        assert len(list(client.material.iterate(max_items=2))) == 2
    assert len(sent) == 1
    with pytest.raises(PayloadError, match="limit"):
        client.material.list(limit=101)


@pytest.mark.live("about what the sandbox decides")
def test_a_change_holds_in_every_component_that_is_made_of_it(client):
    name = unique("NMC811")
    spec = specification(client, cathode={"name": name, "definition": NMC})
    other = specification(client, cathode={"name": name})
    material = spec.cathode.material_id
    assert other.cathode.material_id == material
    changed = client.material.update(material, {"name": name + " b", "manufacturer": "Umicore"})
    assert (changed.name, changed.manufacturer) == (name + " b", "Umicore")
    assert changed.definition["type"] == "layered_oxide"
    assert client.cell_spec.get(other.id).cathode.material.name == name + " b"
    cleared = client.material.update(material, {"manufacturer": None})
    assert (cleared.manufacturer, cleared.name) == (None, name + " b")


@pytest.mark.live("about what the sandbox decides")
def test_a_specification_finds_a_renamed_material_by_its_new_name(client):
    spec = specification(client, cathode={"name": unique("NMC811")})
    material = spec.cathode.material_id
    name = client.material.update(material, {"name": unique("NMC532")}).name
    assert specification(client, cathode={"name": name}).cathode.material_id == material


@pytest.mark.live("about what the sandbox decides")
def test_two_materials_of_a_project_never_become_the_same(client):
    spec = specification(client, anode={"name": unique("A")}, cathode={"name": unique("B")})
    with pytest.raises(Conflict) as info:
        client.material.update(spec.anode.material_id, {"name": spec.cathode.material.name})
    assert info.value.existing_id == spec.cathode.material_id
    assert client.material.get(spec.anode.material_id).name == spec.anode.material.name


@pytest.mark.live("about what the sandbox decides")
def test_a_name_cannot_be_cleared(client):
    made = client.material.create({"name": unique("LFP")})
    with traffic() as sent, pytest.raises(PayloadError, match="name"):
        client.material.update(made.id, {"name": None})
    assert sent == []


def test_a_component_is_the_one_of_its_specification(client):
    loading = {"value": 20.0, "unit": "mg/cm**2"}
    cathode = {"properties": {"loading": loading}, "material": {"name": unique("NMC811")}}
    spec = client.cell_spec.create({"name": unique("spec"), "cathode": cathode})
    found = client.material.component(spec.cathode_id)
    assert found == spec.cathode
    assert (found.component_type, found.material_id) == ("cathode", spec.cathode.material.id)
    assert found.properties.quantities["loading"].unit == "mg/cm**2"


@pytest.mark.live("about what the sandbox decides")
def test_what_is_not_there_is_not_found(client):
    for call in (
        lambda: client.material.get("nobody"),
        lambda: client.material.update("nobody", {"name": "x"}),
        lambda: client.material.component("nobody"),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_material_made_alone_is_found_by_search(client):
    made = client.material.create({"name": unique("LFP")})
    found = client.search.query(made.name, entity_types=["material"])
    assert [(hit.id, hit.project_id) for hit in found.results] == [(made.id, None)]


def test_an_answer_that_was_lost_is_no_reason_to_make_a_second_material(scripted, client_of):
    """Nothing is known of what a second one of the same name would do."""
    from rig import Drop

    api = scripted(Drop())
    with pytest.raises(WriteOutcomeUnknown):
        client_of(api).material.create({"name": "LFP"})
    assert len(api.requests) == 1
