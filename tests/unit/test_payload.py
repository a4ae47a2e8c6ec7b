"""What is about to be sent fits the contract, or is refused in one sentence with field and fix."""

from __future__ import annotations

import copy
import datetime
import decimal
import enum
import importlib
import json
import math
import pkgutil
import uuid
from collections import OrderedDict, deque
from typing import Any
from unicodedata import category
from urllib.parse import unquote, urlsplit

import ionworks_openapi.api
import numpy as np
import pandas as pd
import pint
import polars as pl
import pytest
from contract_json import json_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_instances import create_cell_instance, get_cell_instance
from ionworks_openapi.api.cell_measurements import (
    confirm_measurement_upload,
    create_properties_measurement,
    get_cell_measurement_detail,
    list_cell_measurements,
    update_cell_measurement,
)
from ionworks_openapi.api.cell_specifications import (
    create_cell_specification,
    list_cell_specifications,
    update_cell_specification,
)
from ionworks_openapi.api.projects import create_project
from ionworks_openapi.models import (
    CellSpecification,
    CellSpecificationCreate,
    CellSpecificationUpdate,
    ComponentInput,
    MaterialInput,
    Ratings,
)
from ionworks_openapi.types import Operation, Request

from ionworks import Quantity
from ionworks._request.payload import prepare, to_jsonable
from ionworks._request.schemas import body_schema, operations
from ionworks.errors import PayloadError

OPERATIONS: dict[str, Operation[..., Any]] = {
    found.name: found
    for module in pkgutil.walk_packages(
        ionworks_openapi.api.__path__, f"{ionworks_openapi.api.__name__}."
    )
    for found in vars(importlib.import_module(module.name)).values()
    if isinstance(found, Operation)
}
WITH_BODY = sorted(name for name, rules in operations().items() if "requestBody" in rules)
NO_JSON: list[Any] = [
    math.nan,
    math.inf,
    np.float32("nan"),
    np.array([1.0, math.nan])[1],
    np.datetime64("NaT", "ns"),
    decimal.Decimal("sNaN"),
    decimal.Decimal("-Infinity"),
    b"bytes",
    bytearray(b"bytes"),
    memoryview(b"bytes"),
    "half \ud800 a character",
    datetime.timedelta(seconds=1),
    datetime.time(12),
    np.timedelta64(5, "ns"),
    object(),
    complex(1, 2),
    10**400,
    10**5000,
    {1: "a key that is not text"},
    {"\udfff": "half a key"},
    {"deep": [{"deeper": math.nan}]},
    pd.NA,
    pd.DataFrame({"a": [1]}),
    pl.DataFrame({"a": [1]}),
    (item for item in "ab"),
    {"a": 1}.values(),
    ValueError,
]
quick = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
pint_units = pint.get_application_registry()


class Colour(enum.StrEnum):
    RED = "red"


class Count(enum.IntEnum):
    TWO = 2


class Text(str):
    __slots__ = ()


class Whole(int):
    __slots__ = ()


def arguments(operation: Operation[..., Any]) -> list[str]:
    return ["the-id"] * operation.path.count("{")


def body(operation: Operation[..., Any], sent: Any) -> Any:
    """Return the body as it goes on the wire."""
    ready = prepare(operation, operation.build(*arguments(operation), body=sent))
    json.dumps(ready.body, allow_nan=False, ensure_ascii=False).encode()
    return ready.body


def refused(operation: Operation[..., Any], *args: Any, **given_: Any) -> PayloadError:
    """Return the error, after a look at what every error must have."""
    with pytest.raises(PayloadError) as caught:
        prepare(operation, operation.build(*args, **given_))
    error = caught.value
    said = str(error)
    assert said.startswith(f"{error.field} = ")
    assert len(said) < 700
    assert "anyOf" not in said
    said.encode()
    return error


def refused_body(operation: Operation[..., Any], sent: Any) -> PayloadError:
    return refused(operation, *arguments(operation), body=sent)


