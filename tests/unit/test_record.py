"""Answers are read tolerantly, written back as they came, and shown without their secrets."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from typing import Any

import ionworks_openapi.models as models
import pytest
from contract_json import json_for, resolved, schemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ionworks_openapi.models import (
    CellInstance,
    CellInstanceCreate,
    CellInstanceList,
    CellMeasurement,
    CellSpecification,
    InitiateUploadResponse,
    MeasurementCycles,
    MultipartUpload,
    Project,
    ProjectList,
    Ratings,
    UploadTarget,
    ValidationError,
)

from ionworks import InvalidRecord, Quantity
from ionworks.records import UNSET, FreeForm, Page, Record, RecordError
from ionworks.records.model import format_datetime, set_fields
from ionworks.records.readers import read_bool, read_datetime, read_float, read_int, read_str

NAMES = sorted(
    name
    for name in schemas()
    if isinstance(kind := getattr(models, name, None), type) and issubclass(kind, Record | FreeForm)
)
RECORDS = [name for name in NAMES if issubclass(getattr(models, name), Record)]
# Models that are only sent tell "not given" from None, and write the kind of date they were given.
RECEIVED = [name for name in RECORDS if not getattr(models, name)._sent_only]
PROJECT = {
    "id": "p1",
    "name": "P",
    "organization_id": "o1",
    "created_at": "2024-05-01T10:00:00Z",
    "updated_at": "2024-05-02T10:00:00Z",
}
CELL = {
    "id": "c1",
    "name": "M50-007",
    "cell_specification_id": "s1",
    "created_at": "2024-05-01T10:00:00Z",
    "updated_at": "2024-05-02T10:00:00Z",
}
thorough = settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])


def cell(**more: Any) -> CellInstance:
    return CellInstance.from_dict({**CELL, **more})


def without_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_nulls(item) for key, item in data.items() if item is not None}
    return [without_nulls(item) for item in data] if isinstance(data, list) else data


def with_defaults(name: str, data: Any) -> Any:
    rules = resolved(schemas()[name])["properties"]
    return {key: rule["default"] for key, rule in rules.items() if "default" in rule} | data


# ------------------------------------------------------------------- every model of the contract


@pytest.mark.parametrize("name", RECORDS)
@thorough
@given(data=st.data())
def test_every_model_reads_what_the_contract_allows_and_writes_it_back(name, data):
    model = getattr(models, name)
    sent = data.draw(json_for(name))
    record = model.from_dict(copy.deepcopy(sent))
    assert isinstance(record, model)
    assert set(sent) <= set(record)
    written = json.loads(json.dumps(record.to_dict()))
    assert model.from_dict(written) == record
    assert copy.deepcopy(record) == record
    assert pickle.loads(pickle.dumps(record)) == record
    assert len(repr(record)) < 80 * (2 + len(list(record)))
    assert f">{name}</caption>" in record._repr_html_()


@pytest.mark.parametrize("name", RECEIVED)
@thorough
@given(data=st.data())
def test_nothing_that_was_sent_is_lost(name, data):
    sent = data.draw(json_for(name))
    record = getattr(models, name).from_dict(sent)
    kept = without_nulls(record.to_dict())
    if issubclass(type(record), Page):  # its items have defaults of their own
        assert kept.keys() == without_nulls(sent).keys()
    else:
        for key, value in without_nulls(with_defaults(name, sent)).items():
            if not isinstance(value, dict | list):
                assert kept[key] == value


@pytest.mark.parametrize("name", RECEIVED)
@thorough
@given(data=st.data())
def test_absent_null_and_unknown_fields_are_tolerated(name, data):
    model = getattr(models, name)
    rules = resolved(schemas()[name])
    sent = data.draw(json_for(name))
    fields = sorted(k for k, rule in rules["properties"].items() if "x-identity" not in rule)
    for key in data.draw(st.sets(st.sampled_from(fields))):
        sent[key] = None
    for key in data.draw(st.sets(st.sampled_from(sorted(rules["properties"])))):
        if key not in rules.get("required", ()):
            sent.pop(key, None)
    record = model.from_dict({**sent, "brand_new": {"a": [1]}})
    assert record.brand_new == record["brand_new"] == {"a": [1]}
    assert record.to_dict()["brand_new"] == {"a": [1]}
    for key, rule in rules["properties"].items():
        if key not in sent:
            assert record[key] == rule.get("default")
        elif sent[key] is None:
            # A page without items is an empty page.
            assert record[key] == ([] if key == "items" and isinstance(record, Page) else None)


@pytest.mark.parametrize("name", RECORDS)
def test_a_missing_required_field_is_named(name):
    required = resolved(schemas()[name]).get("required", [])
    if required:
        with pytest.raises(RecordError) as caught:
            getattr(models, name).from_dict({})
        assert caught.value.field in required
        assert str(caught.value) == f"{caught.value.field}: required, but absent"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [None, 5, "text", True])
def test_no_model_reads_what_is_no_object(name, data):
    with pytest.raises(RecordError, match="expected an object"):
        getattr(models, name).from_dict(data)


def marked_as_secret() -> list[tuple[str, str]]:
    return [
        (name, key)
        for name in RECORDS
        for key, rule in resolved(schemas()[name])["properties"].items()
        if resolved(rule).get("format") == "password"
    ]


@thorough
@given(data=st.data())
def test_what_the_contract_marks_as_secret_is_never_shown(data):
    assert ("UploadTarget", "signed_url") in marked_as_secret()
    assert ("MultipartUpload", "access_key_id") in marked_as_secret()
    for name, key in marked_as_secret():
        sent = data.draw(json_for(name)) | {key: "hush-hush"}
        record = getattr(models, name).from_dict(sent)
        for shown in (repr(record), str(record), f"{record}", record._repr_html_(), repr([record])):
            assert "hush" not in shown
            assert "…" in shown or f"{key}=REDACTED" in shown or "<table" in shown
        assert record[key] == record.to_dict()[key] == "hush-hush"


# --------------------------------------------------------------------------------- tolerant reading


def test_numbers_that_come_as_text_are_numbers():
    listed = ProjectList.from_dict({"items": [], "count": "3", "total": 3.0})
    assert (listed.count, listed.total) == (3, 3)
    assert cell(name=7).name == "7"


def test_an_unknown_enum_value_stays_text():
    record = CellMeasurement.from_dict(
        {
            "id": "m",
            "name": "x",
            "cell_instance_id": "c",
            "created_at": CELL["created_at"],
            "updated_at": CELL["updated_at"],
            "measurement_type": "hologram",
            "processing_status": "half-way",
        }
    )
    assert (record.measurement_type, record.processing_status) == ("hologram", "half-way")


def test_a_union_keeps_the_type_that_was_sent():
    error = ValidationError.from_dict({"loc": ["body", 0], "msg": "m", "type": "t"})
    assert error.loc == ["body", 0]
    assert cell(measurement_ids=["m1", {"id": "m2"}]).measurement_ids == ["m1", {"id": "m2"}]


def test_nulls_inside_lists_are_kept():
    record = CellMeasurement.from_dict({**CELL, "cell_instance_id": "c", "tags": ["a", None]})
    assert record.tags == ["a", None]


@pytest.mark.parametrize(
    ("given_", "field", "said"),
    [
        ({"name": {}}, "name", "expected text, got an object"),
        ({"name": True}, "name", "expected text, got True"),
        ({"created_at": 5}, "created_at", "expected an ISO 8601 time, got 5"),
        ({"updated_at": "soon"}, "updated_at", "expected an ISO 8601 time, got 'soon'"),
        ({"measured_properties": [1]}, "measured_properties", "expected an object, got an array"),
        ({"measurement_ids": "abc"}, "measurement_ids", "expected an array, got 'abc'"),
        ({"measurement_ids": ["a", True]}, "measurement_ids.1", "expected text, got True"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_path(given_, field, said):
    with pytest.raises(RecordError) as caught:
        cell(**given_)
    assert caught.value.field == field
    assert said in str(caught.value)


def test_a_bad_quantity_is_named_with_its_path():
    spec = {"id": "s", "name": "x", "organization_id": "o"}
    with pytest.raises(RecordError) as caught:
        CellSpecification.from_dict({**spec, "ratings": {"capacity": {"value": 5}}})
    assert caught.value.field == "ratings.capacity"
    with pytest.raises(RecordError, match=r"ratings\.capacity: expected a quantity"):
        CellSpecification.from_dict({**spec, "ratings": {"capacity": 5}})


def test_an_error_survives_pickling():
    error = pickle.loads(pickle.dumps(RecordError("a.b", "odd")))
    assert (error.field, error.reason, str(error)) == ("a.b", "odd", "a.b: odd")


@pytest.mark.parametrize("odd", ["3.5", 3.5, True, None, "x", float("inf"), [], "1" * 5000])
def test_an_integer_is_whole(odd):
    with pytest.raises(RecordError, match="expected an integer"):
        read_int(odd)


@pytest.mark.parametrize("odd", [True, None, "x", [], {}, 10**400])
def test_a_number_is_a_number(odd):
    with pytest.raises(RecordError, match="expected a number"):
        read_float(odd)


@pytest.mark.parametrize("odd", [True, None, [], {}])
def test_a_text_is_text(odd):
    with pytest.raises(RecordError, match="expected text"):
        read_str(odd)


@pytest.mark.parametrize("odd", [0, 1, "true", None])
def test_true_is_not_one(odd):
    with pytest.raises(RecordError, match="expected true or false"):
        read_bool(odd)


@given(st.datetimes(timezones=st.timezones()))
@settings(max_examples=50)
def test_an_instant_is_read_as_it_was_written(moment):
    # Not `==`: it is never true across zones for a time that a change of the clock makes twice.
    assert read_datetime(format_datetime(moment)).timestamp() == moment.timestamp()


def test_a_time_without_a_zone_is_utc():
    noon = datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC)
    assert (
        read_datetime("2024-01-01T12:00:00") == read_datetime("2024-01-01T13:00:00+01:00") == noon
    )
    assert format_datetime(datetime.datetime(2024, 1, 1, 12)) == "2024-01-01T12:00:00Z"
    assert read_datetime("2024-01-01") == datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


# ------------------------------------------------------------------------------------------- pages


def test_a_bad_item_stands_in_its_place():
    page = ProjectList.from_dict({"items": [PROJECT, {"id": 5}, None, PROJECT], "count": 4})
    kinds = [type(item) for item in page.items]
    assert kinds == [Project, InvalidRecord, InvalidRecord, Project]
    bad = page.items[1]
    assert (bad.id, bad.raw) == ("5", {"id": 5})
    assert bad.reason == "required, but absent"
    assert page.items[2].id is None


def test_a_bad_item_says_what_is_wrong_when_it_is_used():
    bad = ProjectList.from_dict([None]).items[0]
    with pytest.raises(
        AttributeError, match=r"'name': the item could not be read .*got null.*See \.raw"
    ):
        bad.name  # noqa: B018
    assert copy.copy(bad) == pickle.loads(pickle.dumps(bad)) == bad


def test_a_bad_item_does_not_show_what_the_server_sent():
    bad = CellInstanceList.from_dict([{"id": "c", "note": "hush"}]).items[0]
    assert "hush" not in repr(bad)


def test_a_bare_array_is_a_page_of_unknown_total():
    page = ProjectList.from_dict([PROJECT])
    assert ([p.name for p in page.items], page.count, page.total) == (["P"], 1, None)


@pytest.mark.parametrize("data", ["abc", 5, None, {"items": 5}, {"items": {}}])
def test_what_is_no_list_is_no_page(data):
    with pytest.raises(RecordError):
        ProjectList.from_dict(data)


# -------------------------------------------------------------------------------- use as a record


def test_fields_are_read_by_attribute_and_by_key():
    record = cell(batch="B1", surprise=1)
    assert record.batch == record["batch"] == record.get("batch") == "B1"
    assert record.surprise == record["surprise"] == 1
    assert "batch" in record
    assert "surprise" in record
    assert "nothing" not in record
    assert record.get("nothing") is None
    assert record.get("nothing", 7) == 7
    assert dict(record)["name"] == "M50-007"
    assert list(record) == record.keys()
    with pytest.raises(KeyError):
        record["nothing"]


def test_nested_objects_read_like_the_wire():
    spec = CellSpecification.from_dict(
        {
            "id": "s",
            "name": "x",
            "organization_id": "o",
            "ratings": {"capacity": {"value": 5.0, "unit": "A*h"}},
            "properties": {"mass": {"value": 70, "unit": "g"}, "layers": {"n": 3}},
        }
    )
    assert spec.ratings["capacity"]["value"] == 5.0
    assert spec["ratings"]["capacity"]["unit"] == "A*h"
    assert spec.properties["mass"] == {"value": 70, "unit": "g"}
    assert spec.quantities == {
        "ratings": {"capacity": Quantity(5.0, "A*h")},
        "properties": {"mass": Quantity(70, "g")},
    }


def test_quantities_pass_over_what_only_looks_like_one():
    record = cell(
        measured_properties={"a": {"value": "high", "unit": 5}, "b": {"value": 1, "unit": "V"}}
    )
    assert record.quantities == {"measured_properties": {"b": Quantity(1, "V")}}


def test_a_typing_mistake_gets_a_hint():
    with pytest.raises(
        AttributeError, match="CellInstance has no field 'bach'; did you mean 'batch'"
    ):
        cell().bach  # noqa: B018
    with pytest.raises(AttributeError):
        cell().zzz = 1
    assert not hasattr(cell(), "zzz")


def test_equal_records_are_equal():
    assert cell() == cell()
    assert cell(batch="a") != cell(batch="b")
    assert cell(surprise=1) != cell()


def test_a_request_keeps_apart_what_was_not_given_and_what_is_none():
    request = CellInstanceCreate(name="x", batch=None)
    assert request.to_dict() == {"name": "x", "batch": None}
    assert request.notes is UNSET
    assert not UNSET
    assert "notes" not in request
    assert request.get("notes", 1) == 1
    assert pickle.loads(pickle.dumps(request)).notes is copy.deepcopy(request).notes is UNSET
    with pytest.raises(KeyError):
        request["notes"]


def test_absent_fields_of_an_answer_are_not_given():
    ratings = Ratings.from_dict({"capacity": {"value": 5, "unit": "A*h"}})
    assert set_fields(ratings) == {"capacity": Quantity(5, "A*h")}


# ------------------------------------------------------------------------------------- how it looks


def test_the_repr_is_short_and_leaves_out_what_is_not_there():
    record = cell(notes="n" * 1000, measured_properties={})
    assert repr(record).startswith("CellInstance(name='M50-007', id='c1'")
    assert "batch" not in repr(record)
    assert "measured_properties" not in repr(record)
    assert len(repr(record)) < 400


def test_the_notebook_table_is_safe():
    shown = cell(name="<script>alert(1)</script>", **{"<b>": "<i>&"})._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_the_credentials_of_an_upload_do_not_show():
    target = {
        "signed_url": "https://storage.example/o?X-Amz-Signature=hush",
        "token": "hush",
        "path": "p",
        "multipart": {
            **dict.fromkeys(("endpoint", "region", "bucket", "object_path"), "x"),
            **dict.fromkeys(("access_key_id", "secret_access_key", "session_token"), "hush"),
        },
    }
    answer = InitiateUploadResponse.from_dict({"measurement_id": "m", "uploads": [target]})
    upload = answer.uploads[0]
    assert isinstance(upload, UploadTarget)
    assert isinstance(upload.multipart, MultipartUpload)
    for thing in (answer, upload, upload.multipart, answer.uploads):
        assert "hush" not in repr(thing)
    assert "hush" not in answer._repr_html_() + upload._repr_html_()
    assert upload.signed_url.endswith("hush")


def test_a_secret_beyond_the_contract_does_not_show_either():
    record = cell(api_key="hush", access_token="hush")
    assert "hush" not in repr(record) + record._repr_html_()


def test_big_tables_stay_short():
    cycles = MeasurementCycles.from_dict({"cycles": {"Cycle count": list(range(5000))}})
    assert len(repr(cycles)) < 200
