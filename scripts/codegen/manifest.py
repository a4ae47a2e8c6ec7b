"""The hashes of generated/ and of what it was made from: finds stale and edited files at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAME = "MANIFEST.json"
_FIX = "run `make generate` and commit what it writes"
_NEVER = (
    "do not edit generated code: change openapi.yaml or scripts/codegen/templates, then " + _FIX
)


def manifest(package: Path, sources: Sequence[Path], tools: dict[str, str]) -> dict[str, Any]:
    """Return what MANIFEST.json holds: tool versions, and the digests of sources and files."""
    return {
        "notice": "Generated from openapi.yaml. Do not edit: run make generate.",
        "tools": tools,
        "sources": {_label(path): digest(path) for path in sources},
        "files": {path.relative_to(package).as_posix(): digest(path) for path in files(package)},
    }


def find_stale(package: Path, *, root: Path = ROOT) -> list[str]:
    """Compare a generated package with its manifest, and that with the sources under `root`.

    Returns
    -------
    list of str
        A sentence for each file that was edited, added, removed, or made from an older source;
        each names the file and says what to do. Empty if all is well.
    """
    try:
        known = json.loads((package / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [f"{package.name}/{NAME} is missing or damaged: {_FIX}"]
    present = {path.relative_to(package).as_posix(): path for path in files(package)}
    lines = []
    for name, expected in known["files"].items():
        if name not in present:
            lines.append(f"{package.name}/{name} was removed; {_NEVER}")
        elif digest(present[name]) != expected:
            lines.append(f"{package.name}/{name} was edited; {_NEVER}")
    for name in sorted(present.keys() - known["files"].keys()):
        lines.append(f"{package.name}/{name} was not generated; {_NEVER}")
    root = root.resolve()
    templates = {
        _label(path, root) for path in (root / "scripts" / "codegen" / "templates").rglob("*.jinja")
    }
    for name in sorted(known["sources"].keys() | templates):
        source = root / name
        if not source.exists() or digest(source) != known["sources"].get(name):
            lines.append(f"{name} changed since {package.name} was generated: {_FIX}")
    return lines


def files(package: Path) -> Iterator[Path]:
    """Yield the files of a generated package in order, without the manifest."""
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.name != NAME and "__pycache__" not in path.parts:
            yield path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _label(path: Path, root: Path = ROOT) -> str:
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
