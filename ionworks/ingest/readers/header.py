"""Finds the table in the lines of a text file: delimiter, names, units, first row."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from attrs import frozen

from ionworks.ingest.readers.vocabulary import quantity_of

SPACES: Final = "  "  # columns aligned by two or more blanks
BLANK: Final = " "  # one blank or more between columns
_DELIMITERS: Final = (("\t", ";", ",", "|"), (SPACES, BLANK))
# A header block is searched in parts, because most are short.
_PARTS: Final = (0, 120, 1200, 20_000)
_AHEAD: Final = 12
_MOST_NAMES: Final = 3000
_LONGEST_CELL: Final = 120
_NUMBER: Final = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")
_VALUE: Final = re.compile(
    r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?|(\d+d )?\d+:\d\d?(:\d\d?([.,]\d+)?)?"
    r"|\d+[-/.]\w+[-/.]\d+.*|nan|n/a|inf",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    r"[\[({].*[\])}]|[munµμkM]?(s|A|V|W|Ah|Wh|A\.h|W\.h|As|Ws|Ohm|ohm|Ω|F|Hz|K|C)\b.{0,14}"
    r"|h|min|sec|hrs?|°C|.?deg.?C?|℃|%|#|-|1|bits?|hh:mm.*|bar|psi|mAh/g|Cnt|none|abs\.?",
)
_BRACKETS: Final = re.compile(r"^[\[({]\s*(.*?)\s*[\])}]$")
_NO_UNIT: Final = frozenset(("", "#", "-", "1", "none", "hh:mm:ss", "hh:mm:ss.fff"))
_HAS_UNIT: Final = re.compile(r"[\[(].+[\])]\s*$|\S/\s*\S+\s*$|\S#\w+$")
_DECLARED: Final = re.compile(r"Nb header lines\s*:\s*(\d{1,6})")
_MARKS: Final = ("~", "#", "%", "//")


@frozen
class Layout:
    """Where a table is in the lines of a file, by their index."""

    delimiter: str
    names: tuple[str, ...]
    names_line: int
    units_line: int | None
    first: int


def locate_table(lines: Sequence[str]) -> Layout | None:
    """Return the layout of the table, or None if no line names columns.

    A line of names has words for at least two quantities, and rows with numbers follow it.
    """
    if (index := _declared(lines)) is not None:
        if index >= len(lines):
            return None  # the file was cut before its table
        if score_names(split(lines[index], "\t")):
            return layout_at(lines, index, "\t")
    for delimiters in _DELIMITERS:
        for start, end in pairwise(_PARTS):
            if layout := _best(lines, range(start, min(end, len(lines))), delimiters):
                return layout
    return _unknown_words(lines)


def layout_at(lines: Sequence[str], index: int, delimiter: str) -> Layout:
    """Return the layout of the table whose names are in the line `index`."""
    names = _clean_names(split(lines[index], delimiter))
    units_line = _units_after(lines, index, delimiter)
    if units_line is not None:
        names = with_units(names, split(lines[units_line], delimiter))
    first = (index if units_line is None else units_line) + 1
    return Layout(delimiter, distinct(names), index, units_line, first)


def split(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line, without blanks around them."""
    line = unwrap(line.strip("\0"))
    if delimiter in (SPACES, BLANK):
        cells = re.split(r"\s{2,}|\t" if delimiter == SPACES else r"\s+", line.strip())
    elif '"' in line:
        cells = _split_quoted(line, delimiter)
    else:
        cells = line.split(delimiter)
    return [cell.strip() for cell in cells]


