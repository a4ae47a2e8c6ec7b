"""Which public methods can come to an operation is found from the code, and none is left out."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from ionworks import Ionworks
from ionworks._http.attempts import Attempt
from ionworks.sandbox import Sandbox, SyntheticCell
from scripts.codegen.manifest import ROOT
from scripts.spec.affected_methods import GENERATED, Code, operations_of
from scripts.spec.changes import Change, Where
from scripts.spec.fields import key_of

API = "ionworks_openapi.api."


@pytest.fixture(scope="module")
def code() -> Code:
    return Code.read(ROOT)


def change(*names: str, operation: Where | None = None) -> Change:
    return Change(
        kind="field removed",
        direction="answer",
        severity="breaking",
        whom="those who read it",
        where="Cell.x",
        schema="Cell",
        sentence="",
        reason="",
        before="",
        after="",
        operations=(operation,) if operation else (),
        names=names,
    )


@pytest.mark.parametrize(
    ("operation", "methods"),
    [
        ("DELETE /cell_instances/{id}", "cell_instance.delete"),
        ("GET /users/me", "whoami"),
        # through a creation that looks for the name, and a view of another room
        (
            "GET /cell_instances/{id}",
            "cell_instance.create cell_instance.create_or_get cell_instance.cycles"
            " cell_instance.detail cell_instance.get cell_instance.steps cell_instance.time_series"
            " cell_measurement.create cell_measurement.create_or_get"
            " cell_measurement.cycles cell_measurement.extend cell_measurement.follow"
            " cell_measurement.steps cell_measurement.time_series dataset",
        ),
        # through nouns that another room uses
        (
            "GET /cell_specifications",
            "cell_instance.find"
            " cell_spec.create cell_spec.create_or_get cell_spec.iterate cell_spec.list"
            " dataset resolve_measurement",
        ),
        # through a room of its own that the noun inherits
        (
            "POST /cell_measurements/tags/bulk",
            "cell_measurement.add_tags cell_measurement.remove_tags",
        ),
        ("GET /cell_measurements/{id}/steps", ""),
    ],
)
def test_methods_of_an_operation(code: Code, operation: str, methods: str) -> None:
    method, path = operation.split(" ")
    assert code.methods([key_of(method, path)]) == [f"client.{each}" for each in methods.split()]


def test_every_operation_that_the_code_names_is_reached(code: Code) -> None:
    named = set()
    for path in (ROOT / "ionworks").rglob("*.py"):
        if "sandbox" in path.parts or "testing" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(API):
                named |= {each.name for each in node.names}
    keys = {m.rpartition(".")[2]: key for m, key in operations_of(ROOT / GENERATED).items()}
    assert {"get_cell_instance", "initiate_measurement_extend"} <= named
    for name in named:
        assert code.methods([keys[name]]), name


def test_what_calls_nothing_by_itself_is_touched_by_nothing(code: Code) -> None:
    touched = code.methods(operations_of(ROOT / GENERATED).values())
    assert {"client.cell_measurement.extend", "client.raw_data.upload"} <= set(touched)
    assert not {"client.call", "client.save", "client.close", "client.with_options"} & set(touched)


def test_every_request_that_a_method_makes_was_foreseen(code: Code) -> None:
    sent: list[Attempt] = []
    foreseen: dict[str, set[str]] = {}
    for module, key in operations_of(ROOT / GENERATED).items():
        foreseen[module.rpartition(".")[2]] = set(code.methods([key]))

    def made(method: str) -> set[str]:
        """The operations since the last time; each must know the method."""
        operations = {each.operation for each in sent} & foreseen.keys()  # storage has others
        sent.clear()
        assert operations
        for operation in operations:
            assert f"client.{method}" in foreseen[operation], f"{method} called {operation}"
        return operations

    series = SyntheticCell(seed=5).cycling(cycles=1)
    with (
        Sandbox() as box,
        Ionworks(box.api_key, box.url, project_id=box.project_id, on_attempt=sent.append) as client,
    ):
        spec = client.cell_spec.create_or_get({"name": "S"})
        assert client.cell_spec.create_or_get({"name": "S"}).id == spec.id
        assert len(made("cell_spec.create_or_get")) > 1
        cell = client.cell_instance.create(spec.id, {"name": "C"})
        made("cell_instance.create")
        test = {"measurement": {"name": "M"}, "time_series": series}
        record = client.cell_measurement.create_or_get(cell.id, test)
        assert len(made("cell_measurement.create_or_get")) > 2
        client.cell_instance.detail(cell.id)
        assert len(made("cell_instance.detail")) > 2
        client.cell_measurement.detail(record.id)
        made("cell_measurement.detail")
        client.resolve_measurement("S", "C", "M")
        assert len(made("resolve_measurement")) > 2
        client.cell_measurement.add_tags([record.id], ["seen"])
        made("cell_measurement.add_tags")
        client.measurement.wait_for_processing(record.id)
        made("cell_measurement.wait_for_processing")
        raw = client.raw_data.upload(box.project_id, ROOT / "pyproject.toml")
        made("raw_data.upload")
        client.raw_data.download(raw.id)
        made("raw_data.download")


# ---- a project of its own


GENERATED_MODULE = """
from ..types import Operation
"""
GENERATED_OPERATION = """
{name} = Operation("{name}", "{method}", "{path}", build, read, "json")
"""
CLIENT = """
from functools import cached_property
from ionworks._http import Session
from ionworks.other import prepare

