"""Writes the Python code of the pages as modules, so that type checkers read it.

A module has the lines of its page, so that an error has the line of the page.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_FENCE: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Pages show values as expressions. Behind the code, so that the lines stay those of the page.
_OPTIONS: Final = "# pyright: reportUnusedExpression=false\n"
# Tests have no annotations, and the engines are not installed.
_LEFT_OUT: Final = ("docs/testing.md", "docs/engines.md")


def pages() -> Iterator[Path]:
    """Yield the README and the pages of the documentation."""
    yield from (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def code_of(page: Path) -> str:
    """Return the Python code of a page, each line at its place; empty if there is none."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * text.count("\n")
    for match in _FENCE.finditer(text):
        first = text.count("\n", 0, match.start(1))
        code = match[1].splitlines()
        lines[first : first + len(code)] = code
    return "\n".join([*lines, ""]) if any(lines) else ""


def write(folder: Path) -> list[Path]:
    """Write a module for each page with code into a new folder; return their paths."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for page in pages():
        name = page.relative_to(ROOT).as_posix()
        code = "" if name in _LEFT_OUT else code_of(page)
        if code:
            path = folder / (re.sub(r"\W", "_", name.removesuffix(".md").lower()) + ".py")
            path.write_text(code + _OPTIONS, encoding="utf-8")
            written.append(path)
    return written


def main() -> int:
    """Write the modules into the folder that is named on the command line."""
    print(f"{len(write(Path(sys.argv[1])))} pages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
