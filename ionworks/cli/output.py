"""Writes what a command found: text for people, or one JSON document."""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click

from ionworks._redact import encodable

_GAP: Final = "  "
_MARKS: Final = ("Mn", "Me", "Cf")  # characters without a width of their own


def say(text: str) -> None:
    """Write lines of text to standard output; control characters are escaped."""
    click.echo(printable(text))


def emit(document: object) -> None:
    """Write a JSON document to standard output."""
    click.echo(as_json(document, indent=2))


def note(kind: str, message: str | Mapping[str, object], *, as_json_line: bool) -> None:
    """Write a message to standard error: a line of text, or a line of JSON."""
    if as_json_line:
        click.echo(as_json({kind: message}), err=True)
    else:
        text = message if isinstance(message, str) else str(message["message"])
        click.echo(f"{kind}: {printable(text)}", err=True)


def progress(text: str) -> None:
    """Write a line of progress to standard error, if that is a terminal."""
    if sys.stderr.isatty():
        click.echo(printable(text), err=True)


def as_json(document: object, indent: int | None = None) -> str:
    """Return a document as JSON that every reader accepts: without NaN and lone surrogates."""
    return json.dumps(_plain(document), indent=indent, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> Any:
    """Return a value in the types of JSON."""
    if isinstance(value, Mapping):
        return {encodable(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, int | float):
        return value
    isoformat = getattr(value, "isoformat", None)
    return encodable(str(value)) if isoformat is None else isoformat()


def printable(text: str) -> str:
    r"""Escape control characters, which could change a terminal, and lone surrogates.

    Examples
    --------
    >>> printable("cell \x1b[31m7\n")
    'cell \\x1b[31m7\n'
    """
    return "".join(_visible(each) for each in text)


def _visible(character: str) -> str:
    if character in "\n\t" or character.isprintable():
        return character
    # A space that is not ASCII is not printable either.
    if unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as aligned columns, without spaces at the ends of lines.

    Examples
    --------
    >>> print(table(("name", "rows"), [("RPT 0", 12), ("OCV", None)]))
    NAME   ROWS
    RPT 0  12
    OCV
    """
    lines = [[each.upper() for each in head], *([_cell(each) for each in row] for row in rows)]
    widths = [max(_width(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        _GAP.join(
            text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def fields(pairs: Iterable[tuple[str, object]]) -> str:
    """Return names and values as two columns; values that are empty are left out."""
    from ionworks._html import format_value

    cells = [
        (name, value if isinstance(value, str) else format_value(value)) for name, value in pairs
    ]
    shown = [(name, _one_line(text)) for name, text in cells if text]
    width = max((_width(name) for name, _ in shown), default=0)
    return "\n".join(f"{name}{' ' * (width - _width(name))}{_GAP}{text}" for name, text in shown)


def _cell(value: object) -> str:
    from ionworks._html import format_value

    return _one_line(format_value(value))


def _one_line(text: str) -> str:
    return printable(text.replace("\n", " ").replace("\t", " "))


def _width(text: str) -> int:
    """Return the number of columns that a text takes in a terminal."""
    return sum(
        0
        if unicodedata.category(each) in _MARKS
        else 2
        if unicodedata.east_asian_width(each) in "WF"
        else 1
        for each in text
    )


def plural(number: int, word: str) -> str:
    """Return a number and a word, such as "1 file" and "2 files"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
