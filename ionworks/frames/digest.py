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
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from hashlib import _Hash

    import polars

#: The key of the fingerprint in the metadata of a Parquet file.
KEY: Final = "ionworks.fingerprint"
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
        builder = FingerprintBuilder(frame.schema, content=content)
        builder.update(frame)
        return builder.result()

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
        return {KEY: json.dumps(entry)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> Fingerprint | None:
        """Return the fingerprint from the metadata of a Parquet file, or None if there is none."""
        try:
            entry = json.loads(metadata[KEY])
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


class FingerprintBuilder:
    """Computes the fingerprint of a time series from consecutive parts of its rows."""

    def __init__(self, schema: Mapping[str, polars.DataType], *, content: bool = True) -> None:
        self._columns = tuple(sorted(schema))
        self._timed = _TIME in schema and schema[_TIME].is_numeric()
        self._digest = ContentDigest(schema) if content else None
        self._rows = 0
        self._start: float | None = None
        self._end: float | None = None

    def update(self, frame: polars.DataFrame) -> None:
        """Add the next rows."""
        if self._timed and frame.height:
            times = frame[_TIME]
            self._start = self._start if self._rows else _float(times[0])
            self._end = _float(times[-1])
        self._rows += frame.height
        if self._digest is not None:
            self._digest.update(frame)

    def result(self) -> Fingerprint:
        """Return the fingerprint of all added rows; the last call."""
        digest = None if self._digest is None else self._digest.hexdigest()
        return Fingerprint(self._rows, self._start, self._end, self._columns, digest)


class ContentDigest:
    """The SHA-256 of a table's content, computed from consecutive parts of its rows.

    Values that are equal in meaning give the same digest: integers of any width, Float32 and
    Float64 of the same value, strings and categories of the same text, all NaN, and 0.0 and -0.0.
    The sizes of the parts do not matter.
    """

    def __init__(self, schema: Mapping[str, polars.DataType]) -> None:
        self._columns = {name: _column_digest(schema[name]) for name in sorted(schema)}
        self._rows = 0

    def update(self, frame: polars.DataFrame) -> None:
        """Add the next rows."""
        self._rows += frame.height
        for name, column in self._columns.items():
            column.update(frame[name])

    def hexdigest(self) -> str:
        """Return the digest of all added rows, in hexadecimal; the last call."""
        total = sha256(f"{self._rows}".encode())
        for name, column in self._columns.items():
            total.update(json.dumps([name, *column.result()]).encode())
        return total.hexdigest()


def content_digest(frame: polars.DataFrame) -> str:
    """Return the `ContentDigest` of a frame, in hexadecimal."""
    digest = ContentDigest(frame.schema)
    digest.update(frame)
    return digest.hexdigest()


class _ColumnDigest(Protocol):
    def update(self, series: polars.Series) -> None:
        """Add values."""

    def result(self) -> tuple[object, ...]:
        """Return the kind of the column, and the digests of its values or nested parts."""


def _column_digest(dtype: polars.DataType) -> _ColumnDigest:
    import polars as pl

    if isinstance(dtype, pl.List | pl.Array):
        return _ListDigest(dtype)
    if isinstance(dtype, pl.Struct):
        return _StructDigest(dtype)
    return _FlatDigest(dtype)


class _ListDigest:
    def __init__(self, dtype: polars.List | polars.Array) -> None:
        import polars as pl

        self._lengths = _column_digest(pl.UInt32())
        self._items = _column_digest(dtype.inner)  # type: ignore[arg-type]

    def update(self, series: polars.Series) -> None:
        import polars as pl

        if isinstance(series.dtype, pl.Array):
            series = series.arr.to_list()
        lengths = series.list.len()
        self._lengths.update(lengths)
        self._items.update(series.filter(lengths.fill_null(0) > 0).explode())

    def result(self) -> tuple[object, ...]:
        return "list", self._lengths.result(), self._items.result()


class _StructDigest:
    def __init__(self, dtype: polars.Struct) -> None:
        import polars as pl

        self._nulls = _column_digest(pl.Boolean())
        self._fields = {each.name: _column_digest(each.dtype) for each in dtype.fields}  # type: ignore[arg-type]

    def update(self, series: polars.Series) -> None:
        self._nulls.update(series.is_null())
        for name, each in self._fields.items():
            each.update(series.struct.field(name))

    def result(self) -> tuple[object, ...]:
        fields = sorted((name, each.result()) for name, each in self._fields.items())
        return "struct", self._nulls.result(), fields


class _FlatDigest:
    """The digest of a column without nested values, in blocks of a fixed number of values."""

    def __init__(self, dtype: polars.DataType) -> None:
        self._dtype = dtype
        self._kind = ""
        self._values, self._validity = sha256(), sha256()
        self._waiting: list[polars.Series] = []
        self._waiting_size = self._start = 0

    def update(self, series: polars.Series) -> None:
        while len(series):
            part = series.head(_BLOCK - self._waiting_size)
            self._waiting.append(part)
            self._waiting_size += len(part)
            series = series.slice(len(part))
            if self._waiting_size == _BLOCK:
                self._add_block()

    def result(self) -> tuple[object, ...]:
        if self._waiting or not self._kind:
            self._add_block()
        return self._kind, self._values.hexdigest(), self._validity.hexdigest()

    def _add_block(self) -> None:
        import polars as pl

        parts = self._waiting or [pl.Series(dtype=self._dtype)]
        kind, block, code = _canonicalize(parts[0] if len(parts) == 1 else pl.concat(parts))
        # Only a column of UInt64 has two kinds, with equal bytes of equal values.
        self._kind = max(self._kind, kind)
        start, values = self._start, self._values
        self._start += len(block)
        self._waiting, self._waiting_size = [], 0
        if block.null_count():
            self._validity.update(str(start).encode())
            _update(self._validity, block.is_not_null(), "B")
        if not len(block):
            return
        if code == "U":
            _update_text(values, block)
        elif code == "J":
            values.update(json.dumps(block.to_list(), default=repr).encode())
        else:
            _update(values, block.fill_null(0) if block.null_count() else block, code)


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
