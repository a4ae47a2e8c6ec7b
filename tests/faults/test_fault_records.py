"""Answers that are not quite what the contract says: read where they can be, named where not."""

import warnings

import pytest
from rig import Reply

from ionworks import InvalidRecord, InvalidRecordWarning
from ionworks.errors import UnexpectedResponse

MEASUREMENT = {
    "id": "m1",
    "name": "RPT 0",
    "cell_instance_id": "c1",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
    "measurement_type": "time_series",
    "step_labels_validated": True,
    "tags": ["rpt"],
}


def page(*items, total=None):
    return {"items": items, "count": len(items), "total": len(items) if total is None else total}


@pytest.fixture
def read(scripted, client_of):
    """Return the measurement that the client makes of an answer."""

    def reading(**changes):
        body = {key: value for key, value in (MEASUREMENT | changes).items() if value != "absent"}
        client = client_of(scripted(Reply(200, body)))
        with warnings.catch_warnings(action="error"):
            return client.cell_measurement.get("m1")

    return reading


def test_row_60_an_added_field_is_kept_and_can_be_read(read):
    record = read(brand_new={"deep": [1, 2]})
    assert record.brand_new == record["brand_new"] == {"deep": [1, 2]}
    assert record.name == "RPT 0"


def test_row_60_an_unknown_enum_value_stays_text(read):
    assert read(measurement_type="hologram").measurement_type == "hologram"
    assert read(processing_status="levitating").processing_status == "levitating"


@pytest.mark.parametrize("field", ["name", "created_at", "step_labels_validated", "tags"])
def test_row_60_a_null_where_none_is_allowed_is_read_as_none(read, field):
    record = read(**{field: None})
    assert record[field] is None
    assert record.id == "m1"


def test_row_60_missing_optional_fields_take_their_defaults(read):
    record = read(measurement_type="absent", step_labels_validated="absent", tags="absent")
    assert record.measurement_type == "time_series"
    assert record.step_labels_validated is False
    assert record.tags is None


def test_row_60_a_number_sent_as_text_and_text_sent_as_a_number_are_read(scripted, client_of, read):
    assert read(name=7).name == "7"
    spec = {
        "id": "s1",
        "name": "LG M50",
        "organization_id": "o1",
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
        "ratings": {"capacity": {"value": "5.0", "unit": "A*h"}},
    }
    listing = {**page(MEASUREMENT), "total": "1"}
    client = client_of(scripted(Reply(200, spec), Reply(200, listing)))
    assert client.cell_spec.get("s1").ratings.capacity.value == 5.0
    assert client.cell_measurement.list("c1").total == 1


def test_a_bad_record_stays_in_its_page_with_one_warning(scripted, client_of):
    bad = [{**MEASUREMENT, "id": "m2", "created_at": "yesterday"}, {"id": "m3"}, "nothing"]
    server = scripted(
        Reply(200, page(MEASUREMENT, *bad[:2], total=4)), Reply(200, page(bad[2], total=4))
    )
    with pytest.warns(InvalidRecordWarning) as warned:
        found = client_of(server).cell_measurement.list("c1")
    assert len(warned) == 1
    for part in ("3 item(s)", "m2", "created_at", "ISO 8601", "yesterday"):
        assert part in str(warned[0].message)
    assert [type(item) for item in found[1:]] == [InvalidRecord] * 3
    assert found[0].id == "m1"
    assert [item.id for item in found.invalid] == ["m2", "m3", None]
    assert found.invalid[0].field == "created_at"
    assert found.invalid[0].raw == bad[0]
    assert found.total == 4
    with pytest.raises(AttributeError, match="created_at"):
        found.invalid[0].name  # noqa: B018


def test_strict_raises_at_a_bad_record_and_says_which(scripted, client_of, caught):
    bad = {**MEASUREMENT, "id": "m2", "tags": 5}
    client = client_of(scripted(*[Reply(200, page(MEASUREMENT, bad))] * 2))
    with caught(UnexpectedResponse) as info:
        client.cell_measurement.list("c1", strict=True)
    for part in ("m2", "tags", "expected an array"):
        assert part in str(info.value)
    records = client.cell_measurement.iterate("c1", strict=True)
    assert next(records).id == "m1"
    with caught(UnexpectedResponse):
        next(records)


def test_a_record_that_cannot_be_read_is_an_error_with_the_field(scripted, client_of, caught):
    body = {key: value for key, value in MEASUREMENT.items() if key != "cell_instance_id"}
    client = client_of(scripted(Reply(200, body), Reply(200, [1, 2]), Reply(200, "[]")))
    with caught(UnexpectedResponse) as info:
        client.cell_measurement.get("m1")
    error = info.value
    assert "cell_instance_id: required, but absent" in str(error)
    assert "get_cell_measurement" in str(error)
    assert error.request_id == "req-1"
    assert error.status_code == 200
    with caught(UnexpectedResponse) as info:
        client.cell_measurement.get("m1")
    assert "expected an object, got an array" in str(info.value)
    with caught(UnexpectedResponse):
        client.cell_measurement.get("m1")
