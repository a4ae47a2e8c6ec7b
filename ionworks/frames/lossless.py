"""Checks that the conversion of Python values to a column loses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

_LONGEST = 60


def check_values(given: Sequence[Any], series: polars.Series) -> None:
    """Check that a column has the given values.

    polars and pyarrow silently convert numbers to text, datetimes to dates, and values that do not
    fit to null.

    Parameters
    ----------
    given : sequence
        Python values; None, NaN, NaT and NA are missing values.
    series : polars.Series
        The column converted from them.

    Raises
    ------
    ValueError
        If a value differs; the message has the first such row.
    """
    stored = series.to_list()
    numeric = series.dtype.is_numeric()
    if len(given) == len(stored) and not (numeric and bool in set(map(type, given))):
        try:
            if given == stored or list(given) == stored:
                return
        except (TypeError, ValueError):  # arrays and NA have no truth value
            pass
    for row, (value, kept) in enumerate(zip(given, stored, strict=True)):
        if not _is_same(value, kept):
            raise ValueError(
                f"its values do not fit into one type: row {row} is {_shorten(value)}, which would"
                f" become {_shorten(kept)}"
            )


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_same(given: Any, kept: Any) -> bool:
    if kept is None:
        return given is None or type(given).__name__ == "NAType" or bool(given != given)
    if isinstance(kept, dict):
        return (
            isinstance(given, Mapping)
            and given.keys() <= kept.keys()
            and all(_is_same(given.get(name), value) for name, value in kept.items())
        )
    if isinstance(kept, list):
        inner = given.tolist() if hasattr(given, "tolist") else given
        return (
            isinstance(inner, list | tuple)
            and len(inner) == len(kept)
            and all(map(_is_same, inner, kept))
        )
    if _is_boolean(given) != _is_boolean(kept):
        return False
    return given is kept or bool(given == kept) or bool(given != given and kept != kept)


def _is_boolean(value: Any) -> bool:
    return type(value).__name__ in ("bool", "bool_")
