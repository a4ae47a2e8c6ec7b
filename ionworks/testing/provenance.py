"""Where a cassette comes from: date, version, test, and a digest of its seed."""

from __future__ import annotations

import ast
import functools
import inspect
import os
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ionworks._version import __version__
from ionworks.testing.seeding import Seed

_DIGITS: Final = 16


def describe_origin(cassette: Path, seed: Seed | None, test: str, module: Path) -> dict[str, Any]:
    """Return what a cassette says of its recording; paths are relative to its folder."""
    said: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "version": __version__,
        "test": f"{_relative(module, cassette)}::{test}",
    }
    place = _place_of(seed)
    if place is not None and (digest := digest_of(*place)) is not None:
        path, name = place
        said["seed"] = f"{_relative(path, cassette)}{f'::{name}' if name else ''}"
        said["seed_digest"] = digest
    return said


def split_place(cassette: Path, place: str) -> tuple[Path, str]:
    """Return the file and the name within it of a place in a cassette."""
    path, _, name = place.partition("::")
    return Path(os.path.normpath(cassette.parent / path)), name


def digest_of(path: Path, name: str) -> str | None:
    """Return a digest of a function's source, or of a folder of files; None if it is not there.

    Comments, blank lines and indentation do not count.
    """
    if not name:
        return _digest_of_folder(path) if path.is_dir() else None
    source = find_source(path, name)
    if source is None:
        return None
    lines = [line.rstrip() for line in textwrap.dedent(source).splitlines()]
    kept = [line for line in lines if line and not line.lstrip().startswith("#")]
    return sha256("\n".join(kept).encode()).hexdigest()[:_DIGITS]


def find_source(path: Path, name: str) -> str | None:
    """Return the source of a function or class in a file by its qualified name."""
    try:
        text = path.read_text(encoding="utf-8")
        found: ast.AST = ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return None
    for part in name.replace(".<locals>", "").split("."):
        inside = (each for each in _definitions(found) if getattr(each, "name", "") == part)
        last = None
        for last in inside:  # noqa: B007 -- the last definition of a name is the one that counts
            pass
        if last is None:
            return None
        found = last
    return ast.get_source_segment(text, found)


def _definitions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child
        elif isinstance(child, ast.stmt):
            yield from _definitions(child)


def _place_of(seed: Seed | None) -> tuple[Path, str] | None:
    while isinstance(seed, functools.partial):
        seed = seed.func
    if isinstance(seed, str | os.PathLike):
        return Path(seed), ""
    name = getattr(seed, "__qualname__", "")
    try:
        file = inspect.getsourcefile(seed) if callable(seed) else None
    except TypeError:
        return None
    return (Path(file), name) if file and name else None


def _digest_of_folder(folder: Path) -> str:
    total = sha256()
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        total.update(file.relative_to(folder).as_posix().encode() + b"\0")
        total.update(sha256(file.read_bytes()).digest())
    return total.hexdigest()[:_DIGITS]


def _relative(path: Path, cassette: Path) -> str:
    try:
        return Path(os.path.relpath(path, cassette.parent)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()
