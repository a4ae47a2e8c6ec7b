"""What was asked for is compared with what was found: by meaning, and only where it was given."""

from __future__ import annotations

import datetime
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_specifications import (
    create_cell_specification,
    get_cell_specification,
    list_cell_specifications,
)
from ionworks_openapi.models import CellInstance, CellMeasurement, CellSpecification

from ionworks import DifferenceWarning, Quantity
from ionworks._http.session import Session
from ionworks._workflows.create import UniqueNames, find_by_name, report_differences
from ionworks.errors import Conflict, PayloadError
from ionworks.records.diff import Difference, differences

TIMES = {"created_at": "2024-05-01T10:00:00Z", "updated_at": "2024-05-01T10:00:00Z"}
MP = "measured_properties"


def cell(**fields: Any) -> CellInstance:
    required = {"id": "c", "name": "M50-007", "cell_specification_id": "s", **TIMES}
    return CellInstance.from_dict({**required, **fields})


def spec(**fields: Any) -> CellSpecification:
    required = {"id": "s", "name": "M50", "organization_id": "o", "ratings": {}}
    return CellSpecification.from_dict({**required, **fields})


def measurement(**fields: Any) -> CellMeasurement:
    return CellMeasurement.from_dict(
        {"id": "m", "name": "RPT 0", "cell_instance_id": "c", **TIMES, **fields}
    )


def paths(asked: Any, found: Any) -> list[str]:
    return [difference.path for difference in differences(asked, found)]


def properties(asked: Any, found: Any) -> list[str]:
    return paths({MP: {"p": asked}}, cell(**{MP: {"p": found}}))


def test_only_what_was_given_is_compared():
    found = cell(batch="B7", notes="old", **{MP: {"cell": {"mass": {"value": 70, "unit": "g"}}}})
    assert paths({}, found) == []
    assert paths({"name": "M50-007"}, found) == []
    assert paths({"name": "M50-007", MP: {"cell": {}}}, found) == []
    assert paths({"name": "other", "batch": "B8"}, found) == ["name", "batch"]


def test_a_difference_is_reported_with_both_sides():
    (difference,) = differences({"batch": "B8"}, cell(batch="B7"))
    assert difference == Difference("batch", "B8", "B7")
    assert str(difference) == "batch: requested 'B8', found 'B7'"


# -------------------------------------------------------------------------------------- quantities


def test_quantities_are_compared_after_conversion():
    volt = {"value": 1, "unit": "V"}
    assert properties(volt, {"value": 1000, "unit": "mV"}) == []
    assert properties(volt, {"value": 1.0000000000001, "unit": "V"}) == []
    assert properties(Quantity(1, "V"), {"value": 1000, "unit": "mV"}) == []
    assert properties({"value": 25, "unit": "degC"}, {"value": 298.15, "unit": "K"}) == []
    assert properties({"value": 5, "unit": "A.h"}, {"value": 5, "unit": "A*h"}) == []
    assert properties(volt, {"value": 1.1, "unit": "V"}) == [f"{MP}.p"]
    assert properties(volt, {"value": 1, "unit": "A"}) == [f"{MP}.p"]


def test_ratings_are_compared_as_quantities():
    found = spec(ratings={"capacity": {"value": 5, "unit": "A*h"}})
    assert paths({"ratings": {"capacity": {"value": 5000, "unit": "mA*h"}}}, found) == []
    assert paths({"ratings": {"capacity": {"value": 4, "unit": "A*h"}}}, found) == [
        "ratings.capacity"
    ]
    assert paths({"ratings": {"energy": {"value": 18, "unit": "W*h"}}}, found) == ["ratings.energy"]


def test_units_that_nobody_knows_are_compared_by_their_spelling():
    assert properties({"value": 1, "unit": "blorp"}, {"value": 1, "unit": "blorp"}) == []
    assert properties({"value": 1, "unit": "blorp"}, {"value": 1, "unit": "blurp"}) == [f"{MP}.p"]


def test_a_quantity_is_no_bare_number():
    assert properties({"value": 1, "unit": "V"}, 1) == [f"{MP}.p"]
    assert properties(1, {"value": 1, "unit": "V"}) == [f"{MP}.p"]
    assert properties({"value": 1, "unit": "V"}, None) == [f"{MP}.p"]


def test_what_stands_beside_value_and_unit_is_compared_too():
    asked = {"value": 1, "unit": "V", "method": "pulse"}
    assert properties(asked, {"value": 1000, "unit": "mV", "method": "pulse"}) == []
    assert properties(asked, {"value": 1, "unit": "V", "method": "EIS"}) == [f"{MP}.p.method"]
    assert properties({"value": 1, "unit": "V"}, asked) == []


def test_an_object_that_only_looks_like_a_quantity_is_compared_key_by_key():
    odd = {"value": "high", "unit": None}
    assert properties(odd, dict(odd)) == []
    assert properties(odd, {"value": "low", "unit": None}) == [f"{MP}.p.value"]
    assert properties({"value": 1, "unit": "V"}, odd) == [f"{MP}.p"]


# ------------------------------------------------------------------------------------------- times


