"""What tests of code that uses the client need: recorded answers, and a search for secrets in them.

Nothing heavy is loaded before it is used; the extra ``testing`` brings what this needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.testing.check import Misfit as Misfit
    from ionworks.testing.recording import RecordingError as RecordingError
    from ionworks.testing.recording import recorded as recorded
    from ionworks.testing.scan import Finding as Finding
    from ionworks.testing.scrub import API as API
    from ionworks.testing.scrub import STORAGE as STORAGE

__all__ = ["API", "STORAGE", "Finding", "Misfit", "RecordingError", "recorded"]

_HOME = {
    "API": "scrub",
    "STORAGE": "scrub",
    "Finding": "scan",
    "Misfit": "check",
    "RecordingError": "recording",
    "recorded": "recording",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("vcr", "yaml"):
            raise
        needed = {"vcr": "vcrpy", "yaml": "PyYAML"}[missing]
        fix = 'pip install "ionworks-client[testing]"'
        raise ImportError(f"recordings need {needed}: {fix}", name=missing) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
