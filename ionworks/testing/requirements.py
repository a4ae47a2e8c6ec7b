"""What the kit needs of other libraries, said in a sentence where it is not there."""

from __future__ import annotations

from typing import Final

OLDEST_VCRPY: Final = (8, 2, 1)
_EXTRA: Final = 'pip install "ionworks-client[testing]"'
_CALLED: Final = {"vcr": "vcrpy", "yaml": "PyYAML", "pytest_socket": "pytest-socket"}


def need_recordings() -> None:
    """Refuse to go on without vcrpy, or with one that is too old; it is not loaded for that.

    Raises
    ------
    ImportError
        If it, or one of its dependencies, is missing or too old.
    """
    from importlib.metadata import PackageNotFoundError, version

    need("yaml")
    try:
        check_vcrpy(version("vcrpy"))
    except PackageNotFoundError:
        raise _missing("vcr") from None
    need("vcr")


def need(module: str) -> None:
    """Load a library that the extra brings.

    Raises
    ------
    ImportError
        If it is missing.
    """
    from importlib import import_module

    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module:
            raise
        raise _missing(module) from None


def check_vcrpy(version: str) -> None:
    """Refuse a vcrpy that breaks under threads and executes content of cassettes.

    Raises
    ------
    ImportError
        If this version is such a one.
    """
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if numbers < OLDEST_VCRPY:
        oldest = ".".join(map(str, OLDEST_VCRPY))
        raise ImportError(
            f"vcrpy {version} is installed, which fails under threads and trusts what a cassette"
            f' says; recordings need {oldest} or newer: pip install "vcrpy>={oldest}"'
        )


def _missing(module: str) -> ImportError:
    return ImportError(f"recordings need {_CALLED[module]}: {_EXTRA}", name=module)
