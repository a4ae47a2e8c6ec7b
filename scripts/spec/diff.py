"""Reports the changes between two versions of the contract, and the methods that they affect.

The exit status is 1 if something breaks, 2 if a version cannot be read, and 0 otherwise.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from attrs import frozen
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scripts.codegen.contract import Json
from scripts.codegen.manifest import ROOT
from scripts.spec.affected_methods import Code, Place
from scripts.spec.changes import Change, compare
from scripts.spec.fields import declarations
from scripts.spec.report import FORMATS
from scripts.spec.rules import Severity
from scripts.spec.schemas import SpecError

CONTRACT = "openapi.yaml"


@frozen
class Finding:
    """A change, the public methods that it touches at most, and places that name what changed."""

    change: Change
    methods: tuple[str, ...]
    places: tuple[Place, ...]


@frozen
class Report:
    """What changed from one version to another, the worst first."""

    base: str
    new: str
    findings: tuple[Finding, ...]

    @property
    def breaks(self) -> bool:
        """Whether some change is breaking."""
        return bool(self.of("breaking"))

    def of(self, severity: Severity) -> list[Finding]:
        """Return the findings of one severity."""
        return [each for each in self.findings if each.change.severity == severity]

    def text(self) -> str:
        """Return it for a terminal, 100 columns wide."""
        return FORMATS["text"](self)

    def markdown(self) -> str:
        """Return it for a pull request."""
        return FORMATS["markdown"](self)

    def json(self) -> str:
        """Return it for programs."""
        return FORMATS["json"](self)


def report(
    base: Json,
    new: Json,
    *,
    labels: tuple[str, str] = ("base", "new"),
    code: Code | None = None,
) -> Report:
    """Compare two contracts, and look up what each change touches in `code`, by default this.

    Raises
    ------
    SpecError
        If one of them cannot be read; says where.
    """
    changes = compare(base, new)
    if changes and code is None:
        code = Code.read(ROOT, before=base)
    counts = {**declarations(new), **declarations(base)}
    findings = [
        Finding(each, tuple(code.affected_methods(each)), tuple(code.places(each, counts)))
        for each in changes
        if code is not None
    ]
    return Report(*labels, tuple(findings))


def read_version(version: str, *, root: Path = ROOT) -> Json:
    """Return the contract in a file, YAML or JSON, or at a git ref of the project below `root`.

    Raises
    ------
    SpecError
        If there is neither such a file nor such a ref, or if it holds no mapping.
    """
    path = Path(version)
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"{version} cannot be read: {error}") from None
    elif path.suffix in (".yaml", ".yml", ".json"):
        raise SpecError(f"there is no file {version}")
    else:
        text = _at(version, root)
    document = _parse(version, text)
    if not isinstance(document, dict):
        raise SpecError(f"{version} is not an OpenAPI document: it is not a mapping")
    return document


def _parse(version: str, text: str) -> Json:
    with suppress(ValueError):  # JSON is YAML too, but read as such it takes many times as long
        found: Json = json.loads(text)
        return found
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise SpecError(f"{version} is neither YAML nor JSON: {error}") from None
    return found


def _at(ref: str, root: Path) -> str:
    command = ["git", "show", f"{ref}:./{CONTRACT}"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    except OSError as error:
        raise SpecError(f"git cannot be run to read {ref!r}: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.strip().partition("\n")[0].removeprefix("fatal: ").rstrip(".")
        raise SpecError(
            f"there is no file {ref!r}, and git finds no {CONTRACT} there ({said});"
            " give a branch, a tag, a commit or a path"
        )
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="spec-diff", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--base", default="main", metavar="REF|PATH", help="the version before [main]"
    )
    parser.add_argument(
        "--new", type=Path, default=ROOT / CONTRACT, metavar="PATH", help="after [openapi.yaml]"
    )
    parser.add_argument("--format", choices=list(FORMATS), default="text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write it there instead")
    options = parser.parse_args(arguments)
    try:
        base, new = (read_version(str(each)) for each in (options.base, options.new))
        found = report(base, new, labels=(options.base, options.new.name))
    except SpecError as error:
        print(f"spec-diff: {error}", file=sys.stderr)
        return 2
    text = FORMATS[options.format](found)
    if options.output is None:
        print(text)
    else:
        options.output.write_text(text + "\n", encoding="utf-8")
    return int(found.breaks)


if __name__ == "__main__":
    raise SystemExit(main())
