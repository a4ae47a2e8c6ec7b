"""Quantities at the sandbox, over plain HTTP: ratings by dimension, sign, order; bare numbers."""

import pytest


def q(value, unit):
    return {"value": value, "unit": unit}


OF_DIMENSION = {
    "capacity": "A*h",
    "voltage_min": "V",
    "voltage_max": "V",
    "nominal_voltage": "V",
    "energy": "W*h",
    "energy_density_gravimetric": "W*h/kg",
    "energy_density_volumetric": "W*h/L",
    "max_discharge_rate": "C",
    "max_charge_rate": "C",
}
NEVER_NEGATIVE = sorted(OF_DIMENSION.keys() - {"voltage_min"})
NEVER_ZERO = sorted(OF_DIMENSION.keys() - {"voltage_min", "nominal_voltage", "max_charge_rate"})


def refused(api, kit, ratings):
    """Return place, type and message of what is refused in the ratings of a new specification."""
    name = kit.fresh_name("spec")
    found = api.post("/cell_specifications", {"name": name, "ratings": ratings}, 422)["detail"]
    assert api.names("/cell_specifications", name=f"eq.{name}") == []
    assert all(each["loc"][:2] == ["body", "ratings"] for each in found)
    return [(each["loc"][2], each["type"], each["msg"]) for each in found]


@pytest.mark.parametrize("name", OF_DIMENSION)
def test_a3_a_rating_of_another_dimension_is_a_422(api, kit, name):
    for unit in {*OF_DIMENSION.values(), "A", "kg", "degC", "mol/L", ""} - {OF_DIMENSION[name]}:
        expected = OF_DIMENSION[name].replace("C", "1/h")
        message = f"Input should have the dimension of {expected}, not of {unit}"
        assert refused(api, kit, {name: q(5, unit)}) == [(name, "value_error", message)]


@pytest.mark.parametrize("name", OF_DIMENSION)
def test_a3_a_rating_of_its_dimension_is_stored_in_any_spelling(api, name):
    unit = OF_DIMENSION[name]
    spellings = {
        "A*h": ["A.h", "mA*h", "A·h", "coulomb", "Ah", "mAh"],
        "V": ["mV", "volt"],
        "W*h": ["W.h", "kJ", "Wh"],
        "W*h/kg": ["W.h.kg-1", "W·h·kg⁻¹", "MJ/kg", "J/g"],
        "W*h/L": ["W.h.L-1", "kJ/cm**3", "kJ/cm^3", "kJ/cm3"],
        "C": ["1/h", "1/hour", "h**-1", "h-1"],
    }
    for each in (unit, *spellings[unit], "gram-ish", "apples", "9**9**9**9", "A" * 5000):
        made = api.specification(ratings={name: q(5, each)})
        assert api.get(f"/cell_specifications/{made}")["ratings"] == {name: q(5, each)}


@pytest.mark.parametrize("name", OF_DIMENSION)
def test_a3_the_sign_of_a_rating_is_checked(api, kit, name):
    unit = OF_DIMENSION[name]
    if name in NEVER_NEGATIVE:
        ((place, kind, _),) = refused(api, kit, {name: q(-0.001, unit)})
        assert (place, kind.startswith("greater_than")) == (name, True)
    if name in NEVER_ZERO:
        told = [(name, "greater_than", "Input should be greater than 0")]
        assert refused(api, kit, {name: q(0, unit)}) == told
    else:
        api.specification(ratings={name: q(0, unit)})


@pytest.mark.parametrize(
    ("ratings", "name"),
    [
        ({"voltage_min": q(4.2, "V"), "voltage_max": q(2500, "mV")}, "voltage_min"),
        ({"voltage_min": q(4200, "mV"), "voltage_max": q(4.2, "V")}, "voltage_min"),
        ({"nominal_voltage": q(4.3, "V"), "voltage_max": q(4200, "mV")}, "nominal_voltage"),
        ({"voltage_min": q(2.5, "V"), "nominal_voltage": q(2400, "mV")}, "nominal_voltage"),
    ],
)
def test_a3_the_order_of_limits_is_checked_across_units(api, kit, ratings, name):
    ((place, _, message),) = refused(api, kit, ratings)
    assert place == name
    assert "voltage_m" in message


def test_a3_everything_wrong_is_reported_at_once(api, kit):
    ratings = {"capacity": q(5, "V"), "energy": q(-1, "W*h"), "max_charge_rate": q(1, "A")}
    assert {place for place, _, _ in refused(api, kit, ratings)} == set(ratings)


