"""What the live description has besides ours comes in; what is only written otherwise does not."""

import copy
import difflib
import itertools
import json
from pathlib import Path

import pytest
from contract_yaml import contract_of_yaml
from fastapi_shape import as_fastapi
from planted import small
from rig import Reply, unused_port
from ruamel.yaml import YAML

from ionworks.sandbox import Sandbox
from scripts.codegen.contract import operations, resolve
from scripts.codegen.generate import generate, generated_operations
from scripts.spec.changes import compare
from scripts.spec.fields import endpoints
from scripts.spec.merge import merge, restore_extensions
from scripts.spec.pull import main

pytestmark = pytest.mark.long

OURS = Path(__file__).parents[3] / "openapi.yaml"
TEXT = OURS.read_text(encoding="utf-8")
DOCUMENT = contract_of_yaml()
KEY = "k9-never-shown-0123456789-wxyz"


@pytest.fixture(scope="module")
def shaped():
    return as_fastapi(DOCUMENT)


@pytest.fixture
def theirs(shaped):
    return copy.deepcopy(shaped)


@pytest.fixture
def pull(tmp_path, monkeypatch):
    """Return what pulls from an address, with a contract of its own; and where the files are."""
    for name in ("API_KEY", "API_TOKEN", "API_URL", "PROJECT_ID", "ORGANIZATION_ID", "PROFILE"):
        monkeypatch.delenv(f"IONWORKS_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    contract, output = tmp_path / "openapi.yaml", tmp_path / "build" / "merged.yaml"
    contract.write_text(json.dumps(small()), encoding="utf-8")

    def pulling(url, *options):
        places = ["--contract", str(contract), "--output", str(output)]
        return main(["--url", url, *places, *options])

    pulling.contract, pulling.output = contract, output
    return pulling


def schema(document, name):
    found = document["components"]["schemas"]
    return found.get(name) or found[f"{name}-Output"]


# Nothing but another shape.


def test_fastapi_shape_is_really_another_one(shaped):
    ids = {each["operationId"] for _, _, each in operations(shaped)}
    assert "get_cell_instance_cell_instances__cell_instance_id__get" in ids
    assert {len(each["tags"]) for _, _, each in operations(shaped)} == {2}
    assert "security" not in json.dumps(shaped)
    assert '["string", "null"]' not in json.dumps(shaped)
    assert {"Quantity-Input", "Quantity-Output"} <= shaped["components"]["schemas"].keys()
    codes = {code for _, _, each in operations(shaped) for code in each["responses"]}
    assert {code for code in codes if code[0] == "4"} == {"422"}
    assert not any("parameters" in item for item in shaped["paths"].values())


def test_another_shape_is_no_difference_and_nothing_to_merge(theirs):
    known = restore_extensions(DOCUMENT, theirs)
    assert [each.sentence for each in compare(DOCUMENT, known, payloads_only=True)] == []
    merged = merge(TEXT, theirs)
    assert merged.text == TEXT
    assert (merged.added, merged.kept, merged.questions) == ((), (), ())


def test_pulled_from_a_sandbox_nothing_is_written(pull, capsys):
    pull.contract.write_text(TEXT, encoding="utf-8")
    with Sandbox() as box:
        assert pull(box.url, "--write") == 0
    said = capsys.readouterr().out
    assert "the contract is the same" in said
    assert said.endswith("nothing to merge: ours has everything that they have\n")
    assert KEY not in said
    assert pull.contract.read_text(encoding="utf-8") == TEXT
    assert not pull.output.exists()


# Real differences.


def grown(theirs):
    """Add a resource with its schemas, a field here and there, a parameter and a value."""
    widget = {
        "title": "Widget",
        "type": "object",
        "required": ["id", "size"],
        "properties": {
            "id": {"type": "string", "title": "Id"},
            "size": {"$ref": "#/components/schemas/Quantity-Output"},
            "kind": {"anyOf": [{"$ref": "#/components/schemas/WidgetKind"}, {"type": "null"}]},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Note"},
        },
    }
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Widget"}},
            "total": {"type": "integer", "title": "Total"},
        },
    }
    theirs["components"]["schemas"] |= {
        "Widget": widget,
        "WidgetKind": {"type": "string", "enum": ["round", "flat"], "title": "WidgetKind"},
        "Page_Widget_": page,
    }
    identity = {"name": "widget_id", "in": "path", "required": True, "schema": {"type": "string"}}
    trace = {"name": "x-trace", "in": "header", "required": False, "schema": {"type": "string"}}

    def operation(name, answer, *parameters, status="200", **more):
        content = {"application/json": {"schema": answer}}
        return {
            "tags": ["widgets", "api"],
            "summary": name,
            "operationId": name,
            "parameters": list(parameters),
            "responses": {status: {"description": "Successful Response", "content": content}},
            **more,
        }

    one = {"$ref": "#/components/schemas/Widget"}
    body = {"required": True, "content": {"application/json": {"schema": one}}}
    form = {"required": True, "content": {"multipart/form-data": {"schema": {"type": "object"}}}}
    theirs["paths"] |= {
        "/widgets": {
            "get": operation(
                "list_widgets_widgets_get", {"$ref": "#/components/schemas/Page_Widget_"}, trace
            ),
            "post": operation("create_widgets_post", one, status="201", requestBody=body),
        },
        "/widgets/{widget_id}": {"get": operation("get_one_widgets__get", one, identity)},
        "/widgets/{widget_id}/turn": {"post": operation("turn_widgets_post", one, identity)},
        "/widgets/{widget_id}/picture": {
            "put": operation("picture_put", one, identity, requestBody=form)
        },
        "/projects/{id}/archive": {
            "post": operation("archive_post", schema_ref("Project"), {**identity, "name": "id"})
        },
    }
    schema(theirs, "Project")["properties"]["colour"] = {"type": "string", "title": "Colour"}
    schema(theirs, "CellMeasurement")["properties"]["operator"] = {
        "anyOf": [{"type": "string"}, {"type": "null"}]
    }
    schema(theirs, "ProjectCreate")["properties"]["owner"] = {"type": "string"}
    schema(theirs, "ProjectCreate")["required"] = ["name", "owner"]
    schema(theirs, "CellSpecificationUpdate")["properties"]["lot"] = {"type": "integer"}
    schema(theirs, "SearchResults")["properties"]["next"] = {"type": "string"}
    schema(theirs, "JobStatus")["enum"].append("paused")
    listing = theirs["paths"]["/projects"]["get"]
    listing["parameters"].append(
        {"name": "colour", "in": "query", "required": False, "schema": {"type": "string"}}
    )
    return theirs


