"""`client.request` on the wire: the same authentication, retries and errors as every call."""

from __future__ import annotations

import pytest
from ionworks_openapi.types import Operation, Request
from rig import Reply

from ionworks import Ionworks
from ionworks.errors import NotFound, PayloadError, UnexpectedResponse, WriteOutcomeUnknown


def test_any_path_can_be_requested(client):
    made = client.request("POST", "/projects", json={"name": "by path"})
    assert client.project.get(made["id"]).name == "by path"
    found = client.request("get", "/projects", params={"name": "by path", "limit": 1})
    assert [each["id"] for each in found["items"]] == [made["id"]]
    assert client.request("DELETE", f"/projects/{made['id']}") is None
    with pytest.raises(NotFound, match="request: 404"):
        client.request("GET", f"/projects/{made['id']}")


def test_a_file_is_read_as_bytes_from_storage_without_the_key(scripted, client_of):
    storage = scripted(Reply(200, b"\x00file"))
    api = scripted(Reply(307, headers={"location": f"{storage.url}/x"}))
    assert client_of(api).request("GET", "/future", accept="bytes") == b"\x00file"
    assert "x-api-key" not in storage.requests[0].headers


def test_reads_are_sent_again_and_a_post_is_not(scripted, client_of):
    again = scripted(Reply(503, {}), Reply(200, {"a": 1}))
    assert client_of(again).request("GET", "/future") == {"a": 1}
    assert again.requests[1].headers["x-api-key"]
    once = scripted(Reply(503, {}))
    with pytest.raises(WriteOutcomeUnknown):
        client_of(once).request("POST", "/future", json={})
    assert len(once.requests) == 1
    told = scripted(Reply(503, {}), Reply(200, []))
    assert client_of(told).request("POST", "/future", idempotency="idempotent") == []


def test_what_is_not_json_is_refused(scripted, client_of):
    page = scripted(Reply(200, b"<html>log in</html>"))
    with pytest.raises(UnexpectedResponse, match="the body is not valid JSON"):
        client_of(page).request("GET", "/future")


@pytest.mark.parametrize(
    "operation",
    [
        "list_projects",
        None,
        lambda: None,
        Operation("list_projekts", "GET", "/projects", Request, lambda _, data: data),
    ],
)
def test_d14_an_unknown_operation_names_request(operation):
    client = Ionworks(api_key="k" * 20, api_url="http://127.0.0.1:9")
    with pytest.raises(PayloadError, match=r"client\.request\(method, path\)"):
        client.call(operation)
