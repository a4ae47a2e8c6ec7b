"""What the tests of the command share: runs of it, and a sandbox with one cell."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from traffic import unique

from ionworks import Ionworks
from ionworks.cli.__main__ import main
from ionworks.sandbox import Sandbox

#: A file of a cycler whose sign is known from its states.
EXPORT = """\
Test Time (s),Current (mA),Voltage (V),Step Index,State
0,0,3.60,1,R
10,0,3.60,1,R
20,500,3.70,2,C
30,500,3.71,2,C
40,500,3.72,2,C
"""


class Run(NamedTuple):
    """What one run of the command returned and wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The last error of a run with `--json`."""
        return json.loads(self.err.splitlines()[-1])["error"]


class Cell(NamedTuple):
    """The records that a test may use: their names are unique."""

    client: Ionworks
    project: str
    spec: str
    name: str
    id: str


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No key, address or profile of this machine; the path of the configuration file."""
    for name in [name for name in os.environ if name.startswith("IONWORKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "ionworks" / "config.toml"


@pytest.fixture
def ionworks(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> Callable[..., Run]:
    """Runs the command in this process, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*arguments: object, stdin: str = "") -> Run:
        reader, writer = os.pipe()
        os.write(writer, stdin.encode())
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as stream, monkeypatch.context() as patch:
            patch.setattr("sys.stdin", stream)
            status = main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Run(int(status), out, err)

    return run


@pytest.fixture
def key(sandbox: Sandbox, settings: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of the shared sandbox, in the environment with its address."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return sandbox.api_key


@pytest.fixture(scope="session")
def lab(sandbox: Sandbox) -> Iterator[tuple[Ionworks, str, str]]:
    """A client, and the ids of a project and of a specification in it."""
    with sandbox.client() as client:
        project = client.project.create({"name": unique("project")})
        spec = client.cell_spec.create(
            {"name": unique("spec"), "project_id": project.id, "ratings": {"capacity": "5 A*h"}}
        )
        yield client, project.id, spec.id


@pytest.fixture
def cell(lab: tuple[Ionworks, str, str], key: str) -> Cell:
    """A new cell in the project of the lab."""
    client, project, spec = lab
    made = client.cell_instance.create(spec, {"name": unique("cell")})
    return Cell(client, project, client.cell_spec.get(spec).name, made.name, made.id)


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file that can be uploaded."""

    def write(name: str, last: str = "3.72", folder: str = "work") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(EXPORT.replace("3.72", last), encoding="utf-8")
        return path

    return write