class Ionworks(Session):
    @cached_property
    def cell(self) -> "CellClient":
        from ionworks.cell import CellClient
        return CellClient(self)

    @cached_property
    def maker(self) -> "MakerClient":
        from ionworks.cell import MakerClient
        return MakerClient(self)

    @property
    def short(self) -> "CellClient":
        return self.cell

    def ready(self) -> bool:
        from ionworks_openapi.api.cells import ping as PING
        return self.call(PING)

from ionworks.cell import CellClient, MakerClient
"""
SESSION = """
class Session:
    def call(self, operation):
        return operation

    def list_all(self) -> object:
        from ionworks_openapi.api.cells import list_cells
        return self.call(list_cells)
"""
CELLS = """
from __future__ import annotations
import ionworks_openapi.api.cells
from ionworks import other
from ionworks.base import Links, Resource
from ionworks_openapi.api.cells import delete_cell, list_cells

TABLE = {"gone": delete_cell}

class CellClient(Links, Resource):
    def get(self, cell_id: str) -> object:
        return self._client.call(ionworks_openapi.api.cells.get_cell, cell_id)

    def delete(self, cell_id: str) -> None:
        self._client.call(TABLE["gone"], cell_id)

    def _page(self) -> object:
        return lambda: self._client.call(list_cells)

    def watched(self) -> object:
        return super().watched()

    def built(self) -> object:
        return other.Builder(self).go()

class MakerClient(Resource):
    def cells(self) -> object:
        cells = self._client.short
        return [cells.list(), other.first(self._client)]

    def name(self, kind: CellClient) -> str:
        return kind.__class__.__name__
"""
BASE = """
from __future__ import annotations
from typing import TYPE_CHECKING
from ionworks_openapi.api.cells import watch_cell
if TYPE_CHECKING:
    from ionworks.client import Ionworks

class Resource:
    def __init__(self, client: Ionworks) -> None:
        self._client = client

    def list(self) -> object:
        return self._page()

    def _page(self) -> object:
        raise NotImplementedError

class Links:
    def watched(self) -> object:
        return self._client.call(watch_cell)
"""
OTHER = """
from __future__ import annotations
from ionworks.client import Ionworks

class Builder:
    def __init__(self, cell) -> None:
        self.cell = cell

    def go(self) -> object:
        return prepare(self)

def prepare(what: object) -> object:
    from ionworks_openapi.api.cells import build_cell
    return build_cell

