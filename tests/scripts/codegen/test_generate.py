"""The committed package is what openapi.yaml gives, whole, and nobody edited it."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from contract_yaml import contract_of_yaml

from ionworks.testing._openapi.normal_form import normalize
from scripts.codegen import manifest
from scripts.codegen.contract import operations
from scripts.codegen.generate import PACKAGE, ROOT, differences, main

COMMITTED = ROOT / "generated" / PACKAGE
SMALL = Path(__file__).parent / "small.yaml"
DOCUMENT = contract_of_yaml()
OPERATIONS = [(o["operationId"], method, path) for method, path, o in operations(DOCUMENT)]


def test_nothing_is_stale_or_edited() -> None:
    stale = manifest.find_stale(COMMITTED)
    assert not stale, "\n".join(stale)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the manifest covers."""
    root = tmp_path / "checkout"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(COMMITTED, root / "generated" / PACKAGE, ignore=ignore)
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=ignore)
    shutil.copyfile(ROOT / "openapi.yaml", root / "openapi.yaml")
    return root


def stale(checkout: Path) -> list[str]:
    return manifest.find_stale(checkout / "generated" / PACKAGE, root=checkout)


def test_an_untouched_copy_is_fresh(checkout: Path) -> None:
    assert stale(checkout) == []


def test_a_hand_edit_is_found(checkout: Path) -> None:
    with (checkout / "generated" / PACKAGE / "models" / "project.py").open("a") as file:
        file.write("\n")
    (line,) = stale(checkout)
    assert "ionworks_openapi/models/project.py was edited" in line
    assert "do not edit generated code" in line
    assert "run `make generate`" in line


def test_a_file_too_many_is_found(checkout: Path) -> None:
    (checkout / "generated" / PACKAGE / "models" / "extra.py").touch()
    (line,) = stale(checkout)
    assert "ionworks_openapi/models/extra.py was not generated" in line
    assert "run `make generate`" in line


def test_a_missing_file_is_found(checkout: Path) -> None:
    (checkout / "generated" / PACKAGE / "py.typed").unlink()
    (line,) = stale(checkout)
    assert "ionworks_openapi/py.typed was removed" in line


@pytest.mark.parametrize(
    "source",
    ["openapi.yaml", "scripts/codegen/templates/model.py.jinja", "scripts/codegen/rendering.py"],
)
def test_a_changed_source_without_regeneration_is_found(checkout: Path, source: str) -> None:
    with (checkout / source).open("a") as file:
        file.write("\n")
    (line,) = stale(checkout)
    assert line.startswith(f"{source} changed since")
    assert "run `make generate`" in line


def test_a_new_template_or_one_taken_away_is_found(checkout: Path) -> None:
    templates = checkout / "scripts" / "codegen" / "templates"
    (templates / "types.py.jinja").rename(templates / "api_init.py.jinja")
    first, second = stale(checkout)
    assert first.startswith("scripts/codegen/templates/api_init.py.jinja changed")
    assert second.startswith("scripts/codegen/templates/types.py.jinja changed")


@pytest.mark.parametrize("text", [None, "", "{"])
def test_a_lost_manifest_is_found(checkout: Path, text: str | None) -> None:
    path = checkout / "generated" / PACKAGE / manifest.NAME
    path.unlink()
    if text is not None:
        path.write_text(text)
    (line,) = stale(checkout)
    assert "MANIFEST.json is missing or damaged: run `make generate`" in line


def test_the_pinned_tools_are_the_ones_that_wrote_it() -> None:
    tools = json.loads((COMMITTED / manifest.NAME).read_text())["tools"]
    pins = dict(re.findall(r'"(openapi-python-client|ruff)==([^"]+)"', _pyproject()))
    assert tools == pins


def _pyproject() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.long
def test_regeneration_gives_the_same_bytes_every_time(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "scripts.codegen.generate", "--output", str(tmp_path / seed)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for seed in ("1", "2")
    ]
    for run in runs:
        said, _ = run.communicate()
        assert run.returncode == 0, said
    assert differences(tmp_path / "1", tmp_path / "2") == []
    assert differences(tmp_path / "1", COMMITTED) == [], "run `make generate`"


def test_check_says_nothing_about_a_fresh_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_check_fails_for_an_edit_and_writes_nothing(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = checkout / "generated" / PACKAGE / "types.py"
    edited.write_text("")
    assert main(["--check", "--output", str(edited.parent)]) == 1
    assert "ionworks_openapi/types.py was edited" in capsys.readouterr().out
    assert edited.read_text() == ""


@pytest.fixture
def copied(small_path: Path, tmp_path: Path) -> Path:
    """A copy of what the small contract gives."""
    shutil.copytree(
        small_path, tmp_path / "small_api", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path / "small_api"


def test_check_fails_for_an_edit_that_the_manifest_was_made_to_hide(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "types.py").write_text("")
    known = json.loads((copied / manifest.NAME).read_text())
    known["files"]["types.py"] = manifest.digest(copied / "types.py")
    (copied / manifest.NAME).write_text(json.dumps(known))
    assert main(["--check", "--spec", str(SMALL), "--output", str(copied)]) == 1
    said = capsys.readouterr().out
    assert "differs: types.py" in said
    assert "run `make generate`" in said


def test_generating_mends_everything_and_leaves_the_rest_alone(
    small_path: Path, copied: Path
) -> None:
    (copied / "types.py").write_text("")
    (copied / "extra.py").touch()
    (copied / "client.py").unlink()
    kept = (copied / "__init__.py").stat().st_mtime_ns
    assert main(["--spec", str(SMALL), "--output", str(copied)]) == 0
    assert differences(small_path, copied) == []
    assert (copied / "__init__.py").stat().st_mtime_ns == kept


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS)
def test_every_operation_of_the_contract_can_be_called(name: str, method: str, path: str) -> None:
    tag = DOCUMENT["paths"][path][method.lower()]["tags"][0]
    operation = getattr(importlib.import_module(f"{PACKAGE}.api.{tag}"), name)
    assert (operation.name, operation.method, operation.path) == (name, method, path)


def test_the_contract_is_shipped_in_its_normal_form() -> None:
    shipped = json.loads((COMMITTED / "openapi.json").read_text(encoding="utf-8"))
    assert shipped == normalize(json.loads(json.dumps(DOCUMENT, default=str)))


def test_every_file_says_that_it_is_generated() -> None:
    for path in manifest.files(COMMITTED):
        if path.suffix in (".py", ".md"):
            assert "Do not edit" in path.read_text(encoding="utf-8")[:200], path
    known = json.loads((COMMITTED / manifest.NAME).read_text(encoding="utf-8"))
    assert "Do not edit" in known["notice"]
    assert {"README.md", "openapi.json"} <= known["files"].keys()


def test_the_readme_explains_every_file_beside_it() -> None:
    text = (COMMITTED / "README.md").read_text(encoding="utf-8")
    for path in COMMITTED.iterdir():
        if path.name not in ("README.md", "__init__.py", "py.typed", "__pycache__"):
            assert f"`{path.name}{'/' if path.is_dir() else ''}`" in text
    assert f"{len(OPERATIONS)} operations" in text


def test_each_package_of_operations_says_what_it_is_about() -> None:
    for tag in DOCUMENT["tags"]:
        text = (COMMITTED / "api" / f"{tag['name']}.py").read_text(encoding="utf-8")
        assert tag["description"][1:] in text