def schema_ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.fixture(scope="module")
def merged(shaped):
    return merge(TEXT, grown(copy.deepcopy(shaped)))


@pytest.fixture(scope="module")
def document(merged):
    return YAML(typ="safe", pure=True).load(merged.text)


def test_new_operations_come_in_under_clean_names(merged, document):
    paths = document["paths"]
    names = {
        (method, path): each["operationId"]
        for method, path, each in operations(document)
        if "widgets" in path or "archive" in path
    }
    assert names == {
        ("GET", "/widgets"): "list_widgets",
        ("POST", "/widgets"): "create_widget",
        ("GET", "/widgets/{widget_id}"): "get_widget",
        ("POST", "/widgets/{widget_id}/turn"): "turn_widget",
        ("POST", "/projects/{id}/archive"): "archive_project",
    }
    listing = paths["/widgets"]["get"]
    assert (listing["tags"], listing["x-evidence"]) == (["widgets"], "doc")
    assert listing["security"] == [{"apiKey": []}, {"bearer": []}]
    assert [*listing["responses"]] == ["200", "400", "401", "403", "422", "429", "500", "503"]
    assert "404" in paths["/widgets/{widget_id}"]["get"]["responses"]
    assert paths["/projects/{id}/archive"]["post"]["tags"] == ["projects"]
    assert "widgets" in [each["name"] for each in document["tags"]]
    assert "operation create_widget: POST /widgets" in merged.added


def test_new_schemas_come_in_short_and_marked(document):
    schemas = document["components"]["schemas"]
    assert schemas["Widget"] == {
        "type": "object",
        "required": ["id", "size"],
        "properties": {
            "id": {"type": "string", "x-evidence": "doc"},
            "size": {"$ref": "#/components/schemas/Quantity", "x-evidence": "doc"},
            "kind": {
                "anyOf": [{"$ref": "#/components/schemas/WidgetKind"}, {"type": "null"}],
                "x-evidence": "doc",
            },
            "note": {"type": ["string", "null"], "x-evidence": "doc"},
        },
    }
    assert schemas["PageWidget"]["required"] == ["items", "total"]
    assert schemas.keys() - DOCUMENT["components"]["schemas"].keys() == {
        "Widget",
        "WidgetKind",
        "PageWidget",
    }


def test_new_fields_parameters_and_values_come_in_marked(merged, document):
    schemas = document["components"]["schemas"]
    colour = {"type": "string", "x-evidence": "doc"}
    assert schemas["Project"]["properties"]["colour"] == colour
    operator = {"type": ["string", "null"], "x-evidence": "doc"}
    assert schemas["CellMeasurement"]["properties"]["operator"] == operator
    assert schemas["ProjectCreate"]["required"] == ["name", "owner"]
    assert schemas["CellSpecificationUpdate"]["properties"]["lot"]["x-evidence"] == "doc"
    assert schemas["JobStatus"]["enum"][-1] == "paused"
    asked = [resolve(document, p) for p in document["paths"]["/projects"]["get"]["parameters"]]
    assert asked[-1] == {
        "name": "colour",
        "in": "query",
        "schema": {"type": "string"},
        "x-evidence": "doc",
    }
    assert {
        "field Project.colour",
        "field ProjectCreate.owner, required",
        "value 'paused' of JobStatus",
        "parameter colour of list_projects",
    } <= set(merged.added)


