"""Shows the attributes of classes and the keywords of filters as tables in the site."""
# ruff: noqa: ARG001 - Sphinx calls its handlers with more than each of them needs

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args, is_typeddict

import ionworks_openapi.models
from sphinx.application import Sphinx

from ionworks import models
from ionworks.errors import IonworksError
from ionworks.models import Record

HEAD = (
    ".. list-table::",
    "   :class: fields",
    "   :header-rows: 1",
    "   :widths: auto",
    "",
)
TYPE_VARIABLE = re.compile(r"~(?:[\w.]+\.)?([PT])\b")
CLASS_NAME = re.compile(r"\b(?!None\b)[A-Z]\w+")


def add_tables(
    app: Sphinx, what: str, name: str, owner: object, options: object, lines: list[str]
) -> None:
    """Replace the section "Attributes" by a table; to a dictionary of keywords add theirs."""
    if is_typeddict(owner):
        rows = [(key, kind, "") for key, kind in keywords(owner)]
        lines += ["", *table(rows, "Keyword", "Type")]
    elif what in ("class", "exception") and "Attributes" in lines:
        begin = lines.index("Attributes")
        rest = lines[begin + 2 :]
        # The next section begins at the line above its rule.
        rules = (n - 1 for n, line in enumerate(rest) if line.startswith("---"))
        end = next(rules, len(rest))
        rows = [mark_required(owner, row) for row in entries(rest[:end])]
        # A section of its own, or napoleon takes the table for a part of the one before.
        lines[begin : begin + 2 + end] = [
            "Fields",
            "------",
            *table(rows, "Name", "Type", "Meaning"),
            "",
        ]


def hide_signature(
    app: Sphinx, what: str, name: str, owner: object, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Leave out the arguments of what users do not make by a call, but read."""
    if isinstance(owner, type) and issubclass(owner, Record | IonworksError):
        return "", ""
    if signature and returned and TYPE_VARIABLE.search(signature):
        # With the mark of a type variable Sphinx cannot parse `*args: ~P.args`.
        return TYPE_VARIABLE.sub(r"\1", signature), TYPE_VARIABLE.sub(r"\1", returned)
    return None


def name_public_bases(
    app: Sphinx, name: str, owner: type, options: object, bases: list[type]
) -> None:
    """Name in place of a private base the nearest public one."""
    for n, base in enumerate(bases):
        if base.__name__.startswith("_"):
            bases[n] = next(each for each in base.__mro__ if not each.__name__.startswith("_"))


def entries(section: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and meaning of each entry of a NumPy section."""
    starts = [n for n, line in enumerate(section) if line and not line.startswith(" ")]
    for start, end in zip(starts, [*starts[1:], len(section)], strict=True):
        names, _, kind = section[start].partition(" : ")
        yield names, kind, " ".join(" ".join(section[start + 1 : end]).split())


def keywords(owner: type) -> Iterator[tuple[str, str]]:
    """Yield the keywords of a `TypedDict` with the types that the code names."""
    for key, kind in owner.__annotations__.items():
        yield key, getattr(kind, "__forward_arg__", str(kind))


def mark_required(owner: object, row: tuple[str, str, str]) -> tuple[str, str, str]:
    """Say of a record that is sent which of its fields have to be given."""
    name, kind, meaning = row
    if isinstance(owner, type) and issubclass(owner, Record) and owner._sent_only:
        required = {line.attribute for line in owner._wire if line.required}
        return name, kind, f"*Required.* {meaning}" if name in required else meaning
    return row


def table(rows: Sequence[tuple[str, str, str]], *titles: str) -> list[str]:
    """Return a table in RST with as many columns as titles."""
    lines = [*HEAD]
    written = [(code(names), linked(kind), meaning) for names, kind, meaning in rows]
    for cells in (titles, *written):
        marks = ["   * -", *["     -"] * (len(titles) - 1)]
        lines += [f"{mark} {cell}" for mark, cell in zip(marks, cells, strict=False)]
    return lines


def code(names: str) -> str:
    """Return names in RST."""
    return ", ".join(f"``{name.strip()}``" for name in names.split(","))


def linked(kind: str) -> str:
    """Return a type in RST. Most fields may be None or left out, so that is not said."""
    parts = [part for part in kind.split(" | ") if part not in ("None", "Unset")]
    # Objects are sent as dictionaries, whatever the annotation allows.
    parts = ["dict" if part.startswith("Mapping[") else part for part in parts]
    return " or ".join(map(one_type, dict.fromkeys(parts)))


def one_type(kind: str) -> str:
    """Return one type in RST: names of classes as references, choices by their values."""
    for home in (ionworks_openapi.models, models):
        if kind.isidentifier() and (values := literal_values(getattr(home, kind, None))):
            return values
    if kind.startswith("{"):
        return code(kind.strip("{}"))
    return CLASS_NAME.sub(r"\\ :py:obj:`\g<0>`\\ ", kind.replace("datetime.", ""))


def literal_values(alias: object) -> str:
    """Return the values of a `Literal`; nothing of another type."""
    values = get_args(alias)
    if not all(isinstance(value, str | int) for value in values):
        return ""
    return ", ".join(f'``"{value}"``' for value in values)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", add_tables, priority=400)
    app.connect("autodoc-process-signature", hide_signature)
    app.connect("autodoc-process-bases", name_public_bases)
    return {"parallel_read_safe": True}
