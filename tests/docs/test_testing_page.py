"""The page on testing lists every scene, its records, and the operations that it answers."""

import re
from importlib.resources import files
from pathlib import Path

import yaml

from ionworks.testing import cassettes
from ionworks.testing._cassettes.check import read_contract
from ionworks.testing._cassettes.files import read_metadata
from ionworks.testing._cassettes.scrub import API

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
FOLDER = Path(str(files("ionworks.testing") / "ready_made"))
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def operations(path):
    """Return the names of the operations in a scene, by the contract."""
    known = [
        (method.upper(), re.compile(API + re.sub(r"{\w+}", "[^/]+", template)), each["operationId"])
        for template, item in read_contract()["paths"].items()
        for method, each in item.items()
        if isinstance(each, dict) and "operationId" in each
    ]
    known.sort(key=lambda each: each[1].pattern.count("[^/]+"))
    found = set()
    for each in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["interactions"]:
        request = each["request"]
        url = request["uri"].partition("?")[0]
        found |= {next((n for m, p, n in known if m == request["method"] and p.fullmatch(url)), "")}
    return found - {""}


def row(name):
    """Return the line of a scene in the table of the page."""
    path = FOLDER / f"{name}.yaml"
    kept = read_metadata(path)
    ids = ", ".join(f"`{each}`" for each in kept["ids"]) or "none"
    methods = [*kept["otherwise"]]
    if methods:
        answered = "every request" if "GET" in methods else "every write"
    else:
        answered = ", ".join(sorted(operations(path)))
    return f"| `{name}` | {ids} | {answered} |"


def test_the_table_of_scenes_is_that_of_the_files():
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("| scene | `ids` |")[2].partition("\n\n")[0]
    shown = [line for line in table.splitlines() if ROW.match(line)]
    assert shown == [row(name) for name in cassettes()]