def test_what_cannot_be_taken_over_is_a_question(merged):
    assert [each for each in merged.questions if "left out" in each] == [
        "PUT /widgets/{widget_id}/picture was left out: its body is multipart/form-data",
        "header parameter x-trace of GET /widgets was left out: it is not sent",
    ]
    assert merged.kept == ()


def commented(text):
    """Return each comment with the line before which it stands."""
    lines = text.splitlines()
    return [pair for pair in itertools.pairwise(lines) if pair[0].strip().startswith("#")]


def test_nothing_of_ours_is_lost_or_moved(merged, document):
    lines = difflib.unified_diff(TEXT.splitlines(), merged.text.splitlines(), n=0, lineterm="")
    gone = [line for line in lines if line[0] == "-" and line[:3] != "---"]
    assert sorted(line.split(":")[0].strip("- ") for line in gone) == ["enum", "required"]
    assert commented(merged.text) == commented(TEXT)
    ours = endpoints(DOCUMENT)
    assert {key: each.name for key, each in endpoints(document).items() if key in ours} == {
        key: each.name for key, each in ours.items()
    }


def test_merged_twice_it_is_merged_once(merged, shaped):
    again = merge(merged.text, grown(copy.deepcopy(shaped)))
    assert (again.text, again.added) == (merged.text, ())


def test_what_was_merged_generates(merged, tmp_path):
    spec, package = tmp_path / "openapi.yaml", tmp_path / "ionworks_openapi"
    spec.write_text(merged.text, encoding="utf-8")
    generate(spec, package)
    names = {name for name, _, _ in generated_operations(package)}
    assert {"list_widgets", "create_widget", "turn_widget", "archive_project"} <= names
    assert "paused" in (package / "models" / "job_status.py").read_text(encoding="utf-8")
    assert "colour: " in (package / "models" / "project.py").read_text(encoding="utf-8")


def test_what_differs_stays_ours_and_is_a_question(theirs):
    schema(theirs, "Project")["properties"]["name"] = {"type": "integer"}
    schema(theirs, "CellInstance")["properties"].pop("batch")
    del theirs["paths"]["/search"]
    theirs["paths"]["/projects"]["get"]["parameters"][0]["schema"]["maximum"] = 50
    schema(theirs, "Protocol")["properties"] = {"name": {"type": "string"}}
    merged = merge(TEXT, theirs)
    assert merged.text == TEXT
    assert merged.kept == ("`GET /search` is gone", "`CellInstance.batch` is not sent any more")
    told = "\n".join(merged.questions)
    for part in ("`Project.name` was string and is integer", "50", "Protocol.name"):
        assert part in told, told


# From the command line.


def test_only_with_write_ours_is_written(pull, scripted, capsys):
    before = pull.contract.read_bytes()
    theirs = small()
    theirs["paths"]["/makers"] = {"get": {"responses": {"200": {"description": "", "content": {}}}}}
    answer = Reply(200, theirs)
    server = scripted(answer, answer)
    assert pull(server.url) == 0
    said = capsys.readouterr().out
    assert "- operation get_maker: GET /makers\n" in said
    assert f"written to {pull.output}" in said
    assert pull.contract.read_bytes() == before
    assert pull(f"{server.url}/openapi.json", "--write") == 0
    assert pull.contract.read_bytes() == pull.output.read_bytes() != before
    assert [each.headers["x-api-key"] for each in server.requests] == [KEY, KEY]
    assert {(each.method, each.path) for each in server.requests} == {("GET", "/openapi.json")}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(401, {"error_code": "UNAUTHORIZED", "message": "No such key."}), "No such key."),
        (Reply(200, "<html>Log in</html>"), "expected JSON"),
        (Reply(200, {"swagger": "2.0"}), "not an OpenAPI 3 document"),
        (Reply(200, [1]), "not an OpenAPI 3 document"),
        (Reply(200, {"openapi": "3.1.0", "paths": {"/a": 1}}), "expected a mapping of operations"),
        (Reply(307, b"", {"location": "/elsewhere"}), "leads elsewhere (307); give URL="),
    ],
)
def test_what_is_no_description_ends_with_a_sentence(pull, scripted, capsys, reply, told):
    assert pull(scripted(reply).url, "--write") == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.startswith("nothing was merged: ")
    assert KEY not in said.err + said.out
    assert pull.contract.read_text(encoding="utf-8") == json.dumps(small())


def test_a_dead_host_and_no_key_end_with_a_sentence(pull, capsys, monkeypatch):
    assert pull(f"http://127.0.0.1:{unused_port()}") == 2
    assert "Nothing was sent: check the address" in capsys.readouterr().err
    monkeypatch.delenv("IONWORKS_API_KEY")
    assert pull("http://127.0.0.1:1") == 2
    assert "key" in capsys.readouterr().err
