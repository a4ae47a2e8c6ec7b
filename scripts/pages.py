"""Runs the Python blocks of a page in order, and compares what they return with what it shows.

Usage: ``python scripts/pages.py PAGE...``. Each page runs in the working directory. Only the
standard library is imported here, so that a page runs with exactly the extras that it names.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\w+\.py)\n")
SHOWN = re.compile(r"#\s*->\s*(.+?)\s*$")
INSTALL = re.compile(
    r'pip install "?(?:ionworks-client|\.(?=\[))(?:\[(?P<extras>[\w,]+)\])?"?(?P<more>[\w -]*)'
)


class Block(NamedTuple):
    """A fenced block: its language, its text, and the number of the line before it."""

    language: str
    text: str
    line: int


class Install(NamedTuple):
    """What a page says that it needs: extras of the project, and other distributions."""

    extras: tuple[str, ...]
    more: tuple[str, ...]


def blocks(page: Path, language: str) -> list[Block]:
    """Return the fenced blocks of a page in one language."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for match in FENCE.finditer(text)
    ]
    return [block for block in found if block.language == language]


def files_of(page: Path) -> dict[str, str]:
    """Return the blocks that are files of the reader, by their names."""
    return {
        match[1]: block.text
        for block in blocks(page, "python")
        if (match := FILE.match(block.text))
    }


def install_of(page: Path) -> Install | None:
    """Return the first installation that a page names."""
    match = INSTALL.search(page.read_text(encoding="utf-8"))
    if match is None:
        return None
    return Install(tuple((match["extras"] or "").split(",")), tuple(match["more"].split()))


class Shown(ast.NodeTransformer):
    """Compares the value of each expression that has a `# -> text` behind it.

    `marked` are the lines with such a text that were not compared: all of them, before it runs.
    """

    def __init__(self, source: str) -> None:
        self.lines = source.splitlines()
        self.marked = {n for n, line in enumerate(self.lines, 1) if SHOWN.search(line)}

    def check(self, line: int, found: str, shown: str) -> None:
        """Compare a value with the one that is shown behind its line."""
        if found != shown:
            raise AssertionError(f"shown: {shown}\nfound: {found}")
        self.marked.discard(line)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Replace an expression with its comparison, if a value is shown behind it."""
        match = SHOWN.search(self.lines[(node.end_lineno or 0) - 1])
        if match is None:
            return node
        value, form = node.value, "repr"
        if isinstance(value, ast.Call) and ast.unparse(value.func) == "print":
            value, form = value.args[0], "str"
        check = ast.Expr(
            ast.Call(
                ast.Name("check", ast.Load()),
                [
                    ast.Constant(node.end_lineno),
                    ast.Call(ast.Name(form, ast.Load()), [value], []),
                    ast.Constant(match[1]),
                ],
                [],
            )
        )
        return ast.fix_missing_locations(ast.copy_location(check, node))


def run(page: Path, names: dict[str, object]) -> None:
    """Run the Python blocks of a page in one namespace; a block that is a file is only compiled.

    Raises
    ------
    AssertionError
        If a value differs from the one shown, or one that is shown was not compared.
    """
    for block in blocks(page, "python"):
        reader = Shown(block.text)
        tree = reader.visit(ast.parse(block.text))
        ast.increment_lineno(tree, block.line)
        names["check"] = reader.check
        code = compile(tree, str(page), "exec")
        if FILE.match(block.text):
            continue
        exec(code, names)
        unseen = sorted(block.line + line for line in reader.marked)
        if unseen:
            raise AssertionError(f"{page.name}: never compared: lines {unseen}")


def main(pages: list[Path]) -> None:
    """Run pages, and with pytest the tests that they show."""
    for page in pages:
        run(page, {"__name__": "__page__"})
        tests = {name: text for name, text in files_of(page).items() if name.startswith("test_")}
        if not tests:
            continue
        for name, text in files_of(page).items():
            Path(name).write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], check=True)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
