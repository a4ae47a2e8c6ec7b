"""Reads what the header block of a file says about the test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest
from typing import Final

# The key that this package uses, and the words of the makers. Names of people, hosts and folders
# are not among them.
_WORDS: Final = (
    ("start_time", r"acquisition started on|started|start[ _]?(date)?time|date of test"),
    (
        "start_time",
        r"start of test|test ?start.*|start ?zeit|start ?datum|beginn|开始时间|启动时间",
    ),
    ("end_time", r"end ?time|end of test|finished|endzeit|结束时间"),
    ("channel", r"(test |tester )?channel|run on channel|(test)?kanal|circuit|prüfkreis|通道"),
    ("device", r"device|tester|gerät|设备"),
    ("serial_number", r"serial number"),
    ("program", r"procedure|protocol|testplan|programm?|schedule( ?file ?name)?|step name"),
    ("program", r"testregime name|工步名称"),
    ("cell", r"cell( ?id| name| model)?|prüfling|battery( name)?|batterie|zelle"),
    ("cell", r"barcode|comment/barcode"),
    ("test", r"name of test|test|test name|measurement id|title|name"),
    ("mass", r"mass( \(g\))?|mass of active material|active mass.*|masse|scap|活性物质"),
    ("capacity", r"(nominal |battery )?capacity( \(ah\))?|nennkapazität|testregime cellsize"),
    ("area", r"(electrode surface )?area( \(cm2\))?"),
    ("temperature", r"test temp|temperature"),
    ("technique", r"technique"),
    ("software", r"version|software"),
)
_KEYS: Final = tuple((key, re.compile(words)) for key, words in _WORDS)
_PAIR: Final = re.compile(
    r"^[~#%\s]*([^:=\t;,]{2,60}?)\s*(?:[:=]\s*[\t;,]?|[\t;,])\s*(\S.*?)[\s,;]*$"
)
# Several pairs in one line, as in the first line of a Maccor file.
_INLINE: Final = re.compile(
    r"(Date of Test|Procedure|Comment/Barcode):\s*(.*?)\s*(?=\t|Procedure:|Filename:|Comment/|$)"
)
_FOLDER: Final = re.compile(r"[A-Za-z]:\\|\\\\|/\w+/")
_LONGEST: Final = 200


def read_metadata(lines: Iterable[str]) -> dict[str, str]:
    """Return the entries of a header block, by the key of this package."""
    found: dict[str, str] = {}
    for line in lines:
        clean = line.strip('\0 \r\t"')
        if not clean or len(clean) > 5 * _LONGEST:
            continue
        for key, value in _pairs(clean):
            keep(found, key, value)
    return found


def _pairs(line: str) -> list[tuple[str, str]]:
    """Return the names and values of a line, which may have several."""
    cells = [cell.strip() for cell in line.split("\t")]
    if sum(cell.endswith(":") for cell in cells) > 1:
        return [(name, value) for name, value in pairwise(cells) if name.endswith(":")]
    if inline := _INLINE.findall(line):
        return inline
    match = _PAIR.match(line)
    return [(match[1], match[2])] if match else []


def pairs_of_grid(grid: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the entries of the first rows of a sheet: names with values below or beside them."""
    found: dict[str, str] = {}
    for row, below in zip_longest(grid, grid[1:], fillvalue=()):
        known = [i for i, cell in enumerate(row) if key_of(cell)]
        values_below = [below[i] if i < len(below) else "" for i in known]
        if len(known) > 1 and any(values_below):
            for i, value in zip(known, values_below, strict=True):
                keep(found, row[i], value)
            continue
        for i in known:
            keep(found, row[i], next((cell for cell in row[i + 1 :] if cell), ""))
    return found


def key_of(text: str) -> str | None:
    """Return the key of this package for a word of a header block, or None."""
    plain = text.strip(" :~").replace("_", " ").casefold()
    return next((key for key, pattern in _KEYS if pattern.fullmatch(plain)), None)


def keep(found: dict[str, str], name: str, value: str) -> None:
    """Add an entry if its name is known; the first value of a key is kept."""
    key = key_of(name)
    text = " ".join(value.split()).strip(' ,;"')
    if key == "program":
        text = re.split(r"[\\/]", text)[-1]
    if key and text and not key_of(text) and not _FOLDER.match(text):
        found.setdefault(key, text[:_LONGEST])
