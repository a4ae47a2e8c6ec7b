"""The small contract, generated once, and imported under a name of its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from rig_fixtures import client_of, naps, opened, scripted

from scripts.codegen.generate import generate

__all__ = ["client_of", "naps", "opened", "scripted"]

HERE = Path(__file__).parent
SMALL = HERE / "small.yaml"


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    package = tmp_path_factory.mktemp("small") / "small_api"
    generate(SMALL, package)
    return package


@pytest.fixture(scope="session")
def small(small_path: Path) -> Iterator[ModuleType]:
    sys.path.insert(0, str(small_path.parent))
    try:
        yield importlib.import_module("small_api")
    finally:
        sys.path.remove(str(small_path.parent))
        for name in [name for name in sys.modules if name.partition(".")[0] == "small_api"]:
            del sys.modules[name]


@pytest.fixture(scope="session")
def models(small: ModuleType) -> ModuleType:
    return importlib.import_module("small_api.models")
