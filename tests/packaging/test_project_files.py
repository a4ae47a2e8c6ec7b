"""The project's own files agree: workflows, Makefile, nox sessions, lock file, addresses."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ionworks

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY = PROJECT["project"]["urls"]["Repository"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LOCK = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
# Extras with a library under the GPL, which no session and no lock file installs.
GPL = {"biologic"}


def read_yaml(path: Path) -> dict:
    """Return a YAML file with all scalars as text: `on` is a key and 3.10 is no float."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def name_of(path: Path) -> str:
    return path.name


def steps(workflow: Path) -> Iterator[dict]:
    for job in read_yaml(workflow)["jobs"].values():
        yield from job["steps"]


def pythons() -> list[str]:
    classifiers = "\n".join(PROJECT["project"]["classifiers"])
    return re.findall(r"Python :: (3\.\d+)$", classifiers, re.MULTILINE)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))


def nox_sessions() -> set[str]:
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {
        each.name
        for each in functions
        if any("nox.session" in ast.unparse(one) for one in each.decorator_list)
    }


# ---- workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_a_workflow_has_least_rights_a_group_and_time_limits(path):
    workflow = read_yaml(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert "group" in workflow["concurrency"]
    for name, job in workflow["jobs"].items():
        assert int(job["timeout-minutes"]) <= 60, name
        written = {right for right, level in job.get("permissions", {}).items() if level == "write"}
        assert written <= {"publish": {"id-token"}, "attach": {"contents"}}.get(name, set()), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_actions_are_pinned_by_major_version_or_commit(path):
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|release/v\d+|[0-9a-f]{40})", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_workflows_call_only_targets_and_sessions_that_exist(path):
    commands = "\n".join(step["run"] for step in steps(path) if "run" in step)
    targets = set(re.findall(r"^\s*make ([\w-]+)", commands, re.MULTILINE))
    sessions = set(re.findall(r"nox (?:-s|--session) (\w+)", commands))
    assert targets
    assert targets <= make_targets()
    assert sessions <= nox_sessions()


def test_ci_tests_every_supported_python():
    jobs = read_yaml(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == pythons()
    used = {
        step.get("with", {}).get("python-version") for each in WORKFLOWS for step in steps(each)
    }
    assert used - {None, "${{ matrix.python }}"} <= set(pythons())


@pytest.mark.skipif(sys.platform == "win32", reason="the step is a script of bash")
@pytest.mark.parametrize(
    ("tag", "status"),
    [(f"v{ionworks.__version__}", 0), (ionworks.__version__, 1), ("v99.0.0", 1), ("v", 1)],
)
def test_a_release_needs_the_tag_of_its_version(tag, status):
    (step,) = (
        each
        for each in steps(ROOT / ".github" / "workflows" / "release.yml")
        if each.get("name") == "Compare the tag with the version"
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "GITHUB_REF_NAME": tag},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert (tag in done.stderr) == bool(status)


# ---- environments


def test_the_targets_of_the_makefile_call_sessions_that_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = set(re.findall(r"nox --session (\w+)", makefile))
    assert called == nox_sessions()


def test_the_sessions_install_every_extra():
    text = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    installed = [extras.split(",") for extras in re.findall(r"\"\.\[([\w,]+)\]\"", text)]
    assert sorted(PROJECT["project"]["optional-dependencies"].keys() - GPL) in installed


def test_the_hooks_before_a_commit_exist():
    hooks = read_yaml(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    for hook in hooks:
        command, _, argument = hook["entry"].partition(" ")
        if command == "make":
            assert argument in make_targets()
        else:
            assert Path(sys.executable).with_name(Path(command).name).exists(), command


def pins(python: str) -> dict[str, Requirement]:
    """Return what the lock file installs for a Python on this system, by name."""
    environment = {"python_version": python, "python_full_version": f"{python}.99"}
    lines = re.findall(r"^(\w[^\\\n]*)\\$", LOCK, re.MULTILINE)
    found: dict[str, Requirement] = {}
    for each in map(Requirement, lines):
        if each.marker is None or each.marker.evaluate(environment):
            name = canonicalize_name(each.name)
            assert name not in found, f"{name} is there twice for Python {python}"
            found[name] = each
    return found


def test_no_library_under_the_gpl_is_installed_unless_a_user_asks_for_it():
    (name,) = {
        Requirement(each).name for each in PROJECT["project"]["optional-dependencies"]["biologic"]
    }
    others = PROJECT["project"]["optional-dependencies"].items()
    listed = [each for extra, each in others if extra not in GPL]
    listed += [PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"].values()]
    assert name == "galvani"
    assert name not in {Requirement(each).name for group in listed for each in group}
    assert f"\n{name}==" not in LOCK


@pytest.mark.parametrize("python", pythons())
def test_the_lock_file_fits_the_project(python):
    project, pinned = PROJECT["project"], pins(python)
    optional = project["optional-dependencies"]
    extras = [each for name in optional.keys() - GPL for each in optional[name]]
    for line in (*project["dependencies"], *extras, *PROJECT["dependency-groups"]["dev"]):
        wanted = Requirement(line)
        if wanted.name == project["name"]:
            continue
        pin = pinned.get(canonicalize_name(wanted.name))
        assert pin is not None, f"run make lock: {wanted.name} is new in pyproject.toml"
        (version,) = (each.version for each in pin.specifier)
        assert wanted.specifier.contains(version), f"run make lock: {line}, but {pin}"


def test_the_lock_file_has_hashes_and_no_places():
    entries = re.split(r"^(?=\w)", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) > 100
    for entry in entries:
        first, *hashes = (line.strip() for line in entry.rstrip().removesuffix("\\").split("\\\n"))
        assert re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", first), first
        assert hashes, first
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), first


# ---- addresses


def test_every_address_of_the_repository_is_the_same():
    for url in PROJECT["project"]["urls"].values():
        assert url == REPOSITORY or url.startswith(f"{REPOSITORY}/")
    hook = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    for each in hook["substitutions"]:
        assert each["replacement"].startswith(f"\\1{REPOSITORY}/")
    citation = read_yaml(ROOT / "CITATION.cff")
    assert citation["repository-code"] == REPOSITORY
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert owner_and_name not in (ROOT / name).read_text(encoding="utf-8"), name


def test_the_citation_is_of_this_version():
    citation, project = read_yaml(ROOT / "CITATION.cff"), PROJECT["project"]
    assert citation["version"] == ionworks.__version__
    assert citation["license"] == project["license"]
    assert [each["name"] for each in citation["authors"]] == [
        each["name"] for each in project["authors"]
    ]
