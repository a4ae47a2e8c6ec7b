"""Asks the reads of a contract that no hand-written walk asks, with the ids that lists give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from scripts.live.contract import Read
from scripts.live.survey import Survey

_PARAMETER: Final = re.compile(r"{(\w+)}")
_FEW: Final = {"limit": "3"}


def ask_rest(survey: Survey, known: Mapping[str, str]) -> None:
    """Ask every read that was not asked yet.

    Parameters
    ----------
    survey : Survey
        Asks, and keeps what comes.
    known : mapping
        Ids by the name of their parameter. The others are those of the first record of a list: the
        last part of a list's path is the one before the parameter in the path of a record.
    """
    ids = {**known}
    waiting = [read for name, read in survey.reads.items() if not _is_asked(survey, name)]
    while ready := [read for read in waiting if _missing(read, ids) is None]:
        for read in ready:
            waiting.remove(read)
            visit = survey.ask(read.name, _query(read, ids), **_path(read, ids))
            first: Any = next(iter(visit.rows), None) if visit else None
            if isinstance(first, Mapping) and isinstance(first.get("id"), str):
                for parameter in _item_parameters(survey, read):
                    ids.setdefault(parameter, first["id"])
    for read in waiting:
        survey.unreached.setdefault(read.name, f"no {_missing(read, ids)} was found to ask with")


def _is_asked(survey: Survey, name: str) -> bool:
    return name in survey.unreached or bool(survey.of(name))


def _missing(read: Read, ids: Mapping[str, str]) -> str | None:
    """Return the first value that a read needs and that no list has given."""
    needed = [*_PARAMETER.findall(read.path), *_required(read)]
    return next((name for name in needed if name not in ids), None)


def _required(read: Read) -> list[str]:
    return [name for name, each in read.parameters.items() if each.get("required", False)]


def _path(read: Read, ids: Mapping[str, str]) -> dict[str, str]:
    return {name: ids[name] for name in _PARAMETER.findall(read.path)}


def _query(read: Read, ids: Mapping[str, str]) -> dict[str, str]:
    few = _FEW if "limit" in read.parameters else {}
    return {**few, **{name: ids[name] for name in _required(read)}}


def _item_parameters(survey: Survey, listed: Read) -> list[str]:
    """Return the parameters that take the id of a record of this list."""
    collection = listed.path.rpartition("/")[2]
    pattern = re.compile(rf"/{re.escape(collection)}/{{(\w+)}}(?:/|$)")
    found = (pattern.search(read.path) for read in survey.reads.values())
    return sorted({match[1] for match in found if match})
