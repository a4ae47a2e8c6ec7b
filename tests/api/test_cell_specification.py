"""Cell specifications through the client: ratings as quantities, components, create_or_get."""

import json
import warnings

import pint
import pytest
from traffic import measurement, traffic, unique

from ionworks import DifferenceWarning, Quantity
from ionworks.errors import Conflict, NotFound, PayloadError

pytestmark = pytest.mark.replayed

RATINGS = {
    "capacity": Quantity(5.0, "A*h"),
    "voltage_min": "2.5 V",
    "voltage_max": {"value": 4.2, "unit": "V"},
}
COMPONENTS = {
    "anode": {
        "material": {"name": "Graphite-SiOx", "manufacturer": "BTR"},
        "properties": {"loading": Quantity(14.5, "mg.cm-2"), "coated": True},
    },
    "cathode": {"material": {"name": "NMC_811"}},
}


def silently(call, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call(*args, **kwargs)


def test_ratings_of_every_spelling_come_back_as_quantities(client):
    ureg = pint.get_application_registry()
    spec = client.cell_spec.create(
        {"name": unique("spec"), "ratings": {**RATINGS, "energy": ureg.Quantity(18.2, "W*h")}}
    )
    assert spec.ratings.capacity == Quantity(5.0, "A*h")
    assert spec.ratings.capacity.to("mA*h") == Quantity(5000.0, "mA*h")
    assert spec.ratings.voltage_min == Quantity(2.5, "V")
    assert spec.ratings.voltage_max > spec.ratings.voltage_min
    assert spec.ratings.energy.isclose(Quantity(18.2, "W*h"))
    assert spec.ratings.nominal_voltage is None


@pytest.mark.live("about a record, not its requests")
def test_a_specification_is_read_by_key_as_documented(client):
    spec = client.cell_spec.create({"name": unique("spec"), "ratings": RATINGS})
    assert spec.ratings["capacity"]["value"] == 5.0
    assert spec.ratings["capacity"]["unit"] == "A*h"
    assert spec["ratings"]["voltage_min"]["value"] == spec["ratings"]["voltage_min"].value == 2.5
    assert dict(spec)["name"] == spec.get("name") == spec.name
    assert spec.get("form_factor") is None


@pytest.mark.live("about a record, not its requests")
def test_quantities_stay_the_wires_dicts_in_free_objects_and_are_quantities_beside(client):
    spec = client.cell_spec.create(
        {
            "name": unique("spec"),
            "ratings": RATINGS,
            "properties": {"mass": Quantity(68.2, "g"), "deep": {"er": [Quantity(1, "mm")]}},
            **COMPONENTS,
        }
    )
    found = client.cell_spec.get(spec.id)
    assert found.properties["mass"] == {"value": 68.2, "unit": "g"}
    assert found.properties["deep"]["er"] == [{"value": 1, "unit": "mm"}]
    assert found.quantities["properties"]["mass"] == Quantity(68.2, "g")
    assert found.quantities["ratings"]["capacity"] == Quantity(5.0, "A*h")
    assert found.anode.properties["loading"]["unit"] == "mg.cm-2"
    assert found.anode.properties["coated"] is True
    assert found.anode.material.name == "Graphite-SiOx"
    assert found.quantities["anode"]["properties"]["loading"].to("g/m**2").value == 145.0


@pytest.mark.live("about a record, not its requests")
def test_a_record_is_json_ready(client):
    spec = client.cell_spec.create({"name": unique("spec"), "ratings": RATINGS, **COMPONENTS})
    again = type(spec).from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec


@pytest.mark.live("about a record, not its requests")
def test_a_record_looks_good_in_a_notebook(client):
    spec = client.cell_spec.create({"name": "<b>" + unique("spec"), "ratings": RATINGS})
    shown = spec._repr_html_()
    assert "&lt;b&gt;spec" in shown
    assert "<b>" not in shown
    assert "Quantity(5.0, 'A*h')" in repr(spec)


def test_create_or_get_creates_then_finds(client):
    data = {"name": unique("spec"), "form_factor": "21700", "ratings": RATINGS, **COMPONENTS}
    made = client.cell_spec.create_or_get(data)
    assert silently(client.cell_spec.create_or_get, data).id == made.id
    assert client.cell_spec.list(name_exact=data["name"]).total == 1


@pytest.mark.parametrize(
    "ratings",
    [
        {"voltage_min": "2500 mV"},
        {"voltage_min": Quantity(2.5, "V"), "voltage_max": "4.2V"},
        {"capacity": {"value": 5000, "unit": "mA.h"}},
        {"capacity": Quantity(18000.0, "A*s")},
        {"capacity": "5 Ah"},
        {"energy": None},
        {},
    ],
    ids=str,
)
def test_the_same_in_other_units_and_spellings_is_no_difference(client, ratings):
    data = {"name": unique("spec"), "ratings": RATINGS}
    made = client.cell_spec.create(data)
    assert silently(client.cell_spec.create_or_get, {**data, "ratings": ratings}).id == made.id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ratings": {"voltage_min": "2.4 V"}}, r"ratings\.voltage_min"),
        ({"ratings": {"energy": "18 W*h"}}, r"ratings\.energy.*found None"),
        ({"form_factor": "18650"}, "form_factor: requested '18650', found '21700'"),
        ({"anode": {"material": {"name": "Silicon"}}}, r"anode\.material\.name"),
        (
            {"anode": {"properties": {"loading": "15 mg.cm-2"}}},
            r"anode\.properties\.loading",
        ),
        ({"source": {"doi": "10.1/2"}}, "source"),
    ],
)
def test_a_difference_is_reported_by_its_field(client, change, told):
    data = {"name": unique("spec"), "form_factor": "21700", "ratings": RATINGS, **COMPONENTS}
    made = client.cell_spec.create(data)
    asked = {"name": data["name"], **change}
    with pytest.warns(DifferenceWarning, match=told) as caught:
        found = client.cell_spec.create_or_get(asked)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert found.id == made.id
    assert client.cell_spec.get(made.id) == found
    with pytest.raises(Conflict, match=told):
        client.cell_spec.create_or_get(asked, on_difference="raise")
    assert silently(client.cell_spec.create_or_get, asked, on_difference="ignore").id == made.id


