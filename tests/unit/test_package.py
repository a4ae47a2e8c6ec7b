"""Importing the package is cheap, and its names are found without loading what is not used."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib import metadata
from importlib.resources import files

import pytest

import ionworks

HEAVY = (
    *("httpx", "polars", "pint", "starlette", "uvicorn", "matplotlib", "pandas", "pyarrow"),
    *("numpy", "jsonschema_rs", "dateutil", "tqdm"),
)
PRINT_LOADED = f"\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"


def run(code: str, **environment: str) -> str:
    """Run `code` in a Python of its own, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "import ionworks",
        "from ionworks import *",
        "from ionworks import Ionworks; c = Ionworks(api_key='k'); repr(c); c.measurement",
        "from ionworks import Quantity; Quantity.parse('5 A*h')",
        "import ionworks.sandbox",
        "import ionworks_openapi.models",
        "from ionworks.plotting import plot_voltage_current",
        "from ionworks.analysis import incremental_capacity",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    assert run(code + PRINT_LOADED) == ""


def test_importing_prints_nothing_and_opens_nothing():
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: event.startswith("socket.") and opened.append(event))
import ionworks, ionworks.client, ionworks.sandbox
from ionworks import Ionworks
client = Ionworks(api_key="k", api_url="https://service.example")
client.cell_measurement
client.close()
print(opened)
"""
    assert run(code) == "[]"


def test_the_public_names_are_there():
    assert set(ionworks.__all__) <= set(dir(ionworks))
    assert dir(ionworks) == sorted(dir(ionworks))
    for name in ionworks.__all__:
        assert getattr(ionworks, name) is getattr(ionworks, name)
    names: dict[str, object] = {}
    exec("from ionworks import *", names)
    assert set(ionworks.__all__) <= names.keys()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'ionworks' has no attribute 'Ionwork'"):
        ionworks.Ionwork  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        from ionworks import nothing  # noqa: F401
    assert not hasattr(ionworks, "nothing")


def test_the_version_is_that_of_the_distribution():
    assert ionworks.__version__ == metadata.version("ionworks-client")


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_the_sandbox_without_its_extra_names_it(missing):
    code = f"""
import sys
sys.modules[{missing!r}] = None
import ionworks.sandbox
print(sorted(ionworks.sandbox.__all__))
try:
    from ionworks.sandbox import Sandbox
except ImportError as error:
    print(error)
"""
    said = run(code)
    assert f"the sandbox needs {missing}" in said
    assert 'pip install "ionworks-client[sandbox]"' in said


def test_a_sandbox_name_that_is_not_there_is_reported():
    import ionworks.sandbox

    assert "Sandbox" in dir(ionworks.sandbox)
    with pytest.raises(AttributeError, match="no attribute 'Sandpit'"):
        ionworks.sandbox.Sandpit  # noqa: B018


def test_the_package_is_typed():
    import ionworks_openapi

    for package in (ionworks, ionworks_openapi):
        assert files(package).joinpath("py.typed").is_file()


@pytest.mark.parametrize("name", ["errors", "quantity", "records"])
def test_a_package_offers_its_public_names(name):
    package = importlib.import_module(f"ionworks.{name}")
    assert package.__doc__
    assert len(set(package.__all__)) == len(package.__all__)
    for each in package.__all__:
        value = getattr(package, each)
        assert not isinstance(value, type) or f"{value.__module__}.".startswith(
            f"{package.__name__}."
        )
