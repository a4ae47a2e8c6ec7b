"""The contract as `openapi.yaml` has it, read once in each process: that takes half a second."""

from __future__ import annotations

import pickle
from functools import cache

from scripts.codegen.contract import Json, load
from scripts.codegen.manifest import ROOT


def contract_of_yaml() -> Json:
    """Return the contract; each caller gets a copy, which may be changed."""
    document: Json = pickle.loads(_pickled())
    return document


@cache
def _pickled() -> bytes:
    return pickle.dumps(load(ROOT / "openapi.yaml"))
