"""Finds what was possibly renamed or moved: a removal and an addition of the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from scripts.spec.fields import Endpoint, Field, Key

Fields = Mapping[str, Field]
# Below it, no candidate is better than another.
_ALIKE = 0.5
_PARAMETERS = ("query", "header", "cookie")


def find_renamed(old: Fields, new: Fields) -> dict[str, str]:
    """Return the paths of fields that possibly have another name now, with what is inside them.

    Within one object (or among the parameters of one place), a removal and an addition of equal
    type are a pair if there is no other choice, or if their names are the nearest.
    """
    pairs: dict[str, str] = {}
    gone: dict[tuple[str, object], list[str]] = {}
    fresh: dict[tuple[str, object], list[str]] = {}
    for mine, others, found in ((old, new, gone), (new, old, fresh)):
        for path, each in mine.items():
            inside = each.parent in old and each.parent in new and not path.endswith(("[]", "{}"))
            if path not in others and (inside or each.parent in _PARAMETERS):
                found.setdefault((each.parent, _outline(mine, path)), []).append(path)
    for key in gone.keys() & fresh.keys():
        for path, other in _nearest(gone[key], fresh[key]):
            for within in old:
                if within == path or within.startswith((f"{path}.", f"{path}[", f"{path}{{")):
                    pairs[within] = other + within[len(path) :]
    return pairs


def _outline(fields: Fields, path: str) -> object:
    """Return the type of a field and of all inside it: what has to be equal."""
    return frozenset(
        (each.path[len(path) :], each.types, each.nullable, each.formats)
        for each in fields.values()
        if each.path == path or each.path.startswith((f"{path}.", f"{path}[", f"{path}{{"))
    )


def _nearest(gone: Sequence[str], fresh: Sequence[str]) -> Iterable[tuple[str, str]]:
    if len(gone) == len(fresh) == 1:
        return [(gone[0], fresh[0])]
    choices = sorted((_similarity(one, other), one, other) for one in gone for other in fresh)
    pairs: dict[str, str] = {}
    for likeness, one, other in reversed(choices):
        if likeness >= _ALIKE and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs.items()


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, one.rpartition(".")[2], other.rpartition(".")[2]).ratio()


def find_moved(gone: Sequence[Endpoint], fresh: Sequence[Endpoint]) -> dict[Key, Endpoint]:
    """Return the operations that possibly have another path now, by their old keys.

    Those that neither take nor answer anything look all the same: they are a pair only if another
    operation of their path moved the same way, or if a word of the path stayed.
    """
    choices = [
        (_path_similarity(one, other), one, other)
        for one in gone
        for other in fresh
        if one.method == other.method and _shape(one) == _shape(other)
    ]
    pairs: dict[Key, Endpoint] = {}
    ways: set[tuple[str, str]] = set()
    for plain in (False, True):  # those that say much come first
        for _, one, other in sorted(choices, key=lambda c: (-c[0], c[1].path, c[2].path)):
            way = (one.key[1], other.key[1])
            sure = not plain or way in ways or _words(one) & _words(other)
            free = one.key not in pairs and other not in pairs.values()
            if _is_plain(one) is plain and free and sure:
                pairs[one.key] = other
                ways.add(way)
    return pairs


def _is_plain(endpoint: Endpoint) -> bool:
    return not endpoint.answer and all(each.parent == "path" for each in endpoint.request.values())


def _shape(endpoint: Endpoint) -> object:
    """Return what a moved operation keeps: all it takes, but in the path, and all it answers."""
    return frozenset(
        (each.path, each.types, each.nullable, each.required, each.formats)
        for fields in (endpoint.request, endpoint.answer)
        for each in fields.values()
        if not each.path.startswith("path.")
    )


def _words(endpoint: Endpoint) -> set[str]:
    return set(re.findall(r"\w+", endpoint.key[1]))


def _path_similarity(one: Endpoint, other: Endpoint) -> float:
    return SequenceMatcher(None, one.key[1], other.key[1]).ratio()
