"""Lets pages include files that stand above docs/, and link to them as a repository's pages do."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
PAGES = {
    ROOT / "README.md": DOCS / "index.md",
    ROOT / "CONTRIBUTING.md": DOCS / "contributing.md",
    ROOT / "CHANGELOG.md": DOCS / "changelog.md",
    ROOT / "RELEASING.md": DOCS / "releasing.md",
    ROOT / "SECURITY.md": DOCS / "security.md",
}
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def relinked(text: str, home: Path, page: Path) -> str:
    """Return a text of the folder `home` with links that hold in `page`."""

    def moved(match: re.Match[str]) -> str:
        target = (home / match[1]).resolve()
        return f"]({os.path.relpath(PAGES.get(target, target), page.parent)}"

    return LINK.sub(moved, text)


def on_source(app: Sphinx, name: str, source: list[str]) -> None:
    """Mend the links of a page of docs/."""
    page = Path(app.env.doc2path(name))
    source[0] = relinked(source[0], page.parent, page)


def on_include(app: Sphinx, path: Path, name: str, source: list[str]) -> None:
    """Mend the links of a file that a page includes."""
    page = Path(app.env.doc2path(name))
    source[0] = relinked(source[0], (DOCS / path).resolve().parent, page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", on_source)
    app.connect("include-read", on_include)
    return {"parallel_read_safe": True}
