"""The sandbox: a local server that keeps the API's contract, to try things out and to test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.sandbox.server import Sandbox as Sandbox
    from ionworks.sandbox.synthetic import SyntheticCell as SyntheticCell

__all__ = ["Sandbox", "SyntheticCell"]

_HOME = {"Sandbox": "ionworks.sandbox.server", "SyntheticCell": "ionworks.sandbox.synthetic"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("starlette", "uvicorn"):
            raise
        fix = 'pip install "ionworks-client[sandbox]"'
        raise ImportError(f"the sandbox needs {missing}: {fix}", name=missing) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
