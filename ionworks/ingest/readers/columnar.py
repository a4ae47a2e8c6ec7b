"""Reads Parquet files."""

from __future__ import annotations

import io

from ionworks.errors import PayloadError
from ionworks.frames.parquet import unpacked_size
from ionworks.frames.translate import translate_errors
from ionworks.ingest.raw import RawTable
from ionworks.ingest.readers.recognize import recognize

# As for other tables of this package: larger ones are hardly a measurement.
_LARGE = 256 << 20
_LARGEST_RATIO = 500


def read_columnar(content: bytes, source: str) -> RawTable:
    """Read a Parquet file; its columns keep their types.

    Raises
    ------
    PayloadError
        If it cannot be read, or has no rows.
    """
    import polars as pl

    def refuse(reason: str) -> PayloadError:
        what = f"it is a Parquet file that cannot be read: {reason}"
        return PayloadError("path", source, what, "Copy or write it again")

    with translate_errors(refuse):
        if unpacked_size(content) > max(_LARGE, _LARGEST_RATIO * len(content)):
            raise ValueError("it is far larger in memory than on disk")
        frame = pl.read_parquet(io.BytesIO(content))
    if not frame.height:
        raise PayloadError("path", source, "it has no rows", "Export the test again")
    return RawTable(frame, recognize("", frame.columns), source)
