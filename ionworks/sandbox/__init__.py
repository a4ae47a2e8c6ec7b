"""The sandbox: a local server that keeps the API's contract, to try things out and to test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.sandbox.faults import Commit as Commit
    from ionworks.sandbox.faults import Fault as Fault
    from ionworks.sandbox.faults import FaultKind as FaultKind
    from ionworks.sandbox.faults import Faults as Faults
    from ionworks.sandbox.faults import read_fault as read_fault
    from ionworks.sandbox.handlers.jobs import JobFields as JobFields
    from ionworks.sandbox.server import ClientOptions as ClientOptions
    from ionworks.sandbox.server import Sandbox as Sandbox
    from ionworks.sandbox.snapshots import Snapshot as Snapshot
    from ionworks.sandbox.synthetic import SyntheticCell as SyntheticCell

__all__ = [
    "ClientOptions",
    "Commit",
    "Fault",
    "FaultKind",
    "Faults",
    "JobFields",
    "Sandbox",
    "Snapshot",
    "SyntheticCell",
    "read_fault",
]

_HOME = {
    "ClientOptions": "ionworks.sandbox.server",
    "Commit": "ionworks.sandbox.faults",
    "Fault": "ionworks.sandbox.faults",
    "FaultKind": "ionworks.sandbox.faults",
    "Faults": "ionworks.sandbox.faults",
    "JobFields": "ionworks.sandbox.handlers.jobs",
    "Sandbox": "ionworks.sandbox.server",
    "Snapshot": "ionworks.sandbox.snapshots",
    "SyntheticCell": "ionworks.sandbox.synthetic",
    "read_fault": "ionworks.sandbox.faults",
}


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
