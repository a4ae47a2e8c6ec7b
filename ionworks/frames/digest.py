"""Fingerprints of time series: rows, time span and a digest of the content.

The digest depends only on the names, types and values of the columns. It does not depend on the
order of the columns, the library that wrote the file, or its compression.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

if TYPE_CHECKING:
    from hashlib import _Hash

    import polars

_KEY: Final = "ionworks.fingerprint"
_VERSION: Final = 1
_BLOCK: Final = 1 << 20
_TIME: Final = "Time [s]"


@frozen
class Fingerprint:
    """A summary of a time series that identifies it without its data.

    Attributes
    ----------
    rows : int
        The number of rows.
    start, end : float or None
        The first and the last time in seconds; None if there is no time column.
    columns : tuple of str
        The names of the columns, sorted.
    digest : str or None
        SHA-256 of the content, in hexadecimal; None if it is not known.
    """

    rows: int
    start: float | None = None
    end: float | None = None
    columns: tuple[str, ...] = ()
    digest: str | None = None

    @classmethod
    def of(cls, frame: polars.DataFrame, *, content: bool = True) -> Fingerprint:
        """Return the fingerprint of a frame; without the digest if `content` is False."""
        start = end = None
        if _TIME in frame.columns and frame.height and frame[_TIME].dtype.is_numeric():
            start, end = (_float(frame[_TIME][row]) for row in (0, -1))
        digest = content_digest(frame) if content else None
        return cls(frame.height, start, end, tuple(sorted(frame.columns)), digest)

    def to_metadata(self) -> dict[str, str]:
        """Return the fingerprint as metadata for a Parquet file."""
        entry = {
            "version": _VERSION,
            "rows": self.rows,
            "start": self.start,
            "end": self.end,
            "columns": self.columns,
            "sha256": self.digest,
        }
        return {_KEY: json.dumps(entry)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> Fingerprint | None:
        """Return the fingerprint from the metadata of a Parquet file, or None if there is none."""
        try:
            entry = json.loads(metadata[_KEY])
            if entry["version"] != _VERSION:
                return None
            columns = tuple(str(name) for name in entry["columns"])
            return cls(
                int(entry["rows"]),
                _float(entry["start"]),
                _float(entry["end"]),
                columns,
                str(entry["sha256"]),
            )
        except (KeyError, TypeError, ValueError):
            return None


def content_digest(frame: polars.DataFrame) -> str:
    """Return the SHA-256 of a frame's content, in hexadecimal.

    Values that are equal in meaning give the same digest: integers of any width, Float32 and
    Float64 of the same value, strings and categories of the same text, all NaN, and 0.0 and -0.0.
    """
    total = sha256(f"{frame.height}".encode())
    for name in sorted(frame.columns):
        total.update(json.dumps([name, *_digest_column(frame[name])]).encode())
    return total.hexdigest()


def _digest_column(series: polars.Series) -> tuple[object, ...]:
    """Return the kind of a column, and the digests of its values or nested parts."""
    import polars as pl

    dtype = series.dtype
    if isinstance(dtype, pl.Array):
        series = series.arr.to_list()
        dtype = series.dtype
    if isinstance(dtype, pl.List):
        lengths = series.list.len()
        items = series.filter(lengths.fill_null(0) > 0).explode()
        return "list", _digest_column(lengths), _digest_column(items)
    if isinstance(dtype, pl.Struct):
        fields = {
            each.name: _digest_column(series.struct.field(each.name)) for each in dtype.fields
        }
        return "struct", _digest_column(series.is_null()), sorted(fields.items())
    return _digest_flat(series)


def _digest_flat(series: polars.Series) -> tuple[str, str, str]:
    kind, series, code = _canonicalize(series)
    values, validity = sha256(), sha256()
    for start in range(0, len(series), _BLOCK):
        block = series.slice(start, _BLOCK)
        if block.null_count():
            validity.update(str(start).encode())
            _update(validity, block.is_not_null(), "B")
        if code == "U":
            _update_text(values, block)
        elif code == "J":
            values.update(json.dumps(block.to_list(), default=repr).encode())
        else:
            _update(values, block.fill_null(0) if block.null_count() else block, code)
    return kind, values.hexdigest(), validity.hexdigest()


def _canonicalize(series: polars.Series) -> tuple[str, polars.Series, str]:
    """Return the kind of a column, the column in the type of that kind, and its byte format."""
    import polars as pl

    dtype = series.dtype
    if dtype.is_float():
        wide = series.cast(pl.Float64)
        wide = wide.fill_nan(float("nan")) if wide.is_nan().any() else wide
        return "float", wide, "d"
    if dtype.is_integer():
        if dtype == pl.UInt64 and len(series) and (series > 2**63 - 1).any():
            return "unsigned", series, "Q"
        return "integer", series.cast(pl.Int64), "q"
    if dtype == pl.Boolean:
        return "boolean", series.cast(pl.UInt8), "B"
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return "text", series.cast(pl.String), "U"
    if dtype.is_temporal():
        return str(dtype), series.to_physical().cast(pl.Int64), "q"
    return str(dtype), series, "J"


def _update(digest: _Hash, series: polars.Series, code: str) -> None:
    """Add the little-endian values of a column without nulls; adding 0 turns -0.0 into 0.0."""
    try:
        import numpy as np
    except ImportError:
        listed = series.to_list()
        values = array(code, [value + 0 for value in listed] if code == "d" else listed)
        if sys.byteorder == "big":
            values.byteswap()
        digest.update(values)
    else:
        types = {"d": "<f8", "q": "<i8", "Q": "<u8", "B": "u1"}
        numbers = series.to_numpy() + 0 if code == "d" else series.to_numpy()
        digest.update(np.ascontiguousarray(numbers, dtype=types[code]).data)


def _update_text(digest: _Hash, series: polars.Series) -> None:
    texts = series.fill_null("")
    _update(digest, texts.str.len_bytes(), "Q")
    for part in _join(texts):
        digest.update(part)


def _join(texts: polars.Series) -> Iterator[bytes]:
    for start in range(0, len(texts), _BLOCK // 16):
        yield "".join(texts.slice(start, _BLOCK // 16).to_list()).encode()


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
