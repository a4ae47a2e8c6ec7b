"""The report that a maintainer reads: in text, in Markdown, and as JSON; and its exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract_yaml import contract_of_yaml
from planted import Json, planted, small
from ruamel.yaml import YAML

from scripts.codegen.manifest import ROOT
from scripts.spec.affected_methods import Code
from scripts.spec.diff import Report, main, read_version, report

CONTRACT = ROOT / "openapi.yaml"
WITH_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(path: Path, document: Json) -> Path:
    """Write a document as JSON or YAML, by the name of the file."""
    if path.suffix == ".json":
        path.write_text(json.dumps(document), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8") as sink:
            YAML(typ="safe", pure=True).dump(document, sink)
    return path


@pytest.fixture(scope="module")
def contract() -> Json:
    return contract_of_yaml()


Edit = Callable[[Json], object]
Edited = Callable[..., Report]


@pytest.fixture(scope="module")
def edited(contract: Json) -> Edited:
    """Reports on the contract and an edited copy of it."""
    code = Code.read(ROOT)

    def edited(*edits: Edit) -> Report:
        after: Json = json.loads(json.dumps(contract, default=str))
        for edit in edits:
            edit(after)
        return report(contract, after, labels=("main", "openapi.yaml"), code=code)

    return edited


def properties(document: Json, schema: str) -> Json:
    found: Json = document["components"]["schemas"][schema]["properties"]
    return found


def rename(document: Json) -> None:
    fields = properties(document, "CellInstance")
    fields["batch_label"] = fields.pop("batch_name")


def forget(document: Json) -> None:
    del document["paths"]["/users/me"]


def grow(document: Json) -> None:
    properties(document, "CellInstance")["colour"] = {"type": "string"}


def demand(document: Json) -> None:
    document["components"]["schemas"]["CellInstanceCreate"]["required"].append("batch_id")


def extend(document: Json) -> None:
    document["components"]["schemas"]["JobStatus"]["enum"].append("lost")


def move(document: Json) -> None:
    paths = document["paths"]
    old = "/cell_measurements/{measurement_id}/cycles"
    paths[old.replace("cycles", "cycle_table")] = paths.pop(old)


def test_a_renamed_field_names_its_methods_and_its_places(edited: Edited) -> None:
    found = edited(rename)
    (finding,) = found.findings
    assert found.breaks
    assert finding.change.where == "CellInstance.batch_name"
    assert {"client.cell_instance.get", "client.cell_instance.detail"} <= set(finding.methods)
    assert "client.cell_spec.get" not in finding.methods
    lines = [str(each).rpartition(":") for each in finding.places]
    assert lines
    for path, _, line in lines:
        text = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert "batch_name" in text


@pytest.mark.parametrize(
    ("edit", "severity", "methods"),
    [
        (forget, "breaking", ("client.whoami",)),
        (
            demand,
            "breaking",
            ("client.cell_instance.create", "client.cell_instance.create_or_get"),
        ),
        (
            move,
            "breaking",
            (
                "client.cell_instance.cycles",
                "client.cell_instance.detail",
                "client.cell_instance.steps",
                "client.cell_instance.time_series",
                "client.cell_measurement.cycles",
                "client.cell_measurement.detail",
                "client.cell_measurement.steps",
                "client.cell_measurement.time_series",
                "client.dataset",
            ),
        ),
    ],
)
def test_a_change_names_the_methods_that_it_touches(
    edited: Edited, edit: Edit, severity: str, methods: tuple[str, ...]
) -> None:
    (finding,) = edited(edit).findings
    assert (finding.change.severity, finding.methods) == (severity, methods)


def test_what_adds_only_breaks_nothing(edited: Edited) -> None:
    found = edited(grow, extend)
    assert not found.breaks
    assert [(f.change.severity, f.change.where) for f in found.findings] == [
        ("look", "JobStatus"),
        ("harmless", "JobStatus"),
        ("harmless", "CellInstance.colour"),
    ]


def test_text_is_for_a_terminal(edited: Edited) -> None:
    text = edited(rename, forget, grow, demand, extend, move).text()
    lines = text.splitlines()
    assert lines[0] == ("main -> openapi.yaml: 4 breaking, 1 worth a look, 2 harmless")
    titles = [line for line in lines if line.isupper()]
    assert titles == ["BREAKING", "WORTH A LOOK", "HARMLESS"]
    assert max(map(len, lines)) <= 100
    assert "- `CellInstanceCreate.batch_id` is required now" in lines
    assert "    breaks those who send it: what leaves it out fails" in lines
    assert "    in        POST /cell_specifications/{cell_spec_id}/cell_instances" in lines
    assert "    touches   client.cell_instance.{create, create_or_get}" in lines
    assert lines[-2].startswith("Touched methods are an upper bound")


def test_markdown_is_for_a_pull_request(edited: Edited) -> None:
    text = edited(demand, extend).markdown()
    assert text.startswith("**main -> openapi.yaml: 1 breaking, 1 worth a look, 1 harmless**\n")
    assert "\n### Breaking\n\n- `CellInstanceCreate.batch_id` is required now — breaks " in text
    assert "\n  - touches: `client.cell_instance.create`, `client.cell_instance.c" in text
    assert text.count("`") % 2 == 0


def test_json_is_for_programs(edited: Edited) -> None:
    told = json.loads(edited(move, grow).json())
    assert told["counts"] == {"breaking": 1, "look": 0, "harmless": 1}
    first, second = told["changes"]
    assert set(first) == set(second)
    assert first["kind"] == "operation possibly moved"
    assert first["operations"] == [
        {
            "method": "GET",
            "path": "/cell_measurements/{measurement_id}/cycle_table",
            "was": "/cell_measurements/{measurement_id}/cycles",
        }
    ]
    assert (second["where"], second["schema"], second["before"]) == (
        "CellInstance.colour",
        "CellInstance",
        None,
    )


def test_no_change_says_so(edited: Edited) -> None:
    found = edited()
    assert found.text() == "main -> openapi.yaml: the contract is the same"
    assert json.loads(found.json())["changes"] == []


@pytest.mark.parametrize(
    ("name", "status", "suffix"),
    [("field answered renamed", 1, "json"), ("value added", 0, "json"), ("idempotency", 0, "yaml")],
)
def test_status_says_whether_something_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, status: int, suffix: str
) -> None:
    before, after = planted(name)
    base = write(tmp_path / f"base.{suffix}", before)
    new = write(tmp_path / f"new.{suffix}", after)
    assert main(["--base", str(base), "--new", str(new)]) == status
    assert f"-> new.{suffix}: {status} breaking" in capsys.readouterr().out


def test_the_report_goes_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = planted("shorter")
    paths = [str(write(tmp_path / f"{i}.json", each)) for i, each in enumerate((before, after))]
    output = tmp_path / "report.json"
    arguments = ["--base", paths[0], "--new", paths[1], "--format", "json"]
    assert main([*arguments, "--output", str(output)]) == 1
    assert json.loads(output.read_text(encoding="utf-8"))["changes"][0]["before"] == "maxLength 255"
    assert capsys.readouterr().out == ""


def git(folder: Path, *arguments: str) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


@WITH_GIT
def test_a_version_is_a_ref_of_the_project(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path / "openapi.yaml", small())
    git(tmp_path, "add", "openapi.yaml")
    git(tmp_path, "commit", "-q", "-m", "one")
    write(tmp_path / "openapi.yaml", planted("shorter")[1])
    assert read_version("main", root=tmp_path) == small()
    assert read_version("HEAD", root=tmp_path) == small()


def _main(tmp_path: Path, base: str, text: str | None = None) -> list[str]:
    if text is not None:
        (tmp_path / base).write_text(text, encoding="utf-8")
        base = str(tmp_path / base)
    new = write(tmp_path / "new.json", small())
    return ["--base", base, "--new", str(new)]


@pytest.mark.parametrize(
    ("base", "text", "words"),
    [
        pytest.param("no-such-ref", None, "git finds no openapi.yaml there", marks=WITH_GIT),
        ("no-such-file.yaml", None, "there is no file no-such-file.yaml"),
        ("a.yaml", "a: [", "neither YAML nor JSON"),
        ("a.json", "[1]", "is not a mapping"),
        ("a.yaml", "swagger: '2.0'", "not an OpenAPI 3 document"),
    ],
)
def test_a_version_that_cannot_be_read_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], base: str, text: Any, words: str
) -> None:
    assert main(_main(tmp_path, base, text)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("spec-diff: ")
    assert words in said.err
