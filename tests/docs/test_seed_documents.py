"""The documents themselves, read line by line: each fact in them is a fact of ours.

They lie beside the project, or these tests are skipped.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from measured import DATA
from test_documented_contract import ANSWERS, BODIES, FIELDS, OPERATIONS, PARAMETERS, REQUIRED

from ionworks.cell_instance import CellInstanceClient

SEEDS = DATA.parent / "seeds"
METHODS = "Client for managing cell instances."
TITLES = {
    "get_cell_instance": "Get a specific cell instance by id",
    "list_cell_measurements_by_project": "List cell measurements for a project",
    "create_properties_measurement": "Create a properties-type measurement directly",
    "update_cell_measurement": "Update a cell measurement by id",
}
NAME = re.compile(r"[a-z][a-z0-9_]*")
KIND = re.compile(
    r"(?:[A-Z][\w ]* · )?(string|integer|number|boolean|object|enum<string>)"
    r"(?:<(date-time)>)?(\[\])?( \| null)?"
)


@cache
def documents() -> list[str]:
    if not SEEDS.is_dir():
        pytest.skip("the seed documents are not beside the project")
    return [path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir())]


def document(title: str) -> list[str]:
    (found,) = [text for text in documents() if title in text]
    return found.splitlines()


def sections(lines: list[str]) -> dict[str, list[str]]:
    """Return the lines under each heading of an operation's page."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in lines:
        if line in ("Path Parameters", "Query Parameters", "Body", "Response"):
            heading = line
        found.setdefault(heading, []).append(line)
    return found


def entries(lines: list[str]) -> dict[str, dict[str, Any]]:
    """Return each name with its type and limits, as `test_documented_contract` writes them."""
    found: dict[str, dict[str, Any]] = {}
    facts: dict[str, Any] = {}
    options = False
    for line, following in pairwise([*lines, ""]):
        if NAME.fullmatch(line) and KIND.fullmatch(following):
            found[line] = facts = {"required": False}
        elif found and not facts.get("type") and (kind := KIND.fullmatch(line)):
            facts |= typed(*kind.groups())
        elif line == "required":
            facts["required"] = True
        elif line == "Available options:":
            options, facts["enum"] = True, []
        elif options:
            facts["enum"].append(line.rstrip(","))
            options = line.endswith(",")
        elif line.startswith("default:"):
            facts["default"] = default(line.removeprefix("default:"), facts["type"])
        elif bound := re.match(r"Required string length: (\d+) - (\d+)", line):
            facts |= {"minLength": int(bound[1]), "maxLength": int(bound[2])}
        elif bound := re.match(r"Required range: (?:(\d+) <= )?x (?:<= (\d+)|>= (\d+))", line):
            low, high = bound[1] or bound[3], bound[2]
            facts |= {"minimum": int(low)} | ({"maximum": int(high)} if high else {})
    return found


def typed(kind: str, form: str | None, many: str | None, null: str | None) -> dict[str, Any]:
    name = "string" if kind == "enum<string>" else kind
    facts = {"type": f"{name}{many or ''}{null or ''}"}
    return facts | ({"format": form} if form else {})


def default(text: str, kind: str) -> object:
    return {"true": True, "false": False}.get(text, int(text) if kind == "integer" else text)


def without_required(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != "required"}


@pytest.mark.parametrize("operation", TITLES)
def test_the_method_and_the_address_are_those_of_the_document(operation: str) -> None:
    text = "\n".join(document(TITLES[operation]))
    verb, path, _ = OPERATIONS[operation]
    assert re.search(r"--request (\w+)", text)[1] == verb.upper()
    assert re.search(r"--url https://api\.ionworks\.com(\S+)", text)[1] == path


@pytest.mark.parametrize("operation", TITLES)
def test_every_parameter_of_the_document_is_ours_and_no_other(operation: str) -> None:
    parts = sections(document(TITLES[operation]))
    told = {
        name: {"in": place, **facts}
        for place in ("path", "query")
        for name, facts in entries(parts.get(f"{place.title()} Parameters", [])).items()
    }
    assert told == PARAMETERS[operation]
    assert list(told) == list(PARAMETERS[operation])


@pytest.mark.parametrize("operation", BODIES)
def test_every_field_of_the_documented_body_is_ours_and_no_other(operation: str) -> None:
    told = entries(sections(document(TITLES[operation]))["Body"])
    ours = FIELDS[BODIES[operation]]
    assert {name: without_required(facts) for name, facts in told.items()} == ours
    assert list(told) == list(ours)
    assert [name for name in told if told[name]["required"]] == REQUIRED[BODIES[operation]]


@pytest.mark.parametrize("operation", ANSWERS)
def test_every_field_of_the_documented_answer_is_ours_and_no_other(operation: str) -> None:
    told = entries(sections(document(TITLES[operation]))["Response"])
    ours = FIELDS[ANSWERS[operation]]
    assert {name: without_required(facts) for name, facts in told.items()} == ours
    assert list(told) == list(ours)
    assert [name for name in told if told[name]["required"]] == REQUIRED[ANSWERS[operation]]


def test_every_field_of_the_documented_error_is_ours() -> None:
    text = "\n".join(document(TITLES["list_cell_measurements_by_project"]))
    error = text[text.index('"detail"') : text.index("Documentation Index")]
    assert re.findall(r'"(\w+)":', error) == ["detail", *FIELDS["ValidationError"]]


def test_every_documented_method_is_ours_with_its_arguments_and_defaults() -> None:
    text = "\n".join(document(METHODS))
    told = re.findall(r"^(\w+)\(([^)]*)\)(?:\[source\])?#?$", text, re.MULTILINE)
    assert len(told) == 8
    for name, arguments in told:
        function = getattr(CellInstanceClient, name)
        ours = [
            str(p.replace(annotation=p.empty)).replace(" ", "")
            for p in inspect.signature(function).parameters.values()
            if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"
        ]
        assert ours == arguments.replace(" ", "").split(","), name
        assert inspect.getdoc(function), name
    assert f"class {CellInstanceClient.__module__}.{CellInstanceClient.__name__}(client)" in text
