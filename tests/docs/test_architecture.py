"""The code keeps to docs/architecture.md: rooms, floors, and who may import what."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ionworks"
GENERATED = ROOT / "generated" / "ionworks_openapi"
PAGE = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "decisions"
HEAVY = {
    *("polars", "pandas", "pyarrow", "pint", "matplotlib", "jsonschema_rs", "httpx"),
    *("starlette", "uvicorn", "tqdm", "dateutil"),
}
TOUCHES_THE_WORLD = {"os", "io", "pathlib", "socket", "ssl", "urllib.request", "subprocess", "time"}


class Import(NamedTuple):
    """One import: the module's whole name, and when it is loaded."""

    name: str
    when: str  # "at once", "later" or "for types"

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(path: Path) -> Iterator[Import]:
    """Every absolute import of a file; `from ionworks import x` is read as the module x."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {n for block in ast.walk(tree) if is_type_checking(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        when = "for types" if node in for_types else "at once" if node in tree.body else "later"
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            module = node.module
            whole = module in ("ionworks", "ionworks.sandbox")
            names = [f"{module}.{alias.name}" for alias in node.names] if whole else [module]
            yield from (Import(name, when) for name in names)


def sources(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "__pycache__" not in p.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(name: str) -> str:
    """The room that a dotted name of ours lies in, as the page calls it."""
    if name.startswith("ionworks_openapi"):
        return "ionworks_openapi"
    second = name.split(".")[1] if "." in name else "__init__"
    return f"{second}/" if (PACKAGE / second).is_dir() else f"{second}.py"


def floors() -> dict[str, int]:
    """Each room with the number of its floor, read from the page's table."""
    table = PAGE.read_text(encoding="utf-8").split("## The rooms")[1].split("## ")[0]
    rows = [line.split("|")[2] for line in table.splitlines() if line.startswith("| ")][1:]
    return {name: floor for floor, row in enumerate(rows) for name in re.findall(r"`([^`]+)`", row)}


LIBRARY = [path for path in sources(PACKAGE) if "sandbox" not in path.parts]
FLOORS = floors()
PURE = [PACKAGE / name for name, floor in FLOORS.items() if floor == 0]
NOUNS = [PACKAGE / name for name, floor in FLOORS.items() if floor == FLOORS["project.py"]]


def test_page_names_every_room_and_no_other() -> None:
    there = {f"{p.name}/" if p.is_dir() else p.name for p in PACKAGE.iterdir()}
    there -= {"__init__.py", "__pycache__/", "py.typed"}
    assert set(FLOORS) - {"ionworks_openapi"} == there


def test_paths_in_the_pages_exist() -> None:
    pages = (PAGE, ROOT / "CONTRIBUTING.md", *sorted(DECISIONS.glob("*.md")))
    assert len(pages) > 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:ionworks|scripts|examples|docs|tests|generated)/[\w./]*)`", text
        ):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_each_dependency_has_its_reason_and_no_other_is_named() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    tools = [each for group in pyproject["dependency-groups"].values() for each in group]
    wanted = {
        kind: {re.match(r"[\w.-]+", each)[0] for each in listed}  # type: ignore[index]
        for kind, listed in (("runtime", project["dependencies"]), ("development", tools))
    }
    wanted["extra"] = set(project["optional-dependencies"])
    text = (DECISIONS / "dependencies.md").read_text(encoding="utf-8")
    for kind, names in wanted.items():
        table = text.split(f"\n| {kind} |")[1].split("\n\n")[0]
        rows = [line.split("|")[1] for line in table.splitlines()[2:]]
        assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == names


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    asked_for_a_table = {"record.py": "record_tables.py", "pagination.py": "record_tables.py"}
    own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if own == "__init__.py":
        return
    for found in imports(path):
        if found.top in ("ionworks", "ionworks_openapi") and found.when != "for types":
            other = room(found.name)
            if other == "__version__.py":  # the one name that stands in the package itself
                continue
            if found.when == "later" and asked_for_a_table.get(own) == other:
                continue
            assert FLOORS[other] <= FLOORS[own], f"{own} imports {found.name}"


@pytest.mark.parametrize("path", [*sources(PACKAGE), *sources(GENERATED)], ids=name_of)
def test_httpx_has_one_room(path: Path) -> None:
    allowed = path in (PACKAGE / "connections.py", GENERATED / "client.py")
    assert allowed or "httpx" not in {found.top for found in imports(path)}


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_pure_rooms_touch_nothing(path: Path) -> None:
    found = {each for each in imports(path) if each.when != "for types"}
    assert not {each.name for each in found} & TOUCHES_THE_WORLD
    others = {each.top for each in found} - sys.stdlib_module_names - {"ionworks"}
    assert others <= {"attrs", "dateutil", "numpy", "pint"}
    calls = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert not [c for c in calls if isinstance(c, ast.Call) and ast.unparse(c.func) == "open"]


@pytest.mark.parametrize("path", NOUNS, ids=name_of)
def test_nouns_import_neither_http_nor_tables(path: Path) -> None:
    assert not {found.top for found in imports(path)} & HEAVY


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_heavy_libraries_wait(path: Path) -> None:
    at_once = {found.top for found in imports(path) if found.when == "at once"}
    assert at_once & HEAVY <= ({"httpx"} if path.name == "connections.py" else set())


def test_the_plugin_of_pytest_waits() -> None:
    at_once = {f.top for f in imports(PACKAGE / "testing" / "plugin.py") if f.when == "at once"}
    assert at_once - sys.stdlib_module_names == {"pytest"}


@pytest.mark.parametrize("path", sources(GENERATED), ids=name_of)
def test_generated_code_stands_on_two_rooms(path: Path) -> None:
    ours = {found.name for found in imports(path) if found.top == "ionworks"}
    assert ours <= {"ionworks.records.model", "ionworks.quantity"}


@pytest.mark.parametrize("path", sources(PACKAGE), ids=name_of)
def test_client_and_sandbox_share_no_code(path: Path) -> None:
    ours = {f.name for f in imports(path) if f.top == "ionworks" and f.when != "for types"}
    sandbox = {name for name in ours if name.startswith("ionworks.sandbox")}
    if "testing" in path.parts:
        return
    if "sandbox" not in path.parts:
        assert not sandbox
    else:
        assert ours - sandbox <= ({"ionworks.client"} if path.name == "server.py" else set())


@pytest.mark.parametrize("path", [*sources(PACKAGE), *sources(ROOT / "scripts")], ids=name_of)
def test_first_line_says_the_purpose(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r'"""[A-Z`].+[.`](""")?', first), first