def _split_quoted(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # stray quotes
        return line.split(delimiter)


def unwrap(line: str) -> str:
    """Return a line without quotes around all of it."""
    if len(line) > 1 and line[0] == line[-1] == '"':
        inner = line[1:-1].replace('""', "")
        if '"' not in inner:
            return line[1:-1].replace('""', '"')
    return line


def with_units(names: Sequence[str], units: Sequence[str]) -> list[str]:
    """Append the units of a row of units to names that have none.

    Examples
    --------
    >>> with_units(["Voltage", "Step", "T (C)"], ["[V]", "", "[C]"])
    ['Voltage [V]', 'Step', 'T (C)']
    """
    padded = [*units, *[""] * (len(names) - len(units))]
    named = []
    for name, unit in zip(names, padded, strict=False):
        bare = _BRACKETS.sub(r"\1", unit)
        known = bare in _NO_UNIT or not name or _HAS_UNIT.search(name)
        named.append(name if known else f"{name} [{bare}]")
    return named


def is_units(cells: Sequence[str]) -> bool:
    """Return whether a row of cells is a row of units."""
    filled = [cell for cell in cells if cell]
    letters = [cell for cell in filled if cell not in _NO_UNIT]
    if not letters or any(_NUMBER.fullmatch(cell) for cell in letters):
        return False
    return sum(_UNIT.fullmatch(cell) is not None for cell in filled) >= 0.6 * len(filled)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which none is empty and none comes twice."""
    seen: set[str] = set()
    unique = []
    for i, given in enumerate(names):
        name = base = given or f"Unnamed: {i}"
        count = 1
        while name in seen:
            count += 1
            name = f"{base} ({count})"
        seen.add(name)
        unique.append(name)
    return tuple(unique)


def looks_like_values(cells: Sequence[str], least: int = 2) -> bool:
    """Return whether cells are a row of values: at least two numbers, times or dates."""
    values = sum(_VALUE.fullmatch(cell) is not None for cell in cells)
    return values >= min(least, max(1, sum(map(bool, cells))))


def score_names(cells: Sequence[str]) -> int:
    """Return how many quantities the cells name; 0 if they are no row of names."""
    filled = [cell for cell in cells if cell]
    if not 2 <= len(filled) <= _MOST_NAMES or max(map(len, filled)) > _LONGEST_CELL:
        return 0
    if sum(_VALUE.fullmatch(cell) is not None for cell in filled) > 0.2 * len(filled):
        return 0
    quantities = {quantity_of(cell) for cell in filled} - {None}
    return len(quantities) if len(quantities) > 1 else 0


def _declared(lines: Sequence[str]) -> int | None:
    """Return the line of the names in a file that says how many lines are before its rows."""
    found = (_DECLARED.match(line) for line in lines[:5])
    return next((int(said[1]) - 1 for said in found if said), None)


def _best(lines: Sequence[str], where: range, delimiters: Sequence[str]) -> Layout | None:
    best = (1, 0, 0)
    found: tuple[int, str] | None = None
    for index in where:
        for delimiter in delimiters:
            if not lines[index] or (delimiter.strip() and delimiter not in lines[index]):
                continue
            cells = split(lines[index], delimiter)
            score = score_names(cells)
            rank = (score, sum(map(bool, cells)), -index)
            # Among lines of one kind the first is the header; the others are of joined exports.
            if score > best[0] and _rows_follow(lines, index, delimiter, len(cells)):
                best, found = rank, (index, delimiter)
    return layout_at(lines, *found) if found else None


def _rows_follow(lines: Sequence[str], index: int, delimiter: str, width: int) -> bool:
    """Return whether one of the next lines is a row of values of about that width."""
    ahead = [line for line in lines[index + 1 : index + 1 + _AHEAD] if line.strip("\0 \t\r")]
    for line in ahead[:3]:
        cells = split(line, delimiter)
        if 0.5 * width <= len(cells) and looks_like_values(cells):
            return True
    # A table without rows still names its columns; the caller reports that it is empty.
    return not ahead


def _units_after(lines: Sequence[str], index: int, delimiter: str) -> int | None:
    for following in range(index + 1, min(index + 4, len(lines))):
        if lines[following].strip("\0 \t\r"):
            return following if is_units(split(lines[following], delimiter)) else None
    return None


def _unknown_words(lines: Sequence[str]) -> Layout | None:
    """Return the layout of a table whose names are in no known language."""
    for index in range(min(len(lines), _PARTS[-1])):
        for delimiter in _DELIMITERS[0]:
            cells = split(lines[index], delimiter) if delimiter in lines[index] else []
            filled = [cell for cell in cells if cell]
            if len(filled) < 3 or any(_VALUE.fullmatch(cell) for cell in filled):
                continue
            ahead = [split(line, delimiter) for line in lines[index + 1 : index + 6] if line]
            if len(ahead) >= 2 and all(
                abs(len(row) - len(cells)) < 2 and looks_like_values(row) for row in ahead[1:]
            ):
                return layout_at(lines, index, delimiter)
    return None


def _clean_names(names: Sequence[str]) -> list[str]:
    """Return names without the mark of a comment before the first one, or before each."""
    for mark in _MARKS:
        if names[0].startswith(mark) and len(names[0]) > len(mark):
            return [name.removeprefix(mark).strip() for name in names]
    return list(names)
