"""Recordings against the contract: the project's own fit, and a changed contract names its own."""

import copy
import json
import re
import subprocess
import sys
from importlib.resources import files

import pytest
import yaml
from backends import CASSETTES

from ionworks.testing.__main__ import main
from ionworks.testing._cassettes.check import CheckError, check, describe

ROOT = CASSETTES.parents[2]
DOCUMENT = json.loads(files("ionworks_openapi").joinpath("openapi.json").read_text("utf-8"))
SCHEMAS = "components", "schemas"
PROJECT = {
    "id": "p1",
    "name": "Ageing",
    "organization_id": "o1",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}
ENVELOPE = {"error_code": "NOT_FOUND", "message": "There is none."}


@pytest.fixture
def contract():
    return copy.deepcopy(DOCUMENT)


@pytest.fixture
def judged(tmp_path):
    """Return what judges one interaction: the place and the reason of each mismatch."""

    def judge(**given):
        path = tmp_path / "one.yaml"
        path.write_text(yaml.dump({"interactions": [interaction(**given)], "version": 1}))
        return [(found.operation, found.place, found.reason) for found in check([path])]

    return judge


def interaction(
    method="GET", path="/projects/p1", body=None, status=200, answer=None, kind=None, **headers
):
    sent = "" if body is None else body if isinstance(body, str) else json.dumps(body)
    text = answer if isinstance(answer, str | bytes) else json.dumps(answer)
    return {
        "request": {
            "method": method,
            "uri": f"https://api.ionworks.example{path}",
            "headers": {"content-type": ["application/json"]} if sent else {},
            "body": sent,
        },
        "response": {
            "status": {"code": status, "message": "x"},
            "headers": {"content-type": [kind or "application/json"], **headers},
            "body": {"string": "" if answer is None else text},
        },
    }


def recordings(url, *methods, statuses=range(200, 300)):
    """Return the project's cassettes with such a request, found without a contract."""
    begin = r"    method: (?:" + "|".join(methods) + r")\n    uri: https://api\.ionworks\.example"
    found = set()
    for path in CASSETTES.rglob("*.yaml"):
        for part in path.read_text(encoding="utf-8").split("\n- request:\n"):
            status = re.search(r"\n    status: \{code: (\d+)", part)
            if re.search(f"{begin}{url}(?:\\?.*)?\\n", part) and int(status[1]) in statuses:
                found.add(path)
    return found


def test_all_recordings_of_the_project_fit_to_the_last_field():
    assert list(map(str, check([CASSETTES], strict=True))) == []


def test_they_fit_the_contract_as_people_write_it():
    assert check([CASSETTES / "test_detail"], contract=ROOT / "openapi.yaml", strict=True) == []


# A changed contract names the recordings that it concerns, and no other.


def test_a_removed_operation_names_its_recordings(contract):
    del contract["paths"]["/discovery/capabilities"]
    found = check([CASSETTES], contract=contract)
    assert {each.file for each in found} == recordings("/discovery/capabilities", "GET") != set()
    assert {(each.operation, each.place, each.reason) for each in found} == {
        ("GET /discovery/capabilities", "request", "no such operation")
    }
    for each in found:
        line = each.file.read_text(encoding="utf-8").splitlines()[each.line - 1]
        assert line.endswith("/discovery/capabilities")


def test_a_removed_method_tells_which_the_path_has(contract):
    del contract["paths"]["/projects/{project_id}"]["delete"]
    folder = CASSETTES / "test_project"
    found = check([folder], contract=contract)
    deleted = recordings("/projects/[^/?\n]+", "DELETE", statuses=range(600))
    assert {each.file for each in found} == {p for p in deleted if p.parent == folder} != set()
    assert {each.reason for each in found} == {"no such operation; the path has GET and PATCH"}


def test_a_renamed_field_of_an_answer_names_the_recordings_of_its_record(contract):
    user = contract["components"]["schemas"]["User"]
    user["properties"]["user_id"] = user["properties"].pop("id")
    user["required"] = ["user_id"]
    found = check([CASSETTES], contract=contract)
    assert {each.file for each in found} == recordings("/users/me", "GET") != set()
    assert {(each.place, each.reason) for each in found if not each.note} == {
        ("answer.user_id", "required, but not given")
    }
    assert {(each.place, each.reason) for each in found if each.note} == {
        ("answer.id", "no such field")
    }
    one = found[0].file
    assert not any(each.note for each in check([one], contract=contract, strict=True))


