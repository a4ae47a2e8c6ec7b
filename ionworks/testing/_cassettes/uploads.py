"""Describes an uploaded time series by its values: Parquet bytes change with their writer. Pure."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import isclose
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import polars

PARQUET: Final = b"(not kept: a Parquet file"
ANY_PARQUET: Final = PARQUET + b")"
_DESCRIBED: Final = PARQUET + b" with these values)\n"
_DIGITS: Final = 13
_LARGEST_WHOLE: Final = 2**53
_TOLERANCE: Final = 1e-11  # versions of numpy and polars round differently
_MOST_DIFFERENCES: Final = 6


def describe_upload(content: bytes) -> bytes:
    """Return a text with the columns of a Parquet file; of one that cannot be read only its kind.

    Numbers are described by first, last, smallest, largest and mean value, and by a mean weighted
    with the row, which depends on the order. Other columns have a digest.
    """
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except Exception:  # the service refuses such a file; its errors are part of a recording
        return ANY_PARQUET
    rows = [
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(_describe(frame[name]))}"
        for name in sorted(frame.columns)
    ]
    columns = ",\n ".join(rows)
    return _DESCRIBED + f'{{"rows": {frame.height},\n {columns}}}'.encode()


def same_upload(sent: bytes, known: bytes) -> bool:
    """Whether two descriptions are of the same values; one without values is of any."""
    return sent == known or next(iter_upload_differences(sent, known), None) is None


def iter_upload_differences(sent: bytes, known: bytes) -> Iterator[str]:
    """Yield what differs between two descriptions: rows, columns, then values of a column."""
    one, other = _read(sent), _read(known)
    if one is None or other is None:
        return
    if one["rows"] != other["rows"]:
        yield f"rows: sent {one['rows']}, recorded {other['rows']}"
    for name in [name for name in other if name not in one]:
        yield f"column {name!r}: not sent, but recorded"
    for name in [name for name in one if name not in other]:
        yield f"column {name!r}: sent, but not recorded"
    for name in [name for name in one if name in other and name != "rows"]:
        keys = dict.fromkeys([*other[name], *one[name]])
        wrong = [key for key in keys if not _alike(key, one[name], other[name])]
        if wrong:
            shown = [key for key in wrong if key != "weighted"] or ["order of the values"]
            values = [
                f"{key}: sent {one[name].get(key)}, recorded {other[name].get(key)}"
                if key != "order of the values"
                else "another order of the values"
                for key in shown[:_MOST_DIFFERENCES]
            ]
            yield f"column {name!r}: {'; '.join(values)}"


def _read(text: bytes) -> dict[str, Any] | None:
    if not text.startswith(_DESCRIBED):
        return None
    try:
        found = json.loads(text.removeprefix(_DESCRIBED))
    except ValueError:  # edited by hand
        return None
    return found if isinstance(found, dict) and "rows" in found else None


def _alike(key: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    first, second = one.get(key), other.get(key)
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return first == second
    # The mean of values around zero is small: they are compared on the scale of the values.
    sizes = [abs(each.get(end) or 0) for each in (one, other) for end in ("smallest", "largest")]
    return isclose(first, second, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE * max(sizes, default=0))


def _describe(column: polars.Series) -> dict[str, Any]:
    import polars as pl

    if not column.dtype.is_numeric():
        digest = sha256(repr(column.to_list()).encode()).hexdigest()[:16]
        return {"type": _kind(column), "empty": column.null_count(), "digest": digest}
    empty = column.is_null() | column.is_nan() if column.dtype.is_float() else column.is_null()
    values = column.filter(~empty).cast(pl.Float64)
    weights = pl.int_range(1, column.len() + 1, eager=True).filter(~empty) / max(column.len(), 1)
    numbers = {
        "first": values.first(),
        "last": values.last(),
        "smallest": values.min(),
        "largest": values.max(),
        "mean": values.mean(),
        "weighted": (values * weights).mean(),
    }
    kind = {} if column.dtype.is_float() else {"type": _kind(column)}
    gaps = {"empty": int(empty.sum())} if empty.any() else {}
    return kind | gaps | {key: _rounded(value) for key, value in numbers.items()}


def _kind(column: polars.Series) -> str:
    if column.dtype.is_integer():
        return "whole numbers"
    return "numbers" if column.dtype.is_numeric() else str(column.dtype).partition("(")[0].lower()


def _rounded(value: Any) -> float | str | None:
    if value is None:
        return None
    number = float(f"{float(value):.{_DIGITS}g}")
    if abs(number) == float("inf"):
        return str(number)
    return int(number) if number.is_integer() and abs(number) < _LARGEST_WHOLE else number
