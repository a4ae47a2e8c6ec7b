"""Converts the keywords of the list methods into the server's filter syntax. Pure.

The contract says which keywords a list has, and how each is written. `write_filters` raises
`PayloadError` with the keyword for empty text, an invalid choice or an invalid date or time, and
`TypeError` for an unknown keyword. None means not given. Parts of names match case-insensitively
and literally: ``%``, ``_`` and a backslash are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Set
from typing import Any, Final, TypeAlias

from ionworks_openapi.types import Filter

from ionworks._request.datetimes import to_iso8601
from ionworks._request.ids import as_id, as_ids
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.records.walk import ListOrder

StrOrList: TypeAlias = str | Collection[str]
"""One text, or a collection of texts."""


def write_filters(known: Mapping[str, Filter], given: Mapping[str, object]) -> dict[str, Any]:
    """Return the query parameters for the keywords of a list; `known` are those of its operation.

    Of several keywords for one parameter, an exact value takes precedence.
    """
    named = {name: value for name, value in given.items() if value is not None}
    if unknown := next((name for name in named if name not in known), None):
        raise TypeError(_unknown(unknown, known))
    exact = {known[name].parameter for name in named if known[name].kind == "equals"}
    return {
        known[name].parameter: _write(known[name], name, value)
        for name, value in named.items()
        if known[name].kind == "equals" or known[name].parameter not in exact
    }


def sort_order(known: Mapping[str, Filter], given: Mapping[str, object]) -> ListOrder:
    """Return the sort order of a list with these filters; the default is newest first.

    With a filter on a field that can change, a record may enter the list at any position.
    """
    names = {name: value for name, value in given.items() if value is not None}
    if names.pop("order_by", "created_at") != "created_at":
        return "changing"
    oldest_first = names.pop("order", "desc") == "asc"
    constant = {name for name, each in known.items() if each.constant}
    return "fixed" if oldest_first or names.keys() - constant else "newest"


def _write(filter_: Filter, name: str, value: object) -> Any:
    if filter_.kind == "choice":
        return _choose(name, value, filter_.choices)
    if filter_.id_of is not None:
        take = as_ids if filter_.kind == "texts" else as_id
        ids: Any = take(name, value, filter_.id_of)
        return _text(name, ids) if isinstance(ids, str) else ids
    write = _WRITERS.get(filter_.kind)
    return value if write is None else write(name, value)


def _unknown(name: str, known: Collection[str]) -> str:
    near = suggest(name, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(sorted(known))}"
    return f"unknown filter {name!r}; {hint}"


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise PayloadError(field, value, "must be text")
    if not value.strip():
        raise PayloadError(field, value, "is empty and would match everything", "Leave it out")
    if not value.isprintable() and re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        reason = "contains control characters or lone surrogates"
        raise PayloadError(field, value, reason, "Remove them")
    return value


def _contains(field: str, value: object) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", _text(field, value))
    return f"ilike.%{literal}%"


def _equals(field: str, value: object) -> str:
    return f"eq.{_text(field, value)}"


def as_str_list(field: str, value: object) -> list[str]:
    """Return one or several texts as a list.

    Raises
    ------
    PayloadError
        If the collection is empty, or if an item is empty or not text.
    """
    if isinstance(value, str):
        return [_text(field, value)]
    if not isinstance(value, Collection) or isinstance(value, Mapping | bytes):
        raise PayloadError(field, value, "must be text or a list of texts")
    if not value:
        raise PayloadError(field, value, "is empty", "Give at least one, or leave it out")
    # The order of a set varies between runs, but equal calls should send equal requests.
    items = sorted(value, key=str) if isinstance(value, Set) else value
    return [_text(f"{field}[{index}]", item) for index, item in enumerate(items)]


def _choose(field: str, value: object, allowed: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in allowed:
        return str(value)
    fix = f"Choose one of: {', '.join(allowed)}"
    raise PayloadError(field, value, "is not a valid choice", fix)


_WRITERS: Final[Mapping[str, Callable[[str, object], Any]]] = {
    "contains": _contains,
    "equals": _equals,
    "datetime": to_iso8601,
    "text": _text,
    "texts": as_str_list,
}