def test_a_field_that_a_request_must_have_names_those_without_it(contract):
    create = contract["components"]["schemas"]["ProjectCreate"]
    create["required"] = [*create["required"], "description"]
    found = check([CASSETTES], contract=contract)
    created = recordings("/projects", "POST", statuses=range(600))
    assert {each.file for each in found} <= created
    assert {(each.operation, each.place, each.reason) for each in found} == {
        ("create_project", "request.description", "required, but not given")
    }
    for path in created - {each.file for each in found}:
        assert '"description"' in path.read_text(encoding="utf-8")


def test_a_parameter_that_is_gone_names_its_recordings(contract):
    for item in contract["paths"].values():
        for parameter in item.get("get", {}).get("parameters", ()):
            parameter["name"] = parameter["name"].replace("tags_all", "tags_each")
    folder = CASSETTES / "test_links"
    found = check([folder], contract=contract)
    wanted = {path for path in folder.iterdir() if "tags_all=" in path.read_text("utf-8")}
    assert {each.file for each in found} == wanted != set()
    assert {(each.place, each.reason) for each in found} == {
        ("query.tags_all", "no such parameter")
    }


def test_an_item_of_a_list_is_named_with_its_number(contract):
    hit = contract["components"]["schemas"]["SearchHit"]
    hit["properties"]["entity_type"] = {"type": "string", "enum": ["cell_instance"]}
    found = check([CASSETTES / "test_search"], contract=contract)
    assert {each.operation for each in found} == {"search"}
    assert all(re.fullmatch(r"answer\.results\[\d+\]\.entity_type", e.place) for e in found)
    lines = describe(found)
    files_concerned = len({each.file for each in found})
    assert lines[-1].startswith("search: answer.results[].entity_type: ")
    assert lines[-1].endswith(f": in {files_concerned} cassettes")
    assert len(lines) == files_concerned + 1


# One interaction.


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"answer": PROJECT}, []),
        ({"answer": PROJECT | {"name": 7}}, [("answer.name", "expected text")]),
        ({"answer": {**PROJECT, "brand_new": 1}}, [("answer.brand_new", "no such field")]),
        ({"answer": "{"}, [("answer", "JSON is declared, application/json came")]),
        (
            {"answer": "<p>", "kind": "text/html"},
            [("answer", "JSON is declared, text/html came")],
        ),
        ({"status": 404, "answer": ENVELOPE}, []),
        (
            {"status": 404, "answer": {"message": "no"}},
            [("answer.error_code", "required, but not given")],
        ),
        ({"status": 502, "answer": "<p>", "kind": "text/html"}, []),
        ({"path": "/projects?limit=7&offset=0&name=eq.x", "answer": {"items": []}}, []),
        (
            {"path": "/projects?limit=many&order=up&colour=red", "answer": {"items": []}},
            [
                ("query.limit", "expected a whole number"),
                ("query.order", 'it is not one of "asc" or "desc"'),
                ("query.colour", "no such parameter"),
            ],
        ),
        (
            {"path": "/cell_measurements/tags/bulk", "answer": {}},
            [("request", "no such operation; the path has POST")],
        ),
        (
            {"path": "/search", "answer": PROJECT, "status": 404},
            [("query.q", "required, but not given")],
        ),
        (
            {"method": "POST", "path": "/projects", "status": 201, "answer": PROJECT},
            [("request", "a body is required, but not given")],
        ),
        (
            {"method": "POST", "path": "/projects", "body": "(not kept: a file)", "status": 201},
            [
                ("request", "the body is not JSON"),
                ("answer", "JSON is declared, application/json came"),
            ],
        ),
        (
            {"method": "DELETE", "body": {"sure": True}, "status": 204},
            [("request", "no body is declared")],
        ),
        ({"method": "DELETE", "status": 204, "kind": ""}, []),
        ({"path": "/cell_measurements/m/files/f", "status": 307, "location": ["https://x/f"]}, []),
        (
            {"path": "/cell_measurements/m/files/f", "status": 307},
            [("answer.headers.Location", "required, but not there")],
        ),
        ({"path": "/cell_measurements/m/files/f", "answer": b"\x00\xff", "kind": "x/y"}, []),
    ],
)
def test_a_request_and_its_answer_are_judged(judged, given, expected):
    found = [pair for operation, *pair in judged(**given)]
    if any(place == "query.q" for place, _ in expected):
        found = [pair for pair in found if pair[0].startswith("query")]
    assert [tuple(pair) for pair in found] == expected


