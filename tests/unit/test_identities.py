"""The id of a record in a response is text and present (X5)."""

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from contract_json import json_for, schemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ionworks_openapi import models

from ionworks import Ionworks
from ionworks.errors import UnexpectedResponse
from ionworks.records import InvalidRecord, Page, RecordError

IDENTITIES = [
    (name, field)
    for name, schema in schemas().items()
    for field, rules in schema.get("properties", {}).items()
    if "x-identity" in rules
]
NOT_AN_ID = [None, 7, 7.5, True, "", "  ", ["x"], {"id": "x"}]
quick = settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)


def test_every_schema_with_an_id_is_known():
    with_id = {name for name, schema in schemas().items() if "id" in schema.get("required", ())}
    assert with_id <= {name for name, _ in IDENTITIES}
    assert {("Job", "job_id"), ("InitiateUploadResponse", "measurement_id")} <= {*IDENTITIES}


@pytest.mark.parametrize(("name", "field"), IDENTITIES, ids=str)
@quick
@given(data=st.data())
def test_a_record_without_an_id_is_refused(name, field, data):
    model, sent = getattr(models, name), data.draw(json_for(name))
    assert model.from_dict(copy.deepcopy(sent))[field] == sent[field]
    for wrong in NOT_AN_ID:
        with pytest.raises(RecordError) as caught:
            model.from_dict({**sent, field: wrong})
        assert caught.value.field == field
        assert "id as text" in str(caught.value)
    with pytest.raises(RecordError) as caught:
        model.from_dict({key: value for key, value in sent.items() if key != field})
    assert caught.value.field == field


@pytest.mark.parametrize(
    "page", [n for n in schemas() if isinstance(getattr(models, n, None), type)]
)
@quick
@given(data=st.data())
def test_an_item_without_an_id_is_an_invalid_record(page, data):
    model = getattr(models, page)
    if not issubclass(model, Page):
        return
    target = schemas()[page]["properties"]["items"]["items"].get("$ref", "").rpartition("/")[2]
    field = dict(IDENTITIES).get(target)
    if field is None:
        return
    item = data.draw(json_for(target))
    items = [item, {**item, field: None}, {**item, field: 5}]
    read = model.from_dict({"items": items, "count": 3, "total": 3}).items
    assert [isinstance(each, InvalidRecord) for each in read] == [False, True, True]
    assert read[1].field == field


@pytest.mark.parametrize("wrong", [None, 7])
def test_the_error_names_the_operation_and_the_field(wrong):
    body = json.dumps(
        {
            "name": "A",
            "id": wrong,
            "organization_id": "o",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        with (
            Ionworks(api_key="k", api_url=url) as client,
            pytest.raises(UnexpectedResponse) as caught,
        ):
            client.project.get("p")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert caught.value.operation == "get_project"
    assert "id: expected the id as text, got" in str(caught.value)
