"""Writes the Python code of the pages and of the notebook as modules for the type checkers.

A module has the lines of its page, so that an error has the line of the page. A file that a page
shows is a module of its own.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.pages import FILE, blocks

ROOT: Final = Path(__file__).parents[1]
NOTEBOOK: Final = ROOT / "examples" / "fleet.ipynb"
# Pages show values as expressions, and the engines are not installed. Behind the code, so that the
# lines stay those of the page.
_OPTIONS: Final = "# pyright: reportUnusedExpression=false, reportMissingImports=false\n"


def pages() -> Iterator[Path]:
    """Yield the README and the pages of the documentation."""
    yield from (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


def modules_of(page: Path) -> dict[str, str]:
    """Return the modules of a page by their names; empty if it has no code."""
    length = page.read_text(encoding="utf-8").count("\n")
    modules: dict[str, list[str]] = {}
    for block in blocks(page, "python"):
        name = _name(page)
        if file := FILE.match(block.text):
            name += f"_{file[1].removesuffix('.py')}_{block.line}"
        code = block.text.splitlines()
        module = modules.setdefault(name, [""] * length)
        module[block.line : block.line + len(code)] = code
    return {name: "\n".join([*module, ""]) for name, module in modules.items()}


def cells_of(notebook: Path) -> dict[str, str]:
    """Return the module of a notebook by its name."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return {_name(notebook): "\n\n".join([*code, ""])}


def _name(path: Path) -> str:
    return re.sub(r"\W", "_", path.relative_to(ROOT).with_suffix("").as_posix().lower())


def write(folder: Path) -> list[Path]:
    """Write all modules into a new folder; return their paths."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for modules in (*map(modules_of, pages()), cells_of(NOTEBOOK)):
        for name, code in modules.items():
            written.append(folder / f"{name}.py")
            written[-1].write_text(code + _OPTIONS, encoding="utf-8")
    return written


if __name__ == "__main__":
    print(f"{len(write(Path(sys.argv[1])))} modules")
