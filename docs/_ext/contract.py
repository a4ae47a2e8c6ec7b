"""Adds what no page describes to the page of the contract: resources, records and filters."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from ionworks_openapi import filters
from ionworks_openapi import models as generated
from sphinx.application import Sphinx

from ionworks import Ionworks
from ionworks._resource import Lazy

PAGE = "reference/contract"


def add_rest(app: Sphinx, page: str, source: list[str]) -> None:
    """Add the rest of the contract to its page."""
    if page == PAGE:
        source[0] += "\n".join(rest(Path(app.srcdir) / "reference"))


def rest(folder: Path) -> Iterator[str]:
    """Yield the text about all that the pages in a folder do not name."""
    named = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.md"))
    for attribute, resource in inspect.getmembers_static(Ionworks, is_resource):
        if not (folder / f"{attribute}.md").is_file():
            path = f"{resource.module}.{resource.name}"
            yield f"\n## `client.{attribute}`\n\n```{{eval-rst}}\n.. autoclass:: {path}"
            yield "   :members:\n   :inherited-members:\n```"
    known = {*filters.__all__, *generated.__all__} - {"Quantity"}
    names = (f"ionworks.models.{name}" for name in sorted(known))
    missing = [name for name in names if not _is_named(name, named)]
    yield "\n## Records\n\n```{eval-rst}"
    for name in missing:
        kind = "class" if inspect.isclass(_value(name)) else "data"
        yield f".. auto{kind}:: {name}"
    yield "```\n"


def is_resource(member: object) -> bool:
    """Return whether a member of the client is a resource."""
    return isinstance(member, Lazy)


def _is_named(name: str, text: str) -> bool:
    return any(f"{name}{end}" in text for end in ("\n", "`", " "))


def _value(name: str) -> object:
    last = name.rpartition(".")[2]
    return getattr(filters if last in filters.__all__ else generated, last)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the handler."""
    app.connect("source-read", add_rest)
    return {"parallel_read_safe": True}
