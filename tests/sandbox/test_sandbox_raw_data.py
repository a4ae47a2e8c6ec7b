"""Raw data in the sandbox: uploaded to a project, attached to measurements, and gone with them."""

import json
import socket
from functools import partial

import httpx
import pytest

from ionworks.sandbox import Sandbox

fetch = partial(httpx.get, verify=False)  # without TLS there are no authorities to load
put = partial(httpx.put, verify=False)
CONTENT = b"cycle;voltage\n1;3,7\n"


def described(project, **fields):
    """Return the body that begins an upload."""
    return {"project_id": project, "name": "export", "filename": "export.csv", **fields}


def begin(api, body, status=200):
    """Begin an upload."""
    return api.post("/raw_data/initiate-upload", body, status)


def finish(api, begun, body, status=200, content=CONTENT):
    """Confirm an upload."""
    path = f"/raw_data/{begun['raw_data_id']}/confirm-upload"
    return api.post(path, {**body, "size_bytes": len(content)}, status)


def raw(api, project=None, content=CONTENT, **fields):
    """Return new raw data."""
    body = described(project or api.sandbox.project_id, **fields)
    begun = begin(api, body)
    api.put(begun, body["filename"], content)
    return finish(api, begun, body, content=content)


def measured(api, project=None):
    """Return the id of a new measurement of properties."""
    return api.properties(api.instance(api.specification(project)), "p")["id"]


def attach(api, measurement, ids, status=200):
    """Attach raw data to a measurement."""
    path = f"/cell_measurements/{measurement}/raw_data"
    return api.post(path, {"raw_data_ids": ids}, status)


def attached(api, measurement, **params):
    """Return the ids on one page of what is attached to a measurement."""
    page = api.get(f"/cell_measurements/{measurement}/raw_data", **params)
    return [item["id"] for item in page["items"]]


def test_a_file_is_uploaded_and_read_back(api):
    project = api.project()
    body = described(project, source="bench 3", metadata={"rows": [1, {"a": None}]})
    begun = begin(api, body)
    assert [target["filename"] for target in begun["uploads"]] == ["export.csv"]
    api.get(f"/raw_data/{begun['raw_data_id']}", status=404)
    assert api.get("/raw_data", project_id=project)["items"] == []
    headers = {"Content-Type": "text/csv", "X-API-Key": "stray"}
    url = begun["uploads"][0]["signed_url"]
    assert put(url, content=CONTENT, headers=headers).status_code == 200
    made = finish(api, begun, body)
    assert made["id"] == begun["raw_data_id"]
    for field, value in body.items():
        assert made[field] == value
    assert (made["size_bytes"], made["content_type"]) == (len(CONTENT), "text/csv")
    assert made["created_by_email"] == "user@sandbox.example"
    assert api.get(f"/raw_data/{made['id']}") == made
    assert api.get("/raw_data", project_id=project)["items"] == [made]
    where = api.get(f"/raw_data/{made['id']}/download-url")["url"]
    assert where.startswith(api.sandbox.storage_url)
    # The vendor's client asks storage with the key of the API, and for the end of a file.
    answer = fetch(where, headers={"X-API-Key": api.sandbox.api_key})
    assert (answer.content, answer.headers["content-type"]) == (CONTENT, "text/csv")
    tail = fetch(where, headers={"Range": "bytes=-7", "X-API-Key": "stray"})
    assert (tail.status_code, tail.content) == (206, CONTENT[-7:])
    assert tail.headers["content-range"] == f"bytes {len(CONTENT) - 7}-{len(CONTENT) - 1}/20"
    assert put(url, content=b"again").status_code == 403


def test_a_content_type_in_the_body_is_the_one_that_counts(api):
    assert raw(api, content_type="text/csv")["content_type"] == "text/csv"


def test_an_empty_file_may_come_in_chunks_without_a_length(api):
    body = described(api.sandbox.project_id)
    begun = begin(api, body)
    url = httpx.URL(begun["uploads"][0]["signed_url"])
    head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nHost: x\r\nX-API-Key: stray\r\n"
    with socket.create_connection((url.host, url.port)) as wire:
        wire.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert wire.recv(12) == b"HTTP/1.1 200"
    made = finish(api, begun, body, content=b"")
    where = api.get(f"/raw_data/{made['id']}/download-url")["url"]
    answer = fetch(where)
    assert (answer.status_code, answer.content, made["size_bytes"]) == (200, b"", 0)
    assert fetch(where, headers={"Range": "bytes=-262144"}).status_code == 416