@pytest.mark.live("sends nothing")
def test_an_unknown_choice_for_differences_is_refused_before_sending(client):
    with traffic() as sent, pytest.raises(PayloadError, match=r"on_difference.*'warn'"):
        client.cell_spec.create_or_get({"name": "x"}, on_difference="explode")
    assert not sent


def test_the_same_name_in_another_project_is_another_specification(client):
    name = unique("spec")
    projects = [client.project.create({"name": unique("project")}) for _ in range(2)]
    made = [client.cell_spec.create({"name": name, "project_id": p.id}) for p in projects]
    found = [client.cell_spec.create_or_get({"name": name, "project_id": p.id}) for p in projects]
    assert [s.id for s in found] == [s.id for s in made]
    assert made[0].id != made[1].id


def test_list_comes_with_components_only_if_asked(client):
    project = client.project.create({"name": unique("project")})
    for number in range(3):
        client.cell_spec.create({"name": f"s {number}", "project_id": project.id, **COMPONENTS})
    (lean, *_) = client.cell_spec.list(project_id=project.id)
    assert lean.anode is None
    full = client.cell_spec.list(include_components=True, project_id=project.id)
    assert {s.anode.material.name for s in full} == {"Graphite-SiOx"}
    assert {s.cathode.material.name for s in full} == {"NMC_811"}
    assert full[0] in list(client.cell_spec.iterate(True, project_id=project.id))


def test_filters_and_order_of_specifications(client):
    project = client.project.create({"name": unique("project")})
    for name, factor in (("NMC_811", "21700"), ("NMC-811", "18650"), ("LFP", "21700")):
        client.cell_spec.create(
            {"name": name, "form_factor": factor, "project_id": project.id, "ratings": RATINGS}
        )

    def names(**filters):
        found = client.cell_spec.list(
            project_id=project.id, order_by="name", order="asc", **filters
        )
        return [s.name for s in found]

    assert names() == ["LFP", "NMC-811", "NMC_811"]
    assert names(name="nmc") == ["NMC-811", "NMC_811"]
    assert names(name="NMC_8") == ["NMC_811"]
    assert names(name_exact="NMC_811") == ["NMC_811"]
    assert names(name_exact="nmc_811") == []
    assert names(form_factor="21700") == ["LFP", "NMC_811"]
    assert names(created_by_email="SANDBOX") == names()
    assert names(created_by_email="nobody") == []
    lfp = client.cell_spec.list(project_id=project.id, name="LFP")[0]
    assert names(updated_after=lfp.updated_at) == []
    assert names(updated_before=lfp.updated_at) == ["NMC-811", "NMC_811"]
    assert names(created_after="2000-01-01", created_before="2999-12-31") == names()


def test_update_merges_ratings_and_none_clears(client):
    spec = client.cell_spec.create(
        {"name": unique("spec"), "form_factor": "21700", "notes": "first", "ratings": RATINGS}
    )
    changed = client.cell_spec.update(spec.id, {"ratings": {"voltage_min": "2700 mV"}})
    assert changed.ratings.voltage_min.isclose(Quantity(2.7, "V"))
    assert changed.ratings.capacity == Quantity(5.0, "A*h")
    cleared = client.cell_spec.update(spec.id, {"notes": None, "ratings": {"voltage_max": None}})
    assert cleared.notes is None
    assert cleared.ratings.voltage_max is None
    assert (cleared.form_factor, cleared.name) == ("21700", spec.name)
    assert client.cell_spec.get(spec.id) == cleared


