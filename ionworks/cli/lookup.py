"""Finds a record by what a user types: its id, or its exact name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import click

from ionworks.errors import IonworksError, NotFound

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellInstance,
        CellMeasurement,
        CellSpecification,
        Project,
        SearchHit,
    )

    from ionworks import Ionworks

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SHOWN: Final = 10
_SHORTEST_SEARCH: Final = 2
#: The kinds of records: as the search calls them, as messages do, and the command that lists them.
_KINDS: Final = {
    "cell_instance": ("cell", "ls cells"),
    "cell_measurement": ("measurement", "ls measurements CELL"),
    "cell_specification": ("cell specification", "ls specs"),
    "project": ("project", "ls projects"),
    "material": ("material", "find TEXT --kind material"),
    "cell_batch": ("cell batch", ""),
    "raw_data": ("raw data", ""),
}
#: The kinds that the search knows.
_NAMED: Final = ("cell_instance", "cell_measurement", "cell_specification", "project", "material")


class Named(Protocol):
    """A record that can be found."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def name(self) -> str:
        """The name."""


N = TypeVar("N", bound=Named)


class AmbiguousName(click.UsageError):
    """Raised for a name that several records have; the message has their ids."""


def find_project(client: Ionworks, text: str) -> Project:
    """Return the project with this id or name."""
    projects = client.project
    return _find_one(client, "project", text, projects.get, lambda: projects.list(name_exact=text))


def find_specification(client: Ionworks, text: str) -> CellSpecification:
    """Return the cell specification with this id or name, the latter in the client's project."""
    specs = client.cell_spec
    return _find_one(
        client, "cell_specification", text, specs.get, lambda: specs.list(name_exact=text)
    )


def find_cell(client: Ionworks, text: str) -> CellInstance:
    """Return the cell with this id or name, the latter in the client's project."""
    cells = client.cell_instance
    return _find_one(client, "cell_instance", text, cells.get, lambda: cells.find(name_exact=text))


def find_measurement(client: Ionworks, text: str, cell: str | None = None) -> CellMeasurement:
    """Return the measurement with this id, or with this name: of a cell, or of the project."""
    tests = client.cell_measurement
    parent = None if cell is None else find_cell(client, cell).id

    def named() -> Sequence[CellMeasurement]:
        if parent is not None:
            return tests.list(parent, name_exact=text)
        if client.settings.project_id is not None:
            return tests.find(name_exact=text)
        return [tests.get(hit.id) for hit in _search(client, text, "cell_measurement")]

    return _find_one(client, "cell_measurement", text, tests.get, named, parent)


def find_any(client: Ionworks, text: str) -> Named:
    """Return the record of any kind with this id or name."""
    getters = _getters(client)

    def get(identity: str) -> Named:
        if found := _get_any(client, identity):
            return found[1]
        raise NotFound("no record has this id")

    def named() -> list[Named]:
        return [getters[hit.entity_type](hit.id) for hit in _search(client, text, *_NAMED)]

    return _find_one(client, "", text, get, named)


def _getters(client: Ionworks) -> Mapping[str, Callable[[str], Named]]:
    return {
        "cell_instance": client.cell_instance.get,
        "cell_measurement": client.cell_measurement.get,
        "cell_specification": client.cell_spec.get,
        "project": client.project.get,
        "material": client.material.get,
        "cell_batch": client.cell_batch.get,
        "raw_data": client.raw_data.get,
    }


def _get_any(client: Ionworks, identity: str) -> tuple[str, Named] | None:
    """Return the kind of the record with this id, and the record."""
    for kind, get in _getters(client).items():
        if found := _get(get, identity):
            return kind, found
    return None


def _search(client: Ionworks, name: str, *kinds: str) -> list[SearchHit]:
    """Return the hits of these kinds with exactly this name."""
    return [hit for hit in _hits(client, name, *kinds) if hit.name == name]


def _hits(client: Ionworks, text: str, *kinds: str) -> list[SearchHit]:
    """Return the records of these kinds with this text in their name."""
    if len(text) < _SHORTEST_SEARCH:
        return []
    found = client.search.query(text, limit=100, per_type=20, entity_types=kinds).results
    return [hit for hit in found if hit.entity_type in kinds]


def _find_one(
    client: Ionworks,
    kind: str,
    text: str,
    by_id: Callable[[str], N],
    by_name: Callable[[], Iterable[N]],
    parent: str | None = None,
) -> N:
    """Return the only record with this id or name; an empty kind stands for any.

    Raises
    ------
    NotFound
        If there is none.
    AmbiguousName
        If several have the name.
    """
    word = _KINDS[kind][0] if kind else "record"
    if not text.strip():
        raise click.UsageError(f"the {word} is empty: give its id or its name")
    looks_like_id = _UUID.fullmatch(text) is not None
    if looks_like_id and (found := _get(by_id, text)):
        return found
    named = [each for each in by_name() if hasattr(each, "name")]  # no invalid records
    if len(named) > 1:
        raise AmbiguousName(_several(word, text, named))
    if named:
        return named[0]
    if not looks_like_id and _ID.fullmatch(text) and (found := _get(by_id, text)):
        return found
    error = NotFound(f"no {word} has the id or the name {text!r}", outcome="rejected")
    error.fix = _advice(client, kind, text, parent)
    raise error


def _get(by_id: Callable[[str], N], identity: str) -> N | None:
    try:
        return by_id(identity)
    except NotFound:
        return None


def _advice(client: Ionworks, kind: str, text: str, parent: str | None) -> str:
    """Say what was probably meant: a record of another kind, or another name."""
    word, command = _KINDS[kind] if kind else ("record", "find TEXT")
    with suppress(IonworksError):  # the search is not needed for the error
        if kind and _UUID.fullmatch(text) and (other := _get_any(client, text)):
            return f"It is the id of a {_KINDS[other[0]][0]}, {other[1].name!r}"
        if kind and (hits := _search(client, text, *_NAMED)):
            return f"A {_KINDS[hits[0].entity_type][0]} has this name: give the name of a {word}"
        if near := _nearest(client, kind, text, parent):
            return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"Check it: `ionworks {command}` lists what your key has access to"


def _nearest(client: Ionworks, kind: str, text: str, parent: str | None) -> list[str]:
    """Return the most similar names, of those that have a part of the text."""
    kinds, size = (kind,) if kind else _NAMED, max(_SHORTEST_SEARCH, len(text) // 2)
    parts = dict.fromkeys(each.strip() for each in (text[:size], text[-size:], text[:-1]))
    names = {
        hit.name.casefold(): hit.name
        for part in parts
        for hit in _hits(client, part, *kinds)
        if parent in (None, hit.parent_id)
    }
    return [names[each] for each in get_close_matches(text.casefold(), names)]


def _several(kind: str, name: str, found: Sequence[Named]) -> str:
    ids = ", ".join(each.id for each in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{len(found)} {kind}s are named {name!r}: give the id, one of {ids}{more}"
