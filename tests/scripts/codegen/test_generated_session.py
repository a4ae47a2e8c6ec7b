"""The hand-written session calls whatever generation writes, checked against its contract."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from email.parser import BytesParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rig import Reply

from ionworks import Quantity
from ionworks._request import schemas
from ionworks.errors import PayloadError, UnexpectedResponse

PET = {"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "animal": {"kind": "pup", "lives": "one"}}


@pytest.fixture
def shelves(small: ModuleType, small_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The operations of the small contract, which stands in for that of the client."""
    caches = (schemas.contract, schemas.operations, schemas._validator)
    monkeypatch.setattr(schemas, "files", lambda _: small_path)
    for each in caches:
        each.cache_clear()
    yield importlib.import_module("small_api.api.shelves")
    monkeypatch.undo()
    for each in caches:
        each.cache_clear()


def test_integer_ids_and_headers_are_sent(shelves, scripted, client_of):
    server = scripted(Reply(200, PET))
    pet = client_of(server).call(shelves.add_pet, 7, body={"name": None}, x_depth=3, if_match="v1")
    (request,) = server.requests
    assert (request.path, request.json) == ("/shelves/7/pets", {"name": None})
    assert (request.headers["x-depth"], request.headers["if-match"]) == ("3", "v1")
    assert (pet.id, type(pet.animal).__name__, pet.animal.lives) == (PET["id"], "Dog", "one")


def test_an_optional_header_is_left_out(shelves, scripted, client_of):
    server = scripted(Reply(200, PET))
    client_of(server).call(shelves.add_pet, 7, body={}, x_depth=0)
    assert "if-match" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("shelf", "depth", "body", "field"),
    [
        (7, 10, {}, "X-Depth"),
        (7, "deep", {}, "X-Depth"),
        (None, 1, {}, "shelf"),
        (True, 1, {}, "shelf"),
        (7, 1, {"id": PET["id"]}, "id"),  # read-only
        (7, 1, {"name": 5}, "name"),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_sent(
    shelves, scripted, client_of, shelf, depth, body, field
):
    server = scripted()
    with pytest.raises(PayloadError) as caught:
        client_of(server).call(shelves.add_pet, shelf, body=body, x_depth=depth)
    assert caught.value.field == field
    assert server.requests == []


@pytest.mark.parametrize(
    ("animal", "name", "lives"),
    [
        ({"kind": "cat", "lives": 9}, "Cat", 9),
        ({"kind": "dog", "lives": "1"}, "Dog", "1"),
        ("a goldfish", "str", None),
    ],
)
def test_a_union_is_read_by_what_distinguishes_its_objects(
    shelves, scripted, client_of, animal, name, lives
):
    server = scripted(Reply(200, {**PET, "animal": animal}))
    found = client_of(server).call(shelves.add_pet, 1, body={}, x_depth=1).animal
    assert (type(found).__name__, getattr(found, "lives", None)) == (name, lives)


@pytest.mark.parametrize("animal", [{"kind": "cow"}, {}, {"kind": ["cat"]}, {"kind": None}])
def test_an_object_of_no_kind_is_an_error_with_its_place(shelves, scripted, client_of, animal):
    server = scripted(Reply(200, {**PET, "animal": animal}))
    with pytest.raises(UnexpectedResponse, match=r"animal\.kind: expected 'cat' or 'dog'"):
        client_of(server).call(shelves.add_pet, 1, body={}, x_depth=1)


def test_other_fields_of_an_open_record_are_read_as_in_a_dictionary(shelves, scripted, client_of):
    settings = {"colour": "red", "size": 3}
    answer = {**PET, "settings": settings, "d_\u00b5m": 4.5, "operation": {"name": "x"}}
    pet = client_of(scripted(Reply(200, answer))).call(shelves.add_pet, 1, body={}, x_depth=1)
    assert dict(pet.settings.items()) == settings
    assert (pet.settings.colour, len(pet.settings), list(pet.settings)) == (
        "red",
        2,
        ["colour", "size"],
    )
    assert getattr(pet, "d_\u03bcm") == 4.5  # noqa: B009
    assert pet.operation.steps == []


def parts(request) -> dict[str, tuple[str | None, bytes]]:
    """Return the parts of a multipart request: file name and content by name."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    }


def test_files_are_uploaded_as_multipart(shelves, scripted, client_of, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n")
    server = scripted(Reply(204), Reply(204), Reply(204))
    client = client_of(server)
    for photo in (path, str(path), io.BytesIO(b"\x89PNG\r\n")):
        body = {"photo": photo, "title": "a cat", "size": Quantity(3, "cm")}
        client.call(shelves.upload_photo, 7, body=body)
    for request in server.requests:
        found = parts(request)
        assert found["photo"][1] == b"\x89PNG\r\n"
        assert found["title"] == (None, b"a cat")
        assert found["size"] == (None, b'{"value": 3, "unit": "cm"}')
    assert parts(server.requests[0])["photo"][0] == "photo.png"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "photo"),
        ({"photo": 5}, "photo"),
        ({"photo": "no such file"}, "photo"),
        ({"photo": b"x", "title": "much too long"}, "title"),
        ({"photo": b"x", "titel": "x"}, "titel"),
        ([b"x"], "body"),
    ],
)
def test_a_multipart_body_that_does_not_fit_is_refused(shelves, scripted, client_of, body, field):
    server = scripted()
    with pytest.raises(PayloadError) as caught:
        client_of(server).call(shelves.upload_photo, 7, body=body)
    assert caught.value.field == field
    assert server.requests == []


def test_a_skipped_operation_is_not_generated(shelves):
    assert not hasattr(shelves, "walk")


def test_the_page_size_follows_the_contract(monkeypatch: pytest.MonkeyPatch):
    limits = {"list_a": {"maximum": 50}, "list_b": {"maximum": 1000}, "get_c": None}
    found = {
        name: {"parameters": [{"in": "query", "name": "limit", "schema": rule}] if rule else []}
        for name, rule in limits.items()
    }
    monkeypatch.setattr(schemas, "operations", lambda: found)
    schemas.page_size.cache_clear()
    sizes = schemas.page_size(), schemas.page_size("list_b"), schemas.page_size("list_b", most=500)
    schemas.page_size.cache_clear()
    assert sizes == (50, 100, 500)
