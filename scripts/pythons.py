"""Run the tests on every supported Python that this machine has: ``python -m scripts.pythons``."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".venv-pythons"
TESTS = ("tests/unit", "tests/wire", "tests/faults", "tests/kit")
_SHOWN = 20
# With ensurepip, because some systems ship a Python that can make no environment.
_PROBE = "import ensurepip, platform, sys; print(platform.python_version()); print(sys.executable)"


class Found(NamedTuple):
    """A Python that works."""

    version: str
    executable: Path


class Counts(NamedTuple):
    """What a run of the tests came to."""

    passed: int
    failed: int
    skipped: int
    seconds: float


def supported() -> list[str]:
    """Return the versions that the metadata name, such as 3.11."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return re.findall(r"Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)


def find(minor: str) -> Found | None:
    """Return the first Python of this version that works: on the PATH, then of pyenv."""
    for candidate in _candidates(minor):
        done = subprocess.run(
            [candidate, "-c", _PROBE], capture_output=True, text=True, check=False
        )
        said = done.stdout.splitlines()
        if done.returncode == 0 and said[0].startswith(f"{minor}."):
            return Found(said[0], Path(said[1]))
    return None


def _candidates(minor: str) -> Iterator[Path]:
    name = f"python{minor}"
    for folder in os.get_exec_path():
        if shutil.which(name, path=folder):
            yield Path(folder, name)
    if shutil.which("pyenv"):
        done = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
        versions = Path(done.stdout.strip(), "versions").glob(f"{minor}.*/bin/{name}")
        yield from sorted(versions, key=_patch, reverse=True)


def _patch(executable: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", executable.parents[1].name)]


def prepare(minor: str, python: Found) -> Path:
    """Return the Python of an environment with the project and its tools."""
    folder = FOLDER / minor
    own = folder / "bin" / "python"
    ready = folder / f"ready-{python.version}"
    project = ROOT / "pyproject.toml"
    if not ready.exists() or ready.stat().st_mtime < project.stat().st_mtime:
        subprocess.run([python.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--editable", f"{ROOT}[dev]"], check=True)
        ready.touch()
    return own


def run_tests(minor: str, python: Path) -> Counts:
    """Run the tests with this Python; if some fail, name them and the file with all of it."""
    folder = FOLDER / minor
    results, log = folder / "results.xml", folder / "pytest.log"
    results.unlink(missing_ok=True)
    # A cache of its own: with the usual one, runs would overwrite what the last one failed at.
    command = [str(python), "-m", "pytest", "-q", "-o", f"cache_dir={folder / 'cache'}"]
    with log.open("w", encoding="utf-8") as said:
        done = subprocess.run(
            [*command, f"--junit-xml={results}", *TESTS],
            cwd=ROOT,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        lines = log.read_text(encoding="utf-8").splitlines()
        failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
        print(*failed[:_SHOWN], f"all that pytest said: {log}", sep="\n")
    return _counts(results) if results.exists() else Counts(0, 1, 0, 0.0)


def _counts(results: Path) -> Counts:
    suites = ElementTree.parse(results).getroot().iter("testsuite")
    totals = [suite.attrib for suite in suites]
    ran, failures, errors, skipped = (
        sum(int(total[key]) for total in totals)
        for key in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    seconds = sum(float(total["time"]) for total in totals)
    return Counts(ran - failed - skipped, failed, skipped, seconds)


def main(given: Sequence[str] | None = None) -> int:
    """Test with each version, print a table, and return 1 if a test failed or none ran."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pythons", description=__doc__)
    parser.add_argument("versions", nargs="*", help="such as 3.12; all that are supported if none")
    rows: list[tuple[str, Counts | None]] = []
    for minor in parser.parse_args(given).versions or supported():
        python = find(minor)
        if python is None:
            rows.append((minor, None))
            continue
        print(f"{python.version}: {python.executable}", flush=True)
        rows.append((python.version, run_tests(minor, prepare(minor, python))))
    print(f"\n{'Python':<10}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for version, counts in rows:
        if counts is None:
            print(f"{version:<10}{'not found':>16}")
        else:
            numbers = f"{counts.passed:>8}{counts.failed:>8}{counts.skipped:>9}"
            print(f"{version:<10}{numbers}{counts.seconds:>9.0f}")
    tested = [counts for _, counts in rows if counts]
    return int(not tested or any(counts.failed or not counts.passed for counts in tested))


if __name__ == "__main__":
    sys.exit(main())
