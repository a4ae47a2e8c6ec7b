"""Finds cassettes that no collected test has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ionworks.testing.marks import cassette_folder, expected_cassette


def find_unused(items: Sequence[pytest.Item], marked: Sequence[pytest.Item]) -> list[Path]:
    """Return the cassettes that none of the marked tests has, of modules that were collected.

    Cassettes of a module that does not exist any more belong to them, too. With some tests of a
    module selected by ``::`` the others look unused.
    """
    expected = {expected_cassette(item).resolve() for item in marked}
    folders = {cassette_folder(item): item.path for item in items}
    found = {file for folder in folders for file in _cassettes(folder)}
    for root in {folder.parent for folder in folders}:
        for folder in root.iterdir() if root.is_dir() else ():
            module = next(path for place, path in folders.items() if place.parent == root)
            if folder.is_dir() and not (module.parent / f"{folder.name}.py").is_file():
                found.update(_cassettes(folder))
    return sorted(file for file in found if file.resolve() not in expected)


def _cassettes(folder: Path) -> Iterator[Path]:
    yield from (each for each in folder.glob("*.y*ml") if each.is_file())
