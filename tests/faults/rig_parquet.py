"""Parquet files of a time series, and files that claim too much or contain a pickle."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq


def series_file(rows: int, **options: Any) -> bytes:
    """Return a time series with so many rows, which is not compressed."""
    number = pl.int_range(rows, eager=True)
    frame = pl.DataFrame(
        {"Time [s]": number / 2, "Voltage [V]": number.hash() / 2**64, "Step count": number // 100}
    )
    file = io.BytesIO()
    frame.write_parquet(file, compression="uncompressed", statistics=True, **options)
    return file.getvalue()


def claim_rows(content: bytes, rows: int, claimed: int) -> bytes:
    """Return a file whose footer has another number of rows."""
    claims = content.replace(_row_count(rows), _row_count(claimed))
    assert claims != content
    return claims


def _row_count(number: int) -> bytes:
    """Return the bytes of the number of rows of a file, a field of type i64 after the schema."""
    value, out = number << 1, bytearray([0x16])
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value, 0x19])


class _Touching:
    """Creates a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._target,)


def pickled_file(target: Path) -> bytes:
    """Return a file with a column `x`, whose extension type creates `target` if it is unpickled."""
    name = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": pickle.dumps(_Touching(target), protocol=0),
    }
    schema = pa.schema([pa.field("x", pa.int64(), metadata=name)])
    file = io.BytesIO()
    pq.write_table(pa.table([[1, 2]], schema=schema), file)
    return file.getvalue()