def test_unknown_keys_of_a_request_are_named_where_they_stand(judged):
    body = {"name": "x", "ratings": {"capacity": {"value": 5, "unit": "A*h", "by": "me"}}}
    found = judged(
        method="POST", path="/cell_specifications", body=body, status=409, answer=ENVELOPE
    )
    assert found == [("create_cell_specification", "request.ratings.capacity.by", "no such field")]


def test_an_undeclared_status_tells_the_declared_ones(judged):
    ((operation, place, reason),) = judged(status=418, answer={})
    assert (operation, place) == ("get_project", "answer")
    assert reason.startswith("status 418 is not declared; declared are 200, 400, 401")


def test_other_origins_are_passed_over_and_another_api_can_be_named(tmp_path):
    path = tmp_path / "one.yaml"
    good, other = interaction(answer=PROJECT), interaction(answer={})
    other["request"]["uri"] = "http://127.0.0.1:8787/v1/projects/p1"
    path.write_text(yaml.dump({"interactions": [good, other]}))
    assert check([path]) == []
    found = check([path], api="http://127.0.0.1:8787/v1/")
    assert {each.operation for each in found} == {"get_project"}
    with pytest.raises(CheckError, match=r"none of the 2 recorded requests goes to http://else"):
        check([path], api="http://elsewhere.example")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("broken.yaml", "interactions: [", "broken.yaml is not a cassette: "),
        ("other.yaml", "a: 1", "other.yaml is not a cassette: it has no list of interactions"),
        ("", "a: 1", "there is no cassette at the places that were given"),
    ],
)
def test_what_is_no_cassette_is_reported_and_not_passed(tmp_path, capsys, name, text, told):
    (tmp_path / (name or "any.yaml")).write_text(text)
    assert main(["check", str(tmp_path / name)]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: "),
        ("{", "is neither JSON nor YAML: "),
        ("[1]", "is not an OpenAPI document"),
        ("{}", "this is not an OpenAPI 3 document"),
    ],
)
def test_a_contract_that_is_none_is_reported(tmp_path, capsys, text, told):
    path = tmp_path / "contract"
    if text is not None:
        path.write_text(text)
    assert main(["check", str(CASSETTES / "test_links"), "--contract", str(path)]) == 2
    assert told in capsys.readouterr().err


def test_of_a_contract_in_yaml_dates_and_yes_stay_text(tmp_path, contract):
    schema = {"type": "object", "properties": {"id": {"type": "string", "enum": ["yes", "on"]}}}
    loose = {**contract, "x-day": "2026-01-02"}
    loose["components"]["schemas"]["Project"] = schema
    written = yaml.dump(loose, Dumper=yaml.CSafeDumper)
    for quoted in ("2026-01-02", "yes", "on"):
        assert f"'{quoted}'" in written
        written = written.replace(f"'{quoted}'", quoted)
    path, cassette = tmp_path / "contract.yaml", tmp_path / "one.yaml"
    path.write_text(written)
    cassette.write_text(yaml.dump({"interactions": [interaction(answer={"id": "yes"})]}))
    assert check([cassette], contract=path) == []


def test_the_command_line_says_how_it_ended(tmp_path):
    changed = tmp_path / "openapi.json"
    without = {path: item for path, item in DOCUMENT["paths"].items() if path != "/users/me"}
    changed.write_text(json.dumps(DOCUMENT | {"paths": without}))

    def run(*given):
        command = [sys.executable, "-m", "ionworks.testing", *given]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    where = str(CASSETTES / "test_client")
    assert run("check", where) == (0, "all cassettes fit the contract\n", "")
    status, out, _ = run("check", where, "--contract", str(changed))
    assert status == 1
    assert "GET /users/me: request: no such operation" in out
    assert run("scan", where) == (0, "nothing found\n", "")
    (tmp_path / "leak.yaml").write_text("key: iwk_0123456789\n")
    status, out, _ = run("scan", str(tmp_path / "leak.yaml"))
    assert (status, out.count("leak.yaml:1: an API key")) == (1, 1)
    status, _, err = run("check", str(tmp_path / "nowhere"))
    assert (status, err) == (2, f"there is no file and no folder {tmp_path / 'nowhere'}\n")


@pytest.mark.parametrize("missing", ["yaml"])
def test_without_its_extra_the_command_names_it(missing):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from ionworks.testing.__main__ import main; sys.exit(main(['check', 'x']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'PyYAML: pip install "ionworks-client[testing]"' in done.stderr
