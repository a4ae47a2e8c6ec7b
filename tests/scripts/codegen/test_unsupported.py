"""A contract that cannot be generated whole is refused, and the present package stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scripts.codegen.generate import GenerationError, generate, generated_operations, main
from scripts.codegen.unsupported import check_quantity

OK = {"204": {"description": "Good"}}
LETTERS = {"type": "string"}


def spec(paths: dict[str, Any], schemas: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Refused", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }


QUANTITY = {"properties": {"value": {"type": "number"}, "unit": {"type": "string"}}}


def get(**operation: Any) -> dict[str, Any]:
    return {"/a": {"get": {"operationId": "get_a", "tags": ["a"], "responses": OK, **operation}}}


def parameter(**fields: Any) -> dict[str, Any]:
    return get(parameters=[{"name": "x", "in": "query", "schema": LETTERS, **fields}])


def in_path(schema: dict[str, Any], **fields: Any) -> dict[str, Any]:
    one = {"name": "x", "in": "path", "required": True, "schema": schema, **fields}
    return {"/a/{x}": {"get": {**get(parameters=[one])["/a"]["get"]}}}


def answer(*kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {}} for kind in kinds}
    return get(responses={"200": {"description": "Good", "content": content}})


def body(*kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "object"}} for kind in kinds}
    return {"/a": {"post": {**get(requestBody={"content": content})["/a"]["get"]}}}


def write(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "spec.yaml"
    path.write_text(json.dumps(document))
    return path


def refused(folder: Path, document: dict[str, Any]) -> str:
    with pytest.raises(GenerationError) as caught:
        generate(write(folder, document), folder / "package")
    return str(caught.value)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (parameter(**{"in": "cookie"}), ["GET /a", "'x' is a cookie parameter", "remove it"]),
        (parameter(schema={"type": "object"}), ["'x' is an object"]),
        (parameter(schema={"type": ["object", "null"]}), ["'x' is an object"]),
        (parameter(style="spaceDelimited"), ["'x' has a style of its own"]),
        (parameter(explode=False), ["'x' has a style of its own"]),
        (in_path({"type": "number"}), ["GET /a/{x}", "'x' is in the path", "string or integer"]),
        (in_path(LETTERS, style="matrix"), ["'x' has a style of its own"]),
        (
            body("text/csv"),
            ["POST /a", "the body is text/csv", "application/json or multipart/form-data"],
        ),
        (body("application/json", "multipart/form-data"), ["json or multipart/form-data"]),
        (answer("text/plain"), ["a success is text/plain"]),
        (answer("application/json", "application/octet-stream"), ["of several kinds"]),
        (
            get(
                responses={
                    **answer("application/json")["/a"]["get"]["responses"],
                    "202": {"description": "Later"},
                }
            ),
            ["of several kinds (202 without a body, JSON)"],
        ),
        (get(responses={"404": {"description": "Gone"}}), ["no 2xx answer is declared"]),
        ({"/a": {"get": {"responses": OK}}}, ["GET /a: give it an operationId"]),
    ],
)
def test_what_the_client_cannot_send_or_read_is_refused(
    tmp_path: Path, paths: dict[str, Any], said: list[str]
) -> None:
    text = refused(tmp_path, spec(paths))
    assert [part for part in said if part not in text] == [], text


def test_a_parameter_with_content_in_place_of_a_schema_is_refused(tmp_path: Path) -> None:
    one = {"name": "x", "in": "query", "content": {"application/json": {"schema": {}}}}
    assert "'x' has `content`" in refused(tmp_path, spec(get(parameters=[one])))


def test_a_path_that_stands_elsewhere_is_followed(tmp_path: Path) -> None:
    document = spec({"/a": {"$ref": "#/components/pathItems/A"}})
    document["components"]["pathItems"] = {"A": get()["/a"]}
    generate(write(tmp_path, document), tmp_path / "package")
    assert [path for _, _, path in generated_operations(tmp_path / "package")] == ["/a"]


@pytest.mark.parametrize(
    "scheme",
    [
        {"type": "apiKey", "in": "header", "name": "X-Other-Key"},
        {"type": "apiKey", "in": "query", "name": "X-API-Key"},
        {"type": "http", "scheme": "basic"},
    ],
)
def test_credentials_that_the_client_does_not_send_are_refused(
    tmp_path: Path, scheme: dict[str, Any]
) -> None:
    document = spec(get())
    document["components"]["securitySchemes"] = {"key": scheme}
    assert "security key: only X-API-Key" in refused(tmp_path, document)


def test_all_refusals_are_reported_at_once(tmp_path: Path) -> None:
    several = [
        {"name": "x", "in": "cookie", "schema": LETTERS},
        {"name": "y", "in": "cookie", "schema": LETTERS},
    ]
    text = refused(tmp_path, spec(get(parameters=several)))
    assert "'x'" in text
    assert "'y'" in text


def test_operations_that_the_generator_drops_in_silence_are_named(tmp_path: Path) -> None:
    # Both become get_thing.py in one folder, where the second overwrites the first.
    paths = {
        "/a": {"get": {"operationId": "get_thing", "tags": ["a"], "responses": OK}},
        "/b": {"get": {"operationId": "getThing", "tags": ["a"], "responses": OK}},
    }
    text = refused(tmp_path, spec(paths))
    assert "get_thing (GET /a)" in text
    assert "getThing" not in text


def test_a_contract_that_has_no_normal_form_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    union = {"anyOf": [{"type": "object"}, {"type": "object", "properties": {"a": {}}}]}
    document = spec(get())
    document["components"].setdefault("schemas", {})["U"] = union
    YAML().dump(document, path)
    with pytest.raises(GenerationError, match="nothing distinguishes alternative 1") as caught:
        generate(path, tmp_path / "package")
    line = int(str(caught.value).split(":")[1])
    assert "U:" in path.read_text().splitlines()[line - 1]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({}, "there is none"),
        ({"Quantity": {"properties": {"value": {}, "units": {}}}}, "it has value, units"),
        ({"Quantity": {"properties": {"value": {}, "unit": {}, "x": {}}}}, "value, unit, x"),
    ],
)
def test_a_contract_without_the_quantity_of_the_client_is_refused(schema, said) -> None:
    (line,) = check_quantity({"components": {"schemas": schema}})
    assert said in line
    assert not list(check_quantity({"components": {"schemas": {"Quantity": QUANTITY}}}))


def test_equal_names_in_two_tags_are_two_operations(tmp_path: Path) -> None:
    paths = {
        "/a": {"get": {"operationId": "get_thing", "tags": ["a"], "responses": OK}},
        "/b": {"get": {"operationId": "getThing", "tags": ["b"], "responses": OK}},
    }
    generate(write(tmp_path, spec(paths)), tmp_path / "package")
    found = set(generated_operations(tmp_path / "package"))
    assert found == {("get_thing", "GET", "/a"), ("getThing", "GET", "/b")}


def test_what_the_generator_warns_about_stops_the_generation(tmp_path: Path) -> None:
    text = refused(tmp_path, spec(answer("application/vnd.unheard-of")))
    assert "would leave these out" in text
    assert "unheard-of" in text


def test_a_reference_to_nothing_stops_the_generation(tmp_path: Path) -> None:
    lost = {"schema": {"$ref": "#/components/schemas/Lost"}}
    responses = {"200": {"description": "Good" * 999, "content": {"application/json": lost}}}
    text = refused(tmp_path, spec(get(responses=responses)))
    assert "spec.yaml is not valid OpenAPI" in text
    assert "/components/schemas/Lost" in text
    assert len(text) < 1000, "the validator would print the whole contract"


@pytest.fixture
def present(tmp_path: Path) -> Path:
    package = tmp_path / "present"
    (package / "models").mkdir(parents=True)
    (package / "client.py").write_text("what was there")
    return package


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: [", "is not YAML"),
        ("openapi: 3.1.0\nopenapi: 3.1.0\n", "is not YAML"),
        ("just words", "is not valid OpenAPI"),
        ("openapi: 3.1.0\ninfo: {title: x}\npaths: {}\n", "version"),
        (json.dumps(spec(parameter(**{"in": "cookie"}))), "'x' is a cookie parameter"),
        (json.dumps(spec(answer("application/vnd.unheard-of"))), "would leave these out"),
        (None, "cannot be read"),
    ],
)
def test_a_failure_leaves_the_present_package_as_it_is(
    tmp_path: Path,
    present: Path,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    said: str,
) -> None:
    path = tmp_path / "spec.yaml"
    if text is not None:
        path.write_text(text)
    assert main(["--spec", str(path), "--output", str(present)]) == 1
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in present.iterdir()) == ["client.py", "models"]
    assert (present / "client.py").read_text() == "what was there"


def test_check_fails_for_a_contract_that_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write(tmp_path, spec(parameter(**{"in": "cookie"})))
    assert main(["--check", "--spec", str(bad)]) == 1
    assert (
        "generation failed: spec.yaml has parts that are not generated" in capsys.readouterr().err
    )
