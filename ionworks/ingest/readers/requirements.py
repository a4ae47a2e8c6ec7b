"""Imports of libraries that only some formats need."""

from __future__ import annotations

import importlib
from types import ModuleType

from ionworks.errors import ConfigurationError


def load_library(name: str, what: str, extra: str, remark: str = "") -> ModuleType:
    """Import a library when a file needs it.

    Raises
    ------
    ConfigurationError
        If it is not installed; names the extra.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        library = name.partition(".")[0]
        install = f'pip install "ionworks-client[{extra}]"'
        raise ConfigurationError(f"{what} needs {library}{remark}: {install}") from None
