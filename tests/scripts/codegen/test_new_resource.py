"""A new resource, added to the contract of a copy of the project and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from new_resource import OPERATIONS, add_shipments, check_shipments
from sandbox_fixtures import Kit

from scripts.codegen.manifest import ROOT

FOLDERS = (
    "ionworks",
    "generated",
    "scripts",
    "tests/helpers",
    "tests/faults",
    "tests/conformance",
    ".mypy_cache/generated",
)
FILES = (
    "openapi.yaml",
    "pyproject.toml",
    "tests/conftest.py",
    "tests/sandbox/conftest.py",
    "tests/sandbox/test_sandbox_resources.py",
)


@dataclass(frozen=True)
class Copy:
    """A copy of the project whose contract has the new resource, generated."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Python imports the copy."""
        path = f"{self.root}{os.pathsep}{self.root / 'generated'}"
        return {**os.environ, "PYTHONPATH": path}

    def run(self, *arguments: str) -> str:
        """Return what a module of the copy prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**self.environment, "CONFORMANCE_EXAMPLES": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    root = tmp_path_factory.mktemp("copy")
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        if (ROOT / name).is_dir():  # types have been checked before, or have not
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n", encoding="utf-8")
    contract = root / "openapi.yaml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(add_shipments(text), encoding="utf-8")
    made = Copy(root)
    made.run("-m", "scripts.codegen.generate")
    yield made
    shutil.rmtree(root)


@pytest.fixture
def served(copy: Copy) -> Iterator[SimpleNamespace]:
    """The address and the key of a sandbox of the copy."""
    command = [sys.executable, "-m", "ionworks.sandbox", "--port", "0", "--storage-port", "0"]
    with subprocess.Popen(
        command, cwd=copy.root, env=copy.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().split()[1].split("=", 1) for _ in range(2)]
            exported = dict(lines)
            yield SimpleNamespace(
                url=exported["IONWORKS_API_URL"], api_key=exported["IONWORKS_API_KEY"]
            )
        finally:
            process.terminate()


def test_the_operations_are_generated(copy: Copy) -> None:
    names = "\n".join(OPERATIONS)
    module = "import ionworks_openapi.api.shipments as m"
    said = copy.run("-c", f"{module}; print(*[n for n in {names.split()} if hasattr(m, n)])")
    assert said.split() == list(OPERATIONS)


def test_the_sandbox_of_the_copy_serves_the_resource(served: SimpleNamespace, kit: Kit) -> None:
    api = kit.api(served)  # type: ignore[arg-type]
    with api.http:
        check_shipments(api)


def test_the_tests_of_all_resources_and_conformance_include_the_new_one(copy: Copy) -> None:
    chosen = "(test_sandbox_resources or succeeds or plausible) and shipment"
    said = copy.run("-m", "pytest", "-q", "-rA", "-k", chosen, "tests/sandbox", "tests/conformance")
    lines = [line for line in said.splitlines() if line.startswith("PASSED")]
    passed = {line.rpartition("::")[2] for line in lines}
    assert "test_an_update_changes_what_is_given_and_nothing_else[shipments]" in passed
    served = [name for name in OPERATIONS if name != "dispatch_shipment"]
    assert {f"test_every_operation_succeeds[{name}]" for name in served} < passed
    assert not any("dispatch_shipment" in name for name in passed)