def test_a_confirmation_is_of_what_was_begun_and_stored(api):
    project = api.sandbox.project_id
    body = described(project)
    begun = begin(api, body)
    assert finish(api, begun, body, 400)["detail"] == {"missing": ["export.csv"]}
    api.put(begun, "export.csv", CONTENT)
    refused = finish(api, begun, body, 400, content=b"shorter")
    assert "size_bytes is 7" in refused["message"]
    assert f"{len(CONTENT)} bytes" in refused["message"]
    assert "other.csv" in finish(api, begun, {**body, "filename": "other.csv"}, 400)["message"]
    other = {**body, "project_id": api.project()}
    assert "project_id" in finish(api, begun, other, 400)["message"]
    made = finish(api, begun, {**body, "name": "another name"})
    assert made["name"] == "another name"
    assert finish(api, begun, body, 409)["detail"] == {"existing_id": made["id"]}
    finish(api, {"raw_data_id": "none"}, body, 404)
    api.post(f"/raw_data/{made['id']}/confirm-upload", body, 422)


def test_an_upload_needs_a_project_and_a_plain_filename(api):
    answer = api.http.post("/raw_data/initiate-upload", json=described("none"))
    assert (answer.status_code, answer.json()["error_code"]) == (404, "NOT_FOUND")
    for filename in ("", "..", "a/b", "a\n", "x" * 256):
        found = begin(api, described(api.sandbox.project_id, filename=filename), 422)["detail"]
        assert found[0]["loc"] == ["body", "filename"]
    begin(api, described(api.sandbox.project_id, name=""), 422)


def test_names_need_not_differ_and_the_newest_is_listed_first(api):
    project = api.project()
    made = [raw(api, project)["id"] for _ in range(5)]
    page = api.get("/raw_data", project_id=project, limit=2, offset=1)
    assert [item["id"] for item in page["items"]] == made[::-1][1:3]
    assert (page["count"], page["total"]) == (2, 5)
    assert api.get("/raw_data", project_id=project, offset=9)["items"] == []
    assert api.get("/raw_data", project_id=api.project())["total"] == 0
    assert api.get("/raw_data", project_id="none")["total"] == 0
    api.get("/raw_data", status=422)
    api.get("/raw_data", status=422, project_id=project, limit=1001)


def test_what_is_known_can_be_changed(api):
    made = raw(api, source="bench 3", metadata={"a": 1, "b": 2})
    path = f"/raw_data/{made['id']}"
    renamed = api.patch(path, {"name": "Neuer Name"})
    assert renamed["updated_at"] > made["updated_at"]
    assert renamed == {**made, "name": "Neuer Name", "updated_at": renamed["updated_at"]}
    assert api.patch(path, {"metadata": {"c": 3}})["metadata"] == {"c": 3}
    assert api.patch(path, {"source": "bench 4"})["source"] == "bench 4"
    cleared = api.patch(path, {"source": ""})
    assert (cleared["source"], cleared["name"], cleared["metadata"]) == (
        None,
        "Neuer Name",
        {"c": 3},
    )
    assert api.get(path) == cleared
    assert api.patch(path, {"filename": "other.csv"})["filename"] == "export.csv"
    api.patch(path, {"name": ""}, 422)
    api.patch("/raw_data/none", {"name": "x"}, 404)


def test_deleted_raw_data_are_gone_with_their_file_and_links(api):
    made, measurement = raw(api), measured(api)
    attach(api, measurement, [made["id"]])
    where = api.get(f"/raw_data/{made['id']}/download-url")["url"]
    api.delete(f"/raw_data/{made['id']}")
    assert fetch(where).status_code == 404
    assert attached(api, measurement) == []
    for path in ("", "/download-url", "/cell_measurements"):
        api.get(f"/raw_data/{made['id']}{path}", status=404)
    api.delete(f"/raw_data/{made['id']}", status=404)


