"""Footers of Parquet files: rows and metadata, read from the last bytes of a file."""

from __future__ import annotations

import io
from typing import Final

from ionworks.frames.translate import translate_errors

_MAGIC: Final = b"PAR1"
_TAIL: Final = 8


def footer_size(end: bytes) -> int:
    """Return how many of the last bytes of a file its footer takes, given some of them.

    Raises
    ------
    ValueError
        If they are not the end of a Parquet file.
    """
    if len(end) < _TAIL or end[-4:] != _MAGIC:
        raise ValueError("not a Parquet file: the last bytes are not its mark")
    return int.from_bytes(end[-_TAIL:-4], "little") + _TAIL


def read_footer(end: bytes) -> tuple[int, dict[str, str]]:
    """Return the number of rows and the metadata of a file, given its last bytes.

    Raises
    ------
    ValueError
        If the footer cannot be read.
    """
    import polars as pl

    with translate_errors(lambda reason: ValueError(f"not a readable Parquet file: {reason}")):
        metadata = pl.read_parquet_metadata(io.BytesIO(end))
        rows = pl.scan_parquet(io.BytesIO(end)).select(pl.len()).collect().item()
        return int(rows), metadata
