"""Which cassettes are old, have no test any more, or were recorded with another seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ionworks.testing._cassettes.yaml_text import RecordingError, read_metadata
from ionworks.testing.provenance import digest_of, find_source, split_place

OLD_DAYS: Final = 180
_SUFFIXES: Final = (".yaml", ".yml")


class Outdated(NamedTuple):
    """A cassette that should be recorded again, or removed.

    Attributes
    ----------
    file : Path
        The cassette.
    kind : {"age", "orphan", "seed"}
        It is old, its test does not exist any more, or its seed has changed.
    reason : str
        The reason, as a sentence.
    """

    file: Path
    kind: Literal["age", "orphan", "seed"]
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def find_outdated(
    paths: Iterable[str | PathLike[str]], *, max_age: int = OLD_DAYS, today: date | None = None
) -> list[Outdated]:
    """Find cassettes of tests that are old, that no test has, or whose seed has changed.

    Only cassettes of the marker ``ionworks_cassette`` contain the necessary metadata; others are
    not checked. Parameters of tests are not compared: ``pytest --ionworks-unused`` does that.

    Parameters
    ----------
    paths : iterable of path
        Cassettes, and folders with cassettes.
    max_age : int
        Days after which a cassette is old.
    today : datetime.date, optional
        The date with which the dates are compared; by default the current date.

    Examples
    --------
    >>> from ionworks.testing import find_outdated
    >>> find_outdated(["."])
    []
    """
    now = datetime.now(UTC).date() if today is None else today
    return [each for file in _files(paths) for each in _iter_outdated(file, max_age, now)]


def _files(paths: Iterable[str | PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES and p.is_file())
        else:
            yield path


def _iter_outdated(file: Path, max_age: int, today: date) -> Iterator[Outdated]:
    try:
        said: Any = read_metadata(file).get("recorded")
        recorded = date.fromisoformat(said["date"])
        test, seed = str(said["test"]), said.get("seed")
    except (RecordingError, TypeError, KeyError, ValueError, AttributeError):
        return  # no cassette of a test, or one that an older version recorded
    age = (today - recorded).days
    if age > max_age:
        yield Outdated(file, "age", f"recorded {age} days ago, on {recorded}")
    path, name = split_place(file, test.partition("[")[0])
    if find_source(path, name) is None:
        gone = "the file" if not path.is_file() else f"{name} in it"
        yield Outdated(file, "orphan", f"recorded by a test of {path}, but {gone} does not exist")
    elif isinstance(seed, str):
        place = split_place(file, seed)
        digest = digest_of(*place)
        if digest is None:
            yield Outdated(file, "seed", f"its seed {seed} does not exist any more")
        elif digest != said.get("seed_digest"):
            yield Outdated(file, "seed", f"its seed {seed} has changed since {recorded}")