@pytest.mark.live("about what the sandbox decides")
def test_update_changes_a_component_in_place(client):
    spec = client.cell_spec.create({"name": unique("spec"), **COMPONENTS})
    changed = client.cell_spec.update(
        spec.id, {"anode": {"properties": {"loading": Quantity(15.0, "mg.cm-2")}}}
    )
    assert changed.anode.id == spec.anode.id
    assert changed.anode.material.name == "Graphite-SiOx"
    assert changed.anode.properties == {"loading": {"value": 15.0, "unit": "mg.cm-2"}}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"name": "x", "rating": {}}, "rating.*did you mean 'ratings'"),
        ({"name": "x", "ratings": {"capcity": "5 A*h"}}, r"ratings\.capcity.*'capacity'"),
        ({"name": "x", "ratings": {"capacity": 5.0}}, r"ratings\.capacity"),
        ({"name": "x", "ratings": {"capacity": "five volts"}}, r"ratings\.capacity"),
        ({"name": "x", "ratings": {"capacity": (5.0, "A*h")}}, r"ratings\.capacity"),
        ({"name": "x", "ratings": {"capacity": Quantity(float("nan"), "V")}}, "NaN|finite"),
        ({"name": "x", "anode": {"materal": {"name": "y"}}}, r"anode\.materal.*'material'"),
        ({"name": "x", "anode": {"material": {}}}, r"anode\.material\.name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 7}, "name"),
        ({}, "name"),
        ({"name": "x", "properties": {"mass": float("inf")}}, r"properties\.mass"),
        ("LG M50", "data.*dictionary"),
    ],
)
@pytest.mark.live("sends nothing")
def test_a_mistake_is_reported_before_anything_is_sent(client, data, told):
    with traffic() as sent:
        for method in (client.cell_spec.create, client.cell_spec.create_or_get):
            with pytest.raises(PayloadError, match=told):
                method(data)
    assert not sent


@pytest.mark.live("sends nothing")
def test_update_refuses_unknown_keys_before_sending(client):
    with traffic() as sent, pytest.raises(PayloadError, match="did you mean 'notes'"):
        client.cell_spec.update("some-id", {"note": "x"})
    assert not sent


@pytest.mark.live("about what the sandbox decides")
def test_a_project_that_is_not_there_is_not_found(client):
    with pytest.raises(NotFound, match="project"):
        client.cell_spec.create({"name": unique("spec"), "project_id": "nowhere"})


@pytest.mark.live("about what the sandbox decides")
def test_delete_takes_instances_and_measurements_with_it(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "1"})
    test = client.cell_measurement.create(cell.id, measurement("RPT"))
    assert client.cell_spec.delete(spec.id) is None
    for get, gone in (
        (client.cell_spec.get, spec),
        (client.cell_instance.get, cell),
        (client.cell_measurement.get, test),
        (client.cell_measurement.steps, test),
    ):
        with pytest.raises(NotFound):
            get(gone.id)
    again = client.cell_spec.create_or_get({"name": spec.name})
    assert again.id != spec.id


def test_specifications_are_found_by_their_materials(client):
    project = client.project.create({"name": unique("project")})

    def make(name, **slots):
        components = {slot: {"material": {"name": material}} for slot, material in slots.items()}
        data = {"name": name, "project_id": project.id, **components}
        return client.cell_spec.create(data)

    first = make("first", anode="Graphite", cathode="NMC", separator="PE")
    second = make("second", anode="Graphite", cathode="LFP", electrolyte="LP30", case="Al")
    third = make("third", anode="LFP")
    graphite, nmc = first.anode.material_id, first.cathode.material_id
    lfp = second.cathode.material_id

    def found(**filters):
        listed = client.cell_spec.list(project_id=project.id, **filters)
        assert listed.total == len(listed)
        return {spec.name for spec in listed}

    assert found(material_id=lfp) == {"second", "third"}
    assert found(material_ids=nmc) == {"first"}
    assert found(material_ids=[nmc, lfp]) == {"first", "second", "third"}
    assert found(cathode_material_id=lfp) == {"second"}
    assert found(anode_material_id=graphite) == {"first", "second"}
    assert found(anode_material_id=graphite, cathode_material_id=nmc) == {"first"}
    assert found(separator_material_id=first.separator.material_id) == {"first"}
    assert found(electrolyte_material_id=second.electrolyte.material_id) == {"second"}
    assert found(case_material_id=second.case.material_id) == {"second"}
    assert found(material_id=lfp, exclude_cell_spec_id=third.id) == {"second"}
    assert found(material_id="no such material") == set()
    for wrong in ({"material_ids": []}, {"material_id": ""}, {"material_ids": [7]}):
        with traffic() as sent, pytest.raises(PayloadError):
            client.cell_spec.list(project_id=project.id, **wrong)
        assert sent == []
