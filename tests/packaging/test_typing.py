"""Types hold where users meet them: mypy accepts right uses and refuses wrong ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
USAGE = Path(__file__).with_name("typing_usage.py")
_ERROR = re.compile(r"^(?P<path>.+?):(?P<line>\d+): error: (?P<said>.*?)  \[(?P<code>[a-z-]+)\]$")


def mypy(*arguments: str | Path) -> list[str]:
    # The same cache as `make types`, so that only what changed is read again.
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode < 2, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]


def test_exactly_the_marked_lines_are_refused() -> None:
    lines = USAGE.read_text(encoding="utf-8").splitlines()
    wanted = {
        (number, code)
        for number, line in enumerate(lines, 1)
        for code in line.partition("# E: ")[2].split(", ")
        if code
    }
    found = {}
    for error in mypy(USAGE):
        match = _ERROR.match(error)
        assert match is not None, error
        assert Path(match["path"]).name == USAGE.name, error
        found[int(match["line"]), match["code"]] = match["said"]
    missed = [f"{n}: not refused as {code}: {lines[n - 1]}" for n, code in wanted - found.keys()]
    wrong = [f"{n}: {found[n, code]} [{code}]" for n, code in found.keys() - wanted]
    assert not missed + wrong, "\n".join(sorted(missed + wrong))


def test_generated_packages_are_strictly_typed() -> None:
    assert mypy("generated/ionworks_openapi") == []
    # Its resources need the types of `ionworks_openapi`; `test_verify.py` checks them.
    golden = "tests/scripts/codegen/golden"
    assert mypy(f"{golden}/api", f"{golden}/models", f"{golden}/client.py") == []
