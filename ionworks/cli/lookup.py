"""Finds a record by what a user types: its id, or its exact name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import click

from ionworks.errors import NotFound

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
    return _find_one(
        "project", text, client.project.get, lambda: client.project.list(name_exact=text)
    )


def find_specification(client: Ionworks, text: str) -> CellSpecification:
    """Return the cell specification with this id or name, the latter in the client's project."""
    return _find_one(
        "cell specification",
        text,
        client.cell_spec.get,
        lambda: client.cell_spec.list(name_exact=text),
    )


def find_cell(client: Ionworks, text: str) -> CellInstance:
    """Return the cell with this id or name, the latter in the client's project."""
    return _find_one(
        "cell", text, client.cell_instance.get, lambda: client.cell_instance.find(name_exact=text)
    )


def find_measurement(client: Ionworks, text: str, cell: str | None = None) -> CellMeasurement:
    """Return the measurement with this id, or with this name: of a cell, or of the project."""

    def named() -> Sequence[CellMeasurement]:
        if cell is not None:
            return client.cell_measurement.list(find_cell(client, cell).id, name_exact=text)
        if client.settings.project_id is not None:
            return client.cell_measurement.find(name_exact=text)
        hits = _search(client, text, "cell_measurement")
        return [client.cell_measurement.get(hit.id) for hit in hits]

    return _find_one("measurement", text, client.cell_measurement.get, named)


def find_any(client: Ionworks, text: str) -> Named:
    """Return the record of any kind with this id or name."""
    by_id: tuple[Callable[[str], Named], ...] = (
        client.cell_instance.get,
        client.cell_measurement.get,
        client.cell_spec.get,
        client.project.get,
        client.cell_batch.get,
        client.raw_data.get,
        client.material.get,
    )

    def get(identity: str) -> Named:
        for each in by_id[:-1]:
            try:
                return each(identity)
            except NotFound:
                continue
        return by_id[-1](identity)

    return _find_one("record", text, get, lambda: _named(client, text))


def _named(client: Ionworks, name: str) -> list[Named]:
    """Return the records of any kind with exactly this name."""
    getters: dict[str, Callable[[str], Named]] = {
        "project": client.project.get,
        "cell_specification": client.cell_spec.get,
        "cell_instance": client.cell_instance.get,
        "cell_measurement": client.cell_measurement.get,
        "material": client.material.get,
    }
    return [getters[hit.entity_type](hit.id) for hit in _search(client, name, *getters)]


def _search(client: Ionworks, name: str, *kinds: str) -> list[SearchHit]:
    """Return the hits of these kinds with exactly this name."""
    if len(name) < _SHORTEST_SEARCH:
        return []
    found = client.search.query(name, limit=100, per_type=20, entity_types=kinds).results
    return [hit for hit in found if hit.name == name and hit.entity_type in kinds]


def _find_one(
    kind: str, text: str, by_id: Callable[[str], N], by_name: Callable[[], Iterable[N]]
) -> N:
    """Return the only record with this id or name.

    Raises
    ------
    NotFound
        If there is none.
    AmbiguousName
        If several have the name.
    """
    if not text.strip():
        raise click.UsageError(f"the {kind} is empty: give its id or its name")
    looks_like_id = _UUID.fullmatch(text) is not None
    if looks_like_id and (found := _get(by_id, text)):
        return found
    named = [each for each in by_name() if hasattr(each, "name")]  # no invalid records
    if len(named) > 1:
        raise AmbiguousName(_several(kind, text, named))
    if named:
        return named[0]
    if not looks_like_id and _ID.fullmatch(text) and (found := _get(by_id, text)):
        return found
    raise NotFound(f"no {kind} has the id or the name {text!r}", outcome="rejected")


def _get(by_id: Callable[[str], N], identity: str) -> N | None:
    try:
        return by_id(identity)
    except NotFound:
        return None


def _several(kind: str, name: str, found: Sequence[Named]) -> str:
    ids = ", ".join(each.id for each in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{len(found)} {kind}s are named {name!r}: give the id, one of {ids}{more}"
