"""Measures with pyright how much of the public interface has known types; fails below a limit.

Pyright looks only into installed packages: the sources are copied into an environment that has the
packages of the given one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
LEAST: Final = 98.0  # percent; measured: 99.9


def measure(environment: Path, pyright: str) -> tuple[float, str]:
    """Return the share of symbols with known types in percent, and what pyright printed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "environment"
        venv.create(copy, with_pip=False)
        (packages,) = copy.glob("lib/python3*/site-packages")
        for source in (ROOT / "ionworks", ROOT / "generated" / "ionworks_openapi"):
            shutil.copytree(source, packages / source.name)
        (known,) = environment.resolve().glob("lib/python3*/site-packages")
        (packages / "known.pth").write_text(f"{known}\n", encoding="utf-8")
        done = subprocess.run(
            [pyright, "--ignoreexternal", "--verifytypes", "ionworks"],
            cwd=folder,
            env={"PATH": f"{copy / 'bin'}:/usr/bin:/bin", "HOME": folder},
            capture_output=True,
            text=True,
        )
    score = re.search(r"completeness score: ([\d.]+)%", done.stdout)
    return float(score[1]) if score else 0.0, done.stdout + done.stderr


def main() -> int:
    """Run from the command line: the environment of the project, and the program."""
    score, text = measure(Path(sys.argv[1]), str(Path(sys.argv[2]).absolute()))
    if score < LEAST:
        print(text)
    print(f"types are known for {score} % of the public interface; at least {LEAST} %")
    return int(score < LEAST)


if __name__ == "__main__":
    raise SystemExit(main())
