"""Recognises the columns of a cycler file by their names and units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.ingest.spellings import CONCEPTS, COUNT_UNITS, OWN, UNIT_NAMES, Concept
from ionworks.ingest.units import read_unit

if TYPE_CHECKING:
    import polars

_BRACKET: Final = re.compile(r"(.*[^\s(\[])\s*[(\[]([^()\[\]]*)[)\]]\s*")
_INNER: Final = re.compile(r"(.*[^\s(\[])\s*[(\[]([^()\[\]]*)[)\]][ _]?(\d+)")
_SLASH: Final = re.compile(r"(.*\S)\s*/\s*([^/()]+?)\s*")
_PER: Final = re.compile(r"(.*[^\s/])/([^/\s()]+/[^/\s()]+)")  # Capacity/mA.h/g
_SUFFIX: Final = re.compile(r"(.*[^\s_])[ _]([^\s_]+(?:_hour)?)")
_CLOCK: Final = re.compile(r"h+:m+(:s+)?", re.IGNORECASE)
_NEED_UNIT: Final = ("t", "e", "p", "q", "f", "z", "c", "test")
_BY_NAME: Final = {concept.name: concept for concept in CONCEPTS}


@frozen
class Column:
    """A column of a file that is recognised: its concept, and its unit as pint reads it."""

    source: str
    concept: Concept
    unit: str | None  # None: the name has no unit
    rank: int  # of the spelling in the table: the first is preferred


def recognise(frame: polars.DataFrame, units: Mapping[str, str]) -> list[Column]:
    """Return the recognised columns; a column may appear for two concepts, such as `Time`.

    Columns without a value are left out. `units` has the units that the caller or the file says;
    they count instead of those in the names.
    """
    found = [column for name in frame.columns for column in read_header(name, units.get(name))]
    empty = {series.name for series in frame if not _has_values(series)}
    return [column for column in found if column.source not in empty]


def _has_values(series: polars.Series) -> bool:
    known = series.drop_nulls()
    return bool(known.is_finite().any()) if series.dtype.is_float() else len(known) > 0


def read_header(header: str, unit: str | None = None) -> list[Column]:
    """Return what a header may mean; nothing if its name or the dimension of its unit is unknown.

    Examples
    --------
    >>> [(column.concept.name, column.unit) for column in read_header("Chg. Cap.(mAh)")]
    [('charge_capacity', 'mA*h')]
    >>> [column.concept.name for column in read_header("Spec. Cap.(mAh/g)")]
    []
    """
    if header in OWN and unit is None:
        return [Column(header, _BY_NAME[OWN[header]], None, 0)]
    key = compact(header)
    if key in UNIT_NAMES and unit is None:
        concept, spelled = UNIT_NAMES[key]
        return [Column(header, _BY_NAME[concept], spelled, 0)]
    for name, in_name in _parts(header):
        given = in_name if unit is None else unit
        matches = [
            Column(header, concept, _unit(concept, given), rank)
            for concept, rank in _meanings(compact(name))
            if _fits(concept, given) and (given is not None or not _needs_unit(concept, name))
        ]
        if matches:
            return matches
    return []


@lru_cache(maxsize=1024)
def compact(name: str) -> str:
    """Return the letters and digits of a name, in lower case.

    Signs that carry a meaning become words: `-Im(Z)` is minus im z, `|Z|` is abs z.

    Examples
    --------
    >>> compact("Test_Time"), compact("-Im(Z)"), compact("|Z|"), compact("Z'"), compact("Z''")
    ('testtime', 'minusimz', 'absz', 'zprime', 'zsecond')
    """
    name = name.strip()
    name = re.sub(r"\|([^|]+)\|", r"abs \1", name)
    name = re.sub("^[-\u2212](?=[A-Za-z])", "minus ", name)
    name = re.sub("(?:''|\"|\u2033)$", " second", name)
    name = re.sub("['\u2032]$", " prime", name)
    return "".join(re.findall(r"[^\W_]", name)).lower()


def _parts(header: str) -> Iterator[tuple[str, str | None]]:
    """Yield name and unit of a header, by all ways in which a unit is written."""
    yield header, None
    if match := _INNER.fullmatch(header.strip()):  # Aux_Temperature(C)_1
        yield f"{match[1]} {match[3]}", match[2].strip()
    for pattern in (_BRACKET, _PER, _SLASH, _SUFFIX):
        if match := pattern.fullmatch(header.strip()):
            yield match[1], match[2].strip()


@lru_cache(maxsize=1024)
def _meanings(key: str) -> tuple[tuple[Concept, int], ...]:
    table, patterns = _spellings()
    found = list(table.get(key, ()))
    if not found and key[-1:].isdigit():
        bare = re.sub(r"\d+$", "#", key)
        found = list(patterns.get(bare, ()))
    if not found and (inner := re.fullmatch(r"([a-z]+)\d+([a-z]+)", key)):  # aux1_temperature
        found = list(patterns.get(f"{inner[1]}{inner[2]}#", ()))
    return tuple(found)


@lru_cache(maxsize=1)
def _spellings() -> tuple[
    dict[str, list[tuple[Concept, int]]], dict[str, list[tuple[Concept, int]]]
]:
    table: dict[str, list[tuple[Concept, int]]] = {}
    patterns: dict[str, list[tuple[Concept, int]]] = {}
    for concept in CONCEPTS:
        for rank, spelling in enumerate(concept.spellings):
            where = patterns if spelling.endswith("#") else table
            key = compact(spelling.removesuffix("#")) + ("#" if where is patterns else "")
            if all(concept is not other for other, _ in where.setdefault(key, [])):
                where[key].append((concept, rank))
    return table, patterns


def _fits(concept: Concept, unit: str | None) -> bool:
    """Return whether a unit is one of the concept; a duration may be a clock text."""
    if concept.kind in ("count", "text"):
        return unit is None or unit.strip().lower() in COUNT_UNITS
    if concept.kind == "date":
        return unit is None or _is_clock(unit) or read_unit(unit, "s") is not None
    if concept.kind == "duration" and unit is not None and _is_clock(unit):
        return True
    return unit is None or read_unit(unit, concept.unit or "") is not None


def _needs_unit(concept: Concept, name: str) -> bool:
    key = compact(name)
    return key in _NEED_UNIT or (key == "step" and concept.kind == "duration")


def _is_clock(unit: str) -> bool:
    return _CLOCK.search(unit) is not None or unit.lower().startswith("hours in")


def _unit(concept: Concept, unit: str | None) -> str | None:
    if unit is None or _is_clock(unit) or concept.kind in ("count", "text"):
        return None
    return read_unit(unit, concept.unit or "s")