@settings(max_examples=40)
@given(st.datetimes(datetime.datetime(1980, 1, 1)), st.integers(-12, 12))
def test_times_are_compared_as_instants(moment, hours):
    here = moment.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=hours)))
    there = here.astimezone(datetime.UTC)
    assert paths({"start_time": here.isoformat()}, measurement(start_time=there.isoformat())) == []
    later = (there + datetime.timedelta(seconds=1)).isoformat()
    assert paths({"start_time": here.isoformat()}, measurement(start_time=later)) == ["start_time"]


def test_a_plain_day_is_its_midnight_in_utc():
    asked = {"date_manufactured": "2024-01-01"}
    assert paths(asked, cell(date_manufactured="2024-01-01T00:00:00Z")) == []
    assert paths(asked, cell(date_manufactured="2024-01-01T02:00:00+02:00")) == []
    assert paths(asked, cell(date_manufactured="2024-01-02T00:00:00Z")) == ["date_manufactured"]
    assert paths({"date_manufactured": "2024-01-01T00:00:00"}, cell(**asked)) == []
    assert paths(asked, cell()) == ["date_manufactured"]


# ---------------------------------------------------------------------------------- lists and more


def test_tags_are_a_set_in_any_case():
    found = measurement(tags=["ageing", "RPT"])
    assert paths({"tags": ["rpt", "Ageing"]}, found) == []
    assert paths({"tags": ["rpt"]}, found) == ["tags"]
    assert paths({"tags": []}, measurement(tags=None)) == []
    assert paths({"tags": []}, found) == ["tags"]


def test_other_lists_keep_their_order():
    assert properties([1, 2.0], [1.0, 2]) == []
    assert properties([1, 2], [2, 1]) == [f"{MP}.p"]
    assert properties([1], [1, 2]) == [f"{MP}.p"]
    assert properties([{"value": 1, "unit": "V"}], [{"value": 1000, "unit": "mV"}]) == []


@pytest.mark.parametrize("empty", [None, {}, [], ""])
def test_nothing_is_nothing_however_it_is_written(empty):
    assert properties(empty, None) == []
    assert paths({"notes": empty}, cell()) == []
    assert paths({MP: {"p": empty}}, cell()) == []
    assert properties("something", empty) == [f"{MP}.p"]
    assert properties(empty, "something") == [f"{MP}.p"]


def test_nested_components_are_compared_key_by_key():
    anode = {
        "id": "a",
        "component_type": "anode",
        "material_id": "g",
        "organization_id": "o",
        "properties": {"loading": {"value": 7.06, "unit": "mg/cm**2"}, "layers": 2},
        "material": {"id": "g", "name": "graphite", "organization_id": "o", **TIMES},
        **TIMES,
    }
    found = spec(anode=anode)
    asked = {
        "material": {"name": "graphite"},
        "properties": {"loading": {"value": 7.06, "unit": "mg.cm-2"}},
    }
    assert paths({"anode": asked}, found) == []
    assert paths({"anode": {"material": {"name": "silicon"}}}, found) == ["anode.material.name"]
    assert paths({"anode": {"properties": {"layers": 3}}}, found) == ["anode.properties.layers"]
    assert paths({"cathode": {"material": {"name": "NMC"}}}, found) == ["cathode.material.name"]


json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "value", "unit", "tags"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(json_like)
def test_whatever_was_stored_does_not_differ_from_itself(value):
    assert properties(value, value) == []


@settings(max_examples=40)
@given(json_like, json_like)
def test_comparing_never_fails(asked, found):
    for path in properties(asked, found):
        assert path.startswith(f"{MP}.p")


# ------------------------------------------------------------------------- what is done about them


def test_no_difference_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for choice in ("warn", "raise", "ignore"):
            report_differences([], cell(batch="B7"), choice, stacklevel=2)


def test_a_difference_warns_raises_or_is_ignored():
    found = cell(batch="B7")
    differing = differences({"batch": "B8"}, found)
    said = r"'M50-007' \(c\) already exists and differs: batch: requested 'B8', found 'B7'"
    with pytest.warns(DifferenceWarning, match=said) as caught:
        report_differences(differing, found, "warn", stacklevel=2)
    assert caught[0].filename == __file__
    with pytest.raises(Conflict, match=said) as raised:
        report_differences(differing, found, "raise", stacklevel=2)
    assert (raised.value.status_code, raised.value.outcome) == (409, "rejected")
    report_differences(differing, found, "ignore", stacklevel=2)


def test_a_record_is_found_by_its_exact_name():
    records = [cell(name="M50-0071"), cell(name="m50-007"), cell(id="right"), cell(id="later")]
    assert find_by_name(iter(records), "M50-007").id == "right"
    assert find_by_name(iter(records), "M50") is None
    assert find_by_name(iter([]), "M50") is None


def test_a_request_is_compared_in_plain_json():
    session = Session(api_key="k", api_url="http://127.0.0.1:9")
    unique = UniqueNames(
        create_cell_specification, get_cell_specification, list_cell_specifications
    )

    def creation(data):
        return unique.request(session, data=data)

    asked = creation(
        {"name": "M50", "ratings": {"capacity": "5 A*h", "voltage_max": Quantity(4.2, "V")}}
    ).requested
    assert asked["ratings"] == {
        "capacity": {"value": 5, "unit": "A*h"},
        "voltage_max": {"value": 4.2, "unit": "V"},
    }
    for wrong in (None, "M50", [("name", "M50")]):
        with pytest.raises(PayloadError, match="give a dictionary"):
            creation(wrong)
