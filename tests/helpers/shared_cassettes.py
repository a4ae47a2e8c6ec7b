"""One cassette per test function: the recordings of its parameters share one file.

The file is a common cassette, so `python -m ionworks.testing check` and `scan` read it. Equal
interactions are in it once. A line at its end names, for each set of parameters, the interactions
by their numbers::

    tests: {"first": [0, 1], "second": [0, 2]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

HEAD = "interactions:\n"
EMPTY = "interactions: []\n"
START = re.compile(r"^(?=- request:\n)", re.MULTILINE)
INDEX = re.compile(r"^tests: (\{.*\})\n", re.MULTILINE)
VERSION = re.compile(r"^version: \d+\n\Z", re.MULTILINE)


class Place(NamedTuple):
    """Where the recording of a test is: a file, and the parameters; None if it has none."""

    file: Path
    parameters: str | None


def split(text: str) -> tuple[list[str], str]:
    """Return the texts of the interactions of a cassette, and its last line."""
    version = VERSION.search(text)
    assert version is not None, "the text is not that of a cassette"
    body = INDEX.sub("", text[: version.start()])
    if body == EMPTY:
        return [], version.group()
    head, *interactions = START.split(body)
    assert head == HEAD, f"a cassette has other parts than this helper knows: {head!r}"
    return interactions, version.group()


def join(interactions: list[str], end: str) -> str:
    """Return the text of a cassette."""
    return f"{HEAD}{''.join(interactions)}{end}" if interactions else f"{EMPTY}{end}"


def read(path: Path) -> tuple[dict[str, list[str]], str]:
    """Return the interactions of a shared cassette by parameters, and its last line."""
    text = path.read_text(encoding="utf-8")
    interactions, end = split(text)
    index = INDEX.search(text)
    assert index is not None, f"{path} is not shared by parameters; run make cassettes"
    numbers: Mapping[str, list[int]] = json.loads(index.group(1))
    return {name: [interactions[n] for n in each] for name, each in numbers.items()}, end


@lru_cache(maxsize=8)
def read_once(path: Path, _modified: int) -> tuple[dict[str, list[str]], str]:
    """Read a cassette once for all its parameters, which are mostly replayed in a row."""
    return read(path)


def parameters_of(path: Path) -> set[str | None]:
    """Return for which parameters a cassette has recordings; None stands for no parameters."""
    index = INDEX.search(path.read_text(encoding="utf-8"))
    return {None} if index is None else set(json.loads(index.group(1)))


def extract(path: Path, parameters: str, target: Path) -> None:
    """Write the recording of these parameters as a cassette of its own."""
    recordings, end = read_once(path, path.stat().st_mtime_ns)
    assert parameters in recordings, f"{path} has no [{parameters}]; run make cassettes"
    target.write_text(join(recordings[parameters], end), encoding="utf-8", newline="\n")


def insert(path: Path, parameters: str, recorded: Path) -> None:
    """Put a recording into the shared cassette, which is the same in any order of calls."""
    interactions, end = split(recorded.read_text(encoding="utf-8"))
    recordings = read(path)[0] if path.is_file() else {}
    recordings = {**recordings, parameters: interactions}
    numbers: dict[str, int] = {}
    index = {
        name: [numbers.setdefault(each, len(numbers)) for each in recordings[name]]
        for name in sorted(recordings)
    }
    line = f"tests: {json.dumps(index, ensure_ascii=False)}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(join(list(numbers), line + end), encoding="utf-8", newline="\n")
    part.replace(path)
