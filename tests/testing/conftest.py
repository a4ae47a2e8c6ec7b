"""A project of somebody else, whose tests run in this process, or in one of their own."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import polars
import pytest
from rig_fixtures import opened, scripted

from ionworks.sandbox import SyntheticCell
from ionworks.testing.modes import CI_VARIABLES

__all__ = ["opened", "scripted"]

# These take their time to load; who wants one names it.
OTHERS = ("schemathesis", "hypothesispytest", "randomly", "anyio", "pytest_httpx")
Run = Callable[..., pytest.RunResult]

PRELUDE = """
import os, socket, urllib.request
from pathlib import Path
import polars
import pytest

from ionworks.sandbox import SyntheticCell
from ionworks import Ionworks

def seed(client):
    with Path(__file__).with_name("seeded.txt").open("a") as file:
        file.write("x")
    spec = client.cell_spec.create({"name": "LG M50"})
    return {"spec": spec.id, "names": ("LG M50",)}

@pytest.fixture
def ionworks_seed():
    return seed
"""


@pytest.fixture(scope="session")
def _all_loaded() -> None:
    """Load all that a run in this process may load: pytester forgets what is loaded in one."""

    import ionworks

    for each in pkgutil.walk_packages(ionworks.__path__, "ionworks."):
        if not each.name.endswith("__main__"):
            importlib.import_module(each.name)


def collect_garbage() -> None:
    """Drop the clients that projects do not close, before another test finds their sockets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def _left_over() -> Iterator[None]:
    """Drop what pytester itself holds until its end."""
    yield
    collect_garbage()


@pytest.fixture
def project(
    _all_loaded: None, _left_over: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """An empty project, in an environment without a key, and at no CI."""
    for name in [*os.environ]:
        if name.startswith(("IONWORKS_", "PYTEST_")) or name in CI_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(pytester.path / "no-settings"))
    pytester.makepyprojecttoml(
        "[tool.pytest.ini_options]\nfilterwarnings = ['error']\naddopts = ['--strict-markers']\n"
    )
    return pytester


@pytest.fixture
def write(project: pytest.Pytester) -> Callable[..., Path]:
    """Writes a module of tests, which begins with what all of them need."""
    return lambda text, name="test_it": project.makepyfile(**{name: PRELUDE + text})


@pytest.fixture
def run(project: pytest.Pytester) -> Run:
    """Runs the tests of the project: in this process, which is quick, or `apart`."""

    def run(*options: str, plugins: tuple[str, ...] = (), apart: bool = False) -> pytest.RunResult:
        without = [f"-pno:{name}" for name in OTHERS if name not in plugins]
        given = ("-q", "-pno:cacheprovider", *without, *options)
        if apart:
            return project.runpytest_subprocess(*given)
        result = project.runpytest_inprocess(*given)
        collect_garbage()
        return result

    return run


@pytest.fixture
def tapes(project: pytest.Pytester) -> Callable[[], dict[str, str]]:
    """What cassettes the project has, by name, and what is in them."""
    return lambda: {
        path.relative_to(project.path).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(project.path.rglob("cassettes/**/*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def series() -> polars.DataFrame:
    """One cycle of five steps."""
    return SyntheticCell(seed=7).cycling(cycles=1)
