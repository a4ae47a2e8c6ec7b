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

pytestmark = pytest.mark.long
FOLDERS = (
    "ionworks",
    "generated",
    "scripts",
    "tests/helpers",
    "tests/faults",
    "tests/conformance",
    "docs/_ext",
    "docs/reference",
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


CALLS = """
from ionworks import Ionworks
from ionworks.errors import Conflict, NotFound, PayloadError
from ionworks.models import Shipment, ShipmentFilters
from ionworks.sandbox import Sandbox

with Sandbox() as box, box.client() as client:
    made = client.shipment.create(box.project_id, {"name": "To Jena", "carrier": "Bahn"})
    again = client.shipment.create_or_get(box.project_id, {"name": "To Jena", "carrier": "Bahn"})
    assert isinstance(made, Shipment) and again.id == made.id
    taken = {"name": "To Ulm", "carrier": "Post"}
    client.shipment.create(box.project_id, taken)
    names = [each.name for each in client.shipment.list(box.project_id, carrier="ba")]
    assert names == ["To Jena"], names
    assert len(list(client.shipment.iterate(box.project_id))) == 2
    assert client.shipment.get(made.id).carrier == "Bahn"
    assert client.shipment.update(made.id, {"carrier": "Post"}).carrier == "Post"
    client.shipment.delete(made.id)
    for call, error in (
        (lambda: client.shipment.get(made.id), NotFound),
        (lambda: client.shipment.create(box.project_id, taken), Conflict),
        (lambda: client.shipment.create(box.project_id, {"nam": "x"}), PayloadError),
        (lambda: client.shipment.list(box.project_id, carier="x"), TypeError),
    ):
        try:
            call()
        except error as caught:
            print(type(caught).__name__)
"""


def test_the_client_of_the_copy_has_the_methods(copy: Copy) -> None:
    said = copy.run("-c", CALLS)
    assert said.split() == ["NotFound", "Conflict", "PayloadError", "TypeError"]


EXAMPLES = """
import doctest
from ionworks.sandbox import Sandbox
from ionworks_openapi.resources import shipments

for example in doctest.DocTestFinder(exclude_empty=True).find(shipments):
    if example.examples:
        with Sandbox() as box, box.client() as client:
            made = client.shipment.create(box.project_id, {"name": "To Jena", "carrier": "Bahn"})
            names = {"client": client, "project_id": box.project_id, "shipment_id": made.id}
            if not example.name.endswith("dispatch"):  # the sandbox does not serve it
                example.globs.update(names)
                assert doctest.DocTestRunner().run(example).failed == 0
                print(example.name.rpartition(".")[2])
"""


def test_each_generated_example_runs(copy: Copy) -> None:
    methods = {"get", "list", "iterate", "create", "create_or_get", "update", "delete"}
    assert set(copy.run("-c", EXAMPLES).split()) == methods


REFERENCE = """
from pathlib import Path
from docs._ext.contract import rest
print("\\n".join(rest(Path("docs/reference"))))
"""


def test_the_reference_describes_the_resource(copy: Copy) -> None:
    text = copy.run("-c", REFERENCE)
    assert "## `client.shipment`" in text
    assert ".. autoclass:: ionworks_openapi.resources.shipments.ShipmentClient" in text
    for name in ("Shipment", "ShipmentCreate", "ShipmentFilters"):
        assert f".. autoclass:: ionworks.models.{name}\n" in text


LIVE = """
from ionworks.sandbox import Sandbox
from ionworks.settings import resolve_settings
from scripts.live.contract import document
from scripts.live.reader import Reader
from scripts.live.rest import ask_rest
from scripts.live.survey import Survey

with Sandbox() as box, box.client() as client:
    client.shipment.create(box.project_id, {"name": "To Jena", "carrier": "Bahn"})
    survey = Survey(document(), Reader(resolve_settings(environ=box.environment())))
    ask_rest(survey, {"project_id": box.project_id})
    print(*[each.read.name for each in survey.visits if each.status == 200])
"""


def test_make_live_asks_the_reads_of_the_resource(copy: Copy) -> None:
    assert {"list_shipments", "get_shipment"} <= set(copy.run("-c", LIVE).split())


BATCHES = """
from ionworks.sandbox import Sandbox

with Sandbox() as box, box.client() as client:
    spec = client.cell_spec.create({"name": "LG M50"})
    batch = client.cell_batch.create(spec.id, {"name": "Lot 12"})
    assert client.cell_batch.create_or_get(spec.id, {"name": "LOT 12"}).id == batch.id
    assert client.cell_batch.update(batch.id, {"notes": "dry"}).notes == "dry"
    assert client.cell_batch.list(spec.id, name="lot")[0].id == batch.id
    assert next(client.cell_batch.iterate(spec.id)).id == client.cell_batch.get(batch.id).id
    client.cell_batch.delete(batch.id)
    print(type(client.cell_batch).__module__, len(client.cell_batch.list(spec.id)))
"""


def test_without_its_hand_written_file_a_resource_keeps_its_plain_methods(copy: Copy) -> None:
    file, public = copy.root / "ionworks" / "cell_batch.py", "ionworks_openapi.resources"
    text = file.read_bytes()
    file.unlink()
    try:
        assert copy.run("-c", BATCHES).split() == [f"{public}.cell_batches", "0"]
    finally:
        file.write_bytes(text)
