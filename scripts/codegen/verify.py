"""Checks a generated package before it replaces the present one: imports, types, goldens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.codegen.manifest import ROOT, files

GOLDEN = ROOT / "tests" / "scripts" / "codegen" / "golden"
_SHOWN = 10
_IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path[:0] = sys.argv[2:]
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
models = importlib.import_module(package.__name__ + ".models")
for name in models.__all__:
    getattr(models, name)
"""


def verify(package: Path, *, root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with a generated package, as far as it can be imported and checked."""
    folders = [str(package.parent), str(root)]
    imported = _run([sys.executable, "-c", _IMPORT_ALL, package.name, *folders])
    if imported.returncode:
        yield f"the generated code cannot be imported: {_last_line(imported.stderr)}"
        return
    options = ["--strict", "--follow-imports=silent", "--no-error-summary", "--config-file="]
    cache = f"--cache-dir={root / '.mypy_cache' / 'generated'}"
    path = os.pathsep.join(folders)
    checked = _run([sys.executable, "-m", "mypy", *options, cache, str(package)], MYPYPATH=path)
    if checked.returncode:
        # mypy repeats what it remembers with the folder in which it first saw the same module.
        folder = rf"(?m)^(?:[A-Za-z]:)?[^:\n]*{re.escape(package.name + os.sep)}"
        lines = re.sub(folder, "", checked.stdout or checked.stderr).splitlines()
        more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        yield "\n  ".join(["the generated code has wrong types:", *lines[:_SHOWN], *more])


def compare_goldens(generate: Callable[[Path, Path], None], golden: Path = GOLDEN) -> Iterator[str]:
    """Yield a line if the templates write something else than the golden files."""
    small = golden.parent / "small.yaml"
    if not small.is_file():
        return
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "small_api"
        generate(small, fresh)
        written = {p.relative_to(fresh).as_posix(): p.read_bytes() for p in files(fresh)}
    kept = {p.relative_to(golden).as_posix(): p.read_bytes() for p in files(golden)}
    changed = sorted(n for n in written.keys() | kept.keys() if written.get(n) != kept.get(n))
    if changed:
        yield (
            f"the templates write other golden files ({', '.join(changed[:_SHOWN])}); if this is"
            " intended, run `python -m tests.scripts.codegen.rewrite` and read the diff"
        )


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, cwd=ROOT
    )


def _last_line(text: str) -> str:
    return next(iter(text.strip().splitlines()[::-1]), "no reason given")