def test_raw_data_are_attached_and_detached(api):
    first, second = raw(api), raw(api)
    ids = [first["id"], second["id"]]
    measurement, other = measured(api), measured(api)
    for _ in range(2):
        attach(api, measurement, [*ids, ids[0]])
    attach(api, other, [ids[0]])
    assert attached(api, measurement) == ids[::-1]
    assert attached(api, measurement, limit=1, offset=1) == [ids[0]]
    page = api.get(f"/cell_measurements/{measurement}/raw_data", limit=1)
    assert (page["items"], page["count"], page["total"]) == ([second], 1, 2)
    listed = api.get(f"/raw_data/{ids[0]}/cell_measurements")
    assert (listed["items"], listed["total"]) == ([other, measurement], 2)
    api.delete(f"/cell_measurements/{measurement}/raw_data/{ids[0]}")
    api.delete(f"/cell_measurements/{measurement}/raw_data/{ids[0]}", status=404)
    assert attached(api, measurement) == [ids[1]]
    assert api.get(f"/raw_data/{ids[0]}/cell_measurements")["items"] == [other]
    assert api.get(f"/raw_data/{ids[0]}") == first
    attach(api, measurement, [])
    assert attached(api, measurement) == [ids[1]]


def test_what_cannot_be_attached_attaches_nothing(api):
    good, measurement = raw(api)["id"], measured(api)
    elsewhere = raw(api, api.project())["id"]
    assert "none" in attach(api, measurement, [good, "none"], 404)["message"]
    assert elsewhere in attach(api, measurement, [good, elsewhere], 400)["message"]
    attach(api, "none", [good], 404)
    attach(api, measurement, "text", 422)
    assert attached(api, measurement) == []
    api.get("/cell_measurements/none/raw_data", status=404)
    api.delete(f"/cell_measurements/none/raw_data/{good}", status=404)


def test_links_go_with_the_measurement_and_files_with_the_project(fresh_api):
    api = fresh_api
    project = api.project()
    made, measurement = raw(api, project), measured(api, project)
    attach(api, measurement, [made["id"]])
    api.delete(f"/cell_measurements/{measurement}")
    assert api.get(f"/raw_data/{made['id']}/cell_measurements")["items"] == []
    where = api.get(f"/raw_data/{made['id']}/download-url")["url"]
    body = described(project)
    begun = begin(api, body)
    api.put(begun, "export.csv", CONTENT)
    api.delete(f"/projects/{project}")
    api.get(f"/raw_data/{made['id']}", status=404)
    assert fetch(where).status_code == 404
    finish(api, begun, body, 404)
    api.put(begun, "export.csv", CONTENT, status=403)


def test_raw_data_survive_a_restart(tmp_path, kit):
    with Sandbox(data=tmp_path, api_key="k") as box:
        api = kit.api(box)
        made = raw(api, filename="Ä?#%.csv")
        api.http.close()
    with Sandbox(data=tmp_path, api_key="k") as box:
        api = kit.api(box)
        assert api.get(f"/raw_data/{made['id']}") == made
        where = api.get(f"/raw_data/{made['id']}/download-url")["url"]
        answer = fetch(where)
        api.http.close()
    assert answer.content == CONTENT
    assert "%C3%84%3F%23%25.csv" in answer.headers["content-disposition"]


def test_of_several_files_the_one_that_is_missing_is_named(api):
    instance = api.instance()
    names = ["a.png", "b.png", "c.txt"]
    begun = api.initiate(instance, "files", measurement_type="file", filenames=names)
    for name in ("a.png", "c.txt"):
        api.put(begun, name, name.encode())
    options = {"measurement_type": "file", "filenames": names}
    refused = api.confirm(begun, instance, "files", 400, **options)
    assert refused["detail"] == {"missing": ["b.png"]}
    assert "b.png" in refused["message"]
    api.put(begun, "b.png", b"b")
    known = api.confirm(begun, instance, "files", **options)["file_metadata"]
    assert known["filenames"] == names
    assert [file["size_bytes"] for file in known["files"]] == [5, 1, 5]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_may_be_compressed(api, encoding):
    import gzip

    body = json.dumps(described(api.sandbox.project_id)).encode()
    content = gzip.compress(body) if encoding == "gzip" else body
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    api.call("POST", "/raw_data/initiate-upload", 200, content=content, headers=headers)
