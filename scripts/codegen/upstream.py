"""Watches the generator's own templates that ours replace; --diff shows their changes.

With --accept the present ones are pinned. The originals are not kept here, only their digests: the
pinned release is fetched with pip when its difference to the installed one is asked for.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from difflib import unified_diff
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from scripts.codegen.manifest import ROOT, digest

TEMPLATES = ROOT / "scripts" / "codegen" / "templates"
PINS = TEMPLATES / "upstream.json"
_GENERATOR = "openapi-python-client"
_THEIRS = "openapi_python_client/templates"
_SHORT = 12


class UpstreamError(Exception):
    """The pinned release cannot be had; the text says why."""


def originals() -> Path:
    """Return the folder of the installed generator's own templates."""
    return Path(str(files("openapi_python_client"))) / "templates"


def current_pins(templates: Path = TEMPLATES, theirs: Path | None = None) -> dict[str, Any]:
    """Return the pins as they would be for our `templates` and the generator's, or for `theirs`."""
    theirs = theirs or originals()
    hashes = {}
    for ours in sorted(templates.glob("*.jinja")):
        source = theirs / ours.name
        hashes[ours.name] = digest(source) if source.exists() else None
    return {"generator": version(_GENERATOR), "templates": hashes}


def find_changed(pinned: dict[str, Any], installed: dict[str, Any]) -> list[str]:
    """Return the names of the templates of ours whose original is another one, or gone."""
    old, new = pinned["templates"], installed["templates"]
    return [name for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]


def list_changes(pinned: dict[str, Any], installed: dict[str, Any]) -> list[str]:
    """Return a sentence for each template of ours whose original changed, or has no pin.

    Parameters
    ----------
    pinned, installed : dict
        As `present` gives them.
    """
    old, new = pinned["templates"], installed["templates"]
    releases = f"{_GENERATOR} {pinned['generator']} -> {installed['generator']}"
    lines = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            lines.append(f"{name} is pinned, but scripts/codegen/templates does not hold it")
        elif new[name] is None:
            lines.append(f"{name} replaces nothing: the generator does not use it")
        elif name not in old:
            lines.append(f"{name} has no pin")
        elif old[name] != new[name]:
            digests = f"{old[name][:_SHORT]} -> {new[name][:_SHORT]}"
            lines.append(
                f"{name}: the original changed ({releases}, sha256 {digests}). See how with "
                f"`python -m scripts.codegen.upstream --diff`, look at the names that it uses from "
                f"the parser, and carry over to scripts/codegen/templates/{name} what ours "
                "should do as well"
            )
    return lines


def difference(release: str, names: list[str], theirs: Path | None = None) -> str:
    """Return how templates of another release differ from the installed ones, or from `theirs`.

    Raises
    ------
    UpstreamError
        If pip cannot fetch that release.
    """
    theirs = theirs or originals()
    with tempfile.TemporaryDirectory() as folder:
        wheel = _fetch(release, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
            parts: list[str] = []
            for name in names:
                inside, now = f"{_THEIRS}/{name}", theirs / name
                old = archive.read(inside).decode() if inside in held else ""
                new = now.read_text(encoding="utf-8") if now.exists() else ""
                ends = (f"{release}/{name}", f"installed/{name}")
                parts += unified_diff(old.splitlines(), new.splitlines(), *ends, lineterm="")
    return "\n".join(parts)


def _fetch(release: str, folder: Path) -> Path:
    wanted = f"{_GENERATOR}=={release}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    done = subprocess.run([*pip, *options, wanted], capture_output=True, text=True)
    wheel = next(folder.glob("*.whl"), None)
    if done.returncode or wheel is None:
        raise UpstreamError(f"pip cannot fetch {wanted}:\n{done.stderr.strip()}")
    return wheel


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--accept", action="store_true", help="pin what is installed")
    parser.add_argument("--diff", action="store_true", help="fetch the pinned release and compare")
    options = parser.parse_args(arguments)
    installed = current_pins()
    if options.accept:
        PINS.write_text(json.dumps(installed, indent=1) + "\n", encoding="utf-8")
        return 0
    pinned = json.loads(PINS.read_text(encoding="utf-8"))
    lines = list_changes(pinned, installed)
    if lines:
        print("\n".join(lines))
        print("when ours are right again: python -m scripts.codegen.upstream --accept")
    if options.diff and (names := find_changed(pinned, installed)):
        try:
            print("", difference(pinned["generator"], names), sep="\n")
        except UpstreamError as error:
            print(error, file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
