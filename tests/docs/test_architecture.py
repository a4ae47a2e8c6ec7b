"""The pages and the code agree; import-linter finds what its contracts forbid."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ionworks"
GENERATED = ROOT / "generated" / "ionworks_openapi"
SCRIPTS = ROOT / "scripts"
PAGE = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "decisions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
CONTRACTS: dict[str, Any] = {
    each["id"]: each for each in PROJECT["tool"]["importlinter"]["contracts"]
}
HEAVY = {
    *("polars", "pandas", "pyarrow", "pint", "matplotlib", "jsonschema_rs", "httpx"),
    *("starlette", "uvicorn", "tqdm", "dateutil"),
}


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
    """Every absolute import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {n for block in ast.walk(tree) if is_type_checking(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        when = "for types" if node in for_types else "at once" if node in tree.body else "later"
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield Import(node.module, when)


def sources(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.py") if "__pycache__" not in p.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- the pages


def layers() -> list[list[str]]:
    """The layers of the contract, those that may be absent too."""
    given = CONTRACTS["layers"]["layers"]
    return [[name.strip("() \n") for name in layer.split("|")] for layer in given]


def drawn() -> list[list[str]]:
    """The layers in the plot of the page; a line without a description continues the last."""
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("│")
    ]
    found: list[list[str]] = []
    for names, description in rows:
        if description:
            found.append([])
        found[-1] += [
            name if name.startswith("ionworks_openapi") else f"ionworks.{name}"
            for name in names.split()
        ]
    return found


def test_the_page_draws_the_layers_of_the_contract() -> None:
    there = {name for layer in drawn() for name in layer}
    expected = [[name for name in layer if name in there] for layer in layers()]
    assert drawn() == [layer for layer in expected if layer]
    modules = {f"ionworks.{path.stem}" for path in PACKAGE.iterdir() if path.name[:2] != "__"}
    modules -= {"ionworks.py"}  # py.typed
    assert modules <= there


def test_paths_in_the_pages_exist() -> None:
    pages = (PAGE, ROOT / "CONTRIBUTING.md", *sorted(DECISIONS.glob("*.md")))
    assert len(pages) > 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:ionworks|scripts|examples|docs|tests|generated)/[\w./]*)`", text
        ):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_the_first_line_of_a_module_is_its_purpose() -> None:
    for path in (*sources(PACKAGE), *sources(SCRIPTS)):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.fullmatch(r'"""[A-Z`].+[.`](""")?', first), f"{path}: {first}"


# ---- dependencies


def requirements(*lists: Iterable[str]) -> set[str]:
    """The distributions in these lists of requirements, without our own."""
    found = {re.match(r"[\w.-]+", line)[0] for each in lists for line in each}  # type: ignore[index]
    return found - {PROJECT["project"]["name"]}


def test_each_dependency_has_its_reason_and_no_other_is_named() -> None:
    wanted = {
        "runtime": requirements(PROJECT["project"]["dependencies"]),
        "extra": set(EXTRAS),
        "development": requirements(*PROJECT["dependency-groups"].values()),
    }
    text = (DECISIONS / "dependencies.md").read_text(encoding="utf-8")
    for kind, names in wanted.items():
        table = text.split(f"\n| {kind} |")[1].split("\n\n")[0]
        rows = [line.split("|")[1] for line in table.splitlines()[2:]]
        assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == names


def test_each_library_that_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    of_users = requirements(PROJECT["project"]["dependencies"], *EXTRAS.values())
    of_scripts = of_users | requirements(PROJECT["dependency-groups"]["dev"])
    # numpy is imported only to answer numpy, when an array is handed over.
    own = {"ionworks", "ionworks_openapi", "scripts", "numpy"}
    for path in (*sources(PACKAGE), *sources(SCRIPTS)):
        named = of_scripts if SCRIPTS in path.parents else of_users
        declared = {normal(name) for name in named}
        tops = {found.top for found in imports(path) if found.when != "for types"}
        for top in tops - sys.stdlib_module_names - own:
            assert {normal(name) for name in distributions[top]} & declared, f"{path}: {top}"


def normal(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


# ---- imports


HTTPX = {
    "ionworks/_http/clients.py",
    "ionworks/_http/connection.py",
    "ionworks/_http/failures.py",
    "ionworks/_http/multipart.py",
    "ionworks/_http/network.py",
    "ionworks/_http/pool.py",
    "ionworks/_http/proxies.py",
    "ionworks/_http/receive.py",
    "ionworks/_http/request.py",
    "generated/ionworks_openapi/client.py",
}


def test_only_the_connections_import_httpx() -> None:
    files = [*sources(PACKAGE), *sources(GENERATED)]
    found = {name_of(p) for p in files if "httpx" in {each.top for each in imports(p)}}
    assert found == HTTPX


def test_heavy_libraries_are_imported_in_functions() -> None:
    for path in sources(PACKAGE):
        if "sandbox" not in path.parts:
            at_once = {each.top for each in imports(path) if each.when == "at once"}
            allowed = {"httpx"} if name_of(path) in HTTPX else set()
            assert at_once & HEAVY <= allowed, path


def test_operations_and_models_import_only_records_and_quantities() -> None:
    for path in sources(GENERATED):
        ours = {each.name.split(".")[1] for each in imports(path) if each.top == "ionworks"}
        allowed = {"records", "quantity"}
        if path.parent.name == "resources":
            allowed |= {"_resource", "_workflows"}
        elif path.name == "filters.py":
            allowed |= {"_request"}
        assert ours <= allowed, path


def test_the_sandbox_is_forbidden_everything_below_it_but_the_client() -> None:
    names = [name for layer in layers() for name in layer]
    below = names[names.index("ionworks.sandbox") + 1 :]
    modules = {name for name in below if name.startswith("ionworks.")} - {"ionworks.client"}
    there = {name for name in modules if [*PACKAGE.glob(f"{name.partition('.')[2]}*")]}
    forbidden = set(CONTRACTS["sandbox"]["forbidden_modules"])
    assert there <= forbidden - {"ionworks_openapi"} <= modules


# ---- the contracts of import-linter find what they are there for


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for source in (PACKAGE, GENERATED, SCRIPTS / "layers.py"):
        for path in [source] if source.is_file() else sources(source):
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def clean(copy: Path) -> str:
    """What import-linter says of the code as it is."""
    return lint_imports(copy)


def lint_imports(folder: Path) -> str:
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = ['.', 'generated']; {command}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "line", "says"),
    [
        ("ionworks/stray.py", "", "not listed as layers:\n\n- ionworks.stray"),
        (
            "generated/ionworks_openapi/stray.py",
            "",
            "not listed as layers:\n\n- ionworks_openapi.stray",
        ),
        (
            "ionworks/records/pages.py",
            "from ionworks.cell_batch import CellBatchClient",
            "ionworks.records.pages -> ionworks.cell_batch",
        ),
        (
            "ionworks/errors/text.py",
            "if TYPE_CHECKING:\n    from ionworks_openapi.types import Operation",
            "ionworks.errors.text -> ionworks_openapi.types",
        ),
        (
            "generated/ionworks_openapi/types.py",
            "def late():\n    import ionworks._request.filters",
            "ionworks_openapi.types -> ionworks._request.filters",
        ),
        (
            "ionworks/job.py",
            "from ionworks.search import SearchClient",
            "ionworks.job -> ionworks.search",
        ),
        (
            "ionworks/sandbox/app.py",
            "from ionworks.quantity.units import UnitError",
            "ionworks.sandbox.app -> ionworks.quantity.units",
        ),
        (
            "ionworks/sandbox/app.py",
            "from ionworks.client import Ionworks",
            "ionworks.sandbox.app -> ionworks.client",
        ),
        (
            "ionworks/sandbox/handlers/search.py",
            "from ionworks import Quantity",
            "ionworks.sandbox.handlers.search -> ionworks",
        ),
        (
            "ionworks/sandbox/server.py",
            "from ionworks_openapi.models import Job",
            "ionworks.sandbox.server -> ionworks_openapi.models",
        ),
        (
            "ionworks/plotting/canvas.py",
            "def late():\n    import ionworks.plotting.series",
            "No cycles are allowed in ionworks.plotting",
        ),
    ],
    ids=lambda text: text.rpartition("\n")[2].lstrip("- "),
)
def test_lint_imports_finds_it(copy: Path, clean: str, path: str, line: str, says: str) -> None:
    file = copy / path
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    found = lint_imports(copy)
    if before is None:
        file.unlink()
    else:
        file.write_text(before, encoding="utf-8")
    assert says in found
    assert says not in clean