def test_a3_a_change_is_checked_with_the_ratings_that_are_stored(api):
    stored = {"voltage_min": q(2.5, "V"), "voltage_max": q(4.2, "V")}
    path = f"/cell_specifications/{api.specification(ratings=stored)}"
    (error,) = api.patch(path, {"ratings": {"voltage_min": q(4300, "mV")}}, 422)["detail"]
    assert error["loc"] == ["body", "ratings", "voltage_min"]
    (error,) = api.patch(path, {"ratings": {"voltage_max": q(2, "V")}}, 422)["detail"]
    assert error["loc"] == ["body", "ratings", "voltage_min"]
    (error,) = api.patch(path, {"ratings": {"capacity": q(5, "V")}}, 422)["detail"]
    assert error["loc"] == ["body", "ratings", "capacity"]
    assert api.get(path)["ratings"] == stored
    both = {"voltage_min": q(4300, "mV"), "voltage_max": q(4.4, "V")}
    assert api.patch(path, {"ratings": both})["ratings"] == both
    alone = {"voltage_min": q(5, "V"), "voltage_max": None}
    assert api.patch(path, {"ratings": alone})["ratings"] == alone


BARE = [
    ({"mass": 45}, ["mass"]),
    ({"cell": {"mass": 45.5}}, ["cell", "mass"]),
    ({"layers": [{"mass": 0}]}, ["layers", 0, "mass"]),
    ({"a": [[{"b": {"c": 1}}]]}, ["a", 0, 0, "b", "c"]),
    ({"mass": {"value": 45}}, ["mass", "value"]),
]
MALFORMED = [
    ({"mass": {"value": "45", "unit": "g"}}, ["mass", "value"]),
    ({"mass": {"value": None, "unit": "g"}}, ["mass", "value"]),
    ({"mass": {"value": True, "unit": "g"}}, ["mass", "value"]),
    ({"mass": {"value": 45, "unit": None}}, ["mass", "unit"]),
]
GOOD = {
    "mass": {"value": 45, "unit": "g", "standard_deviation": 0.5},
    "layers": [{"mass": {"value": 1, "unit": "gram-ish"}}],
    "fractions": [0.8, 0.1, 0.1],
    "passed": True,
    "none": None,
    "text": "68 gg",
}


def places(api, kit):
    """Return each way to write an object that holds quantities: method, path, body, place."""
    spec, name = f"/cell_specifications/{api.specification()}", kit.fresh_name
    cell = f"/cell_instances/{api.instance()}"
    measured = f"/cell_measurements/{api.properties(cell.split('/')[2], name('m'))['id']}"
    material = api.post("/materials", {"name": name("material")})["id"]
    batch = api.post(f"{spec}/cell_batches", {"name": name("batch")})["id"]
    return [
        (api.post, f"{spec}/cell_instances", {"name": name("a")}, ["measured_properties"]),
        (api.patch, cell, {}, ["measured_properties"]),
        (api.post, f"{cell}/cell_measurements/create", {"name": name("b")}, ["properties"]),
        (api.patch, measured, {}, ["properties"]),
        (api.post, "/cell_specifications", {"name": name("c")}, ["properties"]),
        (api.patch, spec, {}, ["properties"]),
        (
            api.patch,
            spec,
            {"anode": {"material": {"name": "graphite"}}},
            ["anode", "properties"],
        ),
        (
            api.patch,
            spec,
            {"case": {"material": {"name": "steel"}}},
            ["case", "material", "definition"],
        ),
        (api.post, "/materials", {"name": name("d")}, ["definition"]),
        (api.patch, f"/materials/{material}", {}, ["definition"]),
        (api.post, f"{spec}/cell_batches", {"name": name("e")}, ["properties"]),
        (api.patch, f"/cell_batches/{batch}", {}, ["properties"]),
    ]


@pytest.mark.parametrize("number", range(12))
def test_a4_a_bare_number_is_a_422_wherever_quantities_are_required(api, kit, number):
    send, path, body, place = places(api, kit)[number]
    holder = body
    for name in place[:-1]:
        holder = holder.setdefault(name, {})
    optional = place[-1] == "definition" or "cell_batches" in path
    for held, where in MALFORMED if optional else BARE + MALFORMED:
        holder[place[-1]] = held
        (error,) = send(path, body, 422)["detail"]
        assert error["loc"] == ["body", *place, *where]
    good = {**GOOD, "count": 3, "deep": {"fraction": 0.5}} if optional else GOOD
    holder[place[-1]] = good
    found = send(path, body)
    for name in place:
        found = found[name]
    assert found == good
