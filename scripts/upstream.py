"""Watches the generator's own templates that ours stand in for; --accept pins the present ones."""

from __future__ import annotations

import argparse
import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from scripts.manifest import ROOT, digest

TEMPLATES = ROOT / "scripts" / "templates"
PINS = TEMPLATES / "upstream.json"
_GENERATOR = "openapi-python-client"


def present(templates: Path = TEMPLATES) -> dict[str, Any]:
    """Return the pins as they would be for the installed generator and our `templates`."""
    theirs = Path(str(files("openapi_python_client"))) / "templates"
    hashes = {}
    for ours in sorted(templates.glob("*.jinja")):
        source = theirs / ours.name
        hashes[ours.name] = digest(source) if source.exists() else None
    return {"generator": version(_GENERATOR), "templates": hashes}


def changes(pinned: dict[str, Any], installed: dict[str, Any]) -> list[str]:
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
            lines.append(f"{name} is pinned, but scripts/templates does not hold it")
        elif new[name] is None:
            lines.append(f"{name} stands in for nothing: the generator never asks for it")
        elif name not in old:
            lines.append(f"{name} has no pin")
        elif old[name] != new[name]:
            lines.append(
                f"{name}: the original changed ({releases}). Compare the two releases' "
                f"openapi_python_client/templates/{name}, and the names that it uses from the "
                f"parser; carry over to scripts/templates/{name} what ours should do as well"
            )
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="pin what is installed")
    options = parser.parse_args(arguments)
    installed = present()
    if options.accept:
        PINS.write_text(json.dumps(installed, indent=1) + "\n", encoding="utf-8")
        return 0
    lines = changes(json.loads(PINS.read_text(encoding="utf-8")), installed)
    if lines:
        print("\n".join(lines))
        print("when ours are right again: python -m scripts.upstream --accept")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