def first(client: Ionworks | None) -> object:
    return client.cell.get("1")
"""
OPERATIONS = {
    "list_cells": ("GET", "/cells"),
    "get_cell": ("GET", "/cells/{cell_id}"),
    "delete_cell": ("DELETE", "/cells/{cell_id}"),
    "watch_cell": ("POST", "/cells/{cell_id}/watch"),
    "build_cell": ("POST", "/cells"),
    "ping": ("GET", "/ping"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    api = tmp_path / "generated" / "ionworks_openapi" / "api"
    api.mkdir(parents=True)
    text = GENERATED_MODULE
    for name, (method, path) in OPERATIONS.items():
        text += GENERATED_OPERATION.format(name=name, method=method, path=path)
    (api / "cells.py").write_text(text, encoding="utf-8")
    package = tmp_path / "ionworks"
    (package / "sandbox").mkdir(parents=True)
    modules = {
        "__init__": "",
        "_http/__init__": "from .session import Session",
        "_http/session": SESSION,
        "base": BASE,
        "cell/__init__": "from ionworks.cell.client import CellClient, MakerClient",
        "cell/client": CELLS,
        "client": CLIENT,
        "other": OTHER,
    }
    for name, text in modules.items():
        (package / name).parent.mkdir(exist_ok=True)
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("operation", "methods"),
    [
        # an inherited method that calls what the noun fills in; a property that gives the noun;
        # a method of the client's own base
        ("list_cells", ["client.cell.list", "client.list_all", "client.maker.cells"]),
        # the whole dotted name; a function of another room that gets the client
        ("get_cell", ["client.cell.get", "client.maker.cells"]),
        # a table of the module
        ("delete_cell", ["client.cell.delete"]),
        # a base by super()
        ("watch_cell", ["client.cell.watched"]),
        # a class of another room
        ("build_cell", ["client.cell.built"]),
        # under another name
        ("ping", ["client.ready"]),
    ],
)
def test_roads_that_code_takes(project: Path, operation: str, methods: list[str]) -> None:
    assert Code.read(project).methods([key_of(*OPERATIONS[operation])]) == methods


def test_a_moved_operation_is_found_by_its_old_path_and_by_its_new(project: Path) -> None:
    code = Code.read(project)
    for path, was in (("/x/{id}", "/cells/{id}"), ("/cells/{id}", "/x/{id}")):
        moved = change(operation=Where(path, "DELETE", was))
        assert code.affected_methods(moved) == ["client.cell.delete"]


def test_places_name_the_field_and_the_client_comes_first(project: Path) -> None:
    (project / "ionworks" / "alpha.py").write_text(
        textwrap.dedent(
            """
            def read(record, *, rest_time):
                record.rest_time
                record["rest_time"]
                "about rest_time"  # rest_time
                read(record, rest_time=1)
            """
        ),
        encoding="utf-8",
    )
    (project / "ionworks" / "sandbox" / "app.py").write_text("x.rest_time", encoding="utf-8")
    code = Code.read(project)
    found = [str(each) for each in code.places(change("rest_time"), {"rest_time": 1})]
    rooms = [f"ionworks/alpha.py:{line}" for line in (2, 3, 4, 6)]
    assert found == [*rooms, "ionworks/sandbox/app.py:1"]


def test_a_name_that_is_everywhere_says_nothing(project: Path) -> None:
    text = "\n".join(["x.often", "x.shared", *["x.often"] * 30])
    (project / "ionworks" / "alpha.py").write_text(text, encoding="utf-8")
    code = Code.read(project)
    assert code.places(change("often", "shared"), {"shared": 9}) == []
    assert [str(each) for each in code.places(change("shared"), {})] == ["ionworks/alpha.py:2"]


def test_no_more_places_than_can_be_read(project: Path) -> None:
    (project / "ionworks" / "alpha.py").write_text("x.some\n" * 12, encoding="utf-8")
    assert len(Code.read(project).places(change("some"), {})) == 5
