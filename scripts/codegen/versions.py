"""Finds the generated package of a commit or a release in the history of the project."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from scripts.codegen.manifest import ROOT

PACKAGE = Path("generated") / "ionworks_openapi"


def last_release(root: Path = ROOT) -> str | None:
    """Return the tag of the last release; None without one."""
    said = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    return None if said is None else said.decode().strip()


def package_at(ref: str, folder: Path, root: Path = ROOT) -> Path | None:
    """Extract the generated package of a git ref into a folder; None if there is none."""
    content = _git(root, "archive", "--format=tar", ref, PACKAGE.as_posix())
    if content is None:
        return None
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")
    return folder / PACKAGE


def _git(root: Path, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True)
    except OSError:
        return None
    return None if done.returncode else done.stdout