def specification(**fields: Any) -> dict[str, Any]:
    return {"name": "LG M50", **fields}


def free(value: Any) -> Any:
    """Return what becomes of `value` in an object without declared fields."""
    return body(create_cell_specification, specification(source={"p": value}))["source"]["p"]


# ------------------------------------------------------------------------------ the whole contract


@pytest.mark.parametrize("name", WITH_BODY)
@quick
@given(data=st.data())
def test_what_the_contract_allows_is_sent_as_it_is(name, data):
    schema = body_schema(name)
    sent = data.draw(st.builds(lambda drawn: drawn, json_of(schema)))
    assert body(OPERATIONS[name], copy.deepcopy(sent)) == sent


def places(value: Any, path: str = "") -> list[tuple[Any, Any, str]]:
    """Return each place in `value`: its container, its key there, and its dotted path."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        dotted = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key
        found.append((value, key, dotted))
        if isinstance(item, dict | list):
            found += places(item, dotted)
    return found


@pytest.mark.parametrize("name", WITH_BODY)
@quick
@given(data=st.data())
def test_what_has_no_json_form_is_refused_wherever_it_stands(name, data):
    schema = body_schema(name)
    sent = data.draw(st.builds(copy.deepcopy, json_of(schema)))
    if not (known := places(sent)):
        return
    container, key, path = data.draw(st.sampled_from(known))
    container[key] = data.draw(st.sampled_from(NO_JSON))
    field = refused_body(OPERATIONS[name], sent).field
    assert field == path or field.startswith((f"{path}.", f"{path}["))


@pytest.mark.parametrize("value", NO_JSON, ids=lambda value: type(value).__name__)
def test_what_has_no_json_form_is_refused_in_a_free_form_object(value):
    error = refused_body(create_cell_specification, specification(properties={"a": [{"b": value}]}))
    assert error.field.startswith("properties.a[0].b")
    assert error.reason


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize("sent", [[], "text", 5, True, [{}]])
def test_a_body_is_an_object(name, sent):
    error = refused_body(OPERATIONS[name], sent)
    assert error.field == "body"
    assert "expected a dictionary" in str(error)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_required_is_asked_for(name):
    if operations()[name]["requestBody"]["required"]:
        assert "expected a dictionary" in str(refused_body(OPERATIONS[name], None))


# ----------------------------------------------------------------------------------- what it says

TOO_MUCH = [
    ({}, "name", "required, but not given"),
    ({"name": ""}, "name", "is empty; give some text"),
    ({"name": "x" * 256}, "name", "longer than 255 characters"),
    ({"name": None}, "name", "expected text"),
    ({"name": 5}, "name", "5: expected text"),
    ({"name": ["a"]}, "name", "expected text"),
    ({"name": "x", "notes": 5}, "notes", "expected text or None"),
    ({"name": "x", "ratings": None}, "ratings", "None: expected a dictionary"),
    ({"name": "x", "ratings": [1]}, "ratings", "expected a dictionary"),
    ({"name": "x", "ratings": {"capacity": 5.0}}, "ratings.capacity", "needs a unit"),
    ({"name": "x", "ratings": {"capacity": np.float64(5)}}, "ratings.capacity", "Quantity(5.0, "),
    ({"name": "x", "ratings": {"capacity": np.int64(5)}}, "ratings.capacity", "Quantity(5, "),
    ({"name": "x", "ratings": {"capacity": "5"}}, "ratings.capacity", "number and a unit"),
    ({"name": "x", "ratings": {"capacity": "five"}}, "ratings.capacity", "'five'"),
    ({"name": "x", "ratings": {"capacity": True}}, "ratings.capacity", "expected a dictionary"),
    ({"name": "x", "ratings": {"capacity": [5, "V"]}}, "ratings.capacity", "expected a dictionary"),
    ({"name": "x", "ratings": {"capacity": (5, "V")}}, "ratings.capacity", "expected a dictionary"),
    ({"name": "x", "ratings": {"capacity": {"value": 5}}}, "ratings.capacity.unit", "required"),
    ({"name": "x", "ratings": {"capacity": {"unit": "V"}}}, "ratings.capacity.value", "required"),
    (
        {"name": "x", "ratings": {"capacity": {"value": "5", "unit": "V"}}},
        "ratings.capacity.value",
        "'5': expected a number",
    ),
    (
        {"name": "x", "ratings": {"capacity": {"value": True, "unit": "V"}}},
        "ratings.capacity.value",
        "expected a number",
    ),
    (
        {"name": "x", "ratings": {"capacity": {"value": 5, "unit": None}}},
        "ratings.capacity.unit",
        "expected text",
    ),
    (
        {"name": "x", "ratings": {"capacity": {"value": math.nan, "unit": "V"}}},
        "ratings.capacity.value",
        "leave the key out, or give None",
    ),
    (
        {"name": "x", "ratings": {"capacity": pint_units.Quantity(math.nan, "V")}},
        "ratings.capacity.value",
        "NaN",
    ),
    (
        {"name": "x", "ratings": {"capacity": pint_units.Quantity(np.array([1, 2]), "V")}},
        "ratings.capacity",
        "expected a number",
    ),
    ({"name": "x", "anode": {"material": {}}}, "anode.material.name", "required"),
    ({"name": "x", "anode": {"material": "graphite"}}, "anode.material", "expected a dictionary"),
]


@pytest.mark.parametrize(("sent", "field", "said"), TOO_MUCH)
def test_an_error_names_the_field_and_says_what_is_wrong(sent, field, said):
    error = refused_body(create_cell_specification, sent)
    assert error.field == field
    assert said in str(error)


@pytest.mark.parametrize(
    ("sent", "field", "hint"),
    [
        ({"nam": "x"}, "nam", "did you mean 'name'?"),
        ({"name": "x", "rating": {}}, "rating", "did you mean 'ratings'?"),
        ({"name": "x", "ratings": {"capcity": 1}}, "ratings.capcity", "'capacity'"),
        (
            {"name": "x", "ratings": {"capacity": {"valeu": 1, "unit": "V"}}},
            "ratings.capacity.valeu",
            "'value'",
        ),
        ({"name": "x", "anode": {"propertys": {}}}, "anode.propertys", "'properties'"),
        ({"name": "x", "anode": {"material": {"nmae": "g"}}}, "anode.material.nmae", "'name'"),
        ({"name": "x", "anode": {"qqq": 1}}, "anode.qqq", "known keys: material, properties"),
    ],
)
def test_an_unknown_key_is_refused_at_every_level(sent, field, hint):
    error = refused_body(create_cell_specification, sent)
    assert error.field == field
    assert "unknown key" in str(error)
    assert hint in str(error)


def test_an_unknown_key_is_refused_in_the_metadata_of_an_upload():
    sent = {"cell_instance_id": "c", "measurement": {"name": "x", "protocl": {}}}
    error = refused_body(confirm_measurement_upload, sent)
    assert error.field == "measurement.protocl"
    assert "did you mean 'protocol'?" in str(error)


def test_all_faults_are_reported_at_once():
    sent = {"tags": [1, 2, 3, 4, 5, 6, 7, "x" * 60], "notes": 5}
    said = str(refused_body(update_cell_measurement, sent))
    assert "tags[1]: expected text" in said
    assert "and 4 more" in said


def test_a_long_value_is_cut():
    error = refused_body(create_project, {"name": "x" * 100_000})
    assert len(str(error)) < 300


def test_a_bare_number_is_no_measured_property():
    for bare in (0.52, 1, np.float64(0.52), np.int64(1), decimal.Decimal("0.52")):
        sent = {"name": "x", "properties": {"thickness": bare}}
        error = refused_body(create_properties_measurement, sent)
        assert error.field == "properties.thickness"
        assert f"Quantity({bare!s}, 'mm')" in str(error)


@pytest.mark.parametrize("when", ["soon", "2024-13-01", 5, 5.5, "", "01/02/2024"])
def test_a_time_that_cannot_be_read_is_refused(when):
    error = refused_body(update_cell_measurement, {"start_time": when})
    assert error.field == "start_time"
    assert repr(when) in str(error)


@pytest.mark.parametrize("when", [5, ["2024-01-01"], {"year": 2024}, True])
def test_a_day_is_no_number_and_no_list(when):
    error = refused_body(create_cell_instance, {"name": "x", "date_manufactured": when})
    assert error.field == "date_manufactured"


def test_tags_are_a_list():
    operation = update_cell_measurement
    assert "expected a list" in str(refused_body(operation, {"tags": "abc"}))
    assert "more than 50 items" in str(refused_body(operation, {"tags": ["a"] * 51}))
    assert refused_body(operation, {"tags": ["ok", "x" * 51]}).field == "tags[1]"


def test_what_is_nested_without_end_is_refused():
    endless: dict[str, Any] = {}
    endless["self"] = endless
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(20_000):
        inner["a"] = inner = {}
    for value in (endless, deep, [endless]):
        error = refused_body(create_cell_specification, specification(properties=value))
        assert "nested too deeply" in str(error) or "expected a dictionary" in str(error)


def test_a_secret_in_a_payload_is_not_repeated():
    error = refused_body(create_project, {"name": "x", "api_key": "hush-hush"})
    assert error.field == "api_key"
    assert "hush" not in str(error) + repr(error)


# --------------------------------------------------------------------------------- what it accepts


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (np.int64(3), 3),
        (np.uint8(3), 3),
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("text"), "text"),
        (np.array([1, 2]), [1, 2]),
        (np.array([[0.5], [1.5]]), [[0.5], [1.5]]),
        (np.array(5.0), 5.0),
        (np.datetime64("2024-01-01T12:00:00"), "2024-01-01T12:00:00Z"),
        (np.datetime64("2024-01-01T12:00:00", "ns"), "2024-01-01T12:00:00Z"),
        (np.array(["2024-01-01"], dtype="datetime64[ns]"), ["2024-01-01T00:00:00Z"]),
        (np.datetime64("2024-01-01"), "2024-01-01"),
        (pd.Timestamp("2024-01-01T12:00:00+02:00"), "2024-01-01T12:00:00+02:00"),
        (pd.Series([1, 2]), [1, 2]),
        (pd.Series(pd.to_datetime(["2024-01-01"], utc=True)), ["2024-01-01T00:00:00Z"]),
        (pl.Series([1, 2]), [1, 2]),
        (pl.Series([datetime.datetime(2024, 1, 1)]), ["2024-01-01T00:00:00Z"]),
        (decimal.Decimal("1.5"), 1.5),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime.date(2024, 1, 1), "2024-01-01"),
        (datetime.datetime(2024, 1, 1), "2024-01-01T00:00:00Z"),
        (datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC), "2024-01-01T00:00:00Z"),
        (
            datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(-datetime.timedelta(hours=3))),
            "2024-01-01T00:00:00-03:00",
        ),
        (Colour.RED, "red"),
        (Count.TWO, 2),
        (Text("text"), "text"),
        (Whole(3), 3),
        ({Text("key"): {np.str_("inner"): Colour.RED}}, {"key": {"inner": "red"}}),
        ((1, (2, 3)), [1, [2, 3]]),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"b", "a"}), ["a", "b"]),
        (range(3), [0, 1, 2]),
        (deque([1]), [1]),
        (OrderedDict(a=1), {"a": 1}),
        (Quantity(5, "V"), {"value": 5, "unit": "V"}),
        (pint_units.Quantity(5, "volt"), {"value": 5, "unit": "V"}),
        ([Quantity(5, "V")], [{"value": 5, "unit": "V"}]),
        ("2.5 V", "2.5 V"),
        ("", ""),
        (None, None),
        (True, True),
        (-0.0, 0.0),
        (2**53 + 1, 2**53 + 1),
        ("\N{GRINNING FACE} µΩ\x00", "\N{GRINNING FACE} µΩ\x00"),
    ],
)
def test_common_values_become_json(value, sent):
    became = free(value)
    assert became == sent
    assert type(became) is type(sent)


UNKNOWN = [
    ({"ratings": {"capacity": "5 mAhh"}}, "ratings.capacity", "did you mean 'mAh'"),
    ({"ratings": {"capacity": {"value": 5, "unit": "ohmm"}}}, "ratings.capacity", "mean 'ohm'"),
    ({"ratings": {"capacity": Quantity(5, "apples")}}, "ratings.capacity", "define it in pint"),
    ({"ratings": {"capacity": Quantity(5, "A-h")}}, "ratings.capacity", "cannot be read; expect"),
    ({"properties": {"a": [{"b": Quantity(5, "mVV")}]}}, "properties.a[0].b", "mean 'mV'"),
    ({"cathode": {"properties": {"x": Quantity(1, "mgg")}}}, "cathode.properties.x", "mean 'mg'"),
]


@pytest.mark.parametrize(("given_", "place", "advice"), UNKNOWN)
def test_an_unknown_unit_is_reported_with_its_place_and_the_nearest(given_, place, advice):
    error = refused_body(create_cell_specification, specification(**given_))
    assert error.field == f"{place}.unit"
    assert advice in str(error)


def test_an_object_that_looks_like_a_quantity_is_none_where_no_quantities_are_held():
    assert free({"value": 1, "unit": "apples"}) == {"value": 1, "unit": "apples"}


@pytest.mark.parametrize("unit", ["A.h", "mAh/g", "mg·cm⁻²", "°C", "%", "C", "mOhm", "", "EUR/kWh"])
def test_a_known_unit_goes_as_it_is_spelled(unit):
    if unit == "EUR/kWh":  # defined by the user
        registry = pint.UnitRegistry()
        registry.define("EUR = [currency]")
        before = pint.get_application_registry().get()
        pint.set_application_registry(registry)
        try:
            assert free(Quantity(1, unit)) == {"value": 1, "unit": unit}
        finally:
            pint.set_application_registry(before)
    else:
        assert free(Quantity(1, unit)) == {"value": 1, "unit": unit}


def test_text_becomes_a_quantity_only_where_the_contract_has_quantities():
    sent = body(
        create_cell_specification,
        specification(
            ratings={"voltage_min": "2.5 V", "capacity": Quantity(5, "A*h"), "energy": None},
            properties={"mass": "70 g", "maker": "LG Chem"},
            source={"edition": "2 g"},
            notes="4.2 V",
        ),
    )
    assert sent["ratings"] == {
        "voltage_min": {"value": 2.5, "unit": "V"},
        "capacity": {"value": 5, "unit": "A*h"},
        "energy": None,
    }
    assert sent["properties"] == {"mass": {"value": 70, "unit": "g"}, "maker": "LG Chem"}
    assert sent["source"] == {"edition": "2 g"}
    assert sent["notes"] == "4.2 V"


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        ("2024-01-01T12:00:00Z", "2024-01-01T12:00:00Z"),
        ("2024-01-01T12:00:00", "2024-01-01T12:00:00Z"),
        ("2024-01-01 12:00", "2024-01-01T12:00:00Z"),
        ("2024-01-01", "2024-01-01T00:00:00Z"),
        (datetime.date(2024, 1, 1), "2024-01-01T00:00:00Z"),
        (datetime.datetime(2024, 1, 1, 12), "2024-01-01T12:00:00Z"),
        (np.datetime64("2024-01-01", "ns"), "2024-01-01T00:00:00Z"),
        (pd.Timestamp("2024-01-01"), "2024-01-01T00:00:00Z"),
        (None, None),
    ],
)
def test_times_go_with_their_zone(when, sent):
    operation = update_cell_measurement
    assert body(operation, {"start_time": when}) == {"start_time": sent}


@pytest.mark.parametrize("day", ["2024-01-01", datetime.date(2024, 1, 1)])
def test_a_plain_day_stays_a_day_where_the_contract_takes_one(day):
    sent = body(create_cell_instance, {"name": "x", "date_manufactured": day})
    assert sent["date_manufactured"] == "2024-01-01"


def test_not_a_time_is_refused():
    for when in (pd.NaT, np.datetime64("NaT", "ns"), pd.Series([pd.NaT])):
        error = refused_body(update_cell_measurement, {"start_time": when})
        assert error.field.startswith("start_time")
        with pytest.raises(PayloadError):
            free(when)


def test_the_callers_data_are_not_changed():
    sent = specification(ratings={"capacity": "5 A*h"}, properties={"a": (1, {"b": Colour.RED})})
    before = copy.deepcopy(sent)
    body(create_cell_specification, sent)
    assert sent == before


def test_without_a_schema_values_are_only_made_plain():
    assert to_jsonable({"a": Quantity(1, "V"), "b": "1 V"}) == {
        "a": {"value": 1, "unit": "V"},
        "b": "1 V",
    }


# ------------------------------------------------------------------------------------------ records


def test_a_request_model_sends_only_what_was_given():
    sent = body(
        create_cell_specification,
        CellSpecificationCreate(
            name="x",
            notes=None,
            ratings={"capacity": "5 A*h"},
            anode=ComponentInput(material=MaterialInput(name="graphite")),
        ),
    )
    assert sent == {
        "name": "x",
        "notes": None,
        "ratings": {"capacity": {"value": 5, "unit": "A*h"}},
        "anode": {"material": {"name": "graphite"}},
    }
    assert body(update_cell_specification, CellSpecificationUpdate()) == {}


def test_ratings_from_the_server_can_be_sent_back():
    spec = CellSpecification.from_dict(
        {
            "id": "s",
            "name": "x",
            "organization_id": "o",
            "ratings": {"capacity": {"value": 5, "unit": "A.h"}, "energy": None},
            "properties": {"mass": {"value": 70, "unit": "g"}, "note": None},
        }
    )
    sent = body(
        update_cell_specification,
        {"ratings": spec.ratings, "properties": spec.properties},
    )
    assert sent == {
        "ratings": {"capacity": {"value": 5, "unit": "A.h"}},
        "properties": {"mass": {"value": 70, "unit": "g"}, "note": None},
    }
    assert isinstance(spec.ratings, Ratings)


def test_a_whole_record_is_no_request():
    spec = CellSpecification.from_dict(
        {"id": "s", "name": "x", "organization_id": "o", "ratings": {}}
    )
    error = refused_body(update_cell_specification, spec)
    assert "unknown key" in str(error)


# ------------------------------------------------------------------------------------ the URL path

ids = st.text(max_size=12) | st.text("./\\%?#&;:@ \t\n{}~éΩ\u202e\ud800", max_size=8)


@settings(max_examples=300)
@given(ids)
@example("..")
@example("a?b#c")
@example("%2e%2e")
@example("%2F")
@example("{cell_instance_id}")
def test_an_id_never_reaches_another_endpoint(identity):
    operation = get_cell_instance
    invisible = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} & {category(c) for c in identity}
    if identity in ("", ".", "..") or invisible or {*identity} & {*"/\\"}:
        assert refused(operation, identity).field == "cell_instance_id"
        return
    url = prepare(operation, operation.build(identity)).url
    parts = urlsplit(f"https://service.example{url}")
    segments = parts.path.split("/")
    assert (parts.query, parts.fragment, parts.hostname) == ("", "", "service.example")
    assert len(segments) == operation.path.count("/") + 1
    assert unquote(segments[-1]) == identity
    # A server that undoes the escapes before it looks for the endpoint finds the same one.
    assert unquote(parts.path).count("/") == operation.path.count("/")
    assert segments[-1] not in ("", ".", "..")


@pytest.mark.parametrize(
    "identity", ["", ".", "..", "a/b", "/", "\\", "a\nb", "\x00", "\u202e", "\ud800", None, 5, b"a"]
)
def test_what_is_no_id_is_refused_by_every_operation(identity):
    for operation in OPERATIONS.values():
        if "{" in operation.path:
            given_: dict[str, Any] = {"body": {}} if operation.name in WITH_BODY else {}
            error = refused(operation, *arguments(operation)[1:], identity, **given_)
            assert operation.path.count("{" + error.field + "}") == 1
            assert str(error).endswith(
                ("give the record's id.", "or its id.", "give a plain name.")
            )


# ---------------------------------------------------------------------------------------- the query


def query(operation: Operation[..., Any], **given_: Any) -> list[tuple[str, str]]:
    return prepare(operation, operation.build(*arguments(operation), **given_)).query


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"limit": 0}, "0: it is less than the minimum of 1"),
        ({"limit": 1001}, "greater than the maximum of 1000"),
        ({"limit": 10**30}, "greater than the maximum of 1000"),
        ({"limit": "x"}, "'x': expected a whole number"),
        ({"limit": "5"}, "expected a whole number"),
        ({"limit": 2.5}, "2.5: expected a whole number"),
        ({"limit": True}, "True: expected a whole number"),
        ({"limit": math.nan}, "nan: NaN"),
        ({"offset": -1}, "minimum of 0"),
        ({"order": "up"}, "'up': it is not one of"),
        ({"order_by": "nam"}, '"name"'),
        ({"name": 5}, "5: expected text"),
        ({"name": "\ud800"}, "lone surrogate"),
        ({"full": 1}, "1: expected True or False"),
        ({"created_at_gt": object()}, "cannot be converted to JSON"),
    ],
)
def test_a_query_value_that_does_not_fit_is_refused(given_, said):
    error = refused(list_cell_specifications, **given_)
    assert [error.field] == list(given_)
    assert said in str(error)


def test_tags_in_a_query_are_a_list_of_text():
    operation = list_cell_measurements
    assert query(operation, tags_all=["a", "b"]) == [("tags_all", "a"), ("tags_all", "b")]
    assert query(operation, tags_all=("a",)) == query(operation, tags_all={"a"})
    assert query(operation, tags_all=[]) == []
    assert refused(operation, "id", tags_all="abc").field == "tags_all"
    assert refused(operation, "id", tags_any=["a", 1]).field == "tags_any[1]"


def test_query_values_of_common_types_are_sent_as_text():
    operation = list_cell_specifications
    assert query(operation, limit=np.int64(5), offset=5.0) == [("limit", "5"), ("offset", "5")]
    assert query(operation, limit=Count.TWO, name=Colour.RED) == [("limit", "2"), ("name", "red")]
    assert query(operation, full=True, name=np.str_("a&b=c")) == [
        ("full", "true"),
        ("name", "a&b=c"),
    ]
    assert query(operation, created_at_gt=datetime.datetime(2024, 1, 1)) == [
        ("created_at_gt", "2024-01-01T00:00:00Z")
    ]
    assert query(operation) == query(operation, limit=None) == []
    numbers = query(get_cell_measurement_detail, x_min=np.float64(1e-9), x_max=2)
    assert numbers == [("x_min", "1e-09"), ("x_max", "2")]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_query_number_is_finite(bad):
    error = refused(get_cell_measurement_detail, "id", x_min=bad)
    assert (error.field, error.value) == ("x_min", pytest.approx(bad, nan_ok=True))


def test_an_operation_without_a_body_sends_none():
    request = Request(path={"cell_instance_id": "c"}, body={"name": "x"})
    ready = prepare(get_cell_instance, request)
    assert (ready.url, ready.query) == ("/cell_instances/c", [])
