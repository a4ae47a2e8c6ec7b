"""Takes a record where the id of one is expected."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from ionworks.errors import PayloadError
from ionworks.records.model import WireRecord, plain_id


def as_id(field: str, value: object, kind: str) -> str:
    """Return the id that is given as text, or as a record of this kind.

    Parameters
    ----------
    field : str
        The name of the argument, for the error.
    value : object
        The id, or the record.
    kind : str
        The kind of record, as `x-id-of` has it: ``"cell_instance"``.

    Raises
    ------
    PayloadError
        If it is neither.
    """
    found: Any = value
    if isinstance(value, WireRecord) and kind in (value._kind, value.get("entity_type")):
        found = plain_id(value)  # of the record, or of a search result
    if not isinstance(found, str):
        wanted = f"expected a {kind.replace('_', ' ')} or its id"
        if isinstance(value, WireRecord):
            wanted += (
                ", but this record has no id"
                if found is None
                else f", got a {type(value).__name__}"
            )
        raise PayloadError(field, value, wanted)
    return found


def as_ids(field: str, value: object, kind: str, *, or_none: bool = False) -> list[str]:
    """Return one or several ids, each as text or as a record of this kind.

    Raises
    ------
    PayloadError
        If there is none, unless `or_none` is set, or one is neither.
    """
    if isinstance(value, str | WireRecord):
        return [_not_blank(field, as_id(field, value, kind))]
    if isinstance(value, Mapping | bytes) or not hasattr(value, "__iter__"):
        as_id(field, value, kind)  # raises
    items = list(value)  # type: ignore[call-overload]
    if not items and not or_none:
        raise PayloadError(field, value, "is empty", "Give at least one, or leave it out")
    ids = [
        _not_blank(f"{field}[{index}]", as_id(f"{field}[{index}]", item, kind))
        for index, item in enumerate(items)
    ]
    # The order of a set varies between runs, but equal calls should send equal requests.
    return sorted(ids) if isinstance(value, Set) else ids


def _not_blank(field: str, text: str) -> str:
    if not text.strip():
        raise PayloadError(field, text, "is empty", "Give an id")
    return text
